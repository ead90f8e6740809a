"""What the forecast of a PRIO-GRID cell leans on: replays near it, and the past elsewhere.

As with countries this is no story told afterwards: the same seed draws the cell's block again, and
says of each draw which component made it and which past situation it followed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UnknownName
from tocsin.evaluation import History
from tocsin.models import grid
from tocsin.models.baselines import NeighbourConflictology, Samples
from tocsin.models.explaining import (
    YEAR,
    ComponentTold,
    Explanation,
    Weighed,
    gathered,
    quantiles,
)
from tocsin.models.grid_forest import past_situations
from tocsin.models.grid_memory import GridMemory

# State of a cell that no deaths came near in years: it is zero for certain.
FAR = "cell_far"
_BLOCK = grid._CELLS_A_BLOCK
_REPLAYS = 2  # components that repeat months; the others follow past situations


def explain_cell(
    history: History,
    unit: str,
    horizons: Sequence[int],
    draws: int,
    seed: int,
    *,
    issued: NDArray[np.int32] | None = None,
    pool: grid.GridPool | None = None,
) -> Explanation:
    """What the grid's forecast of one cell leans on.

    Parameters
    ----------
    issued : (H, S) the draws that were issued; without them the cell is drawn again

    Raises
    ------
    UnknownName, if the history does not hold the cell.
    """
    steps = tuple(horizons)
    cell = _found(history, unit, steps, draws, seed, pool or grid.GridPool())
    samples = cell.samples if issued is None else issued
    total = samples.sum(axis=0, dtype=np.int64)
    situations = cell.situations(history, seed)
    recent = history.recent(2 * YEAR)[history.units.index(unit)]
    return Explanation(
        unit_id=unit,
        origin=history.origin,
        horizons=steps,
        state=cell.state,
        recent=tuple(None if np.isnan(value) else float(value) for value in recent),
        quantiles=tuple(quantiles(row) for row in samples),
        total=quantiles(total),
        mean=float(total.mean()),
        groups=(f"{steps[0]}-{steps[-1]}" if len(steps) > 1 else f"{steps[0]}",),
        components=cell.components(),
        situations=gathered([situations], history),
        leaning=sum(situations.weight.values()),
    )


def draw_cell(
    history: History, unit: str, horizons: Sequence[int], draws: int, seed: int
) -> NDArray[np.int32]:
    """(H, draws) the forecast of one cell: the same draws as in that of the whole grid."""
    return _found(history, unit, tuple(horizons), draws, seed, grid.GridPool()).samples


def cell_standing(history: History, unit: str) -> tuple[str, dict[str, float]]:
    """State of a cell at the origin, and the shares of the components in its forecast."""
    row = history.units.index(unit)
    memory = GridMemory.of(history)
    if row not in memory.cells[memory.restless[:, -1]]:
        return FAR, {}
    state = int(grid.states_of(history, np.array([row]))[0])
    shares = grid.read_grid_shares().table()[state]
    return _named(state), dict(zip(grid.COMPONENTS, shares.tolist(), strict=True))


def _named(state: int) -> str:
    """Bounds of cells are not those of countries, so their states have names of their own."""
    return f"cell_{grid.STATES[state]}"


@dataclass(frozen=True)
class _Far:
    """A cell without a forecast of its own: far from any deaths, or of a grid too young to learn.

    `samples` are (H, draws).
    """

    samples: Samples
    state: str
    parts: tuple[ComponentTold, ...] = ()

    def components(self) -> tuple[ComponentTold, ...]:
        return self.parts

    def situations(self, history: History, seed: int) -> Weighed:
        del history, seed
        return Weighed({}, {}, {})


@dataclass(frozen=True)
class _Cell:
    """A cell in its block of the drawing."""

    pool: grid.GridPool
    drawing: grid.Drawing
    row: int  # among the restless cells
    state: str

    @property
    def start(self) -> int:
        """The first cell of its block."""
        return self.row - self.row % _BLOCK

    @property
    def samples(self) -> Samples:
        """(H, draws) counts."""
        drawn: Samples = self.drawing(self.start)[self.row - self.start]
        return drawn

    def components(self) -> tuple[ComponentTold, ...]:
        """Shares, and the deaths that each component alone foresees."""
        shares = np.diff(self.drawing.edges[self.row], prepend=0.0)
        told = []
        for place in np.flatnonzero(shares > 0):
            edges = np.cumsum(np.eye(len(shares))[place])
            alone = replace(self.drawing, edges=np.tile(edges, (len(self.drawing.edges), 1)))
            drawn = alone(self.start)[self.row - self.start]
            mean = float(drawn.sum(axis=0, dtype=np.int64).mean())
            told.append(ComponentTold(grid.COMPONENTS[place], (float(shares[place]),), mean))
        return tuple(sorted(told, key=lambda part: -sum(part.shares)))

    def sources(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(draws,) component and past situation of each draw: the first chances that the block
        takes, taken again.
        """
        block = slice(self.start, self.start + _BLOCK)
        rng = np.random.default_rng([*self.drawing.seed, self.start])
        draws, cells = self.drawing.draws, len(self.drawing.own[block])
        place = np.broadcast_to((np.arange(draws) + 0.5) / draws, (cells, draws))
        places = rng.permuted(place, axis=1)[self.row - self.start]
        component = (places[:, None] >= self.drawing.edges[self.row][None, :-1]).sum(axis=1)
        picks = self.drawing.leaves.pick(block, draws, rng)[self.row - self.start]
        return component.astype(np.intp), picks.astype(np.intp)

    def situations(self, history: History, seed: int) -> Weighed:
        """The past situations that draws follow, by cell and month, and what they come to here."""
        component, picks = self.sources()
        here = self.samples.sum(axis=0, dtype=np.int64)
        follows = component >= _REPLAYS
        cells, months = _whereabouts(history, self.drawing.horizons, seed, self.pool)
        found = Weighed({}, {}, {})
        for pick, deaths in zip(picks[follows].tolist(), here[follows].tolist(), strict=True):
            key = int(cells[pick]), int(months[pick])
            found.add(key, 1 / self.drawing.draws, deaths, self.drawing.held.futures[pick])
        return found


