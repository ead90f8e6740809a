"""Observations: who speaks for a unit-month, and what silence means."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import UsageError
from tocsin.panel import Candidate, add_unallocated, assemble, require_date_rule
from tocsin.tables.declared import EVENTS, OBSERVATIONS, SERIES
from tocsin.tables.months import parse_month
from tocsin.tables.snapshots import Coverage, Snapshot

JAN, JUN, DEC = (parse_month(text) for text in ("2020-01", "2020-06", "2020-12"))


def snapshot(name: str, released: date, **coverage: object) -> Snapshot:
    span = {"month_from": JAN, "month_to": DEC, "levels": ("country",)} | coverage
    return Snapshot(
        snapshot_id=f"invented/{name}",
        source="invented",
        title="",
        publisher="",
        version=name,
        released_on=released,
        licence="",
        citation="",
        url="",
        file_name="",
        file_bytes=0,
        sha256="",
        parts=(),
        coverage=Coverage(**span),
    )


def series(*rows: tuple[str, int, int], measure: str = "ged_sb", level: str = "country"):
    return SERIES.build(
        {
            "level": [level for _ in rows],
            "unit_id": [unit for unit, _, _ in rows],
            "unit_name": [unit for unit, _, _ in rows],
            "month": [month for _, month, _ in rows],
            "measure": [measure for _ in rows],
            "value": [value for _, _, value in rows],
        }
    )


def events(*rows: dict[str, object]) -> pl.DataFrame:
    plain = {
        "source": "invented",
        "violence": "sb",
        "iso3": "XEX",
        "latitude": 13.25,
        "longitude": 2.25,
        "where_prec": 1,
        "low": 1,
        "best": 2,
        "high": 5,
    }
    whole = [
        plain | {"event_id": str(number), "source_row": number + 2} | row
        for number, row in enumerate(rows)
    ]
    return EVENTS.build(
        {key: [row.get(key) for row in whole] for key in {k for r in whole for k in r}}
    )


def counts(frame: pl.DataFrame, unit: str) -> list[int | None]:
    return frame.filter(pl.col("unit_id") == unit).sort("month")["best"].to_list()


def test_zero_only_where_the_source_covers() -> None:
    held = Candidate(
        snapshot("a", date(2021, 1, 1), month_to=JUN, units=("XEX",)),
        "series",
        series(("XEX", JAN, 7)),
    )
    panel = assemble(
        "country", "ged_sb", JAN, JUN + 1, [held], as_of=date(2021, 1, 1), units=["XEX", "XEY"]
    )
    OBSERVATIONS.require(panel)
    assert counts(panel, "XEX") == [7, 0, 0, 0, 0, 0, None]
    assert counts(panel, "XEY") == [None] * 7
    assert panel.filter(pl.col("unit_id") == "XEY")["status"].unique().to_list() == ["unknown"]


def test_a_series_with_its_own_zeros_leaves_its_gaps_unknown() -> None:
    held = Candidate(
        snapshot("a", date(2021, 1, 1), silence_is_zero=False),
        "series",
        series(("XEX", JAN, 7), ("XEX", JAN + 1, 0)),
    )
    panel = assemble("country", "ged_sb", JAN, JAN + 2, [held], as_of=date(2021, 1, 1))
    assert counts(panel, "XEX") == [7, 0, None]


def test_a_series_without_the_target_says_nothing() -> None:
    held = Candidate(
        snapshot("a", date(2021, 1, 1)), "series", series(("XEX", JAN, 7), measure="ged_all")
    )
    panel = assemble("country", "ged_sb", JAN, JAN, [held], as_of=date(2021, 1, 1), units=["XEX"])
    assert counts(panel, "XEX") == [None]


def test_strict_as_of_picks_the_newest_release_of_that_day() -> None:
    held = [
        Candidate(snapshot(str(day), day), "series", series(("XEX", JAN, value)))
        for day, value in [(date(2021, 1, 5), 1), (date(2021, 2, 5), 2), (date(2021, 3, 5), 3)]
    ]
    seen = {
        day: counts(assemble("country", "ged_sb", JAN, JAN, held, as_of=day, units=["XEX"]), "XEX")
        for day in (date(2021, 1, 4), date(2021, 1, 5), date(2021, 3, 4), date(2021, 3, 5))
    }
    assert list(seen.values()) == [[None], [1], [2], [3]]


def test_reconstruction_is_cut_and_named() -> None:
    held = Candidate(snapshot("later", date(2022, 1, 1)), "series", series(("XEX", JAN, 9)))
    panel = assemble(
        "country", "ged_sb", JAN, JUN, [held], as_of=date(2020, 4, 30), reconstruct=True
    )
    # On 30 April the figures of March had appeared, about the 20th; those of April had not.
    assert counts(panel, "XEX") == [9, 0, 0, None, None, None]
    assert panel["reconstructed"].to_list() == [True] * 3 + [False] * 3


def test_complete_before_incomplete_even_if_older() -> None:
    held = [
        Candidate(snapshot("whole", date(2021, 1, 1)), "series", series(("XEX", JAN, 4))),
        Candidate(
            snapshot("part", date(2021, 6, 1), complete=False, month_to=DEC + 12),
            "series",
            series(("XEX", JAN, 1), ("XEX", DEC + 1, 2)),
        ),
    ]
    panel = assemble("country", "ged_sb", JAN, DEC + 1, held, as_of=date(2021, 7, 1))
    assert counts(panel, "XEX") == [4] + [0] * 11 + [2]


def test_events_are_booked_by_their_last_day_or_their_first() -> None:
    table = events({"date_start": date(2020, 1, 30), "date_end": date(2020, 2, 2)})
    held = [Candidate(snapshot("a", date(2021, 1, 1)), "events", table)]
    arguments = ("country", "ged_sb", JAN, JAN + 1, held)
    by_end = assemble(*arguments, as_of=date(2021, 1, 1))
    by_start = assemble(*arguments, as_of=date(2021, 1, 1), date_rule="start")
    assert counts(by_end, "XEX") == [0, 2]
    assert counts(by_start, "XEX") == [2, 0]
    assert by_end.row(1, named=True)["low"] == 1
    assert by_end.row(1, named=True)["high"] == 5
    with pytest.raises(UsageError):
        require_date_rule("middle")


def test_the_grid_leaves_out_coarse_places() -> None:
    day = {"date_start": date(2020, 1, 1), "date_end": date(2020, 1, 1)}
    table = events(*(day | {"where_prec": precision} for precision in (1, 4, 5, 6, None)))
    held = [Candidate(snapshot("a", date(2021, 1, 1), levels=("priogrid",)), "events", table)]
    panel = assemble("priogrid", "ged_sb", JAN, JAN, held, as_of=date(2021, 1, 1))
    # Row 207 from the south pole, column 365 from the date line.
    assert panel["unit_id"].to_list() == [str(206 * 720 + 365)]
    assert panel["best"].to_list() == [6]


def test_targets_count_their_own_violence() -> None:
    day = {"date_start": date(2020, 1, 1), "date_end": date(2020, 1, 1)}
    table = events(*(day | {"violence": kind} for kind in ("sb", "ns", "os", "other", "os")))
    held = [Candidate(snapshot("a", date(2021, 1, 1)), "events", table)]
    best = {
        target: assemble("country", target, JAN, JAN, held, as_of=date(2021, 1, 1))["best"][0]
        for target in ("ged_sb", "ged_ns", "ged_os", "ged_all")
    }
    assert best == {"ged_sb": 2, "ged_ns": 2, "ged_os": 4, "ged_all": 8}


def test_what_areas_lack_of_their_country_is_unallocated() -> None:
    when = date(2021, 1, 1)
    country = assemble(
        "country",
        "ged_all",
        JAN,
        JAN + 2,
        [
            Candidate(
                snapshot("c", when, month_to=JAN + 1),
                "series",
                series(("XEX", JAN, 10), ("XEX", JAN + 1, 3), measure="ged_all"),
            )
        ],
        as_of=when,
    )
    areas = assemble(
        "admin1",
        "ged_all",
        JAN,
        JAN + 2,
        [
            Candidate(
                snapshot("a", when, levels=("admin1",)),
                "series",
                series(
                    ("XEX.north", JAN, 6),
                    ("XEX.south", JAN, 3),
                    ("XEX.south", JAN + 1, 4),
                    measure="ged_all",
                    level="admin1",
                ),
            )
        ],
        as_of=when,
    )
    whole = add_unallocated(areas, country)
    OBSERVATIONS.require(whole)
    assert counts(whole, "XEX.unallocated") == [1, 0, None]
    assert counts(whole, "XEX.north") == [6, 0, 0]


releases = st.lists(
    st.tuples(
        st.dates(date(2020, 1, 1), date(2021, 12, 31)),
        st.booleans(),
        st.integers(0, 50),
        st.integers(JAN, DEC),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(releases, st.dates(date(2020, 1, 1), date(2021, 12, 31)))
def test_what_is_released_later_never_changes_a_strict_panel(rows, as_of) -> None:
    held = [
        Candidate(
            snapshot(f"r{number}", day, complete=complete, month_from=month),
            "series",
            series(("XEX", month, value)),
        )
        for number, (day, complete, value, month) in enumerate(rows)
    ]
    known = [one for one in held if one.snapshot.released_on <= as_of]
    assert assemble("country", "ged_sb", JAN, DEC, held, as_of=as_of).equals(
        assemble("country", "ged_sb", JAN, DEC, known, as_of=as_of)
    )
