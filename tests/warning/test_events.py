"""Events as rules see them: none twice, none too early; a list in part proves no calm."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.warning.conftest import HERE, at

from tocsin.panel import Candidate
from tocsin.tables.bodies import Words
from tocsin.tables.declared import EVENTS
from tocsin.tables.months import last_known_month
from tocsin.tables.snapshots import Coverage, Snapshot
from tocsin.warning.abouts import About
from tocsin.warning.events import COVER, KEPT, Events, build_events
from tocsin.warning.evidence import Evidence
from tocsin.warning.firings import firing
from tocsin.warning.indicators import EventRule
from tocsin.warning.judging import FIRES, QUIET, UNKNOWN, measure, states

T = Words("t", "t")
ABOUT = About(HERE, HERE, "XEX", T)
CLOCK = at("2023-06-30T12:00")  # knows May 2023
MAY = 521


def row(day: date, best: int = 10, civilians: int = 0, unit: str = HERE, side: str = "A") -> dict:
    return {
        "iso3": "XEX", "unit_id": unit, "month": (day.year - 1980) * 12 + day.month,
        "date_end": day, "violence": "sb", "side_a": side, "side_b": "B", "best": float(best),
        "civilians": float(civilians), "snapshot": "list/1", "reconstructed": False,
    }  # fmt: skip


def evidence_of(rows: list[dict], whole: bool = True) -> Evidence:
    cover = pl.DataFrame(
        {"iso3": ["XEX"] * 24, "month": list(range(MAY - 20, MAY + 4)), "whole": [whole] * 24},
        schema=COVER,
    )
    frame = pl.DataFrame(rows, schema=KEPT).sort("date_end")
    return Evidence((CLOCK,), (last_known_month(CLOCK.date()),), events=Events(frame, cover))


def judged(rule: EventRule, evidence: Evidence) -> int:
    return int(states(rule, measure(rule, [ABOUT], evidence))[0, -1])


def rule_of(measured: str, at_least: float, **fields) -> EventRule:
    return EventRule(title=T, measure=measured, days=30, at_least=at_least, **fields)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [("number", 2), ("deaths", 17), ("largest", 12), ("civilian_deaths", 4)],
)
def test_what_a_rule_counts_is_what_a_person_counts(measured: str, expected: int) -> None:
    rows = [
        row(date(2023, 5, 1), 99, 9),  # thirty-one days before the last known day
        row(date(2023, 5, 2), 12, 4),
        row(date(2023, 5, 31), 5),
        row(date(2023, 6, 2), 500, 400),  # not known on 30 June
        row(date(2023, 5, 20), 70, 7, unit="XEX.brin"),
    ]
    evidence = evidence_of(rows)
    assert judged(rule_of(measured, expected), evidence) == FIRES
    assert judged(rule_of(measured, expected + 1), evidence) == QUIET


def test_a_side_is_found_by_its_words() -> None:
    evidence = evidence_of([row(date(2023, 5, 9), side="Katiba of the Valley")])
    assert judged(rule_of("number", 1, side="valley katiba"), evidence) == FIRES
    assert judged(rule_of("number", 1, side="other"), evidence) == QUIET


def test_a_list_that_is_not_whole_shows_harm_but_no_calm() -> None:
    part = evidence_of([row(date(2023, 5, 9), 12)], whole=False)
    assert judged(rule_of("deaths", 10), part) == FIRES
    assert judged(rule_of("deaths", 13), part) == UNKNOWN
    nowhere = Evidence((CLOCK,), (MAY,), events=Events())
    assert judged(rule_of("deaths", 1), nowhere) == UNKNOWN
    assert judged(rule_of("deaths", 1), Evidence((CLOCK,), (MAY,))) == UNKNOWN


def test_a_firing_names_the_list_and_the_days() -> None:
    rule = rule_of("number", 1)
    found = firing("many", rule, ABOUT, evidence_of([row(date(2023, 5, 9))]), 1.0)
    assert found.snapshots == ("list/1",)
    assert found.unit == "events"
    assert found.note.en == "1 events from 2023-05-02 to 2023-05-31"


@given(st.lists(st.integers(0, 29), max_size=8))
def test_events_known_later_change_no_earlier_answer(days: list[int]) -> None:
    held = [row(date(2023, 5, 9), 12)]
    later = [row(date(2023, 6, 1 + day), 50) for day in days]
    for at_least in (12, 13):
        rule = rule_of("deaths", at_least)
        assert judged(rule, evidence_of(held)) == judged(rule, evidence_of(held + later))


def snapshot(name: str, released: date, first: int, last: int, complete: bool = True) -> Snapshot:
    cover = Coverage(month_from=first, month_to=last, units=("XEX",), complete=complete)
    return Snapshot(
        snapshot_id=name, source="ucdp_ged", title=name, publisher="p", version="1",
        released_on=released, licence="l", citation="c", url="u", file_name="f", file_bytes=1,
        sha256="0" * 64, parts=(), coverage=cover,
    )  # fmt: skip


def listed(name: str, days: list[date]) -> pl.DataFrame:
    schema = {column.name: column.dtype for column in EVENTS.columns}
    rows = [
        {"event_id": f"{name}{i}", "source": "ucdp_ged", "iso3": "XEX", "violence": "os",
         "date_start": day, "date_end": day, "best": 3}
        for i, day in enumerate(days)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def test_one_list_speaks_for_a_month_so_no_event_counts_twice() -> None:
    day, next_month = date(2023, 4, 3), date(2023, 5, 3)
    old = Candidate(
        snapshot("old", date(2023, 6, 1), 519, 521), "events", listed("a", [day, next_month])
    )
    new = Candidate(snapshot("new", date(2023, 6, 20), 519, 520), "events", listed("b", [day, day]))
    found = build_events([old, new], ["XEX"], date(2023, 6, 30), False)
    assert found.frame["snapshot"].to_list() == ["new", "new", "old"]
    assert found.frame["civilians"].to_list() == [3.0, 3.0, 3.0]  # all dead of one-sided violence
    assert found.is_whole("XEX", day, next_month)


def test_a_later_list_is_heard_only_if_a_reconstruction_is_asked_for() -> None:
    later = Candidate(
        snapshot("late", date(2025, 6, 1), 500, 534), "events",
        listed("a", [date(2023, 5, 3), date(2023, 6, 3)]),
    )  # fmt: skip
    assert build_events([later], ["XEX"], date(2023, 6, 30), False).frame.is_empty()
    rebuilt = build_events([later], ["XEX"], date(2023, 6, 30), True)
    assert rebuilt.frame["date_end"].to_list() == [date(2023, 5, 3)]
    assert rebuilt.frame["reconstructed"].all()
