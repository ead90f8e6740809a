"""Views of a forecast beyond the challenge's three scores, each found by a second route."""

import numpy as np
import pytest
import scoringrules as sr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tocsin.errors import NegativeCount, ShapeMismatch
from tocsin.evaluation import all_scores
from tocsin.evaluation.measures import (
    brier,
    chance_of,
    covered,
    every_measure,
    log_crps,
    randomised_pit,
    threshold_crps,
)

counts = hnp.arrays(
    np.int64, st.tuples(st.integers(1, 6), st.integers(1, 40)), elements=st.integers(0, 400)
)


def truth_for(draws, data):
    return data.draw(hnp.arrays(np.int64, len(draws), elements=st.integers(0, 400)))


@settings(max_examples=60, deadline=None)
@given(counts, st.data())
def test_agrees_with_scoringrules(draws, data) -> None:
    observed = truth_for(draws, data)
    y, x = observed.astype(float), draws.astype(float)
    np.testing.assert_allclose(
        log_crps(observed, draws),
        sr.crps_ensemble(np.log1p(y), np.log1p(x), estimator="nrg"),
        atol=1e-9,
    )
    np.testing.assert_allclose(
        threshold_crps(observed, draws),
        sr.twcrps_ensemble(y, x, v_func=lambda v: np.maximum(v, 25.0), estimator="nrg"),
        atol=1e-8,
    )
    for threshold in (1, 25):
        expected = sr.brier_score((y >= threshold).astype(float), chance_of(draws, threshold))
        np.testing.assert_allclose(brier(observed, draws, threshold), expected, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(counts, st.data())
def test_the_weighted_score_is_an_integral_of_brier_scores(draws, data) -> None:
    """CRPS is the Brier score of every threshold, summed; weighted, of those from 25 on."""
    observed = truth_for(draws, data)
    thresholds = range(26, 402)
    by_parts = sum(brier(observed, draws, threshold) for threshold in thresholds)
    np.testing.assert_allclose(threshold_crps(observed, draws), by_parts, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(counts, st.data())
def test_everything_at_once_says_the_same_as_each_alone(draws, data) -> None:
    observed = truth_for(draws, data)
    found = every_measure(observed, draws, np.random.default_rng(1))
    alone = all_scores(observed, draws) | {
        "log_crps": log_crps(observed, draws),
        "tw_crps_25": threshold_crps(observed, draws),
        "brier_1": brier(observed, draws, 1),
        "brier_25": brier(observed, draws, 25),
        "chance_1": chance_of(draws, 1),
        "chance_25": chance_of(draws, 25),
        "mean": draws.mean(axis=1),
        "q05": np.quantile(draws, 0.05, axis=1),
        "q50": np.median(draws, axis=1),
        "q95": np.quantile(draws, 0.95, axis=1),
        "covered": covered(observed, draws),
        "pit": randomised_pit(observed, draws, np.random.default_rng(1)),
    }
    for name, values in alone.items():
        np.testing.assert_allclose(found[name], values, atol=1e-9, err_msg=name)


def test_a_right_forecast_has_a_flat_pit_and_a_sharp_one_has_not() -> None:
    rng = np.random.default_rng(5)
    observed = rng.negative_binomial(0.3, 0.05, 4000)
    right = rng.negative_binomial(0.3, 0.05, (4000, 400))
    pit = randomised_pit(observed, right, rng)
    bars = np.histogram(pit, 10, (0, 1))[0]
    # 400 in each bar is expected, with a standard deviation of 19.
    assert bars.min() > 320
    assert bars.max() < 480
    sharp = randomised_pit(observed, np.full((4000, 400), 5), rng)
    assert np.histogram(sharp, 10, (0, 1))[0].max() > 1000


def test_ties_are_broken_by_chance_and_by_seed() -> None:
    zeros = np.zeros((500, 10), int)
    once = randomised_pit(np.zeros(500), zeros, np.random.default_rng(3))
    assert 0.4 < once.mean() < 0.6
    again = randomised_pit(np.zeros(500), zeros, np.random.default_rng(3))
    np.testing.assert_array_equal(once, again)


def test_coverage_counts_its_ends() -> None:
    assert covered([0, 10, 11], [[0, 10]] * 3).tolist() == [False, False, False]
    assert covered([0, 10, 11], [[0] * 10 + [10] * 10] * 3).tolist() == [True, True, False]


@pytest.mark.parametrize("measure", [log_crps, threshold_crps, covered])
def test_what_cannot_be_judged_is_refused(measure) -> None:
    with pytest.raises(NegativeCount):
        measure([-1], [[1]])
    with pytest.raises(ShapeMismatch):
        measure([1, 2], [[1]])
