"""Yearly figures about countries, in their own units: what those sources share."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from tocsin.sources.cells import Cells, earliest_day
from tocsin.sources.registry import Kept, Parsed, Release
from tocsin.tables import CONTEXT, Column, Coverage, Table
from tocsin.tables.months import month_of

_INDEX = ("unit_id", "counterpart", "period_from", "period_to")


def read_year(cells: Cells, release: Release) -> None:
    """`period_from` and `period_to` from a calendar year (`1990` or `1990.0`)."""
    cells.whole("year", required=True)
    year = cells.columns["year"]
    first, last = earliest_day(release).year, release.released_on.year
    cells.refuse("date_out_of_range", "year", ~year.is_between(first, last).fill_null(True))
    safe = year.set(~year.is_between(1, 9999).fill_null(False), None).to_frame("year")
    for name, month, day in (("period_from", 1, 1), ("period_to", 12, 31)):
        cells.mapped(name, safe.select(pl.date(pl.col("year"), month, day)).to_series())


def read_iso3(cells: Cells, ours: str = "unit_id", required: bool = True) -> None:
    """An ISO 3166-1 alpha-3 code; anything else is set aside as an unknown place."""
    cells.text(ours, required=required)
    code = cells.columns[ours].str.strip_chars().str.to_uppercase()
    cells.refuse("unknown_place", ours, ~code.str.contains(r"^[A-Z]{3}$").fill_null(True))
    cells.mapped(ours, code)


def read_figures(
    cells: Cells, measures: Iterable[str], release: Release, required: bool = False
) -> None:
    """One column of figures for each measure, inside the bounds that the source declares."""
    bounds = release.declaration.bounds
    for measure in measures:
        cells.number(measure, required=required, minimum=bounds.value_min, maximum=bounds.value_max)


def to_context(cells: Cells, measures: Mapping[str, str]) -> Parsed:
    """The kept rows in long form: one row a country, year and measure.

    `cells` holds `unit_id`, `period_from`, `period_to`, perhaps `counterpart`, and a column for
    each measure; `measures` gives the unit of each. A missing figure gives no row.
    """
    if "counterpart" not in cells.columns:
        cells.constant("counterpart", "")
    index = [CONTEXT.column(name) for name in _INDEX]
    figures = [Column(measure, pl.Float64, "a figure", required=False) for measure in measures]
    wide = Table("wide", "As published, one column a measure.", (*index, *figures), _INDEX)
    parsed = cells.parsed(wide)
    long = (
        parsed.tables["wide"]
        .unpivot(on=list(measures), index=list(_INDEX), variable_name="measure", value_name="value")
        .filter(pl.col("value").is_not_null())
        .with_columns(
            pl.col("measure").replace_strict(dict(measures), return_dtype=pl.String).alias("unit")
        )
        .select(pl.col(column.name).cast(column.dtype) for column in CONTEXT.columns)
    )
    return replace(parsed, tables={"context": long})


def yearly_coverage(kept: Kept, note: str) -> Coverage | None:
    """What a file of figures covers: only the figures that it lists."""
    if kept.day_from is None or kept.day_to is None:
        return None
    return Coverage(
        month_from=month_of(kept.day_from),
        month_to=month_of(kept.day_to),
        units=tuple(sorted({code for code in kept.iso3 if code})),
        levels=("country",),
        silence_is_zero=False,
        note=note,
    )
