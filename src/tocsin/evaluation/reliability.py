"""Are events that were given 20 % seen two times in ten? Reliability by isotonic regression.

CORP (Dimitriadis, Gneiting & Jordan 2021, doi:10.1073/pnas.2016191118): the recalibrated chance
is the isotonic regression of the event on the forecast, found by pooling adjacent violators, so
no bins are chosen; and the Brier score parts exactly into miscalibration, discrimination and
uncertainty.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.errors import NotEnoughData, ShapeMismatch
from tocsin.evaluation.kernels import Floats


@dataclass(frozen=True, eq=False)
class Reliability:
    """score = miscalibration - discrimination + uncertainty, exactly.

    Attributes
    ----------
    chances : (K,) the distinct forecasts, rising
    rates : (K,) recalibrated chance of each
    counts : (K,) how many forecasts each stands for
    low, high : (K,) band in which 90 % of the curves of a right forecast lie, point by point
    """

    chances: Floats
    rates: Floats
    counts: NDArray[np.int64]
    low: Floats
    high: Floats
    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


def reliability(
    chances: ArrayLike, happened: ArrayLike, *, rounds: int = 200, seed: int = 1
) -> Reliability:
    """The reliability curve of N forecasts of an event, and the parts of their Brier score.

    Parameters
    ----------
    chances : (N,) between 0 and 1
    happened : (N,) whether the event came

    Raises
    ------
    ShapeMismatch, NotEnoughData

    >>> found = reliability([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 1])
    >>> found.rates.tolist(), round(found.miscalibration, 2), found.discrimination
    ([0.0, 1.0], 0.04, 0.25)
    """
    given, came = require_events(chances, happened)
    levels, place = np.unique(given, return_inverse=True)
    counts = np.bincount(place)
    hits = np.bincount(place, weights=came)
    rates = isotonic(hits / counts, counts)
    base = float(came.mean())
    score = float(((given - came) ** 2).mean())
    recalibrated = float(((rates[place] - came) ** 2).mean())
    uncertainty = base * (1 - base)
    low, high = _consistency_band(levels, counts, rounds, seed)
    return Reliability(
        chances=levels,
        rates=rates,
        counts=counts,
        low=low,
        high=high,
        score=score,
        miscalibration=score - recalibrated,
        discrimination=uncertainty - recalibrated,
        uncertainty=uncertainty,
    )


def require_events(chances: ArrayLike, happened: ArrayLike) -> tuple[Floats, Floats]:
    """Chances between 0 and 1 and as many outcomes, 0 or 1.

    Raises
    ------
    ShapeMismatch, NotEnoughData
    """
    given = np.asarray(chances, dtype=np.float64)
    came = np.asarray(happened, dtype=np.float64)
    if given.ndim != 1 or given.shape != came.shape:
        raise ShapeMismatch("chances and outcomes differ in length")
    if not len(given):
        raise NotEnoughData("there is no forecast to judge")
    if not ((given >= 0) & (given <= 1)).all() or not np.isin(came, (0, 1)).all():
        raise ShapeMismatch("a chance lies outside 0 to 1, or an outcome is not yes or no")
    return given, came


def isotonic(values: Floats, weights: NDArray[np.int64] | Floats) -> Floats:
    """The rising sequence nearest to `values` in weighted squares: adjacent violators are pooled.

    >>> isotonic(np.array([1.0, 3.0, 2.0]), np.array([1, 1, 1])).tolist()
    [1.0, 2.5, 2.5]
    """
    means: list[float] = []
    masses: list[float] = []
    lengths: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, length = value, float(weight), 1
        while means and means[-1] >= mean:
            before = masses.pop()
            mean = (means.pop() * before + mean * mass) / (before + mass)
            mass += before
            length += lengths.pop()
        means.append(mean)
        masses.append(mass)
        lengths.append(length)
    return np.repeat(means, lengths)


def _consistency_band(
    levels: Floats, counts: NDArray[np.int64], rounds: int, seed: int
) -> tuple[Floats, Floats]:
    """Curves that a right forecast would give: its events are drawn from its own chances."""
    rng = np.random.default_rng(seed)
    curves = [isotonic(rng.binomial(counts, levels) / counts, counts) for _ in range(rounds)]
    low, high = np.quantile(curves, [0.05, 0.95], axis=0)
    return low, high
