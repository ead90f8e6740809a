"""Indices of democracy by country and year."""

from tocsin.sources.cells import Cells
from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.sources.yearly import read_figures, read_iso3, read_year, to_context, yearly_coverage
from tocsin.tables import Coverage

MEASURES = dict.fromkeys(("v2x_polyarchy", "v2x_libdem"), "index from 0 to 1")
NOTE = "judged by experts for the whole year; published in March of the year after"


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a country and year to two indices."""
    cells = Cells(rows, release.declaration.reads)
    read_iso3(cells)
    read_year(cells, release)
    read_figures(cells, MEASURES, release)
    return to_context(cells, MEASURES)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The countries and years listed."""
    return yearly_coverage(kept, NOTE)
