"""Skill, and an interval that knows that wars last."""

import numpy as np
import pytest

from tocsin.errors import NotEnoughData, ShapeMismatch
from tocsin.evaluation.skill import skill


def square(units: int, months: int) -> tuple[np.ndarray, np.ndarray]:
    unit, month = np.divmod(np.arange(units * months), months)
    return unit, month + 400


def test_skill_is_one_less_the_ratio_of_means() -> None:
    unit, month = square(4, 12)
    rng = np.random.default_rng(1)
    ours, theirs = rng.random(48), rng.random(48) + 0.5
    found = skill(ours, theirs, unit, month)
    assert found.value == pytest.approx(1 - ours.mean() / theirs.mean())
    assert found.low < found.value < found.high
    assert found.rows == 48
    # Order of the rows, and the names of units, do not matter to the value.
    order = rng.permutation(48)
    other = skill(ours[order], theirs[order], unit.astype(str)[order], month[order])
    assert other.value == pytest.approx(found.value)


def test_a_model_against_itself_has_none_and_a_constant_gain_has_no_doubt() -> None:
    unit, month = square(5, 12)
    scores = np.random.default_rng(2).random(60) + 0.1
    for over in ("both", "months", "units"):
        same = skill(scores, scores, unit, month, over=over)
        assert (same.value, same.low, same.high) == (0, 0, 0)
        tenth = skill(0.9 * scores, scores, unit, month, over=over)
        assert (tenth.low, tenth.high) == (pytest.approx(0.1), pytest.approx(0.1))


def test_one_unit_that_decides_all_is_seen_over_units_not_over_months() -> None:
    unit, month = square(30, 24)
    theirs = np.ones(len(unit))
    ours = np.where(unit == 0, 0.0, 1.02)
    over_units = skill(ours, theirs, unit, month, over="units", rounds=1000)
    over_months = skill(ours, theirs, unit, month, over="months", rounds=1000)
    assert over_months.high - over_months.low < 1e-9
    assert over_units.low < 0 < over_units.high


def test_one_season_that_decides_all_is_seen_over_months_not_over_units() -> None:
    unit, month = square(30, 24)
    theirs = np.ones(len(unit))
    ours = np.where(month < 403, 0.2, 1.05)
    over_units = skill(ours, theirs, unit, month, over="units", rounds=1000)
    over_months = skill(ours, theirs, unit, month, over="months", rounds=1000)
    assert over_units.high - over_units.low < 1e-9
    assert over_months.low < 0 < over_months.high


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Independent rows of known mean ratio: nine intervals in ten should hold 0.2."""
    rng = np.random.default_rng(11)
    unit, month = square(40, 60)
    held = 0
    for trial in range(120):
        theirs = rng.exponential(1.0, len(unit))
        ours = rng.exponential(0.8, len(unit))
        found = skill(ours, theirs, unit, month, over="months", rounds=200, seed=trial)
        held += found.low <= 0.2 <= found.high
    assert 0.78 <= held / 120 <= 0.97


def test_the_same_seed_gives_the_same_interval() -> None:
    unit, month = square(6, 12)
    rng = np.random.default_rng(4)
    ours, theirs = rng.random(72), rng.random(72)
    assert skill(ours, theirs, unit, month) == skill(ours, theirs, unit, month)
    assert skill(ours, theirs, unit, month) != skill(ours, theirs, unit, month, seed=2)


def test_what_cannot_be_compared_is_refused() -> None:
    one = np.array([1.0])
    with pytest.raises(ShapeMismatch):
        skill(one, np.ones(2), one, one)
    with pytest.raises(NotEnoughData):
        skill(one, np.zeros(1), one, one)
    with pytest.raises(NotEnoughData):
        skill(np.empty(0), np.empty(0), np.empty(0), np.empty(0))
