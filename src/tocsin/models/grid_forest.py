"""What followed elsewhere on the grid when things stood as they stand in a cell now.

Trees are grown on past situations of all cells to tell futures apart; a draw takes a tree and one
past situation from the leaf in which the cell falls, and what followed there, whole path
(Meinshausen 2006's quantile forest, on paths).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation.fan import Fan, in_turn
from tocsin.models.grid_memory import GridMemory
from tocsin.models.memory import Floats, trailing_mean

_FIRST_SITUATION = 24  # months of memory that a situation must have
_LONGEST_MEMORY = 300
_MOST_SITUATIONS = 90_000
_TREES_A_PIECE = 10
FEWEST_SITUATIONS = 200


@dataclass(frozen=True, eq=False)
class Situations:
    """Past situations with known futures, and the situations now.

    Attributes
    ----------
    memory : (C, F) features;  futures : (C, H) what followed;  level : (C,) log level
    weight : (C,) how many situations each stands for
    now, now_level : (A, F), (A,) of the cells that are restless at the origin
    cells : (A,) their positions in the history
    """

    memory: NDArray[np.float32]
    futures: NDArray[np.float32]
    level: Floats
    weight: Floats
    now: NDArray[np.float32]
    now_level: Floats
    cells: NDArray[np.intp]


def past_situations(
    held: GridMemory,
    known: NDArray[np.float64],
    horizons: Sequence[int],
    rng: np.random.Generator,
    shares: tuple[float, float],
) -> Situations:
    """A sample of the situations whose future up to the last horizon is known.

    Parameters
    ----------
    known : (U, M) counts of all cells as they were: futures keep their summary events
    shares : share kept of situations with deaths in or beside the cell within a year, and of the
        other restless ones
    """
    steps = np.asarray(horizons)
    last = held.values.shape[1] - 1 - int(steps.max())
    first = max(_FIRST_SITUATION, last + 1 - _LONGEST_MEMORY)
    span = np.s_[:, first : max(first, last + 1)]
    hot = year_about(held)[span] > 0
    share = np.where(hot, shares[0], np.where(held.restless[span], shares[1], 0.0))
    share *= min(1.0, _MOST_SITUATIONS / max(share.sum(), 1.0))
    rows, columns = np.nonzero(rng.random(share.shape, np.float32) < share)
    weight = 1 / share[rows, columns]
    columns = columns + first
    futures = known[held.cells[rows][:, None], columns[:, None] + steps]
    whole = ~np.isnan(futures).any(axis=1)
    rows, columns = rows[whole], columns[whole]
    awake = np.flatnonzero(held.restless[:, -1])
    pairs = [(one[rows, columns], one[awake, -1]) for one in held.features()]
    return Situations(
        memory=np.stack([then for then, _ in pairs], axis=1).astype(np.float32),
        futures=futures[whole].astype(np.float32),
        level=held.level[rows, columns],
        weight=weight[whole],
        now=np.stack([now for _, now in pairs], axis=1).astype(np.float32),
        now_level=held.level[awake, -1],
        cells=held.cells[awake],
    )


def year_about(held: GridMemory) -> Floats:
    """(A, M) mean deaths a month in and beside each cell over the twelve months up to each."""
    return trailing_mean(held.rings[0] + np.nan_to_num(held.values), 12)


@dataclass(frozen=True)
class Forest:
    """How the trees are grown.

    Parameters
    ----------
    trees, leaf : number of trees, and fewest situations in a leaf
    """

    trees: int = 100
    leaf: int = 20

    def leaves(self, held: Situations, seed: int, fan: Fan = in_turn) -> "Leaves":
        """The leaves in which past situations and cells fall, tree by tree."""
        grow = _Growing(held.memory, _goal(held), held.now, self.leaf, seed)
        groups = [
            (start, min(_TREES_A_PIECE, self.trees - start))
            for start in range(0, self.trees, _TREES_A_PIECE)
        ]
        then, now = zip(*fan(grow, groups), strict=True)
        return Leaves.of(np.concatenate(then, axis=1), np.concatenate(now, axis=1), held.weight)


def _goal(held: Situations) -> Floats:
    """(C, 4): log deaths early, midway and late, half the level taken off; and how often."""
    logs = np.log1p(held.futures) - held.level[:, None] / 2
    parts = np.array_split(logs, min(3, logs.shape[1]), axis=1)
    deadly = 2 * (held.futures > 0).mean(axis=1)
    return np.column_stack([*(part.mean(axis=1) for part in parts), deadly])


@dataclass(frozen=True, eq=False)
class _Growing:
    """Grows a group of trees; the seed of a tree is its number, so groups may grow anywhere."""

    memory: NDArray[np.float32]
    goal: Floats
    now: NDArray[np.float32]
    leaf: int
    seed: int

    def __call__(self, group: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        from sklearn.ensemble import ExtraTreesRegressor  # noqa: PLC0415  (a second to import)

        first, count = group
        forest = ExtraTreesRegressor(
            count,
            min_samples_leaf=self.leaf,
            max_features=0.5,
            bootstrap=True,
            max_samples=0.5,
            n_jobs=-1,
            random_state=np.random.RandomState([self.seed, first]),
        ).fit(self.memory, self.goal)
        return (
            forest.apply(self.memory).astype(np.int32),
            forest.apply(self.now).astype(np.int32),
        )


@dataclass(frozen=True, eq=False)
class Leaves:
    """Past situations in the order of their leaves, and each cell's stretch of that order.

    Attributes
    ----------
    order : (trees, C) situations by leaf;  mass : (trees, C + 1) their weight summed up
    first, last : (A, trees) where the leaf of each cell begins and ends in the order
    """

    order: NDArray[np.int32]
    mass: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, then: NDArray[np.int32], now: NDArray[np.int32], weight: Floats) -> "Leaves":
        """Sort the leaves of past situations, (C, trees), and find those of the cells in them."""
        order = np.argsort(then, axis=0, kind="stable")
        mass = np.zeros((then.shape[1], len(then) + 1))
        first, last = np.empty(now.shape, np.int64), np.empty(now.shape, np.int64)
        for tree in range(then.shape[1]):
            leaves = then[order[:, tree], tree]
            np.cumsum(weight[order[:, tree]], out=mass[tree, 1:])
            first[:, tree] = np.searchsorted(leaves, now[:, tree], "left")
            last[:, tree] = np.searchsorted(leaves, now[:, tree], "right")
        return cls(order.T.astype(np.int32), mass, first, last)

    def pick(self, cells: slice, draws: int, rng: np.random.Generator) -> NDArray[np.int32]:
        """(B, draws) situations for a stretch of cells: trees in turn, by weight within a leaf."""
        first, last = self.first[cells], self.last[cells]
        picked = np.empty((len(first), draws), np.int32)
        for tree, (order, mass) in enumerate(zip(self.order, self.mass, strict=True)):
            turns = np.arange(tree, draws, len(self.order))
            start, end = first[:, tree, None], last[:, tree, None]
            chance = rng.random((len(first), len(turns)))
            point = mass[start] + chance * (mass[end] - mass[start])
            place = np.searchsorted(mass, point, "right") - 1
            picked[:, turns] = order[np.clip(place, start, end - 1)]
        return picked
