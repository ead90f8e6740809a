"""Unit-months as rules see them: a matrix, who touches whom, and until when each clock knew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData
from tocsin.tables.levels import Level, Target

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counts:
    """Deaths of one target by unit and month; NaN where nobody's count covers them.

    Attributes
    ----------
    units : U unit ids, one a row
    first_month : month of the first column
    values : (U, M) deaths
    snapshots : names of the lake's snapshots; `spoken` (U, M) says which spoke (-1: none)
    reconstructed : (U, M) whether it was a release later than the as-of date
    touching : unit → units that touch it
    """

    level: Level
    target: Target
    units: tuple[str, ...]
    first_month: int
    values: Matrix
    snapshots: tuple[str, ...] = ()
    spoken: NDArray[np.int16] | None = None
    reconstructed: NDArray[np.bool_] | None = None
    touching: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def tail(self, months: int) -> "Counts":
        """The same counts, of the last so many months alone."""
        cut = max(0, self.values.shape[1] - months)
        return replace(
            self,
            first_month=self.first_month + cut,
            values=self.values[:, cut:],
            spoken=None if self.spoken is None else self.spoken[:, cut:],
            reconstructed=None if self.reconstructed is None else self.reconstructed[:, cut:],
        )

    @cached_property
    def windows(self) -> dict[tuple[object, ...], "Window"]:
        """Windows over these counts that were worked out before, by what was asked."""
        return {}

    @property
    def last_month(self) -> int:
        return self.first_month + int(self.values.shape[1]) - 1

    def row(self, unit: str) -> int | None:
        """The row of a unit, or None."""
        return self._rows.get(unit)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {unit: index for index, unit in enumerate(self.units)}

    def heard(self, rows: Sequence[int], first: int, last: int) -> tuple[tuple[str, ...], bool]:
        """Snapshots that spoke for these rows from `first` to `last`, and whether any was later."""
        if self.spoken is None or self.reconstructed is None:
            return (), False
        columns = slice(max(0, first - self.first_month), max(0, last - self.first_month + 1))
        part = self.spoken[list(rows), columns]
        names = tuple(self.snapshots[index] for index in np.unique(part[part >= 0]))
        return names, bool(self.reconstructed[list(rows), columns].any())


def build_counts(
    observations: pl.DataFrame, touching: Mapping[str, Sequence[str]] | None = None
) -> Counts:
    """The `observations` table of one level and target as a matrix with its provenance.

    Raises
    ------
    NotEnoughData, if the table is empty.
    """
    if observations.is_empty():
        raise NotEnoughData(
            "no rule can be judged: the panel is empty",
            remedy="Ingest a release that covers these areas and months: tocsin ingest FILE.",
        )
    units = observations["unit_id"].unique().sort().to_list()
    row = {unit: index for index, unit in enumerate(units)}
    rows = observations["unit_id"].replace_strict(row, return_dtype=pl.Int64).to_numpy()
    months = observations["month"].to_numpy()
    first = int(months.min())
    shape = (len(units), int(months.max()) - first + 1)
    columns = months - first
    values = np.full(shape, np.nan)
    values[rows, columns] = observations["best"].cast(pl.Float64).to_numpy()
    names = observations["snapshot"].drop_nulls().unique().sort().to_list()
    number = {name: index for index, name in enumerate(names)}
    spoken = np.full(shape, -1, np.int16)
    spoken[rows, columns] = (
        observations["snapshot"]
        .replace_strict(number, default=-1, return_dtype=pl.Int16)
        .fill_null(-1)
        .to_numpy()
        if names
        else np.int16(-1)
    )
    later = np.zeros(shape, bool)
    later[rows, columns] = observations["reconstructed"].fill_null(False).to_numpy()
    return Counts(
        observations["level"][0], observations["target"][0], tuple(units), first, values,
        tuple(names), spoken, later, dict(touching or {}),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Window:
    """Sums over trailing windows: what is known of them, and how many months are unknown."""

    known: Matrix  # (U, M) sum of the known months of the window that ends there
    unknown: NDArray[np.int64]  # (U, M) months of the window of which nothing is known


def trailing(values: Matrix, months: int) -> Window:
    """Sum over the `months` columns that end with each column; before the start is unknown.

    >>> window = trailing(np.array([[1.0, 2.0, np.nan, 4.0]]), 2)
    >>> window.known, window.unknown
    (array([[1., 3., 2., 4.]]), array([[1, 0, 1, 1]]))
    """
    seen = ~np.isnan(values)
    padded = np.zeros((values.shape[0], values.shape[1] + months))
    padded[:, months:] = np.cumsum(np.where(seen, values, 0.0), axis=1)
    number = np.zeros(padded.shape, np.int64)
    number[:, months:] = np.cumsum(seen, axis=1)
    return Window(
        padded[:, months:] - padded[:, :-months],
        months - (number[:, months:] - number[:, :-months]),
    )


def worst(values: Matrix, months: int) -> Window:
    """The highest known month of each trailing window, and how many months are unknown."""
    highest = np.zeros(values.shape)
    filled = np.where(np.isnan(values), 0.0, values)
    for back in range(months):
        shifted = np.zeros(values.shape)
        shifted[:, back:] = filled[:, : values.shape[1] - back]
        highest = np.maximum(highest, shifted)
    return Window(highest, trailing(values, months).unknown)


def quiet_for(values: Matrix) -> Window:
    """Known months without deaths up to each column; counting stops at the first unknown.

    `unknown` is 1 where the run ended at an unknown month: it may be longer.
    """
    run = np.zeros(values.shape)
    open_end = np.zeros(values.shape, np.int64)
    length = np.zeros(values.shape[0])
    broken = np.ones(values.shape[0], np.int64)  # before the first column nothing is known
    for column in range(values.shape[1]):
        now = values[:, column]
        unknown, deaths = np.isnan(now), np.nan_to_num(now) > 0
        length = np.where(unknown | deaths, 0, length + 1)
        broken = np.where(unknown, 1, np.where(deaths, 0, broken))
        run[:, column], open_end[:, column] = length, broken
    return Window(run, open_end)
