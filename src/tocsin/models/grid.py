"""The grid's pool: what cells did, what their neighbours did, and what followed elsewhere.

Each draw comes from one component. Two replay months that happened in the cell or beside it; the
others take the future of a past situation from a forest, and differ in how far they lift it to
the cell's own level: wholly, by half, or not at all. Cells that no deaths came near in years are
given zeros, which cost neither time nor memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.evaluation.fan import Fan, in_turn
from tocsin.models.baselines import COUNT_LIMIT, NeighbourConflictology, Samples, to_counts
from tocsin.models.grid_forest import (
    FEWEST_SITUATIONS,
    Forest,
    Leaves,
    Situations,
    past_situations,
)
from tocsin.models.grid_memory import GridMemory
from tocsin.models.memory import Floats, cap_summary_events, trailing_mean
from tocsin.models.neighbourhood import Neighbourhood

COMPONENTS = ("own_two_years", "neighbours", "forest_ratio", "forest_half", "forest_count")
# How far a past future is lifted to the level of the cell, by component; replays are not.
_LIFT = np.array([0.0, 0.0, 1.0, 0.5, 0.0])
_REPLAYS = 2
_OWN_MONTHS, _NEIGHBOUR_MONTHS = 24, 12
# States of a cell at the origin, by its deaths a month over the last year (summary events cut).
STATES = ("beside", "quiet", "low", "war", "heavy")
_BOUNDS = (0.2, 1.0, 10.0)
_CELLS_A_BLOCK = 256


class GridShares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fitted shares: `shares[state][component]`, each row adding up to one.

    `damping` multiplies what the forest says of cells at war: the most cautious factor whose
    score lay within one per cent of the best on years before 2018.
    """

    components: tuple[str, ...]
    states: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    damping: float
    damped_above: float
    kept_hot: float
    kept_restless: float
    fitted_on: str
    last_target: str

    def table(self) -> Floats:
        """(states, components) shares that add up to one."""
        shares = np.array(self.shares)
        table: Floats = shares / shares.sum(axis=1, keepdims=True)
        return table


@cache
def read_grid_shares() -> GridShares:
    """The shares fitted on forecasts whose targets end before January 2018."""
    found = files("tocsin.models").joinpath("shares_priogrid.json")
    return msgspec.json.decode(found.read_bytes(), type=GridShares)


