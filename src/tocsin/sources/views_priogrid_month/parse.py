"""State-based deaths by grid cell and month, as the VIEWS challenge counts them."""

import polars as pl

from tocsin.sources.cells import Cells
from tocsin.sources.declaration import Declaration
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.sources.unitmonths import listed_coverage, read_counts, read_month_id, to_series
from tocsin.tables import Coverage

CELLS = 360 * 720  # half a degree each, the whole world
NOTE = "month of the last possible day; Africa and the Middle East"


def recognise(sample: Sample, declaration: Declaration) -> float:
    """The two columns of a VIEWS grid-month, and one count that we know."""
    columns = set(sample.columns)
    own = {"month_id", "priogrid_gid"} <= columns
    return 1.0 if own and len(columns & {"ged_sb", "outcome"}) == 1 else 0.0


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a cell and month."""
    cells = Cells(rows, release.declaration.reads)
    cells.whole("unit_id", required=True, minimum=1, maximum=CELLS)
    read_month_id(cells, release)
    read_counts(cells, ("ged_sb",))
    cells.mapped("unit_id", cells.columns["unit_id"].cast(pl.String))
    cells.mapped("unit_name", cells.columns["unit_id"])
    return to_series(cells, "priogrid", ("ged_sb",))


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The cells and months listed."""
    return listed_coverage(kept, "priogrid", (), NOTE)
