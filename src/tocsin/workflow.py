"""The whole system in one file: what a user asks for, told in the order in which it happens.

`cli` (and later `web`) start work only through these functions. Each takes plain values, reads
through the lake, hands tables to the pure rooms, and gives back a result that can be printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import polars as pl

    from tocsin.briefs import BriefInputs, Tlp
    from tocsin.geo import Layer
    from tocsin.lake import Lake, Node
    from tocsin.language import Lang
    from tocsin.panel import Candidate, DateRule
    from tocsin.sources import Declaration, Outcome
    from tocsin.sources.arrivals import Arrival
    from tocsin.tables import Snapshot
    from tocsin.tables.levels import Level, Target

# Histories begin where UCDP's do.
FIRST_MONTH = 109  # January 1989
# Sources whose counts follow UCDP's definitions; no other kind of count may speak for a target.
_UCDP_COUNTS = ("ucdp_", "views_", "country_month_vintages")


def name_store(organisation: str) -> tuple[Node, Path]:
    """Name the organisation that keeps the store; gives the node and where the store is."""
    from tocsin.lake import name_node
    from tocsin.settings import read_settings

    home = read_settings().home
    return name_node(home, organisation), home


def fetch(
    names: list[str],
    *,
    version: str = "",
    again: bool = False,
    on_step: Callable[[str, int, int | None], object] | None = None,
    translate: Callable[[str], str] = str,
) -> Iterator[Arrival]:
    """Bring official files into the store's downloads, from the mirror or their publishers."""
    from tocsin.settings import read_settings
    from tocsin.sources.arrivals import Fetching

    settings = read_settings()
    yield from Fetching(
        settings.home / "downloads",
        settings.mirror,
        version,
        again,
        on_step=on_step,
        translate=translate,
    ).sources(names)


def ingest(
    paths: list[Path],
    *,
    source: str = "",
    release: str = "",
    released_on: str = "",
    mapping: Path | None = None,
    wait: float | None = None,
    on_step: Callable[[str, int, int], object] | None = None,
    on_wait: Callable[[], object] | None = None,
    translate: Callable[[str], str] | None = None,
) -> Iterator[Outcome]:
    """Read files into the lake, one after the other; yields what became of each."""
    from tocsin.sources import Ingest, Orders
    from tocsin.tables.months import parse_day

    day = parse_day(released_on) if released_on else None
    run = Ingest(open_lake(), Orders(source, release, day, mapping, wait))
    run.on_step = on_step or run.on_step
    run.on_wait = on_wait or run.on_wait
    run.translate = translate or run.translate
    yield from run.paths(paths)


def snapshots(as_of: str = "", source: str = "") -> list[Snapshot]:
    """What the lake holds, or held by the end of `as_of`."""
    from tocsin.tables.months import parse_day

    day = parse_day(as_of) if as_of else None
    return open_lake().snapshots(source or None, as_of=day)


def known_sources() -> list[Declaration]:
    """Every source that can be read."""
    from tocsin.sources import sources

    return [each.declaration for each in sources()]


def reasons() -> dict[str, str]:
    """Why a row may be set aside: code and meaning."""
    from tocsin.sources import REASONS

    return REASONS


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
    known = _candidates(lake, day, reconstruct, countries)

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
    from tocsin.tables.months import parse_month

    day = _day(as_of)
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


