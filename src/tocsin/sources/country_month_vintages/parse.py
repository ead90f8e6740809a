"""Deaths by country and month as they stood on a date: one column a country."""

import polars as pl

from tocsin.errors import SourceChanged
from tocsin.geo import iso3_of_name
from tocsin.sources.cells import Cells
from tocsin.sources.declaration import Declaration
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.sources.unitmonths import listed_coverage, read_month
from tocsin.tables import SERIES, Coverage

MONTH = "Unnamed: 0"
NOTE = "events that span months are left out at the source; month of the first possible day"
_ENOUGH = 20  # countries in the header: fewer could be anybody's table


def recognise(sample: Sample, declaration: Declaration) -> float:
    """A first column without a name, and the names of many countries."""
    names = [name for name in sample.columns if name != MONTH]
    if MONTH not in sample.columns or len(names) < _ENOUGH:
        return 0.0
    return sum(iso3_of_name(name) is not None for name in names) / len(names)


def check_header(sample: Sample, declaration: Declaration) -> None:
    """Nothing, if every column is a country, each once.

    Raises
    ------
    SourceChanged, naming the columns that are not.
    """
    named = {name: iso3_of_name(name) for name in sample.columns if name != MONTH}
    strangers = [name for name, iso3 in named.items() if iso3 is None]
    if strangers:
        raise SourceChanged(
            "columns that are no known country: {columns}",
            where=sample.name,
            remedy="If a country has a new name, a newer Tocsin is needed; nothing was read.",
            columns=", ".join(repr(name) for name in strangers),
        )
    codes = [iso3 for iso3 in named.values() if iso3]
    twice = sorted({iso3 for iso3 in codes if codes.count(iso3) > 1})
    if twice or len(sample.columns) != len(set(sample.columns)):
        raise SourceChanged(
            "a country has two columns: {columns}",
            where=sample.name,
            columns=", ".join(twice) or MONTH,
        )


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a month to one row a country; an empty cell is unknown, not zero.

    A month with a cell that is no count is set aside whole, with the country at fault.
    """
    names = [name for name in rows.frame.columns if name not in (MONTH, "source_row")]
    # A number in front keeps a country from being taken for a column of ours.
    reads = {MONTH: "month"} | {name: f"column {index}" for index, name in enumerate(names)}
    cells = Cells(rows, reads)
    read_month(cells, release)
    for ours in list(reads.values())[1:]:
        cells.whole(ours, dtype=pl.Int64, minimum=0)
    good = cells.good()
    counts = pl.DataFrame(
        {"month": cells.columns["month"]} | {name: cells.columns[reads[name]] for name in names}
    ).filter(good)
    long = counts.unpivot(
        on=names, index="month", variable_name="unit_name", value_name="value"
    ).filter(pl.col("value").is_not_null())
    codes = {name: iso3_of_name(name) for name in names}
    series = long.select(
        pl.lit("country").alias("level"),
        pl.col("unit_name").replace_strict(codes, return_dtype=pl.String).alias("unit_id"),
        "unit_name",
        "month",
        pl.lit("ged_all").alias("measure"),
        "value",
    )
    table = series.select(pl.col(column.name).cast(column.dtype) for column in SERIES.columns)
    findings = cells.set_aside()
    return Parsed({"series": table}, int(good.sum()), findings, findings.clear())


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The countries and months listed; incomplete, for events that span months are missing."""
    return listed_coverage(kept, "country", tuple(sorted(kept.iso3)), NOTE, complete=False)
