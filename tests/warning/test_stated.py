"""Problems whose harm people state: no statement proves no calm; Mali's camps case by case."""

from datetime import date

import pytest
from tests.warning.conftest import at

from tocsin.dossiers import dossier_folder, require_dossier
from tocsin.tables.months import last_day, last_known_month
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.evidence import Evidence
from tocsin.warning.learning import counted
from tocsin.warning.rulebook import shipped_rulebook
from tocsin.warning.stated import stated_scorecard

BOOK = shipped_rulebook()


def mali(until: int, keep=lambda one: True) -> Evidence:
    told = [one for one in require_dossier(dossier_folder("mali")).statements if keep(one)]
    months = range(509, until + 1)
    clocks = tuple(last_moment(last_day(month).isoformat()) for month in months)
    known = tuple(last_known_month(clock.date()) for clock in clocks)
    return Evidence(clocks, known, statements=told)


def known(one: Statement) -> date:
    return last_moment(one.known_at).date()


@pytest.fixture(scope="module")
def camps() -> dict:
    return stated_scorecard(BOOK, "handover-attack", mali(528), at("2023-01-01T00:00"))


def test_the_four_camps_of_mali_are_cases_with_their_lead(camps) -> None:
    told = {each["name"]["en"]: (each["outcome"], each["lead_days"]) for each in camps["cases"]}
    assert told["Ber"] == ("occurred", 44)
    assert told["Kidal"] == ("did_not_occur", None)
    assert camps["hits"] == 3
    assert camps["false_alarms"] == 1
    assert all(each["known_to_the_authors"] for each in camps["cases"])
    squares = [(0.625 - came) ** 2 for came in (1, 1, 1, 0)]  # alert states 45 to 80 %
    assert camps["brier"] == pytest.approx(sum(squares) / 4, abs=1e-4)


def test_without_a_word_on_what_became_of_a_camp_nothing_is_known() -> None:
    silent = mali(528, lambda one: one.kind != "camp" or known(one) <= date(2023, 7, 1))
    found = stated_scorecard(BOOK, "handover-attack", silent, at("2023-01-01T00:00"))
    assert {each["outcome"] for each in found["cases"]} == {"unknown"}
    assert found["brier"] is None


def test_a_harm_that_no_warning_announced_is_a_miss() -> None:
    blind = mali(528, lambda one: one.kind != "mandate")
    found = stated_scorecard(BOOK, "handover-attack", blind, at("2023-01-01T00:00"))
    assert found["misses"] == 3
    assert found["hits"] == 0


def test_each_problem_is_counted_stated_or_says_why_it_cannot_be_scored() -> None:
    for problem in BOOK.problems.values():
        unscored = bool(problem.outcome.unscored.en)
        assert unscored == bool(problem.outcome.unscored.fr)
        assert not (counted(problem) and unscored)
    assert {name for name, each in BOOK.problems.items() if each.outcome.unscored.en} == {
        "arms-flow", "electoral-violence", "town-blockade",
    }  # fmt: skip
