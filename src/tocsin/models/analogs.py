"""Analogs: what followed, anywhere, when things stood as they stand here now.

A candidate is a unit and a month whose whole future up to the last horizon is known at the
origin. A forecast path is the future of a candidate, rescaled by the ratio of the two units'
levels. Two ways to choose candidates: the nearest in the space of memories, or those that share
a leaf of a forest grown to tell futures apart.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.models.baselines import COUNT_LIMIT, Samples
from tocsin.models.memory import (
    Floats,
    cap_summary_events,
    deadly_in_ten_years,
    log_level,
    memories,
    surroundings,
)
from tocsin.models.own import OwnHistory
from tocsin.tables.levels import Level

Picks = NDArray[np.intp]

_FEWEST_CANDIDATES = 200
_FIRST_CANDIDATE = 24  # months of memory that a candidate must have
_LONGEST_MEMORY = 300  # months: older situations are no longer candidates
_UNITS_A_BLOCK = 256


@dataclass(frozen=True)
class Thinning:
    """The share of situations kept, with and without deaths in the years before."""

    restless: float = 1.0
    quiet: float = 0.25

    def shares(self, restless: NDArray[np.bool_]) -> Floats:
        """(C,) share kept of each situation's kind."""
        return np.where(restless, self.restless, self.quiet)


# A grid has millions of situations, nearly all of them quiet.
THINNINGS: dict[Level, Thinning] = {
    "country": Thinning(),
    "admin1": Thinning(quiet=0.1),
    "priogrid": Thinning(restless=0.1, quiet=0.004),
}


@dataclass(frozen=True, eq=False)
class Candidates:
    """Past situations with known futures, and the situations now.

    Attributes
    ----------
    unit, month : (C,) row and column of each candidate in the history
    memory : (C, F) its features;  futures : (C, H) what followed;  level : (C,) its log level
    weight : (C,) how many situations it stands for (quiet ones are thinned)
    now_memory, now_level : (U, F), (U,) of the units at the origin
    """

    unit: NDArray[np.intp]
    month: NDArray[np.intp]
    memory: Floats
    futures: NDArray[np.float32]
    level: Floats
    weight: Floats
    now_memory: Floats
    now_level: Floats

    @property
    def few(self) -> bool:
        return len(self.unit) < _FEWEST_CANDIDATES


Chosen = tuple[Candidates, Picks, np.random.Generator]


def build_candidates(
    history: History,
    horizons: Sequence[int],
    rng: np.random.Generator,
    thinning: "Thinning | None" = None,
) -> Candidates:
    """Past situations whose future up to the last horizon is known at the origin.

    Memories are those of the series with summary events cut; futures are as they were, so that a
    record of that kind may come again as often as it came.
    """
    values = cap_summary_events(history.values)
    around = surroundings(history.units, history.level, values)
    restless = deadly_in_ten_years(values, around)
    steps = np.asarray(horizons)
    last = values.shape[1] - 1 - int(steps.max())
    first = max(_FIRST_CANDIDATE, last + 1 - _LONGEST_MEMORY)
    rows, columns = np.nonzero(~np.isnan(values[:, first : max(first, last + 1)]))
    columns = columns + first
    share = (thinning or THINNINGS[history.level]).shares(restless[rows, columns])
    keep = rng.random(len(rows)) < share
    rows, columns, share = rows[keep], columns[keep], share[keep]
    futures = history.values[rows[:, None], columns[:, None] + steps[None, :]]
    whole = ~np.isnan(futures).any(axis=1)
    rows, columns = rows[whole], columns[whole]
    features = [(one[rows, columns], one[:, -1]) for one in memories(values, around)]
    level = log_level(values)
    return Candidates(
        unit=rows,
        month=columns,
        memory=np.stack([then for then, _ in features], axis=1),
        futures=futures[whole].astype(np.float32),
        level=level[rows, columns],
        weight=1 / share[whole],
        now_memory=np.stack([now for _, now in features], axis=1),
        now_level=level[:, -1],
    )


def rescaled_paths(held: Candidates, picks: Picks, rng: np.random.Generator) -> Samples:
    """(U, H, S): the futures of the picked candidates, at the level of the unit now.

    Ratios are taken on counts plus one, so that a war of two deaths a month is no multiple of
    a peace. A month without deaths stays without. Fractions are rounded by chance.
    """
    units, draws = picks.shape
    samples = np.zeros((units, held.futures.shape[1], draws), np.int32)
    for start in range(0, units, _UNITS_A_BLOCK):
        block = slice(start, min(start + _UNITS_A_BLOCK, units))
        chosen = picks[block]
        ratio = np.exp(held.now_level[block, None] - held.level[chosen]).astype(np.float32)
        future = held.futures[chosen].transpose(0, 2, 1)
        deadly = future > 0
        scaled = (future[deadly] + 1) * np.broadcast_to(ratio[:, None, :], future.shape)[deadly] - 1
        rounded = np.floor(np.maximum(scaled, 0) + rng.random(scaled.shape, np.float32))
        samples[block][deadly] = np.minimum(rounded, COUNT_LIMIT).astype(np.int32)
    return samples


