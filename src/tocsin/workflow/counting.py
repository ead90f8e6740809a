"""Counts by unit and month, as they were known on a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.words import countries_of, day_of, units_listed

if TYPE_CHECKING:
    import polars as pl

    from tocsin.lake import Lake
    from tocsin.panel import Candidate, DateRule
    from tocsin.tables import Snapshot
    from tocsin.tables.levels import Level, Target

# Histories begin where UCDP's do.
FIRST_MONTH = 109  # January 1989
# Sources whose counts follow UCDP's definitions; no other kind of count may speak for a target.
_UCDP_COUNTS = ("ucdp_", "views_", "country_month_vintages")


def build_panel(
    level: Level,
    target: Target,
    month_from: int,
    month_to: int,
    *,
    area: str = "",
    as_of: date | None = None,
    reconstruct: bool = False,
    date_rule: DateRule = "end",
    lake: Lake | None = None,
) -> pl.DataFrame:
    """Observations by unit and month, as of a date (default: today).

    `area` is a country (ISO3) or a region such as SAHEL; empty for everything known. At level
    admin1 each country also has an unallocated unit: what its total holds beyond its areas.
    """
    from tocsin import panel

    lake = lake or open_lake()
    day = as_of or datetime.now(UTC).date()
    countries = countries_of(area)
    known = candidates_known(lake, day, reconstruct, countries)

    def at(place: Level) -> pl.DataFrame:
        return panel.assemble(
            place,
            target,
            month_from,
            month_to,
            [held for held in known if place in held.coverage.levels],
            as_of=day,
            reconstruct=reconstruct,
            units=units_listed(place, countries),
            within=countries,
            date_rule=date_rule,
        )

    if level != "admin1":
        return at(level)
    return panel.add_unallocated(at("admin1"), at("country"))


def write_panel(
    out: Path,
    *,
    level: str,
    target: str,
    first: str,
    last: str,
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    month_by: str = "end",
) -> dict[str, Any]:
    """Build a panel from the words of the command line and write it; what it holds."""
    from tocsin import panel
    from tocsin.tables.levels import require_level, require_target
    from tocsin.tables.months import parse_month

    day = day_of(as_of)
    observations = build_panel(
        require_level(level),
        require_target(target),
        parse_month(first),
        parse_month(last),
        area=area,
        as_of=day,
        reconstruct=reconstruct,
        date_rule=panel.require_date_rule(month_by),
    )
    path = panel.to_file(observations, out)
    observed = int((observations["status"] == "observed").sum())
    return {
        "rows": observations.height,
        "observed": observed,
        "unknown": observations.height - observed,
        "reconstructed": int(observations["reconstructed"].sum()),
        "as_of": day.isoformat(),
        "path": str(path),
    }


def candidates_known(
    lake: Lake, as_of: date, reconstruct: bool, countries: tuple[str, ...] = ()
) -> list[Candidate]:
    """Snapshots that may speak as of a date, with their tables; of events only those wanted."""
    import polars as pl

    from tocsin.panel import Candidate

    def table(snapshot: Snapshot, name: Literal["events", "series"]) -> pl.DataFrame:
        rows = lake.scan(snapshot, name)
        # A series is read whole: that it names a country nowhere is a statement, too.
        if countries and name == "events":
            rows = rows.filter(pl.col("iso3").is_in(countries))
        return rows.collect()

    held = lake.snapshots() if reconstruct else lake.snapshots(as_of=as_of)
    return [
        Candidate(snapshot, part.table, table(snapshot, part.table))
        for snapshot in held
        if snapshot.coverage and (snapshot.source.startswith(_UCDP_COUNTS) or snapshot.exercise)
        for part in snapshot.parts
        if part.table in ("events", "series")
    ]
