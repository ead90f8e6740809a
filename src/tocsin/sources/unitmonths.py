"""Counts that a publisher had already added up by area and month: what those sources share."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from tocsin.sources.cells import Cells, earliest_day
from tocsin.sources.registry import Kept, Parsed, Release
from tocsin.tables import SERIES, Column, Coverage, Level, Table
from tocsin.tables.months import month_of

_MONTH_TEXT = r"^\s*(\d{4})-(\d{1,2})(?:-\d{2}.*)?\s*$"


def read_month(cells: Cells, release: Release) -> None:
    """`month` from `2018-01` or a whole date of that month; 1 is January 1980."""
    parts = (
        cells.published("month")
        .to_frame("raw")
        .select(
            pl.col("raw").str.extract(_MONTH_TEXT, 1).cast(pl.Int32).alias("year"),
            pl.col("raw").str.extract(_MONTH_TEXT, 2).cast(pl.Int32).alias("month"),
        )
    )
    number = parts.select((pl.col("year") - 1980) * 12 + pl.col("month")).to_series()
    unreadable = number.is_null() | ~parts["month"].is_between(1, 12).fill_null(False)
    cells.refuse("not_a_date", "month", unreadable)
    _require_plausible(cells, number, release)


def read_month_id(cells: Cells, release: Release) -> None:
    """`month` from a VIEWS `month_id`, which counts as we do."""
    cells.whole("month", required=True, minimum=1)
    _require_plausible(cells, cells.columns["month"], release)


def _require_plausible(cells: Cells, number: pl.Series, release: Release) -> None:
    first, last = month_of(earliest_day(release)), month_of(release.released_on)
    outside = ~number.is_between(first, last).fill_null(True)
    cells.refuse("date_out_of_range", "month", outside)
    cells.mapped("month", number.cast(pl.Int32))


def read_counts(cells: Cells, measures: Iterable[str], required: bool = True) -> None:
    """One column of counts for each measure; none is below zero."""
    for measure in measures:
        cells.whole(measure, dtype=pl.Int64, required=required, minimum=0)


def to_series(cells: Cells, level: Level, measures: tuple[str, ...]) -> Parsed:
    """The kept rows in long form: one row an area, month and measure.

    `cells` holds `unit_id`, `unit_name`, `month` and a column for each of `measures`. A missing
    count gives no row: it is unknown, not zero.
    """
    index = [SERIES.column(name) for name in ("unit_id", "unit_name", "month")]
    counts = [Column(measure, pl.Int64, "a count", required=False) for measure in measures]
    wide = Table("wide", "As published, one column a measure.", (*index, *counts), ("unit_id",))
    parsed = cells.parsed(wide)
    long = (
        parsed.tables["wide"]
        .unpivot(
            on=list(measures),
            index=[column.name for column in index],
            variable_name="measure",
            value_name="value",
        )
        .filter(pl.col("value").is_not_null())
        .with_columns(pl.lit(level).alias("level"))
        .select(pl.col(column.name).cast(column.dtype) for column in SERIES.columns)
    )
    return replace(parsed, tables={"series": long})


def listed_coverage(
    kept: Kept, level: Level, units: tuple[str, ...], note: str, complete: bool = True
) -> Coverage | None:
    """Coverage of a file that holds its own zeros: what it does not list is unknown."""
    if kept.day_from is None or kept.day_to is None:
        return None
    return Coverage(
        month_from=month_of(kept.day_from),
        month_to=month_of(kept.day_to),
        units=units,
        levels=(level,),
        complete=complete,
        silence_is_zero=False,
        note=note,
    )
