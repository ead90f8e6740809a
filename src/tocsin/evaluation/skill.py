"""Skill against a baseline, and how sure one may be of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData, ShapeMismatch
from tocsin.evaluation.kernels import Floats


@dataclass(frozen=True)
class Skill:
    """One less the ratio of mean scores: 0 is the baseline, 1 is perfect; with a 90 % interval."""

    value: float
    low: float
    high: float
    rows: int


def skill(
    score: Floats,
    baseline: Floats,
    units: NDArray[np.generic],
    months: NDArray[np.generic],
    *,
    block: int = 3,
    rounds: int = 500,
    seed: int = 1,
) -> Skill:
    """Skill of paired scores with a bootstrap over blocks of months *and* over units.

    Wars last and spread, so rows are not independent: each round draws blocks of `block` months
    and, of those, units, with replacement, and takes the ratio of the two means.

    Parameters
    ----------
    score, baseline : (N,) scores of the same forecasts
    units, months : (N,) unit and target month of each

    Raises
    ------
    ShapeMismatch, NotEnoughData

    >>> skill(np.array([1.0]), np.array([2.0]), np.array(["A"]), np.array([1])).value
    0.5
    """
    if not len(score) == len(baseline) == len(units) == len(months):
        raise ShapeMismatch("scores, baseline, units and months differ in length")
    if not len(score) or baseline.sum() <= 0:
        raise NotEnoughData("there is no score of the baseline to compare with")
    _, unit = np.unique(units, return_inverse=True)
    month = months.astype(np.int64)
    _, stretch = np.unique((month - month.min()) // block, return_inverse=True)
    shape = (int(unit.max()) + 1, int(stretch.max()) + 1)
    ours, theirs = np.zeros(shape), np.zeros(shape)
    np.add.at(ours, (unit, stretch), score)
    np.add.at(theirs, (unit, stretch), baseline)
    rng = np.random.default_rng(seed)
    ratios = []
    for _ in range(rounds):
        weight_units = np.bincount(rng.integers(0, shape[0], shape[0]), minlength=shape[0])
        weight_blocks = np.bincount(rng.integers(0, shape[1], shape[1]), minlength=shape[1])
        below = float(weight_units @ theirs @ weight_blocks)
        if below > 0:
            ratios.append(float(weight_units @ ours @ weight_blocks) / below)
    low, high = np.quantile(ratios, [0.05, 0.95])
    return Skill(
        float(1 - score.sum() / baseline.sum()), float(1 - high), float(1 - low), len(score)
    )
