"""State-based deaths by country and month, as the VIEWS challenge counts them."""

import polars as pl

from tocsin.errors import UnknownName
from tocsin.geo import Country, country_by
from tocsin.sources.cells import Cells
from tocsin.sources.declaration import Declaration
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.sources.unitmonths import listed_coverage, read_counts, read_month_id, to_series
from tocsin.tables import Coverage

NOTE = "month of the last possible day; December 2021 and October 2022 hold summary events"


def recognise(sample: Sample, declaration: Declaration) -> float:
    """The two columns of a VIEWS country-month, and one count that we know."""
    columns = set(sample.columns)
    own = {"month_id", "country_id"} <= columns
    return 1.0 if own and len(columns & {"ged_sb", "outcome"}) == 1 else 0.0


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a country and month; countries by their VIEWS ids."""
    cells = Cells(rows, release.declaration.reads)
    cells.whole("unit_id", required=True)
    read_month_id(cells, release)
    read_counts(cells, ("ged_sb",))
    known = {number: _country(number) for number in cells.columns["unit_id"].unique().drop_nulls()}
    codes = {number: country.iso3 for number, country in known.items() if country}
    names = {number: country.name_en for number, country in known.items() if country}
    number = cells.columns["unit_id"]
    cells.refuse("unknown_place", "unit_id", number.is_not_null() & ~number.is_in(list(codes)))
    cells.mapped("unit_name", _replaced(number, names))
    cells.mapped("unit_id", _replaced(number, codes))
    return to_series(cells, "country", ("ged_sb",))


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The countries and months listed: a country is listed for as long as it existed."""
    return listed_coverage(kept, "country", tuple(sorted(kept.iso3)), NOTE)


def _country(number: int) -> Country | None:
    try:
        return country_by(views_id=number)
    except UnknownName:
        return None


def _replaced(numbers: pl.Series, words: dict[int, str]) -> pl.Series:
    return numbers.replace_strict(words, default=None, return_dtype=pl.String)
