"""Refugees, displaced and stateless persons by country of asylum and of origin."""

from tocsin.sources.cells import Cells
from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.sources.yearly import read_figures, read_iso3, read_year, to_context, yearly_coverage
from tocsin.tables import Coverage

MEASURES = dict.fromkeys(
    (
        "refugees",
        "asylum_seekers",
        "returned_refugees",
        "idps",
        "returned_idps",
        "stateless",
        "ooc",
        "oip",
        "hst",
    ),
    "persons",
)
NOTE = (
    "persons at the end of the year, or at mid-year for the year in course; "
    "Burkina Faso's figure for its own displaced has stood still since 2023"
)


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a pair of countries and year to nine figures.

    UNHCR's own codes for origins that are no country (`UNK` unknown, `XXA` stateless) stay as
    they are.
    """
    cells = Cells(rows, release.declaration.reads)
    read_iso3(cells, "unit_id")
    read_iso3(cells, "counterpart")
    read_year(cells, release)
    read_figures(cells, MEASURES, release)
    return to_context(cells, MEASURES)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The pairs and years listed."""
    return yearly_coverage(kept, NOTE)