class _Analogs(ABC):
    """Futures of past situations, rescaled to the present level; a kind says which are like it."""

    stream: ClassVar[int]  # of random numbers: two kinds share none

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Rescaled futures of the situations picked; one's own history where too few are known."""
        chosen = self.chosen(history, horizons, draws, seed)
        if chosen is None:
            return OwnHistory().forecast(history, horizons, draws, seed)
        return rescaled_paths(*chosen)

    def chosen(
        self, history: History, horizons: Sequence[int], draws: int, seed: int
    ) -> "Chosen | None":
        """The candidates, the pick of each draw, and the chance that goes on; None if too few."""
        rng = np.random.default_rng([seed, history.origin, self.stream])
        held = build_candidates(history, horizons, rng)
        return None if held.few else (held, self.pick(held, draws, rng, seed), rng)

    @abstractmethod
    def pick(self, held: Candidates, draws: int, rng: np.random.Generator, seed: int) -> Picks:
        """(U, S) candidates, one for each draw of each unit."""


@dataclass(frozen=True)
class NearestAnalogs(_Analogs):
    """Futures of the nearest past situations, near ones more often.

    Parameters
    ----------
    neighbours : how many of the nearest are drawn from
    """

    stream: ClassVar[int] = 71
    neighbours: int = 300
    name: str = "nearest_analogs"

    def pick(self, held: Candidates, draws: int, rng: np.random.Generator, seed: int) -> Picks:  # noqa: ARG002 (a kernel needs no trees)
        """(U, S) candidates, drawn by a Gaussian kernel as wide as the median neighbour is far."""
        count = min(self.neighbours, len(held.unit))
        norms = (held.memory**2).sum(axis=1)
        situations, where = np.unique(held.now_memory, axis=0, return_inverse=True)
        picks = np.empty((len(held.now_memory), draws), np.intp)
        for index, now in enumerate(situations):
            units = np.flatnonzero(where == index)
            # Ties are common (long peace): a little noise picks among them by chance.
            distance = norms - 2 * held.memory @ now + now @ now
            distance += rng.random(len(distance)) * 1e-3
            near = np.argpartition(distance, count - 1)[:count]
            square = np.maximum(distance[near], 0)
            kernel = np.exp(-square / (2 * max(float(np.median(square)), 1e-6)))
            kernel *= held.weight[near]
            picks[units] = near[
                rng.choice(count, size=(len(units), draws), p=kernel / kernel.sum())
            ]
        return picks


@dataclass(frozen=True)
class ForestAnalogs(_Analogs):
    """Futures of past situations that a forest cannot tell from the present one.

    Trees are grown to predict the log of what follows (soon, later, last) and how many months are
    deadly; each draw takes one tree and one candidate from the leaf in which the unit falls
    (a quantile forest: Meinshausen 2006, that draws whole paths).

    Parameters
    ----------
    trees, leaf : number of trees and fewest candidates in a leaf
    """

    stream: ClassVar[int] = 73
    trees: int = 100
    leaf: int = 10
    name: str = "forest_analogs"

    def pick(self, held: Candidates, draws: int, rng: np.random.Generator, seed: int) -> Picks:
        """(U, S) candidates, one tree a draw in turn, by weight within its leaf."""
        leaves, now_leaves = self._grow(held, seed)
        picks = np.empty((len(held.now_memory), draws), np.intp)
        for tree in range(self.trees):
            order = np.argsort(leaves[:, tree], kind="stable")
            sorted_leaves = leaves[order, tree]
            mass = np.concatenate([[0.0], np.cumsum(held.weight[order])])
            first = np.searchsorted(sorted_leaves, now_leaves[:, tree], "left")
            last = np.searchsorted(sorted_leaves, now_leaves[:, tree], "right")
            turns = np.arange(tree, draws, self.trees)
            chance = rng.random((len(first), len(turns)))
            point = mass[first][:, None] + chance * (mass[last] - mass[first])[:, None]
            place = np.searchsorted(mass, point, "right") - 1
            picks[:, turns] = order[np.clip(place, first[:, None], last[:, None] - 1)]
        return picks

    def _grow(self, held: Candidates, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Leaves of the candidates and of the units now: (C, trees), (U, trees)."""
        from sklearn.ensemble import ExtraTreesRegressor  # noqa: PLC0415  (a second to import)

        # Half the level is taken off, so that trees learn both the ratio and the level.
        logs = np.log1p(held.futures) - held.level[:, None] / 2
        parts = np.array_split(logs, min(3, logs.shape[1]), axis=1)
        deadly = 2 * (held.futures > 0).mean(axis=1)
        goal = np.column_stack([*(part.mean(axis=1) for part in parts), deadly])
        forest = ExtraTreesRegressor(
            self.trees,
            min_samples_leaf=self.leaf,
            max_features=0.5,
            bootstrap=True,
            max_samples=0.5,
            n_jobs=-1,
            random_state=seed,
        ).fit(held.memory, goal)
        return (
            forest.apply(held.memory).astype(np.int64),
            forest.apply(held.now_memory).astype(np.int64),
        )
