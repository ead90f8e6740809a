"""Levels: entered at once, left only after known quiet; and the Mali dossier's own story."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.warning.conftest import HERE, NEXT, at, evidence_of

from tocsin.dossiers import dossier_folder, require_dossier
from tocsin.warning.abouts import abouts_of
from tocsin.warning.assessing import assess, met, ranks
from tocsin.warning.evidence import Evidence, end_of_day
from tocsin.warning.judging import FIRES, QUIET, UNKNOWN
from tocsin.warning.looking import clocks_before
from tocsin.warning.problems import Criterion
from tocsin.warning.rulebook import shipped_rulebook

BOOK = shipped_rulebook()
DAY = 86_400.0
QUIET_AREA = BOOK.problems["quiet-area"]

three_valued = st.sampled_from([FIRES, QUIET, UNKNOWN])


def one(value: int):
    return np.array([value], np.int8)


@given(st.lists(three_valued, min_size=1, max_size=6), st.integers(1, 6), st.data())
def test_a_criterion_is_sure_only_when_no_unknown_could_change_it(values, needed, data) -> None:
    needed = min(needed, len(values))
    names = {str(index): one(value) for index, value in enumerate(values)}
    criterion = Criterion(of=tuple(names), at_least=needed)
    said = int(met(criterion, names)[0])
    filled = {
        name: one(data.draw(st.sampled_from([FIRES, QUIET])) if value[0] == UNKNOWN else value[0])
        for name, value in names.items()
    }
    if said != UNKNOWN:
        assert int(met(criterion, filled)[0]) == said


def entry_of(watch: list[int]):
    """Only the watch level moves."""
    never = np.full((1, len(watch)), QUIET, np.int8)
    return {
        "watch": np.array([watch], np.int8),
        "elevated": never,
        "alert": never,
        "imminent": never,
    }


def test_a_level_is_left_after_known_quiet_and_never_in_the_dark() -> None:
    clocks = np.arange(12) * 30 * DAY  # the watch level is left after 90 days
    quiet = ranks(QUIET_AREA, entry_of([FIRES] + [QUIET] * 11), clocks)[0]
    assert quiet.tolist() == [1, 1, 1] + [0] * 9
    dark = ranks(QUIET_AREA, entry_of([FIRES] + [UNKNOWN] * 11), clocks)[0]
    assert dark.tolist() == [1] * 12
    broken = [FIRES, QUIET, QUIET, UNKNOWN, QUIET, QUIET, QUIET, QUIET, QUIET, QUIET, QUIET, QUIET]
    assert ranks(QUIET_AREA, entry_of(broken), clocks)[0].tolist() == [1] * 6 + [0] * 6


def test_what_is_unknown_raises_nothing() -> None:
    clocks = np.arange(6) * 30 * DAY
    assert ranks(QUIET_AREA, entry_of([UNKNOWN] * 6), clocks).sum() == 0


def levels(day: date, problem: str = "handover-attack") -> dict[str, str]:
    statements = require_dossier(dossier_folder("mali")).statements
    now = end_of_day(day)
    clocks = clocks_before(now, BOOK)
    known = list(statements)
    evidence = Evidence(clocks=clocks, known_month=(500,) * len(clocks), statements=known)
    abouts = abouts_of(BOOK.problems[problem], evidence, now)
    return {each.about.id: each.level for each in assess(BOOK, problem, abouts, evidence)}


def test_mali_the_camps_of_the_cma_are_warned_of_on_30_june_2023() -> None:
    assert levels(date(2023, 6, 30)) == {
        f"camp:{name}": "alert" for name in ("aguelhok", "ber", "kidal", "tessalit")
    }
    assert levels(date(2023, 6, 29)) == {}  # no camp was known to be open before
    august = levels(date(2023, 8, 31))
    assert august == {f"camp:{name}": "imminent" for name in ("aguelhok", "kidal", "tessalit")}


def test_mali_the_chain_is_suspension_merger_mandate_and_air_cover() -> None:
    statements = require_dossier(dossier_folder("mali")).statements
    now = end_of_day(date(2023, 6, 30))
    evidence = Evidence(clocks=(now,), known_month=(521,), statements=statements)
    abouts = abouts_of(BOOK.problems["handover-attack"], evidence, now)
    found = next(each for each in assess(BOOK, "handover-attack", abouts, evidence))
    by_name = {each.indicator: each for each in found.firings}
    assert {"participation-suspended", "merger-declared", "mandate-ends", "air-cover-lost"} <= set(
        by_name
    )
    ids = {each.id: each for each in statements}
    suspended = [ids[name] for name in by_name["participation-suspended"].statements]
    assert [each.known_at for each in suspended] == ["2022-12-22"]
    assert all(evidence.known[name] <= now for each in found.firings for name in each.statements), (
        "nothing learned later"
    )


@pytest.mark.parametrize("day", [date(2020, 2, 13), date(2023, 6, 30), date(2023, 9, 30)])
def test_statements_known_later_change_no_earlier_level(day: date) -> None:
    statements = require_dossier(dossier_folder("mali")).statements
    now = end_of_day(day)
    clocks = clocks_before(now, BOOK)
    answers = []
    for kept in (
        statements,
        [each for each in statements if Evidence(clocks, statements=[each]).known[each.id] <= now],
    ):
        evidence = Evidence(clocks=clocks, known_month=(500,) * len(clocks), statements=kept)
        answers.append(
            [
                (each.problem, each.about.id, each.level, each.firings)
                for name in BOOK.problems
                for each in assess(
                    BOOK, name, abouts_of(BOOK.problems[name], evidence, now), evidence
                )
            ]
        )
    assert answers[0] == answers[1]


def test_a_country_nobody_counts_is_on_no_list_as_quiet() -> None:
    nan = float("nan")
    evidence = evidence_of(at("2023-06-30T12:00"), {HERE: [nan] * 40, NEXT: [nan] * 40})
    abouts = abouts_of(BOOK.problems["mass-casualty"], evidence, evidence.clocks[-1])
    held = {HERE: 3}
    found = {each.about.id: each for each in assess(BOOK, "mass-casualty", abouts, evidence, held)}
    assert found[HERE].level == "alert", "what is unknown lowers no level"
    assert found[HERE].not_known
