"""Reliability and ranking against their definitions and against another's code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, precision_recall_curve

from tocsin.errors import NotEnoughData, ShapeMismatch
from tocsin.evaluation.ranking import precision_recall
from tocsin.evaluation.reliability import isotonic, reliability

events = st.lists(
    st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=80
)


@settings(max_examples=100, deadline=None)
@given(events)
def test_the_parts_add_up_and_are_those_of_isotonic_regression(pairs) -> None:
    chance, came = np.array([p for p, _ in pairs]), np.array([float(y) for _, y in pairs])
    found = reliability(chance, came, rounds=2)
    assert found.score == pytest.approx(((chance - came) ** 2).mean())
    assert found.score == pytest.approx(
        found.miscalibration - found.discrimination + found.uncertainty, abs=1e-12
    )
    assert found.miscalibration >= -1e-12
    assert found.discrimination >= -1e-12
    assert (np.diff(found.rates) >= -1e-12).all()
    assert found.counts.sum() == len(pairs)
    fitted = IsotonicRegression(y_min=0, y_max=1).fit(chance, came).predict(found.chances)
    np.testing.assert_allclose(found.rates, fitted, atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 5)), min_size=1, max_size=30))
def test_pooling_keeps_the_mean_and_repeats_to_nothing(pairs) -> None:
    values = np.array([float(v) for v, _ in pairs])
    weights = np.array([w for _, w in pairs])
    once = isotonic(values, weights)
    assert (np.diff(once) >= 0).all()
    assert np.average(once, weights=weights) == pytest.approx(np.average(values, weights=weights))
    np.testing.assert_allclose(isotonic(once, weights), once, atol=1e-12)


def test_a_right_forecast_lies_in_its_band_and_a_boastful_one_does_not() -> None:
    rng = np.random.default_rng(8)
    chance = rng.integers(0, 11, 4000) / 10
    came = rng.random(4000) < chance
    right = reliability(chance, came)
    inside = (right.rates >= right.low - 1e-9) & (right.rates <= right.high + 1e-9)
    assert inside.mean() > 0.7
    boast = reliability(np.round(chance**0.3, 2), came)
    assert boast.miscalibration > 20 * right.miscalibration
    assert ((boast.rates < boast.low) | (boast.rates > boast.high)).mean() > 0.5


@settings(max_examples=100, deadline=None)
@given(events)
def test_precision_and_recall_agree_with_scikit_learn(pairs) -> None:
    chance, came = np.array([p for p, _ in pairs]), np.array([y for _, y in pairs])
    if not came.any():
        with pytest.raises(NotEnoughData):
            precision_recall(chance, came)
        return
    found = precision_recall(chance, came)
    assert found.average == pytest.approx(average_precision_score(came, chance))
    precision, recall, cuts = precision_recall_curve(came, chance)
    np.testing.assert_allclose(found.precision, precision[-2::-1])
    np.testing.assert_allclose(found.recall, recall[-2::-1])
    np.testing.assert_allclose(found.cuts, cuts[::-1])


def test_what_is_no_chance_is_refused() -> None:
    with pytest.raises(ShapeMismatch):
        reliability([1.2], [1])
    with pytest.raises(ShapeMismatch):
        reliability([0.2], [0.5])
    with pytest.raises(ShapeMismatch):
        reliability([0.2, 0.3], [1])
    with pytest.raises(NotEnoughData):
        reliability([], [])
