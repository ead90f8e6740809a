"""A user's own boundaries: GeoJSON files (RFC 7946), checked and repaired.

Countries are re-divided more often than public layers are redrawn. A file that an analyst trusts
takes the place of the built shapes for its country, its level and the days on which it holds.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry import mapping
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from tocsin.errors import NotEnoughData, UnknownName, UnreadableFile
from tocsin.geo import built, facts
from tocsin.geo.area_names import admin1_of_name, slug, unit_name, units
from tocsin.geo.layers import Area, Layer

MOST_BYTES = 200_000_000
POLYGONS = ("Polygon", "MultiPolygon")
# Where publishers put what we need, in the order in which they are tried.
_NAMES = ("name", "shapeName", "NAME_2", "NAME_1", "ADM2_FR", "ADM1_FR", "ADM2_EN", "ADM1_EN")
_COUNTRIES = ("iso3", "shapeGroup", "GID_0", "adm0_a3", "ADM0_PCODE")
_LEVELS = ("level", "shapeType")
_WGS84 = ("crs84", "4326", "wgs84", "wgs 84")


@dataclass(frozen=True)
class _Feature:
    name: str
    iso3: str
    level: str
    shape: BaseGeometry
    valid_from: date | None
    valid_to: date | None


def read_boundary_file(
    path: Path,
    *,
    iso3: str | None = None,
    level: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: str = "",
    licence: str = "",
) -> Layer:
    """The areas of a GeoJSON file as a layer of one country and level.

    Country, level, names and dates are read from the features' properties (`name`, `iso3`,
    `level`, `valid_from`, `valid_to`, or the names that geoBoundaries and OCHA use); an argument
    overrides the file. Polygons that cross themselves are repaired and counted; features of one
    unit become one area.

    Raises
    ------
    UnreadableFile, if the file is too large, not GeoJSON, not in degrees (WGS 84), has latitude
    and longitude swapped, or holds no polygon with a name and a country.
    """
    given = (iso3.upper() if iso3 else "", level or "")
    collection = _collection(path)
    features = list(_features(collection, path, *given))
    _require_one_layer(features, path)
    iso3, level = features[0].iso3, features[0].level
    repaired, features = _repaired(features)
    _require_degrees(features, path, iso3)
    return Layer(
        name=str(collection.get("name") or path.name),
        level=level,
        iso3=iso3,
        areas=tuple(_areas(features, iso3, level)),
        source=source or path.name,
        licence=licence or "as stated by the file's publisher",
        valid_from=valid_from or _common(each.valid_from for each in features),
        valid_to=valid_to or _common(each.valid_to for each in features),
        repaired=repaired,
    )


def regions_from_districts(districts: Layer, on: date) -> Layer:
    """First-level units put together from a user's districts, as they stood `on` a day.

    The reviewed table `facts/districts.csv` says in which unit each cercle of Mali and each
    province of Burkina Faso lay: this is how Ménaka gets a shape.

    Raises
    ------
    UnknownName, if a district is not in the table; NotEnoughData, if one of the table is not in
    the layer.
    """
    unit_of = _units_of_districts(districts.iso3, on)
    pieces: dict[str, list[BaseGeometry]] = {}
    seen = set()
    for area in districts.with_polygon():
        key = slug(area.name_fr)
        if key not in unit_of:
            raise UnknownName(
                "the district {name} is in no known area of {country}",
                where=districts.name,
                remedy="Use a file of the districts as they stood in 2012.",
                name=area.name_fr,
                country=districts.iso3,
            )
        seen.add(unit_of[key])
        pieces.setdefault(unit_of[key][0], []).append(area.polygon)
    if lacking := sorted({name for _, name in set(unit_of.values()) - seen}):
        raise NotEnoughData(
            "the file lacks the districts {names}",
            where=districts.name,
            remedy="Use a file of the whole country.",
            names=", ".join(lacking),
        )
    return replace(
        districts,
        level="admin1",
        areas=tuple(
            _area(unit, unit, shapely.union_all(shapes)) for unit, shapes in sorted(pieces.items())
        ),
        valid_from=_period_start(districts.iso3, on),
        valid_to=_period_end(districts.iso3, on),
    )


def with_regions(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers, each of districts preceded by the first-level units that it puts together.

    A layer of districts that the reviewed table does not know is kept as it is. A layer of
    first-level areas in the same list, being nearer to what its publisher drew, goes before them.
    """
    made = [
        regions_from_districts(layer, day)
        for layer in layers
        if layer.level == "admin2" and _can_be_put_together(layer)
        for day in _days_of_change(layer.iso3)
    ]
    return (*made, *layers)


