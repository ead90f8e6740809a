"""The upper tail of a pool, drawn in where wars are large.

Analogs of a large war are mostly smaller wars, and small wars grow by greater factors than large
ones do: rescaled, they foresee too much. Above the median of each month, the log of a draw is
therefore drawn towards that of the median by a factor that falls with the unit's level. The
factors were fitted on forecasts whose targets end before January 2018. Order is kept, so draws
stay the paths they were.
"""

from collections.abc import Sequence

import numpy as np

from tocsin.evaluation.kernels import all_scores
from tocsin.evaluation.measures import log_crps
from tocsin.models.baselines import COUNT_LIMIT, Samples
from tocsin.models.memory import Floats

# Deaths a month over the last year, and the factor at that level; straight between the logs of
# the levels, level outside.
Spread = Sequence[tuple[float, float]]

_FACTORS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)


def spread_at(level: Floats, spread: Spread) -> Floats:
    """(U,) factor at each level; 1 everywhere without knots.

    >>> spread_at(np.array([10.0, 400.0]), [(50, 1.0), (400, 0.75)]).tolist()
    [1.0, 0.75]
    """
    if not spread:
        return np.ones(len(level))
    knots, factors = np.array(spread, dtype=np.float64).T
    factor: Floats = np.interp(np.log(np.maximum(level, 1)), np.log(np.maximum(knots, 1)), factors)
    return factor


def temper(samples: Samples, level: Floats, spread: Spread) -> Samples:
    """Draws whose upper halves are drawn in by the factor of their unit's level.

    Parameters
    ----------
    samples : (U, H, S) counts
    level : (U,) deaths a month over the last year

    >>> temper(np.array([[[0, 9, 99]]], np.int32), np.array([500.0]), [(400, 0.5)]).tolist()
    [[[0, 9, 31]]]
    """
    factor = spread_at(level, spread)
    tempered = samples.copy()
    for unit in np.flatnonzero(factor != 1):
        logs = np.log1p(samples[unit].astype(np.float64))
        middle = np.median(logs, axis=1, keepdims=True)
        drawn_in = np.expm1(middle + factor[unit] * (logs - middle))
        kept = np.where(logs > middle, np.minimum(np.rint(drawn_in), COUNT_LIMIT), samples[unit])
        tempered[unit] = kept.astype(np.int32)
    return tempered


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


_WEIGHTS = np.array([1, 1, 0.5, 0.5, 1, 1])


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
