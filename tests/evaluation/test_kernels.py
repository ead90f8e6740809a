"""The three scores: against brute force, against scoringrules, and for what they must do."""

import numpy as np
import pytest
import scoringrules as sr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tocsin.errors import NegativeCount, ShapeMismatch
from tocsin.evaluation import all_scores, crps_sample, ignorance, interval_score
from tocsin.evaluation.kernels import IGNORANCE_EDGES

counts = hnp.arrays(
    np.int64, st.tuples(st.integers(1, 6), st.integers(1, 40)), elements=st.integers(0, 3000)
)


def truth_for(draws, data):
    return data.draw(hnp.arrays(np.int64, len(draws), elements=st.integers(0, 3000)))


def brute_crps(observed, draws):
    x = draws.astype(float)
    between = np.abs(x[:, :, None] - x[:, None, :]).mean(axis=(1, 2))
    return np.abs(x - observed[:, None]).mean(axis=1) - between / 2


def brute_ignorance(observed, draws):
    edges = [*IGNORANCE_EDGES, np.inf]
    bits = []
    for y, row in zip(observed, draws, strict=True):
        counted = np.histogram(row, edges)[0] + 1
        category = np.flatnonzero(np.histogram([y], edges)[0])[0]
        bits.append(-np.log2(counted[category] / counted.sum()))
    return np.array(bits)


def brute_interval(observed, draws):
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    below, above = (low - observed).clip(min=0), (observed - high).clip(min=0)
    return high - low + 20 * (below + above)


@settings(max_examples=80, deadline=None)
@given(counts, st.data())
def test_two_routes_to_one_number(draws, data) -> None:
    observed = truth_for(draws, data)
    np.testing.assert_allclose(crps_sample(observed, draws), brute_crps(observed, draws), atol=1e-9)
    np.testing.assert_allclose(ignorance(observed, draws), brute_ignorance(observed, draws))
    np.testing.assert_allclose(
        interval_score(observed, draws), brute_interval(observed, draws), rtol=1e-9, atol=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(counts, st.data())
def test_agrees_with_scoringrules_where_that_is_right(draws, data) -> None:
    observed = truth_for(draws, data)
    expected = sr.crps_ensemble(observed.astype(float), draws.astype(float), estimator="nrg")
    np.testing.assert_allclose(crps_sample(observed, draws), expected, atol=1e-8)
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)
    np.testing.assert_allclose(
        interval_score(observed, draws),
        sr.interval_score(observed.astype(float), low, high, 0.1),
        rtol=1e-9,
        atol=1e-9,
    )


@settings(max_examples=40, deadline=None)
@given(counts, st.integers(0, 2**32), st.integers(1, 50), st.data())
def test_invariances(draws, seed, amount, data) -> None:
    observed = truth_for(draws, data)
    shuffled = np.random.default_rng(seed).permuted(draws, axis=1)
    for name, values in all_scores(observed, draws).items():
        np.testing.assert_allclose(all_scores(observed, shuffled)[name], values, atol=1e-9)
    for kernel in (crps_sample, interval_score):
        base = kernel(observed, draws)
        np.testing.assert_allclose(kernel(observed + amount, draws + amount), base, atol=1e-7)
        np.testing.assert_allclose(
            kernel(observed * amount, draws * amount), base * amount, rtol=1e-9, atol=1e-7
        )
    twice = np.concatenate([draws, draws], axis=1)
    np.testing.assert_allclose(
        crps_sample(observed, twice), crps_sample(observed, draws), atol=1e-9
    )


def test_the_true_distribution_scores_best() -> None:
    """Propriety, by simulation: forecasting the process that makes the data beats all others."""
    rng = np.random.default_rng(7)
    rows, draws = 6000, 200
    observed = rng.negative_binomial(0.5, 0.02, rows)
    offers = {
        "true": rng.negative_binomial(0.5, 0.02, (rows, draws)),
        "too low": rng.negative_binomial(0.5, 0.05, (rows, draws)),
        "too high": rng.negative_binomial(0.5, 0.01, (rows, draws)),
        "too sharp": rng.poisson(24.5, (rows, draws)),
        "too wide": rng.negative_binomial(0.1, 0.004, (rows, draws)),
    }
    means = {name: all_scores(observed, offer) for name, offer in offers.items()}
    for measure in ("crps", "ign", "mis"):
        best = min(means, key=lambda name: means[name][measure].mean())
        assert best == "true", measure


def test_degenerate_forecasts() -> None:
    zeros = all_scores([0, 5], np.zeros((2, 1000), int))
    assert zeros["crps"].tolist() == [0, 5]
    assert zeros["ign"] == pytest.approx([np.log2(1011 / 1001), np.log2(1011)])
    assert zeros["mis"] == pytest.approx([0, 100])
    one = all_scores([4], [[4]])
    assert (one["crps"][0], one["mis"][0]) == (0, 0)
    huge = all_scores([2_000_000_000], np.full((1, 10), 2_000_000_000, np.int32))
    assert huge["crps"][0] == 0
    assert all(len(values) == 0 for values in all_scores([], np.empty((0, 5), int)).values())


def test_a_million_draws_and_many_blocks() -> None:
    rng = np.random.default_rng(3)
    wide = rng.poisson(3, (1, 1_000_000))
    assert crps_sample([3], wide)[0] == pytest.approx(
        sr.crps_ensemble(3.0, wide[0, :2000].astype(float)), abs=0.05
    )
    observed, draws = rng.poisson(2, 5000), rng.poisson(2, (5000, 500))
    together = all_scores(observed, draws)
    apart = all_scores(observed[4000:], draws[4000:])
    for name in together:
        np.testing.assert_allclose(together[name][4000:], apart[name], rtol=1e-12)


@pytest.mark.parametrize(
    ("observed", "draws", "error"),
    [
        ([1, 2], [[1, 2]], ShapeMismatch),
        ([1], [1, 2], ShapeMismatch),
        ([1], np.empty((1, 0)), ShapeMismatch),
        ([float("nan")], [[1]], ShapeMismatch),
        ([1], [[float("inf")]], ShapeMismatch),
        ([-1], [[1]], NegativeCount),
        ([1], [[-1]], NegativeCount),
    ],
)
def test_what_cannot_be_scored_is_refused(observed, draws, error) -> None:
    with pytest.raises(error):
        all_scores(observed, draws)
