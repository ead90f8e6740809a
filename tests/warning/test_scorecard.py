"""The scorecard on an invented country: what it counts is what a person would count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.warning.conftest import HERE, NEXT, counts_of

from tocsin.errors import UsageError
from tocsin.tables.months import candidate_release_day
from tocsin.tables.when import last_moment
from tocsin.warning.evidence import Evidence
from tocsin.warning.hazards import Hazards, harms_ahead
from tocsin.warning.indicators import HazardRule
from tocsin.warning.learning import alarms
from tocsin.warning.rulebook import shipped_rulebook
from tocsin.warning.scorecard import replay_rules
from tocsin.warning.tallying import summary, worst_misses

BOOK = shipped_rulebook()
PROBLEM = BOOK.problems["mass-casualty"]
FIRST, LAST = 241, 480  # 2000-2019


def evidence_of(rows: dict[str, list[float]], last: int = LAST) -> Evidence:
    months = tuple(range(FIRST + 12, LAST - 3))
    clocks = tuple(last_moment(candidate_release_day(month).isoformat()) for month in months)
    total = np.nansum(np.array(list(rows.values())), axis=0)
    counts = {
        ("admin1", "ged_all"): counts_of(rows, last),
        ("country", "ged_all"): counts_of({"XEX": total}, last, "country"),
    }
    return Evidence(clocks=clocks, known_month=months, counts=counts, hazards=Hazards(counts))


def invented(seed: int) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    war = np.where(np.arange(LAST - FIRST + 1) % 40 < 15, rng.poisson(30, LAST - FIRST + 1), 0)
    return {HERE: war.astype(float).tolist(), NEXT: [0.0] * (LAST - FIRST + 1)}


def test_an_outcome_is_a_deadly_month_in_the_window_and_unknown_where_nobody_counted() -> None:
    nan = float("nan")
    values = np.array([[0, 0, 30, 0, 0, 0], [0, nan, 0, 0, 0, 0], [0, nan, 30, 0, 0, 0]])
    rule = HazardRule(title=PROBLEM.title, deaths=25, months=3, at_least=0.5)
    found = harms_ahead(values, np.array([0, 2]), rule)
    assert found[:, 0].tolist()[0] == 1
    assert np.isnan(found[1, 0])
    assert found[2, 0] == 1  # a harm that is known is known, whatever else is not
    assert found[:, 1].tolist() == [0, 0, 0]


def test_alarms_are_beginnings() -> None:
    assert alarms(np.array([[0, 3, 3, 4, 2, 3]], np.int8)).tolist() == [
        [False, True, False, False, False, True]
    ]


def test_figures_add_up_and_later_counts_change_nothing_before_them() -> None:
    rows = invented(1)
    found = replay_rules(BOOK, "mass-casualty", evidence_of(rows), 421)
    figures = summary(PROBLEM, found)["groups"]["other_countries"]
    assert figures["alarms"] > 0
    assert figures["area_months"] > 100
    assert figures["alarms"] == figures["alarms_hit"] + figures["false_alarms"]
    assert figures["area_months"] + figures["unknown_area_months"] == found.rank.size
    changed = {name: [*row[:-6], *([99.0] * 6)] for name, row in rows.items()}
    later = replay_rules(BOOK, "mass-casualty", evidence_of(changed), 421)
    cut = len(found.months) - 9  # outcomes look three months ahead
    assert (found.rank[:, :cut] == later.rank[:, :cut]).all()
    assert np.array_equal(found.chance[:, :cut], later.chance[:, :cut], equal_nan=True)


@given(st.integers(0, 5))
def test_a_miss_had_no_alarm_before_it(seed: int) -> None:
    found = replay_rules(BOOK, "mass-casualty", evidence_of(invented(seed)), 421)
    for miss in worst_misses(PROBLEM, found):
        assert miss["deaths"] >= PROBLEM.outcome.deaths
        assert miss["highest_rank_before"] < 3


def test_a_problem_without_counted_outcomes_has_no_scorecard() -> None:
    with pytest.raises(UsageError, match="not counted"):
        replay_rules(BOOK, "handover-attack", evidence_of(invented(1)), 421)