def forecast(
    level: Level,
    target: Target,
    origin: int,
    horizons: Sequence[int],
    *,
    model: str = "",
    area: str = "",
    as_of: date | None = None,
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
    lake: Lake | None = None,
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Forecasts of one model from one origin, and the areas of which too little is known.

    The panel that the model sees ends with the origin and holds what had been released by
    `as_of` (default: today).
    """
    from tocsin import evaluation, models

    observations = build_panel(
        level,
        target,
        FIRST_MONTH,
        origin,
        area=area,
        as_of=as_of,
        reconstruct=reconstruct,
        lake=lake,
    )
    panel, left_out = evaluation.with_known_units(models.build_unit_months(observations), origin)
    maker = models.named(model, level) if model else models.best(level)
    history = panel.until(origin)
    return models.build_forecasts(maker, history, horizons, draws, seed), left_out


def run_forecast(
    out: Path,
    *,
    level: str,
    target: str,
    origin: str,
    horizons: str,
    model: str = "",
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
) -> dict[str, Any]:
    """Forecast from the words of the command line and write one Parquet file; what it holds."""
    from tocsin.tables.levels import require_level, require_target
    from tocsin.tables.months import month_text, parse_horizons, parse_month

    start = parse_month(origin)
    frame, left_out = forecast(
        require_level(level),
        require_target(target),
        start,
        parse_horizons(horizons),
        model=model,
        area=area,
        as_of=_day(as_of),
        reconstruct=reconstruct,
        draws=draws,
        seed=seed,
    )
    name = frame["model_id"][0]
    path = out / f"{name}_{level}_{target}_{month_text(start)}.parquet"
    out.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    frame.write_parquet(partial)
    partial.replace(path)
    return {
        "forecasts": frame.height,
        "units": frame["unit_id"].n_unique(),
        "model": name,
        "left_out": list(left_out),
        "path": str(path),
    }


def model_names(level: str) -> tuple[str, ...]:
    """Names of the models that serve a level."""
    from tocsin import models
    from tocsin.tables.levels import require_level

    return models.names(require_level(level))


def run_backtest(
    *,
    level: str,
    target: str,
    first: str,
    last: str,
    step: int,
    horizons: str,
    models: str = "",
    area: str = "",
    as_of: str = "",
    reconstruct: bool = False,
    draws: int = 1000,
    seed: int = 1,
    out: Path | None = None,
) -> list[dict[str, Any]]:
    """Mean scores of models on past origins; every single score goes to the CSV file `out`."""
    import polars as pl

    from tocsin import evaluation
    from tocsin import models as makers
    from tocsin.tables.levels import require_level, require_target
    from tocsin.tables.months import parse_horizons, parse_month

    where, steps, end = require_level(level), parse_horizons(horizons), parse_month(last)
    observations = build_panel(
        where,
        require_target(target),
        FIRST_MONTH,
        end + max(steps),
        area=area,
        as_of=_day(as_of),
        reconstruct=reconstruct,
    )
    origins = evaluation.RollingOrigins(parse_month(first), end, step, steps, draws, seed)
    panel = makers.build_unit_months(observations)
    chosen = [name for name in models.split(",") if name] or makers.names(where)
    forecasters = [makers.named(name, where) for name in chosen]
    scores = pl.concat(evaluation.backtest(forecasters, panel, origins))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        scores.write_csv(out)
    return evaluation.summarise(scores).to_dicts()


def find_places(name: str, country: str = "", limit: int = 10) -> list[dict[str, Any]]:
    """Places of that name: GeoNames' and those that ingested events name."""
    from dataclasses import asdict

    from tocsin import geo

    iso3 = geo.country_by(iso3=country).iso3 if country else None
    gazetteer = geo.gazetteer.Gazetteer()
    lake = open_lake()
    for held in lake.snapshots(table="events"):
        events = lake.scan(held, "events").select(geo.gazetteer.EVENT_COLUMNS).collect()
        gazetteer = gazetteer.widened_by_events(events)
    return [asdict(place) for place in gazetteer.find(name, iso3, limit)]


def areas(country: str, lang: Lang, on: str = "") -> list[dict[str, Any]]:
    """First-level areas of a country on a day, and whether each has a shape of its own."""
    from tocsin import geo

    iso3, day = geo.country_by(iso3=country).iso3, _day(on)
    layer = geo.admin1(iso3, day, boundary_layers())
    listed = {area.unit_id: area.counted_in for area in geo.divisions(iso3, day)}
    listed |= {area.unit_id: listed.get(area.unit_id, area.unit_id) for area in layer.areas}
    drawn = {area.unit_id: area for area in layer.areas}
    return [
        {
            "unit_id": unit,
            "name": drawn[unit].name(lang) if unit in drawn else geo.unit_name(unit, lang),
            "counted_in": counted_in,
            "shape": unit in drawn and drawn[unit].polygon is not None,
            "covers": list(drawn[unit].covers) if unit in drawn else [],
            "source": layer.source,
        }
        for unit, counted_in in listed.items()
    ]


def locate(longitude: float, latitude: float, on: str = "") -> dict[str, Any]:
    """Country, first-level area and grid cell of a point on a day; None where not known."""
    from tocsin import geo

    layers = boundary_layers()
    point = ([longitude], [latitude], _day(on))
    return {
        "country": geo.locate(*point, "country", layers)[0],
        "admin1": geo.locate(*point, "admin1", layers)[0],
        "priogrid": geo.locate(*point, "priogrid")[0],
    }


def add_boundaries(
    path: Path, country: str = "", level: str = "", valid_from: str = "", valid_to: str = ""
) -> dict[str, Any]:
    """Check a boundary file and keep it in the store; what it holds."""
    import json

    from tocsin import geo
    from tocsin.lake import write_boundaries
    from tocsin.settings import read_settings
    from tocsin.tables.months import parse_day

    layer = geo.read_boundary_file(
        path,
        iso3=country or None,
        level=level or None,
        valid_from=parse_day(valid_from) if valid_from else None,
        valid_to=parse_day(valid_to) if valid_to else None,
    )
    name = f"{layer.iso3}-{layer.level}"
    kept = write_boundaries(read_settings().home, name, json.dumps(geo.to_geojson(layer)))
    return {
        "areas": len(layer.areas),
        "country": layer.iso3,
        "level": layer.level,
        "repaired": layer.repaired,
        "path": str(kept),
    }


def boundary_layers() -> tuple[Layer, ...]:
    """The user's own boundary layers, in the order in which they were added to the store."""
    from tocsin import geo
    from tocsin.lake import boundary_files
    from tocsin.settings import read_settings

    layers = [geo.read_boundary_file(path) for path in boundary_files(read_settings().home)]
    return geo.with_regions(layers)


def _day(text: str) -> date:
    """A day from the command line's words; today, if there are none."""
    from tocsin.tables.months import parse_day

    return parse_day(text) if text else datetime.now(UTC).date()


def open_lake() -> Lake:
    """The lake of this store."""
    from tocsin.lake import Lake
    from tocsin.settings import read_settings

    return Lake(read_settings().home)


def _candidates(
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


def _countries_of(area: str) -> tuple[str, ...]:
    """ISO3 codes of countries and regions, parted by commas; none for the whole world."""
    from tocsin import geo

    names = [name.strip().upper() for name in area.split(",") if name.strip()]
    codes = [
        code
        for name in names
        for code in geo.regions().get(name) or (geo.country_by(iso3=name).iso3,)
    ]
    return tuple(dict.fromkeys(codes))


def _units_listed(level: Level, countries: tuple[str, ...]) -> list[str]:
    """Units of a panel that are listed even if no source names them."""
    from tocsin import geo

    if level == "country":
        return list(countries or (country.iso3 for country in geo.countries()))
    if level == "admin1":
        return [unit for iso3 in countries for unit in geo.units(iso3)]
    return []


def brief(
    area: str,
    *,
    as_of: str = "",
    reconstruct: bool = False,
    lang: str = "fr",
    tlp: str = "CLEAR",
    out: Path = Path(),
) -> dict[str, Any]:
    """Write the one-page brief on a place as HTML, PDF and JSON; its headline and its files."""
    from tocsin import briefs

    written, marking = briefs.require_lang(lang), briefs.require_tlp(tlp)
    made = briefs.build_brief(brief_inputs(area, _day(as_of), reconstruct, tlp=marking))
    paths = briefs.write_files(made, written, out)
    return {
        "headline": made.headline.plain(written),
        "exercise": made.exercise,
        "reconstruction": made.reconstruction,
        "paths": [str(path) for path in paths],
    }


def brief_inputs(
    area: str, day: date, reconstruct: bool, *, tlp: Tlp = "CLEAR", lake: Lake | None = None
) -> BriefInputs:
    """What a brief on a place is made from: its counts, its map, its forecast, its sources."""
    from tocsin.briefs import BriefInputs, gathering
    from tocsin.lake import Kept
    from tocsin.tables.months import month_of

    lake = lake or open_lake()
    layers = boundary_layers()
    scope = gathering.scope_of(area, day)

    def observed(level: Level, area: str) -> pl.DataFrame:
        return build_panel(
            level,
            "ged_all",
            FIRST_MONTH,
            month_of(day),
            area=area,
            as_of=day,
            reconstruct=reconstruct,
            lake=lake,
        )

    # A model learns from every country; of areas, from those of the same country.
    panel = observed(scope.level, "" if scope.level == "country" else scope.area)
    parts = observed(scope.parts_level, scope.area)
    unit = gathering.place_observations(panel, scope)
    known = _candidates(lake, day, reconstruct, scope.countries)
    dyads, held = gathering.dyads_of(unit, known, scope)
    return BriefInputs(
        place=scope.place,
        as_of=day,
        reconstruct=reconstruct,
        unit=unit,
        parts=gathering.parts_observations(parts),
        layer=gathering.ground_of(scope, day, layers, known),
        snapshots=tuple(one.snapshot for one in known),
        outlook=gathering.outlook_of(panel, scope, day, Kept(lake.root.parent).array),
        kinds=gathering.kinds_of(unit, known, scope),
        dyads=dyads,
        events_held=held,
        tlp=tlp,
    )


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
