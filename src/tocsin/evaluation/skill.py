"""Skill against a baseline, and how sure one may be of it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData, ShapeMismatch
from tocsin.evaluation.kernels import Floats

# What a round of the bootstrap draws anew: blocks of months, units, or both at once.
Over = Literal["both", "months", "units"]


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
    over: Over = "both",
    block: int = 3,
    rounds: int = 500,
    seed: int = 1,
) -> Skill:
    """Skill of paired scores with a bootstrap over blocks of months and over units.

    Wars last and spread, so rows are not independent: each round draws blocks of `block` months
    and, of those, units, with replacement, and takes the ratio of the two means (Politis & Romano
    1994, doi:10.1080/01621459.1994.10476870, with blocks that do not overlap).

    Parameters
    ----------
    score, baseline : (N,) scores of the same forecasts
    units, months : (N,) unit and target month of each
    over : what is drawn anew; with "months" or "units" the other stays as it was

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
    often_units, often_blocks = _draws(*shape, over, rounds, seed)
    below = (often_units @ theirs * often_blocks).sum(axis=1)
    held = below > 0
    ratios = (often_units @ ours * often_blocks).sum(axis=1)[held] / below[held]
    if not ratios.size:
        raise NotEnoughData("there is no score of the baseline to compare with")
    low, high = np.quantile(ratios, [0.05, 0.95])
    return Skill(
        float(1 - score.sum() / baseline.sum()), float(1 - high), float(1 - low), len(score)
    )


@lru_cache(maxsize=64)
def _draws(units: int, blocks: int, over: Over, rounds: int, seed: int) -> tuple[Floats, Floats]:
    """How often each unit (rounds, units) and each block (rounds, blocks) counts in each round.

    An account asks for hundreds of intervals of the same shape: they share their draws.
    """
    rng = np.random.default_rng(seed)
    often_units, often_blocks = np.ones((rounds, units)), np.ones((rounds, blocks))
    for each in range(rounds):
        if over != "months":
            often_units[each] = _drawn(rng, units)
        if over != "units":
            often_blocks[each] = _drawn(rng, blocks)
    often_units.setflags(write=False)
    often_blocks.setflags(write=False)
    return often_units, often_blocks


def _drawn(rng: np.random.Generator, count: int) -> Floats:
    """How often each of `count` things is drawn in `count` draws with replacement."""
    return np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)
