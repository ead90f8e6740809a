"""Income, population and infant mortality by country and year."""

from tocsin.sources.cells import Cells
from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.sources.yearly import read_figures, read_iso3, read_year, to_context, yearly_coverage
from tocsin.tables import Coverage

AMOUNTS = {
    "pop": "thousand persons",
    "NY.GDP.MKTP.KD": "constant 2015 US dollars",
    "NY.GDP.PCAP.KD": "constant 2015 US dollars per head",
    "infmort": "deaths per 1,000 live births",
}
CHANGES = {"NY.GDP.MKTP.KD.ZG": "per cent a year", "NY.GDP.PCAP.KD.ZG": "per cent a year"}
NOTE = "the last year or two are estimates; infant mortality only where it was not imputed"


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a country and year to six figures.

    Infant mortality that the compiler imputed is left out, and remembered among the doubts.
    """
    declaration = release.declaration
    cells = Cells(rows, declaration.reads)
    read_iso3(cells)
    read_year(cells, release)
    for measure in AMOUNTS:
        cells.number(measure, minimum=0)
    read_figures(cells, CHANGES, release)
    cells.category("infmort_imputed", declaration.categories["infmort_imputed"])
    imputed = cells.columns["infmort_imputed"] == "true"
    cells.doubt("imputed", "infmort", imputed, cells.columns["infmort"].clear(rows.frame.height))
    return to_context(cells, AMOUNTS | CHANGES)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The countries and years listed."""
    return yearly_coverage(kept, NOTE)
