"""Deaths and events by country and month, added up from UCDP GED."""

from tocsin.errors import UnknownName
from tocsin.geo import country_by
from tocsin.sources.cells import Cells
from tocsin.sources.registry import Kept, Parsed, Release, Rows
from tocsin.sources.unitmonths import listed_coverage, read_counts, read_month, to_series
from tocsin.sources.yearly import read_iso3
from tocsin.tables import Coverage

MEASURES = ("ged_all", "events_all", "events_sb", "events_ns", "events_os")
NOTE = (
    "month of the first possible day; Niger and Nigeria are not held before 2010; since then "
    "Niger is the sum of its areas and Nigeria the rest, up to 16 deaths a year apart"
)


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One row a country and month to five measures.

    A row that counts two countries together (Nigeria with Niger before 2010) says nothing of
    either: it is set aside, and both are unknown in its month.
    """
    cells = Cells(rows, release.declaration.reads)
    read_iso3(cells)
    read_month(cells, release)
    read_counts(cells, MEASURES)
    cells.text("note")
    together = cells.columns["note"].str.contains(r"^\w+\+\w+ merged$")
    cells.refuse("two_areas_in_one", "note", together)
    parts = sum((cells.columns[name] for name in MEASURES[3:]), start=cells.columns["events_sb"])
    cells.refuse("sum_differs", "events_all", parts != cells.columns["events_all"])
    names = {code: _name(code) for code in cells.columns["unit_id"].unique().drop_nulls()}
    cells.refuse("unknown_place", "unit_id", cells.columns["unit_id"].is_in(_strangers(names)))
    cells.mapped("unit_name", cells.columns["unit_id"].replace(names))
    return to_series(cells, "country", MEASURES)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """The months and countries listed, no more: the file holds its own zeros."""
    return listed_coverage(kept, "country", tuple(sorted(kept.iso3)), NOTE)


def _name(code: str) -> str:
    try:
        return country_by(iso3=code).name_en
    except UnknownName:
        return ""


def _strangers(names: dict[str, str]) -> list[str]:
    return [code for code, name in names.items() if not name]
