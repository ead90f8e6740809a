"""From panels to a brief's inputs: scopes, sums of members, forecasts, dyads."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from tocsin.briefs import Place, Words, gathering, incidents, opponents, outlooks, scoping
from tocsin.errors import UnknownName
from tocsin.panel import Candidate
from tocsin.tables import EVENTS, OBSERVATIONS, Coverage, Snapshot
from tocsin.tables.months import month_of

LAST = month_of(date(2023, 5, 1))
DAY = date(2023, 6, 30)


def observed(unit: str, deaths: list[int | None]) -> pl.DataFrame:
    months = range(LAST - len(deaths) + 1, LAST + 1)
    known = [value is not None for value in deaths]
    return pl.DataFrame(
        {
            "level": "country",
            "unit_id": unit,
            "month": list(months),
            "target": "ged_all",
            "status": ["observed" if one else "unknown" for one in known],
            "low": None,
            "best": deaths,
            "high": None,
            "events": deaths,
            "snapshot": ["invented/1-0" if one else None for one in known],
            "reconstructed": False,
        },
        schema=OBSERVATIONS.schema,
    )


def region(*members: str) -> scoping.Scope:
    place = Place("TWO", "region", Words("Two", "Deux"), "country")
    return scoping.Scope(place, members, members, "country", "country")


def test_a_country_an_area_and_a_region_are_told_apart() -> None:
    assert scoping.scope_of("mli", DAY).place.names.fr == "Mali"
    assert scoping.scope_of("MLI.tombouctou", DAY).place.names.en == "Timbuktu, Mali"
    assert scoping.scope_of("sahel", DAY).countries == ("BFA", "MLI", "MRT", "NER", "TCD")
    assert scoping.scope_of("NGA", DAY).place.parts == "state"
    assert scoping.scope_of("UKR", DAY).place.parts == "country"
    with pytest.raises(UnknownName):
        scoping.scope_of("MLI.atlantis", DAY)


def test_a_group_not_yet_formed_is_told_by_its_later_members() -> None:
    assert scoping.scope_of("AES", DAY).countries == ("BFA", "MLI", "NER")


def test_the_panel_of_a_region_holds_its_members_of_that_day() -> None:
    asked = scoping.scope_of("ECOWAS", DAY).area.split(",")
    assert "MLI" in asked
    assert "MRT" not in asked  # left in 2000
    assert scoping.scope_of("MLI.tombouctou", DAY).area == "MLI"


def test_a_region_is_the_sum_of_its_members_where_all_are_known() -> None:
    frame = pl.concat([observed("AAA", [1, 2, None, 4]), observed("BBB", [10, 20, 30, 40])])
    place = gathering.place_observations(frame, region("AAA", "BBB"))
    assert place["best"].to_list() == [11, 22, None, 44]
    assert place["status"].to_list() == ["observed", "observed", "unknown", "observed"]
    assert place["unit_id"].unique().to_list() == ["TWO"]


def test_a_member_unknown_for_a_year_is_left_out_of_the_sum() -> None:
    frame = pl.concat([observed("AAA", [5] * 4 + [None] * 12), observed("BBB", [7] * 16)])
    place = gathering.place_observations(frame, region("AAA", "BBB"))
    assert place["best"].to_list()[-1] == 7


def test_the_forecast_of_a_region_adds_its_members_draw_by_draw() -> None:
    frame = pl.concat([observed("AAA", [3, 5, 8, 2] * 20), observed("BBB", [30, 50, 80, 20] * 20)])
    made = {}

    def keep(key, make):
        return made.setdefault(key, make())

    outlook = outlooks.outlook_of(frame, region("AAA", "BBB"), DAY, keep)
    assert outlook is not None
    assert outlook.origin_month == LAST
    assert outlook.draws.shape == (7, outlooks.DRAWS)
    assert outlook.skill is not None
    assert outlook.skill.month_to <= LAST - 7, "every truth was known"
    alone = outlooks.outlook_of(frame, region("BBB"), DAY, keep)
    assert np.median(outlook.draws) >= np.median(alone.draws)
    before = len(made)
    outlooks.outlook_of(frame, region("AAA", "BBB"), DAY, keep)
    assert len(made) == before, "the second time everything is kept"


def test_other_months_have_other_keys() -> None:
    keys: set[str] = set()

    def note(key, make):
        keys.add(key)
        return make()

    for first in (3, 4):
        frame = observed("AAA", [first, *[3, 5, 8, 2] * 20])
        outlooks.outlook_of(frame, region("AAA"), DAY, note)
    assert len({key.rpartition("-")[0] for key in keys}) * 2 == len(keys)


def test_nothing_known_gives_no_forecast() -> None:
    assert outlooks.outlook_of(observed("AAA", [None] * 30), region("AAA"), DAY) is None


def events(months: range, released: date = DAY, deaths: int = 2) -> Candidate:
    rows = [
        {
            "event_id": f"{month}-{pair}",
            "source": "invented",
            "source_row": 2,
            "violence": "sb",
            "iso3": "AAA",
            "date_start": date(1980 + (month - 1) // 12, (month - 1) % 12 + 1, 3),
            "date_end": date(1980 + (month - 1) // 12, (month - 1) % 12 + 1, 3),
            "dyad": None,
            "side_a": "Government",
            "side_b": pair,
            "best": best,
        }
        for month in months
        for pair, best in (("Reds", deaths), ("Blues", deaths // 2))
    ]
    frame = pl.DataFrame(rows, schema_overrides=EVENTS.schema)
    frame = frame.with_columns(
        pl.lit(None, dtype).alias(name)
        for name, dtype in EVENTS.schema.items()
        if name not in frame.columns
    )
    snapshot = Snapshot(
        snapshot_id=f"invented/1-{(released - DAY).days}", source="invented", title="Invented",
        publisher="Nobody", version="1", released_on=released, licence="CC0",
        citation="Nobody (2023)", url="",
        file_name="a.csv", file_bytes=1, sha256="0" * 64, parts=(),
        coverage=Coverage(month_from=months[0], month_to=months[-1]),
    )  # fmt: skip
    return Candidate(snapshot, "events", frame)


def test_dyads_are_counted_where_a_whole_year_is_held() -> None:
    held = events(range(LAST - 11, LAST + 1))
    dyads, months = opponents.dyads_of(observed("AAA", [3] * 12), [held], region("AAA"))
    assert months == 12
    assert dyads.rows() == [("Government – Reds", 24, 12), ("Government – Blues", 12, 12)]


def test_dyads_are_not_counted_from_a_part_of_the_year() -> None:
    held = events(range(LAST - 2, LAST + 1))
    unit = observed("AAA", [None] * 9 + [3] * 3)
    assert opponents.dyads_of(unit, [held], region("AAA")) == (None, 3)


def test_types_of_violence_are_counted_from_events() -> None:
    held = events(range(LAST - 11, LAST + 1))
    kinds = opponents.kinds_of(observed("AAA", [3] * 12), [held], region("AAA"))
    assert kinds["events"].sum() == 24
    assert kinds["violence"].unique().to_list() == ["sb"]


def test_incidents_are_those_of_the_last_months_as_the_release_of_then_has_them() -> None:
    then = events(range(LAST - 20, LAST + 1), date(2023, 6, 20))
    later = events(range(LAST - 20, LAST + 3), date(2024, 6, 20), deaths=50)
    unit, scope = observed("AAA", [3] * 12), region("AAA")
    found = incidents.incidents_of(unit, [then, later], scope, DAY, False)
    assert found["month"].unique().sort().to_list() == [LAST - 1, LAST]
    assert found["best"].to_list() == [2, 2, 1, 1], "the deadliest first, nothing learned later"
    assert found["snapshot"].unique().to_list() == [then.snapshot.snapshot_id]
    alone = incidents.incidents_of(unit, [later], scope, DAY, False)
    assert len(alone) == 0
    rebuilt = incidents.incidents_of(unit, [later], scope, DAY, True)
    assert rebuilt["month"].max() == LAST, "a later release is cut at what had appeared by then"
    assert len(incidents.incidents_of(unit, [then], region("BBB"), DAY, False)) == 0
