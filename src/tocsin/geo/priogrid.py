"""PRIO-GRID by arithmetic: half-degree cells, numbered from the south-west corner.

`gid = (row - 1) * 720 + column`, rows from 90°S and columns from 180°W, both from 1
(Tollefsen, Strand & Buhaug 2012, doi:10.1177/0022343311431287).
"""

import numpy as np
import numpy.typing as npt

from tocsin.errors import CheckFailed

COLUMNS, ROWS = 720, 360
CELL_DEGREES = 0.5
CELLS = COLUMNS * ROWS

Floats = npt.NDArray[np.float64]
Gids = npt.NDArray[np.int32]


def gid_of(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> Gids:
    """The cell of each point (degrees, WGS 84); a point on an edge lies in the cell north-east.

    The pole and the 180° meridian belong to the last row and column.

    Raises
    ------
    CheckFailed, if a coordinate is missing or off the globe.

    >>> gid_of([-8.0, 2.0], [12.65, 16.0]).tolist()
    [147945, 153005]
    """
    x, y = np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)
    if not (np.all(np.abs(x) <= 180) and np.all(np.abs(y) <= 90)):
        raise CheckFailed(
            "a coordinate is missing or off the globe",
            remedy="Longitudes run from -180 to 180 and latitudes from -90 to 90.",
        )
    column = np.minimum(np.floor((x + 180) / CELL_DEGREES), COLUMNS - 1)
    row = np.minimum(np.floor((y + 90) / CELL_DEGREES), ROWS - 1)
    return np.asarray(row * COLUMNS + column + 1, dtype=np.int32)


def centre(gid: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Longitude and latitude of the middle of each cell.

    Raises
    ------
    CheckFailed, if a number is not that of a cell.

    >>> [value.tolist() for value in centre(147945)]
    [-7.75, 12.75]
    """
    row, column = row_column(gid)
    x = np.asarray((column - 0.5) * CELL_DEGREES - 180, dtype=np.float64)
    y = np.asarray((row - 0.5) * CELL_DEGREES - 90, dtype=np.float64)
    return x, y


def row_column(gid: npt.ArrayLike) -> tuple[Gids, Gids]:
    """Row from the south and column from the west of each cell, both from 1.

    >>> [value.tolist() for value in row_column([1, 720, 721])]
    [[1, 1, 2], [1, 720, 1]]
    """
    numbers = np.asarray(gid, dtype=np.int32)
    if not np.all((numbers >= 1) & (numbers <= CELLS)):
        raise CheckFailed(
            "a number is not that of a grid cell",
            remedy="Cells are numbered from 1 to {cells}.",
            cells=CELLS,
        )
    row, column = np.divmod(numbers - 1, COLUMNS)
    return row + 1, column + 1


def bounds(gid: int) -> tuple[float, float, float, float]:
    """West, south, east and north edge of one cell.

    >>> bounds(1)
    (-180.0, -90.0, -179.5, -89.5)
    """
    longitude, latitude = centre(gid)
    half = CELL_DEGREES / 2
    x, y = float(longitude), float(latitude)
    return x - half, y - half, x + half, y + half
