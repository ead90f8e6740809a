"""The whole system in one file: what a user asks for, told in the order in which it happens.

`cli` (and later `web`) start work only through these functions. Each takes plain values, reads
through the lake, hands tables to the pure rooms, and gives back a result that can be printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from tocsin.lake import Lake
    from tocsin.panel import Candidate, DateRule
    from tocsin.tables.levels import Level, Target

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
    countries = _countries_of(area)
    known = _candidates(lake, day, reconstruct)

    def at(place: Level) -> pl.DataFrame:
        return panel.assemble(
            place,
            target,
            month_from,
            month_to,
            [held for held in known if place in held.coverage.levels],
            as_of=day,
            reconstruct=reconstruct,
            units=_units_listed(place, countries),
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
    from tocsin.tables.months import parse_day, parse_month

    day = parse_day(as_of) if as_of else datetime.now(UTC).date()
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


def open_lake() -> Lake:
    """The lake of this store."""
    from tocsin.lake import Lake
    from tocsin.settings import read_settings

    return Lake(read_settings().home)


def _candidates(lake: Lake, as_of: date, reconstruct: bool) -> list[Candidate]:
    """Snapshots that may speak as of a date, with their tables."""
    from tocsin.panel import Candidate

    held = lake.snapshots() if reconstruct else lake.snapshots(as_of=as_of)
    return [
        Candidate(snapshot, part.table, lake.scan(snapshot, part.table).collect())
        for snapshot in held
        if snapshot.coverage and (snapshot.source.startswith(_UCDP_COUNTS) or snapshot.exercise)
        for part in snapshot.parts
        if part.table in ("events", "series")
    ]


def _countries_of(area: str) -> tuple[str, ...]:
    """ISO3 codes of a country or a region; none for the whole world."""
    from tocsin import geo

    if not area:
        return ()
    if area.upper() in geo.regions():
        return geo.regions()[area.upper()]
    return (geo.country_by(iso3=area.upper()).iso3,)


def _units_listed(level: Level, countries: tuple[str, ...]) -> list[str]:
    """Units of a panel that are listed even if no source names them."""
    from tocsin import geo

    if level == "country":
        return list(countries or (country.iso3 for country in geo.countries()))
    if level == "admin1":
        return [unit for iso3 in countries for unit in geo.units(iso3)]
    return []


def challenge_baselines(
    data: Path, level: str, windows: str, out: Path
) -> Iterator[tuple[str, str, Path]]:
    """Write the challenge's baselines for `windows`; yields model, window and file."""
    from tocsin import challenge, models

    area = challenge.challenge_level(level)
    names = models.BASELINES if area == "country" else (*models.BASELINES, "conflictology_n")
    makers = [models.named(name, area) for name in names]
    parsed = challenge.parse_windows(windows)
    for model, window, path in challenge.write_forecasts(data, area, parsed, makers, out):
        yield model, window.name, path


def challenge_forecast(
    data: Path, level: str, windows: str, out: Path, model: str = "", seed: int = 1
) -> Iterator[tuple[str, str, Path]]:
    """Write one model's forecasts for `windows`, whose truth may be unknown."""
    from tocsin import challenge, models

    area = challenge.challenge_level(level)
    forecaster = models.named(model, area) if model else models.best(area)
    parsed = challenge.parse_windows(windows)
    written = challenge.write_forecasts(data, area, parsed, [forecaster], out, seed)
    for name, window, path in written:
        yield name, window.name, path


def challenge_score(folder: Path, actuals: Path) -> list[dict[str, Any]]:
    """Scores of a submission's windows and, last, their mean."""
    import msgspec

    from tocsin import challenge

    scores = list(challenge.score_submission(folder, actuals))
    rows: list[dict[str, Any]] = [
        msgspec.structs.asdict(row) for row in (*scores, challenge.mean_of_windows(scores))
    ]
    return rows
