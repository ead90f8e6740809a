"""What the fit of the pool's shares minimises is the score of the pooled draws themselves."""

import numpy as np
import pytest

from tocsin.evaluation.kernels import crps_sample, ignorance
from tocsin.evaluation.measures import log_crps
from tocsin.models.fitting import DRAWS_SCORED, build_evidence, fit_shares, join_evidence


def parts(rows: int = 40, draws: int = 500, seed: int = 1):
    rng = np.random.default_rng(seed)
    observed = rng.negative_binomial(0.5, 0.02, rows).astype(float)
    samples = [
        rng.negative_binomial(0.5, 0.02, (rows, draws)),
        rng.negative_binomial(2.0, 0.1, (rows, draws)),
        rng.poisson(60, (rows, draws)),
    ]
    return observed, [part.astype(np.int32) for part in samples]


def evidence(observed, samples, state=None, group=None):
    rows = len(observed)
    zeros = np.zeros(rows, np.intp)
    return build_evidence(
        samples,
        observed,
        np.ones(rows),
        zeros if state is None else state,
        zeros if group is None else group,
    )


def test_equal_shares_score_like_the_draws_thrown_together() -> None:
    observed, samples = parts()
    found = evidence(observed, samples)
    equal = np.full(3, 1 / 3)
    together = np.concatenate(samples, axis=1)
    np.testing.assert_allclose(found.crps(equal), crps_sample(observed, together), atol=1e-8)
    np.testing.assert_allclose(found.log_crps(equal), log_crps(observed, together), atol=1e-8)


def test_uneven_shares_score_like_draws_taken_in_that_proportion() -> None:
    observed, samples = parts()
    found = evidence(observed, samples)
    # Shares of 1/6, 2/6 and 3/6 are each component once, twice and three times.
    mixed = np.concatenate([samples[0], *[samples[1]] * 2, *[samples[2]] * 3], axis=1)
    shares = np.array([1, 2, 3]) / 6
    np.testing.assert_allclose(found.crps(shares), crps_sample(observed, mixed), atol=1e-8)
    np.testing.assert_allclose(found.log_crps(shares), log_crps(observed, mixed), atol=1e-8)


def test_a_single_component_scores_like_itself() -> None:
    observed, samples = parts(draws=DRAWS_SCORED)
    found = evidence(observed, samples)
    for index, draws in enumerate(samples):
        alone = np.eye(3)[index]
        np.testing.assert_allclose(found.crps(alone), crps_sample(observed, draws), atol=1e-8)
        np.testing.assert_allclose(found.ign(alone), ignorance(observed, draws), atol=1e-9)


def test_the_log_score_of_a_pool_is_that_of_its_shares_of_draws() -> None:
    observed, samples = parts(draws=400)
    found = evidence(observed, samples)
    # 200, 400 and 400 of a thousand draws.
    shares = np.array([0.2, 0.4, 0.4])
    pooled = np.concatenate(
        [samples[0][:, :0]] + [samples[0]] + [samples[1]] * 2 + [samples[2]] * 2, 1
    )
    assert pooled.shape[1] == 2 * DRAWS_SCORED
    edges_share = 2.0 ** -ignorance(observed, pooled)
    counted = edges_share * (pooled.shape[1] + 11) - 1
    expected = -np.log2((counted / 2 + 1) / (DRAWS_SCORED + 11))
    np.testing.assert_allclose(found.ign(shares), expected, atol=1e-9)


def test_the_better_component_gets_the_larger_share_where_it_is_better() -> None:
    observed, samples = parts(rows=400)
    rng = np.random.default_rng(9)
    state = np.repeat([0, 1], 200)
    # In state 1 the Poisson is right: what happened is drawn from it.
    observed[state == 1] = rng.poisson(60, 200)
    shares = fit_shares(evidence(observed, samples, state), states=2, groups=1)
    assert shares.shape == (2, 1, 3)
    np.testing.assert_allclose(shares.sum(axis=2), 1)
    assert (shares >= 0).all()
    assert shares[0, 0, 0] > 0.5 > shares[0, 0, 2]
    assert shares[1, 0, 2] > 0.7


def test_fitted_shares_do_not_score_worse_than_equal_ones() -> None:
    observed, samples = parts(rows=300)
    found = evidence(observed, samples)
    fitted = fit_shares(found, 1, 1)[0, 0]
    equal = np.full(3, 1 / 3)
    assert found.crps(fitted).mean() <= found.crps(equal).mean()
    assert found.ign(fitted).mean() <= found.ign(equal).mean()


def test_a_state_without_rows_takes_the_shares_of_all() -> None:
    observed, samples = parts(rows=200)
    shares = fit_shares(evidence(observed, samples), states=2, groups=2)
    np.testing.assert_allclose(shares[1, 0], shares[1, 1])
    assert shares[1, 0].sum() == pytest.approx(1)


def test_evidence_of_several_origins_stands_one_below_the_other() -> None:
    observed, samples = parts(rows=30)
    whole = evidence(observed, samples)
    first = evidence(observed[:10], [part[:10] for part in samples])
    rest = evidence(observed[10:], [part[10:] for part in samples])
    joined = join_evidence([first, rest])
    np.testing.assert_allclose(joined.distance, whole.distance)
    np.testing.assert_allclose(joined.between, whole.between)
    np.testing.assert_allclose(whole.rows(np.arange(30) < 10).hit, first.hit)
