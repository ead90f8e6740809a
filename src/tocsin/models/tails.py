"""The upper tail of a pool, drawn in where wars are large.

Analogs of a large war are mostly smaller wars, and small wars grow by greater factors than large
ones do: rescaled, they foresee too much. Above the median of each month, the log of a draw is
therefore drawn towards that of the median by a factor that falls with the unit's level. The
factors were fitted on forecasts whose targets end before January 2018. Order is kept, so draws
stay the paths they were.

The very end of the tail is bounded: a ratio taken from a small war, applied to a large one, once
in a few thousand draws foresaw more deaths in a month than there are people.
"""

from collections.abc import Sequence

import numpy as np

from tocsin.models.baselines import COUNT_LIMIT, Samples
from tocsin.models.memory import Floats

# Deaths a month over the last year, and the factor at that level; straight between the logs of
# the levels, level outside.
Spread = Sequence[tuple[float, float]]
# No month is foreseen above so many times the unit's own worst one, nor above the worst of any
# unit; a unit of whatever past may see the floor. Of six bounds tried on origins before 2018 none
# moved any score by more than 0.03 % of CRPS; this one worsened it at no origin.
_TIMES_OWN_WORST = 20
_FLOOR = 5000


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


def bounded(samples: Samples, values: Floats) -> Samples:
    """Draws cut at what history makes thinkable: see `_TIMES_OWN_WORST`.

    Parameters
    ----------
    samples : (U, H, S) counts
    values : (U, M) counts of the past, NaN where unknown

    >>> past = np.array([[3.0, 9.0], [8000.0, np.nan]])
    >>> bounded(np.array([[[7, 10**6]], [[7, 10**6]]], np.int32), past).tolist()
    [[[7, 5000]], [[7, 8000]]]
    """
    known = np.nan_to_num(values)
    own = known.max(axis=1, initial=0)
    worst = min(max(own.max(initial=0), _FLOOR), COUNT_LIMIT)
    bound = np.clip(_TIMES_OWN_WORST * own, _FLOOR, worst)
    cut: Samples = np.minimum(samples, bound.astype(np.int32)[:, None, None])
    return cut
