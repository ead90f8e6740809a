"""What earlier years teach: nothing later reaches it, the budget holds, and a pass gets it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.warning.conftest import FAR, HERE, NEXT, counts_of
from tests.warning.test_scorecard import BOOK, FIRST, LAST, invented
from tests.warning.test_scorecard import evidence_of as monthly

from tocsin.tables.bodies import Words
from tocsin.warning.hazards import FEATURES, Hazards, build_features, harms_ahead
from tocsin.warning.indicators import HazardRule
from tocsin.warning.learning import alarms, history_of, learn, lesson, lessons_from, to_lessons
from tocsin.warning.scorecard import replay_rules

RULE = HazardRule(title=Words("t", "t"), deaths=25, months=3, at_least=0.3)
YEAR = 2016
JANUARY = (YEAR - 1980) * 12 + 1


def hazards_of(rows: dict[str, list[float]]) -> Hazards:
    total = np.nansum(np.array(list(rows.values())), axis=0)
    return Hazards(
        {
            ("admin1", "ged_all"): counts_of(rows, LAST),
            ("country", "ged_all"): counts_of({"XEX": total}, LAST, "country"),
        }
    )


def three(seed: int) -> dict[str, list[float]]:
    return {**invented(seed), FAR: invented(seed + 1)[HERE]}


@settings(max_examples=15)
@given(st.integers(0, 4), st.integers(0, 47), st.floats(0, 500))
def test_what_comes_after_a_january_changes_nothing_learned_in_it(
    seed: int, month: int, deaths: float
) -> None:
    rows = three(seed)
    changed = {name: list(row) for name, row in rows.items()}
    place = JANUARY - FIRST + month
    for row in changed.values():
        row[place] = deaths
    fit, other = (hazards_of(each).fit(RULE, "admin1", YEAR) for each in (rows, changed))
    assert fit is not None
    assert other is not None
    assert np.array_equal(fit.weights, other.weights)
    before, after = (
        hazards_of(each).chances(RULE, "admin1", JANUARY - 1)[0] for each in (rows, changed)
    )
    assert np.array_equal(before, after)


def test_chances_are_ordered_as_the_harm_is() -> None:
    """Where there is war now the chance is high, where there never was it is low."""
    rows = three(3)
    found = hazards_of(rows)
    counts = found.counts["admin1", "ged_all"]
    scored = []
    for month in range(JANUARY, JANUARY + 36):
        chance, unknown = found.chances(RULE, "admin1", month)
        assert not unknown.any()
        came = harms_ahead(counts.values, np.array([month - FIRST]), RULE)[:, 0]
        scored += list(zip(chance, came, counts.units, strict=True))
    harmed = np.mean([chance for chance, came, _ in scored if came == 1])
    spared = np.mean([chance for chance, came, _ in scored if came == 0])
    never = np.mean([chance for chance, _, unit in scored if unit == NEXT])
    assert harmed > 0.6 > 0.3 > spared
    assert never < 0.1


def test_a_chance_is_unknown_where_the_last_months_are() -> None:
    rows = three(1)
    rows[NEXT][JANUARY - FIRST - 2] = float("nan")
    _, unknown = hazards_of(rows).chances(RULE, "admin1", JANUARY - 1)
    assert unknown.tolist() == [unit == NEXT for unit in rows]
    _, before_learning = hazards_of(rows).chances(RULE, "admin1", FIRST + 3)
    assert before_learning.all()


def test_an_onset_has_no_chance_where_the_harm_is() -> None:
    rows = three(2)
    place = JANUARY - 1 - FIRST
    rows[HERE][place] = 40
    onset = HazardRule(title=RULE.title, deaths=25, months=3, at_least=0.3, from_quiet=True)
    chance, _ = hazards_of(rows).chances(onset, "admin1", JANUARY - 1)
    assert chance[0] == 0


def test_features_look_back_only() -> None:
    rows = three(1)
    counts = counts_of(rows, LAST)
    cut = counts_of({name: row[:-30] for name, row in rows.items()}, LAST - 30)
    whole, part = build_features(counts, None, 25), build_features(cut, None, 25)
    assert np.array_equal(whole[:, : part.shape[1]], part)


def test_the_most_watchful_threshold_within_the_budget_is_taken() -> None:
    history = history_of(BOOK, "mass-casualty", monthly(three(5)))
    found = lesson(history, YEAR)
    assert found is not None
    assert found.alarms_a_week <= history.problem.budget
    train = history.until(JANUARY)[-60:]
    for factor, rank in history.by_factor.items():
        if factor < found.factor:
            weeks = len(train) * 52.18 / 12
            assert alarms(rank)[:, train].sum() / weeks > history.problem.budget


def test_a_pass_gets_what_the_scorecard_learned() -> None:
    evidence = monthly(three(5))
    scored = replay_rules(BOOK, "mass-casualty", evidence, JANUARY)
    until = [month < JANUARY + 4 for month in evidence.known_month]
    kept = sum(until)
    then = type(evidence)(
        clocks=evidence.clocks[:kept],
        known_month=evidence.known_month[:kept],
        counts=evidence.counts,
        hazards=Hazards(evidence.counts),
    )
    lessons = learn(BOOK, then, YEAR)
    assert lessons.factors["mass-casualty"] == scored.lessons[YEAR].factor
    again = lessons_from(to_lessons(lessons))
    assert again.factors == lessons.factors
    assert again.likelihood == lessons.likelihood
    assert {key: fit is None for key, fit in again.fits.items()} == {
        key: fit is None for key, fit in lessons.fits.items()
    }
    first = Hazards(evidence.counts, dict(again.fits)).chances(RULE, "admin1", JANUARY + 2)[0]
    assert first == pytest.approx(Hazards(evidence.counts).chances(RULE, "admin1", JANUARY + 2)[0])


def test_a_chance_names_what_raises_it() -> None:
    rows = three(3)
    found = hazards_of(rows)
    war = next(m for m in range(JANUARY, JANUARY + 40) if rows[HERE][m - FIRST] > 20)
    because = [each.en for each in found.reasons(RULE, "admin1", HERE, war)]
    assert 0 < len(because) <= 3
    assert any("deaths" in each or "share" in each or "since" in each for each in because)
    assert len(FEATURES) == build_features(counts_of(rows, LAST), None, 25).shape[-1]
