"""Persons displaced inside their own country."""

from tocsin.sources.cells import Cells
from tocsin.sources.declaration import Declaration
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.sources.yearly import read_figures, read_iso3, read_year, to_context, yearly_coverage
from tocsin.tables import Coverage

MEASURES = {"idps": "persons"}
NOTE = "persons at the end of the year; Burkina Faso's figure has stood still since 2023"


def recognise(sample: Sample, declaration: Declaration) -> float:
    """UNHCR's columns for a pair of countries, and one total instead of its many counts."""
    return float({"year", "coo_iso", "coa_iso", "total"} <= set(sample.columns))


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a country and year. Who is displaced inside a country comes from it: a row that
    says otherwise is set aside."""
    cells = Cells(rows, release.declaration.reads)
    read_iso3(cells, "unit_id")
    read_iso3(cells, "origin")
    cells.refuse(
        "not_the_same_place", "origin", cells.columns["origin"] != cells.columns["unit_id"]
    )
    read_year(cells, release)
    read_figures(cells, MEASURES, release, required=True)
    return to_context(cells, MEASURES)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The countries and years listed."""
    return yearly_coverage(kept, NOTE)
