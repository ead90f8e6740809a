"""The factors by which upper tails are drawn in, fitted on forecasts of the past."""

import numpy as np

from tocsin.evaluation.kernels import all_scores
from tocsin.evaluation.measures import log_crps
from tocsin.models.baselines import Samples
from tocsin.models.memory import Floats
from tocsin.models.tails import Spread, temper

_FACTORS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)
# Of CRPS, interval score (each plain and over the level), log score, CRPS of the logs.
_WEIGHTS = np.array([1, 1, 0.5, 0.5, 1, 1])


def fit_spread(
    samples: Samples, observed: Floats, level: Floats, knots: tuple[float, float, float]
) -> Spread:
    """The factors at three levels, the first of which is 1, that lower the scores most.

    The loss adds CRPS, CRPS of the logs, log score and, at half weight, the interval score, each
    relative to that of the draws as they are; CRPS and interval score count once in deaths and
    once relative to the level.

    Parameters
    ----------
    samples : (N, S) pooled draws, one row a unit-month of the past
    observed, level : (N,) what happened, and the unit's deaths a month in the year before
    """
    rows = level > knots[0]
    draws, truth, scale = samples[rows][:, None], observed[rows], level[rows]
    if not len(truth):
        return tuple((knot, 1.0) for knot in knots)
    as_they_are = _scores(draws[:, 0], truth, scale)
    losses: dict[tuple[float, float], float] = {}
    for middle in _FACTORS:
        for upper in (factor for factor in _FACTORS if factor <= middle):
            spread = tuple(zip(knots, (1.0, middle, upper), strict=True))
            scores = _scores(temper(draws, scale, spread)[:, 0], truth, scale)
            losses[middle, upper] = float((_WEIGHTS * scores / as_they_are).sum())
    middle, upper = min(losses, key=lambda pair: losses[pair])
    return tuple(zip(knots, (1.0, middle, upper), strict=True))


def _scores(draws: Samples, truth: Floats, scale: Floats) -> Floats:
    found = all_scores(truth, draws)
    rows = [
        found["crps"],
        found["crps"] / scale,
        found["mis"],
        found["mis"] / scale,
        found["ign"],
        log_crps(truth, draws),
    ]
    means: Floats = np.mean(rows, axis=1)
    return means
