"""Deaths and events by first-level area and month, added up from UCDP GED."""

from dataclasses import replace

import polars as pl

from tocsin.geo import admin1_of_name, iso3_of_name, slug
from tocsin.sources.cells import Cells
from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.sources.unitmonths import read_counts, read_month, to_series
from tocsin.tables import SERIES, Coverage
from tocsin.tables.months import month_of

MEASURES = ("ged_all", "events_all", "events_sb", "events_ns", "events_os")
NOTE = (
    "month of the first possible day; events without a first-level area are left out "
    "(0 to 3 % of a country's deaths)"
)


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row an area and month to five measures; areas by the reviewed names of UCDP.

    An area that the review does not know is named after what was published, and has no shape.
    """
    cells = Cells(rows, release.declaration.reads)
    cells.text("country", required=True)
    cells.text("unit_name", required=True)
    read_month(cells, release)
    read_counts(cells, MEASURES)
    cells.mapped("unit_id", _units(cells.columns["country"], cells.columns["unit_name"]))
    unknown = cells.columns["unit_id"].is_null() & cells.columns["country"].is_not_null()
    cells.refuse("unknown_place", "country", unknown)
    cells.mapped("unit_name", _area(cells.columns["unit_name"]))
    parsed = to_series(cells, "admin1", MEASURES)
    return replace(parsed, tables={"series": _added_up(parsed.tables["series"])})


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """Every area of the countries that the file lists: there, silence is zero."""
    if kept.day_from is None or kept.day_to is None:
        return None
    return Coverage(
        month_from=month_of(kept.day_from),
        month_to=month_of(kept.day_to),
        units=tuple(sorted({unit.partition(".")[0] for unit in kept.iso3})),
        levels=("admin1",),
        note=NOTE,
    )


def _area(published: pl.Series) -> pl.Series:
    """`Mali | Gao region` is published; the country stands in its own column."""
    return published.str.replace(r"^.*? \| ", "")


def _units(countries: pl.Series, published: pl.Series) -> pl.Series:
    """Unit ids of published areas; missing where the country is not known."""
    pairs = pl.DataFrame({"country": countries, "area": _area(published)})
    known = pairs.unique().drop_nulls()
    ids = [_unit(country, area) for country, area in known.iter_rows()]
    named = known.with_columns(pl.Series("unit_id", ids, dtype=pl.String))
    return pairs.join(named, on=["country", "area"], how="left", maintain_order="left")["unit_id"]


def _unit(country: str, area: str) -> str | None:
    iso3 = iso3_of_name(country)
    if iso3 is None:
        return None
    return admin1_of_name(iso3, area) or f"{iso3}.{slug(area)}"


def _added_up(series: pl.DataFrame) -> pl.DataFrame:
    """Rows of names that mean one area, added."""
    return (
        series.group_by(*SERIES.key, maintain_order=True)
        .agg(pl.col("unit_name").first(), pl.col("value").sum())
        .select(list(SERIES.schema))
    )
