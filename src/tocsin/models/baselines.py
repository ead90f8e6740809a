"""The baselines of the VIEWS Prediction Challenge: what every model must beat.

Definitions: Hegre et al., arXiv 2407.11045, with s the first month of the window and the origin
s - 3. The empirical ones repeat their values evenly instead of sampling them, so that a baseline
carries no luck; draw i walks round the values month by month, so that a sum of months is a sum of
months that followed each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData
from tocsin.evaluation import History
from tocsin.models.memory import neighbour_table

Samples = NDArray[np.int32]
COUNT_LIMIT = 2_000_000_000  # draws are 32-bit


def known_tail(history: History, months: int) -> list[NDArray[np.float64]]:
    """Each unit's last `months` known counts, oldest first; fewer where fewer are known.

    Raises
    ------
    NotEnoughData, naming the units of which nothing is known.
    """
    recent = history.recent(months)
    tails = [row[~np.isnan(row)] for row in recent]
    for index in np.flatnonzero(np.isnan(recent).any(axis=1)):
        known = history.values[index][~np.isnan(history.values[index])]
        tails[index] = known[-months:]
    missing = [name for name, tail in zip(history.units, tails, strict=True) if not len(tail)]
    if missing:
        raise NotEnoughData(
            "nothing is known of {count} units, such as {units}",
            remedy="Leave these units out, or ingest a release that covers them.",
            count=len(missing),
            units=", ".join(missing[:3]),
        )
    return tails


@dataclass(frozen=True)
class Zero:
    """No deaths anywhere."""

    name: str = "zero"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Zeros."""
        del seed
        return np.zeros((len(history.units), len(horizons), draws), np.int32)


@dataclass(frozen=True)
class Last:
    """Poisson draws with the mean of the last known month."""

    name: str = "last"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Poisson draws, independent by month."""
        rng = np.random.default_rng([seed, history.origin])
        means = np.array([tail[-1] for tail in known_tail(history, 1)])
        samples = np.zeros((len(means), len(horizons), draws), np.int32)
        at_war = np.flatnonzero(means)
        size = (len(at_war), len(horizons), draws)
        samples[at_war] = rng.poisson(means[at_war][:, None, None], size)
        return samples


@dataclass(frozen=True)
class Bootstrap:
    """Draws from the pooled months of all units."""

    months: int = 240

    @property
    def name(self) -> str:
        return f"bootstrap{self.months}"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Draws with replacement, independent by month."""
        pool = history.recent(self.months)
        pool = pool[~np.isnan(pool)]
        if not len(pool):
            raise NotEnoughData("nothing is known of any unit")
        rng = np.random.default_rng([seed, history.origin])
        size = (len(history.units), len(horizons), draws)
        return to_counts(pool)[rng.integers(0, len(pool), size, dtype=np.int32)]


@dataclass(frozen=True)
class Conflictology:
    """A unit's own last known months, repeated."""

    months: int = 12

    @property
    def name(self) -> str:
        return f"conflictology{self.months}"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Each of the unit's months equally often, at every horizon."""
        del seed
        samples = np.zeros((len(history.units), len(horizons), draws), np.int32)
        for unit, tail in enumerate(known_tail(history, self.months)):
            if tail.any():
                samples[unit] = walk_round(to_counts(tail), horizons, draws)
        return samples


@dataclass(frozen=True)
class NeighbourConflictology:
    """The last known months of a cell and of its eight neighbours, repeated.

    Only for PRIO-GRID: unit ids are gids, rows of 720 cells.
    """

    months: int = 12
    name: str = "conflictology_n"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Each of up to 9 x `months` values equally often, at every horizon."""
        del seed
        tails = known_tail(history, self.months)
        at_war = np.array([tail.any() for tail in tails])
        samples = np.zeros((len(history.units), len(horizons), draws), np.int32)
        for unit, beside in enumerate(neighbour_table(history.units)):
            cells = [unit, *beside[beside < len(tails)]]
            if at_war[cells].any():
                values = np.concatenate([tails[cell] for cell in cells])
                samples[unit] = walk_round(to_counts(values), horizons, draws)
        return samples


def walk_round(values: Samples, horizons: Sequence[int], draws: int) -> Samples:
    """(H, draws): draw i starts at value i and moves one value on with each month.

    >>> walk_round(np.array([5, 6, 7], np.int32), [1, 2], 4)
    array([[6, 7, 5, 6],
           [7, 5, 6, 7]], dtype=int32)
    """
    start = np.arange(draws)
    return np.stack([values[(start + step) % len(values)] for step in horizons])


def to_counts(values: NDArray[np.float64]) -> Samples:
    """Whole numbers that fit 32 bits; absurd counts are held at the limit."""
    counts: Samples = np.clip(np.rint(values), 0, COUNT_LIMIT).astype(np.int32)
    return counts
