"""The challenge's long layout: one row a draw, 157 million rows for a window of the grid.

Reading streams row groups and puts each draw straight into its place in a matrix, whatever the
order of the rows; writing streams blocks of units. Neither holds the long form in memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numba import njit
from numpy.typing import NDArray

from tocsin.challenge.files import FOLDER, UNIT_COLUMN, ChallengeLevel
from tocsin.challenge.windows import Window
from tocsin.errors import CheckFailed, NegativeCount, UnreadableFile
from tocsin.evaluation.kernels import Draws

_ROWS_A_GROUP = 1 << 20
_ROWS_A_BATCH = 1 << 20


def to_long_files(
    folder: Path,
    level: ChallengeLevel,
    window: Window,
    units: tuple[str, ...],
    samples: NDArray[np.int32],
) -> Path:
    """Write (U, 12, S) draws as `<folder>/<cm|pgm>/window=…/forecast.parquet`; the path.

    The file appears under its name only when it is complete.
    """
    place = folder / FOLDER[level] / f"window={window.name}"
    place.mkdir(parents=True, exist_ok=True)
    target, partial = place / "forecast.parquet", place / ".forecast.partial"
    unit_column = UNIT_COLUMN[level]
    schema = pa.schema(
        [
            ("month_id", pa.int32()),
            (unit_column, pa.int32()),
            ("draw", pa.int32()),
            ("outcome", pa.int32()),
        ]
    )
    numbers = np.array([int(unit) for unit in units], dtype=np.int32)
    draws = samples.shape[2]
    step = max(1, _ROWS_A_GROUP // draws)
    with pq.ParquetWriter(partial, schema, compression="zstd", compression_level=1) as writer:
        for column, month in enumerate(window.months):
            for start in range(0, len(numbers), step):
                block = samples[start : start + step, column]
                rows = block.size
                arrays = [
                    pa.array(np.full(rows, month, np.int32)),
                    pa.array(np.repeat(numbers[start : start + step], draws)),
                    pa.array(np.tile(np.arange(draws, dtype=np.int32), len(block))),
                    pa.array(np.ascontiguousarray(block).reshape(-1)),
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    partial.replace(target)
    return target


def from_long_files(
    folder: Path, level: ChallengeLevel, months: NDArray[np.int32], units: NDArray[np.int32]
) -> Draws:
    """(N, S) draws for N pairs of month and unit, in their order, from the files of one window.

    Rows of other months and units are passed over. Every wanted pair must be there with the
    same number of draws.

    Raises
    ------
    UnreadableFile, CheckFailed, NegativeCount
    """
    files = [pq.ParquetFile(path) for path in sorted(folder.glob("*.parquet"))]
    if not files:
        raise UnreadableFile(
            "the folder holds no Parquet file",
            where=str(folder),
            remedy="Write the window's forecasts there first.",
        )
    names = ("month_id", UNIT_COLUMN[level], "outcome")
    for file in files:
        _require_columns(file, names, folder)
    table, first_month = _positions(months, units)
    draws = _draws_of(files, names, table, first_month, len(months))
    whole = all(pa.types.is_integer(file.schema_arrow.field("outcome").type) for file in files)
    samples = np.zeros((len(months), draws), np.int32 if whole else np.float32)
    filled = np.zeros(len(months), np.int32)
    for file in files:
        for month, unit, outcome in _batches(file, names, samples.dtype.type):
            status = _place(month, unit, outcome, table, first_month, samples, filled)
            _require_placed(status, folder)
    if len(filled) and (int(filled.min()) < draws or int(filled.max()) > draws):
        lacking = int((filled != draws).sum())
        raise CheckFailed(
            "{lacking} of {rows} unit-months do not have {draws} draws",
            where=folder.name,
            remedy="A forecast must hold the same number of draws for every unit and month.",
            lacking=lacking,
            rows=len(filled),
            draws=draws,
        )
    return samples


def _require_columns(file: pq.ParquetFile, names: tuple[str, ...], folder: Path) -> None:
    missing = [name for name in names if name not in file.schema_arrow.names]
    if missing:
        raise UnreadableFile(
            "the forecast has no column {missing}",
            where=folder.name,
            remedy="The columns are month_id, country_id or priogrid_gid, draw and outcome.",
            missing=", ".join(missing),
        )


def _batches(
    file: pq.ParquetFile, names: tuple[str, ...], dtype: type[np.number[Any]]
) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]:
    for batch in file.iter_batches(_ROWS_A_BATCH, columns=list(names)):
        month, unit, outcome = (batch.column(name).to_numpy(zero_copy_only=False) for name in names)
        if outcome.dtype.kind == "f" and not np.isfinite(outcome).all():
            raise CheckFailed(
                "a draw is missing or not a finite number", remedy="Every draw is a count."
            )
        if outcome.dtype.itemsize > 4 and len(outcome) and outcome.max() > np.iinfo(np.int32).max:
            raise CheckFailed("a draw is above 2,147,483,647", remedy="Every draw is a count.")
        yield month, unit, outcome.astype(dtype, copy=False)


def _positions(
    months: NDArray[np.int32], units: NDArray[np.int32]
) -> tuple[NDArray[np.int32], int]:
    """A table that gives, by month and unit number, the row of the pair; -1 where unwanted."""
    first_month = int(months.min())
    table = np.full((int(months.max()) - first_month + 1, int(units.max()) + 1), -1, np.int32)
    table[months - first_month, units] = np.arange(len(months), dtype=np.int32)
    return table, first_month


def _draws_of(
    files: list[pq.ParquetFile],
    names: tuple[str, ...],
    table: NDArray[np.int32],
    first_month: int,
    rows: int,
) -> int:
    """Draws a pair: from the number of rows where all are wanted, else by counting."""
    total = sum(file.metadata.num_rows for file in files)
    if total % rows == 0:
        return int(total // rows)
    counts = np.zeros(rows, np.int64)
    for file in files:
        for month, unit, _ in _batches(file, names, np.float32):
            _count(month, unit, table, first_month, counts)
    return int(counts.max())


@njit(cache=True, nogil=True)
def _count(month, unit, table, first_month, counts):  # type: ignore[no-untyped-def]
    """Add one for each row to the pair that it belongs to."""
    for i in range(len(month)):
        m = month[i] - first_month
        if 0 <= m < table.shape[0] and 0 <= unit[i] < table.shape[1]:
            row = table[m, unit[i]]
            if row >= 0:
                counts[row] += 1


@njit(cache=True, nogil=True)
def _place(month, unit, outcome, table, first_month, samples, filled):  # type: ignore[no-untyped-def]
    """Put each draw into the next free place of its pair: 0 done, 1 a place too few, 2 negative."""
    for i in range(len(month)):
        m = month[i] - first_month
        if 0 <= m < table.shape[0] and 0 <= unit[i] < table.shape[1]:
            row = table[m, unit[i]]
            if row >= 0:
                place = filled[row]
                if place >= samples.shape[1]:
                    return 1
                if outcome[i] < 0:
                    return 2
                samples[row, place] = outcome[i]
                filled[row] = place + 1
    return 0


def _require_placed(status: int, folder: Path) -> None:
    if status == 1:
        raise CheckFailed(
            "some unit-months hold more draws than others",
            where=folder.name,
            remedy="A forecast must hold the same number of draws for every unit and month.",
        )
    if status == 2:
        raise NegativeCount(
            "a draw is below zero",
            where=folder.name,
            remedy="Counts start at 0; look for a sign error.",
        )