def _can_be_put_together(districts: Layer) -> bool:
    known = {
        slug(name)
        for row in _district_rows(districts.iso3)
        for name in (row["district"], *facts.parts(row["aliases"]))
    }
    return bool(known) and {slug(area.name_fr) for area in districts.areas} <= known


def _days_of_change(iso3: str) -> list[date]:
    """One day in each period in which the districts lay in the same units."""
    starts = {facts.day(row["valid_from"]) for row in _district_rows(iso3)}
    return sorted(day or date(1960, 1, 1) for day in starts)


def to_geojson(layer: Layer) -> dict[str, Any]:
    """The layer's shapes as GeoJSON that `read_boundary_file` reads back.

    >>> to_geojson(Layer("none", "admin1", "MLI", ()))["features"]
    []
    """
    return {
        "type": "FeatureCollection",
        "name": layer.name,
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "iso3": layer.iso3,
                    "level": layer.level,
                    "name": area.name_fr,
                    "valid_from": str(area.valid_from or layer.valid_from or ""),
                    "valid_to": str(area.valid_to or layer.valid_to or ""),
                },
                "geometry": mapping(area.polygon),
            }
            for area in layer.with_polygon()
        ],
    }


def _units_of_districts(iso3: str, on: date) -> dict[str, tuple[str, str]]:
    """Unit and reviewed name by the key of each spelling."""
    known: dict[str, tuple[str, str]] = {}
    for row in _district_rows(iso3):
        if facts.holds(on, facts.day(row["valid_from"]), facts.day(row["valid_to"])):
            unit = f"{iso3}.{row['slug']}"
            for name in (row["district"], *facts.parts(row["aliases"])):
                known[slug(name)] = (unit, row["district"])
    return known


def _district_rows(iso3: str) -> list[dict[str, str]]:
    return [row for row in facts.rows("districts.csv") if row["iso3"] == iso3]


def _period_start(iso3: str, on: date) -> date | None:
    days = [facts.day(row["valid_from"]) for row in _district_rows(iso3)]
    return max((day for day in days if day and day <= on), default=None)


def _period_end(iso3: str, on: date) -> date | None:
    days = [facts.day(row["valid_to"]) for row in _district_rows(iso3)]
    return min((day for day in days if day and day >= on), default=None)