@dataclass(frozen=True)
class GridPool:
    """A linear pool over PRIO-GRID cells, each draw a path of one component.

    Parameters
    ----------
    fan : who grows the trees and draws the blocks of cells; the result is the same
    """

    shares: GridShares | None = None
    forest: Forest = field(default_factory=Forest)
    name: str = "tocsin"
    fan: Fan = in_turn

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """(U, H, draws) counts; with too little past, the neighbours' months repeated."""
        drawing = self.prepare(history, horizons, draws, seed)
        if drawing is None:
            return NeighbourConflictology().forecast(history, horizons, draws, seed)
        samples = np.zeros((len(history.units), len(horizons), draws), np.int32)
        cells = drawing.held.cells
        starts = range(0, len(cells), _CELLS_A_BLOCK)
        for start, block in zip(starts, self.fan(drawing, list(starts)), strict=True):
            samples[cells[start : start + _CELLS_A_BLOCK]] = block
        return samples

    def prepare(
        self, history: History, horizons: Sequence[int], draws: int, seed: int
    ) -> "Drawing | None":
        """All that is fitted before anything is drawn; None with too little past."""
        shares = self.shares or read_grid_shares()
        rng = np.random.default_rng([seed, history.origin, 83])
        kept = (shares.kept_hot, shares.kept_restless)
        held = past_situations(GridMemory.of(history), history.values, horizons, rng, kept)
        if len(held.weight) < FEWEST_SITUATIONS:
            return None
        leaves = self.forest.leaves(held, seed, self.fan)
        return build_drawing(history, held, leaves, horizons, draws, seed, shares)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Draws a block of cells; its seed is the block's first cell, so blocks may go anywhere.

    Attributes
    ----------
    own : (A, 24) the cells' last months;  around : (A, 9, 12) theirs and their neighbours'
    edges : (A, components) upper edges of the components' shares
    """

    held: Situations
    leaves: Leaves
    own: Samples
    around: Samples
    neighbours: NDArray[np.int64]
    edges: Floats
    horizons: NDArray[np.int64]
    draws: int
    seed: tuple[int, ...]
    damping: Floats

    def __call__(self, start: int) -> Samples:
        """(B, H, draws) counts of the block of cells that begins at `start`."""
        block = slice(start, start + _CELLS_A_BLOCK)
        rng = np.random.default_rng([*self.seed, start])
        cells = len(self.own[block])
        # Each draw's place between 0 and 1 decides its component, in an order of its own a cell.
        place = np.broadcast_to((np.arange(self.draws) + 0.5) / self.draws, (cells, self.draws))
        places = rng.permuted(place, axis=1)
        component = (places[:, :, None] >= self.edges[block][:, None, :-1]).sum(axis=2)
        samples = self._from_elsewhere(block, component, rng)
        for index, months in enumerate((self.own[block], self._beside(block, rng))):
            mine = component == index
            rows, columns = np.nonzero(mine)
            begin = rng.integers(0, months.shape[-1], len(rows))
            for step, horizon in enumerate(self.horizons):
                turn = (begin + horizon) % months.shape[-1]
                source = months[rows, turn] if index == 0 else months[rows, columns, turn]
                samples[rows, step, columns] = source
        return samples

    def _beside(self, block: slice, rng: np.random.Generator) -> Samples:
        """(B, draws, 12) the year of a cell of the nine, evenly often, a draw each."""
        count = self.neighbours[block]
        chosen = (rng.random((len(count), self.draws)) * count[:, None]).astype(np.intp)
        return self.around[block][np.arange(len(count))[:, None], chosen]

    def _from_elsewhere(
        self, block: slice, component: NDArray[np.intp], rng: np.random.Generator
    ) -> Samples:
        """Futures of past situations, lifted; counts plus one, so that a zero stays a zero."""
        picks = self.leaves.pick(block, self.draws, rng)
        lift = _LIFT[component] * (self.held.now_level[block, None] - self.held.level[picks])
        future = self.held.futures[picks].transpose(0, 2, 1)
        cells, steps, draws = np.nonzero(future)
        ratio = np.exp(lift)[cells, draws]
        lifted = (future[cells, steps, draws] + 1) * ratio - 1
        counts = np.maximum(lifted, 0) * self.damping[block][cells]
        samples = np.zeros(future.shape, np.int32)
        # Fractions are rounded by chance, so that none are lost.
        rounded = np.floor(counts + rng.random(len(counts)))
        samples[cells, steps, draws] = np.minimum(rounded, COUNT_LIMIT)
        return samples


def build_drawing(
    history: History,
    held: Situations,
    leaves: Leaves,
    horizons: Sequence[int],
    draws: int,
    seed: int,
    shares: GridShares,
) -> Drawing:
    """All that drawing needs, for the restless cells alone."""
    known = to_counts(np.nan_to_num(cap_summary_events(history.values)))
    beside = Neighbourhood.of(history.units).beside(held.cells, 1)
    # Cells that are not held go last, so that the first ones can be chosen from.
    order = np.argsort(beside < 0, axis=1, kind="stable")
    beside = np.take_along_axis(beside, order, axis=1)
    table = shares.table()[states_of(history, held.cells)]
    at_war = held.now_level > np.log1p(shares.damped_above)
    return Drawing(
        held=held,
        leaves=leaves,
        own=known[held.cells, -_OWN_MONTHS:],
        around=known[np.maximum(beside, 0), -_NEIGHBOUR_MONTHS:],
        neighbours=(beside >= 0).sum(axis=1),
        edges=np.cumsum(table, axis=1),
        horizons=np.asarray(horizons),
        draws=draws,
        seed=(seed, history.origin, 89),
        damping=np.where(at_war, shares.damping, 1.0),
    )


def states_of(history: History, cells: NDArray[np.intp]) -> NDArray[np.intp]:
    """(A,) index into `STATES` of each cell at the origin."""
    year = trailing_mean(history.values[cells][:, -12:], 12)[:, -1]
    state: NDArray[np.intp] = np.searchsorted(_BOUNDS, year, "right") + (year > 0)
    return state