def _found(
    history: History,
    unit: str,
    horizons: tuple[int, ...],
    draws: int,
    seed: int,
    pool: grid.GridPool,
) -> _Cell | _Far:
    if unit not in history.units:
        raise UnknownName(
            "nothing is known of {unit} at the origin",
            remedy="Name an area that has a forecast.",
            unit=unit,
        )
    row = history.units.index(unit)
    state = _named(int(grid.states_of(history, np.array([row]))[0]))
    drawing = pool.prepare(history, horizons, draws, seed)
    if drawing is None:
        samples = NeighbourConflictology().forecast(history, horizons, draws, seed)[row]
        mean = float(samples.sum(axis=0, dtype=np.int64).mean())
        return _Far(samples, state, (ComponentTold("neighbours", (1.0,), mean),))
    place = np.flatnonzero(drawing.held.cells == row)
    if not len(place):
        return _Far(np.zeros((len(horizons), draws), np.int32), FAR)
    return _Cell(pool, drawing, int(place[0]), state)


def _whereabouts(
    history: History, horizons: NDArray[np.int64], seed: int, pool: grid.GridPool
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(C,) position of the cell, and column of the month, of each past situation.

    The forecast keeps no names. So the same sample is taken again with positions in place of
    counts: what follows a situation is then where it was.
    """
    shares = pool.shares or grid.read_grid_shares()
    memory, known = GridMemory.of(history), history.values
    rows, columns = (np.where(np.isnan(known), np.nan, place) for place in np.indices(known.shape))
    found = []
    for positions in (rows, columns):
        rng = np.random.default_rng([seed, history.origin, 83])
        kept = (shares.kept_hot, shares.kept_restless)
        held = past_situations(memory, positions, tuple(horizons), rng, kept)
        found.append(held.futures[:, 0].astype(np.intp))
    return found[0], found[1] - int(horizons[0])