def _collection(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise UnreadableFile("there is no such file", where=str(path), remedy="Check the path.")
    if (size := path.stat().st_size) > MOST_BYTES:
        raise UnreadableFile(
            "the boundary file is too large: {size} MB",
            where=path.name,
            remedy="Simplify it, or keep one country: at most {most} MB are read.",
            size=size // 1_000_000,
            most=MOST_BYTES // 1_000_000,
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _not_geojson(path) from None
    if not isinstance(found, dict) or found.get("type") not in ("FeatureCollection", "Feature"):
        raise _not_geojson(path)
    if found["type"] == "Feature":
        found = {"type": "FeatureCollection", "features": [found]}
    if not isinstance(found.get("features"), list):
        raise _not_geojson(path)
    _require_wgs84(found, path)
    return found


def _not_geojson(path: Path) -> UnreadableFile:
    return UnreadableFile(
        "the boundary file is not GeoJSON",
        where=path.name,
        remedy="Save it as GeoJSON: a FeatureCollection in degrees (WGS 84).",
    )


def _require_wgs84(collection: dict[str, Any], path: Path) -> None:
    """RFC 7946 knows degrees only, but older files name a coordinate system."""
    crs = collection.get("crs")
    if crs and not any(word in json.dumps(crs).casefold() for word in _WGS84):
        raise UnreadableFile(
            "the boundary file is in another coordinate system: {crs}",
            where=path.name,
            remedy="Save it in degrees (WGS 84, EPSG:4326).",
            crs=_crs_name(crs),
        )


def _crs_name(crs: Any) -> str:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = properties.get("name") if isinstance(properties, dict) else None
    return str(named or crs)[:80]


def _features(collection: dict[str, Any], path: Path, iso3: str, level: str) -> Iterator[_Feature]:
    found = False
    for number, feature in enumerate(collection["features"], start=1):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in POLYGONS:
            continue
        found = True
        properties = feature.get("properties") or {}
        where = f"{path.name}, feature {number}"
        yield _Feature(
            name=_required(properties, _NAMES, where, "name"),
            iso3=iso3 or _required(properties, _COUNTRIES, where, "iso3")[:3].upper(),
            level=level or _level(properties),
            shape=_shape(geometry, where),
            valid_from=_day(properties, "valid_from", where),
            valid_to=_day(properties, "valid_to", where),
        )
    if not found:
        raise UnreadableFile(
            "the boundary file holds no polygon",
            where=path.name,
            remedy="Areas must be polygons: points and lines have no inside.",
        )


def _required(properties: dict[str, Any], keys: tuple[str, ...], where: str, wanted: str) -> str:
    for key in keys:
        if value := str(properties.get(key) or "").strip():
            return value
    raise UnreadableFile(
        "an area has no {wanted}",
        where=where,
        remedy="Give every feature a property named {wanted}.",
        wanted=wanted,
    )


def _level(properties: dict[str, Any]) -> str:
    stated = next((str(properties[key]) for key in _LEVELS if properties.get(key)), "admin1")
    return stated.lower().replace("adm", "admin").replace("adminin", "admin")


def _day(properties: dict[str, Any], key: str, where: str) -> date | None:
    if not (text := str(properties.get(key) or "").strip()):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableFile(
            "{text!r} is not a date", where=where, remedy="Write dates as 2016-01-19.", text=text
        ) from None


def _shape(geometry: dict[str, Any], where: str) -> BaseGeometry:
    try:
        shape = shapely.force_2d(shape_of(geometry))
    except (GEOSException, ShapelyError, ValueError, TypeError, KeyError, IndexError):
        raise UnreadableFile(
            "the coordinates of an area cannot be read",
            where=where,
            remedy="A ring needs at least four points, the last equal to the first.",
        ) from None
    if shape.is_empty:
        raise UnreadableFile(
            "an area has an empty shape", where=where, remedy="Remove it or draw it."
        )
    return shape


def _require_one_layer(features: list[_Feature], path: Path) -> None:
    kinds = Counter((each.iso3, each.level) for each in features)
    if len(kinds) > 1:
        raise UnreadableFile(
            "the boundary file mixes countries or levels: {kinds}",
            where=path.name,
            remedy="Keep one country and one level a file.",
            kinds=", ".join(f"{iso3} {level}" for iso3, level in sorted(kinds)),
        )


def _repaired(features: list[_Feature]) -> tuple[int, list[_Feature]]:
    broken = [not each.shape.is_valid for each in features]
    mended = [
        replace(each, shape=shapely.make_valid(each.shape, method="structure")) if bad else each
        for each, bad in zip(features, broken, strict=True)
    ]
    return sum(broken), mended


def _require_degrees(features: list[_Feature], path: Path, iso3: str) -> None:
    west, south, east, north = shapely.total_bounds([each.shape for each in features])
    if max(abs(west), abs(east)) > 360 or max(abs(south), abs(north)) > 360:
        raise UnreadableFile(
            "the coordinates are not degrees (up to {largest:.0f})",
            where=path.name,
            remedy="Save the file in degrees (WGS 84, EPSG:4326).",
            largest=max(abs(west), abs(east), abs(south), abs(north)),
        )
    off_globe = max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180
    if off_globe or _lies_elsewhere((west, south, east, north), iso3):
        raise UnreadableFile(
            "latitude and longitude are swapped, or the country is not {iso3}",
            where=path.name,
            remedy="GeoJSON writes longitude first.",
            iso3=iso3,
        )


def _lies_elsewhere(bounds: tuple[float, float, float, float], iso3: str) -> bool:
    own = built.country_shapes(50).get(iso3)
    return own is not None and not shapely.box(*bounds).intersects(shapely.box(*own.bounds))


def _areas(features: list[_Feature], iso3: str, level: str) -> Iterator[Area]:
    together: dict[str, list[_Feature]] = {}
    for each in features:
        together.setdefault(_unit_id(iso3, level, each.name), []).append(each)
    for unit_id, pieces in together.items():
        shapes = [each.shape for each in pieces]
        shape = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
        area = _area(unit_id, pieces[0].name, shape)
        yield replace(area, valid_from=pieces[0].valid_from, valid_to=pieces[0].valid_to)


def _unit_id(iso3: str, level: str, name: str) -> str:
    if level == "admin1":
        return admin1_of_name(iso3, name) or f"{iso3}.{slug(name)}"
    return f"{iso3}.{level}.{slug(name)}"


def _area(unit_id: str, name: str, shape: BaseGeometry) -> Area:
    """An area under its reviewed names, or else under the file's."""
    if unit_id in units(unit_id.partition(".")[0]):
        return Area(unit_id, unit_name(unit_id, "en"), unit_name(unit_id, "fr"), shape)
    return Area(unit_id, name, name, shape)


def _common(days: Iterator[date | None]) -> date | None:
    """The day that all features share, if they share one."""
    different = set(days)
    return different.pop() if len(different) == 1 else None
