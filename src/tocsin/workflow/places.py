"""Places: names, areas of a day, points, and the boundary files a user adds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.words import day_of

if TYPE_CHECKING:
    from tocsin.geo import Layer
    from tocsin.geo.gazetteer import Gazetteer
    from tocsin.language import Lang


def find_places(name: str, country: str = "", limit: int = 10) -> list[dict[str, Any]]:
    """Places of that name: GeoNames' and those that ingested events name."""
    from dataclasses import asdict

    from tocsin import geo

    iso3 = geo.country_by(iso3=country).iso3 if country else None
    return [asdict(place) for place in known_places().find(name, iso3, limit)]


def known_places() -> Gazetteer:
    """GeoNames' places, widened by those that ingested events name; an exercise has its own."""
    from tocsin.geo import gazetteer
    from tocsin.workflow.arriving import is_exercise_store

    if is_exercise_store():
        return exercise_places()

    known, lake = gazetteer.Gazetteer(), open_lake()
    for held in lake.snapshots(table="events"):
        events = lake.scan(held, "events").select(gazetteer.EVENT_COLUMNS).collect()
        known = known.widened_by_events(events)
    return known


def exercise_places() -> Gazetteer:
    """The towns and villages of the invented country, and no other place."""
    import polars as pl

    from tocsin.exercise.country import ISO3
    from tocsin.exercise.reports import spots
    from tocsin.geo.gazetteer import Gazetteer

    table = pl.DataFrame(
        [(one.name, ISO3, one.region, one.longitude, one.latitude, "EXERCISE") for one in spots()],
        schema=["name", "iso3", "admin1", "longitude", "latitude", "source"],
        orient="row",
    )
    return Gazetteer.empty().widened_by_places(table)


def areas(country: str, lang: Lang, on: str = "") -> list[dict[str, Any]]:
    """First-level areas of a country on a day, and whether each has a shape of its own."""
    from tocsin import geo

    iso3, day = geo.country_by(iso3=country).iso3, day_of(on)
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
    point = ([longitude], [latitude], day_of(on))
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
