"""Who lies beside whom on the PRIO-GRID, and what happened there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.models.memory import GRID_COLUMNS

_GRID_ROWS = 360


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """The cells held, by their place on the half-degree grid.

    Attributes
    ----------
    row, column : (U,) place of each cell on the 360 x 720 grid
    place : (360, 720) position of the cell among those held; -1 where none is
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    place: NDArray[np.int64]

    @classmethod
    def of(cls, gids: Sequence[str]) -> "Neighbourhood":
        """The neighbourhood of cells named by their gids, 1 to 259,200.

        >>> Neighbourhood.of(["1000", "1001"]).beside(np.array([0]), 1).tolist()
        [[-1, -1, -1, -1, 0, 1, -1, -1, -1]]
        """
        numbers = np.array(gids, dtype=np.int64) - 1
        row, column = numbers // GRID_COLUMNS, numbers % GRID_COLUMNS
        place = np.full((_GRID_ROWS, GRID_COLUMNS), -1, np.int64)
        place[row, column] = np.arange(len(numbers))
        return cls(row, column, place)

    def beside(self, cells: NDArray[np.intp], reach: int) -> NDArray[np.int64]:
        """(N, (2 reach + 1)²) positions of the cells in the square about each; -1 for none."""
        steps = np.arange(-reach, reach + 1)
        down, side = (part.ravel() for part in np.meshgrid(steps, steps, indexing="ij"))
        row = self.row[cells][:, None] + down
        # Columns meet at the date line; rows end at the poles.
        column = (self.column[cells][:, None] + side) % GRID_COLUMNS
        found = self.place[np.clip(row, 0, _GRID_ROWS - 1), column]
        return np.where((row >= 0) & (row < _GRID_ROWS), found, -1)

    def summed(self, values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
        """(U, M) deaths in the square about each cell, itself included; unknown counts as none.

        Every cell-month with deaths is added to the cells about it, so the cost follows the
        violence and not the map.
        """
        cells, months = np.nonzero(np.nan_to_num(values))
        counts = values[cells, months]
        total = np.zeros(values.shape)
        for target in self.beside(cells, reach).T:
            held = target >= 0
            np.add.at(total, (target[held], months[held]), counts[held])
        return total
