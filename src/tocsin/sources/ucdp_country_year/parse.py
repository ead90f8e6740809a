"""The official yearly totals of organised violence by country."""

import polars as pl

from tocsin.errors import UnknownName
from tocsin.geo import country_by, iso3_of_name
from tocsin.sources.cells import Cells
from tocsin.sources.declaration import Declaration
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.sources.yearly import read_figures, read_year, to_context, yearly_coverage
from tocsin.tables import TARGETS, Coverage

MEASURES = {target + bound: "deaths" for target in TARGETS for bound in ("", "_low", "_high")}
NOTE = "the official totals of the release, with its low and high estimates"


def release_of(sample: Sample, declaration: Declaration) -> tuple[str, None]:
    """The release stands in every row."""
    if "version" not in sample.columns:
        return "", None
    seen = sample.head["version"].drop_nulls().unique().to_list()
    return (seen[0] if len(seen) == 1 else ""), None


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a country and year to twelve figures; `ged_sb` is the best estimate, with
    `ged_sb_low` and `ged_sb_high` around it."""
    cells = Cells(rows, release.declaration.reads)
    cells.text("country", required=True)
    cells.whole("gw", required=True)
    read_year(cells, release)
    read_figures(cells, MEASURES, release, required=True)
    for target in TARGETS:
        low, best, high = (cells.columns[target + bound] for bound in ("_low", "", "_high"))
        cells.doubt("low_above_best", f"{target}_low", low > best, best)
        cells.doubt("high_below_best", f"{target}_high", high < best, best)
    parts = cells.columns["ged_sb"] + cells.columns["ged_ns"] + cells.columns["ged_os"]
    cells.refuse("sum_differs", "ged_all", parts != cells.columns["ged_all"])
    cells.mapped("unit_id", _units(cells.columns["country"], cells.columns["gw"]))
    unknown = cells.columns["unit_id"].is_null() & cells.columns["country"].is_not_null()
    cells.refuse("unknown_place", "country", unknown)
    return to_context(cells, MEASURES)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The countries and years listed: the file holds its own zeros."""
    return yearly_coverage(kept, NOTE)


def _units(names: pl.Series, numbers: pl.Series) -> pl.Series:
    """ISO3 by the published name, else by the Gleditsch-Ward number."""
    pairs = pl.DataFrame({"name": names, "gw": numbers})
    known = pairs.unique().drop_nulls()
    codes = [iso3_of_name(name) or _by_number(gw) for name, gw in known.iter_rows()]
    named = known.with_columns(pl.Series("unit_id", codes, dtype=pl.String))
    return pairs.join(named, on=["name", "gw"], how="left", maintain_order="left")["unit_id"]


def _by_number(gw: int) -> str | None:
    try:
        return country_by(gw=gw).iso3
    except UnknownName:
        return None
