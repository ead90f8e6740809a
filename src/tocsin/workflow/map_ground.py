"""The ground of a place: its parts with their shapes, what lies around it, and where it lies.

A place is a region (`SAHEL`), a country (`MLI`), a first-level area (`MLI.mopti`) or a cell of
PRIO-GRID (`153722`). Its parts are what lies within: countries, areas, cells; of a cell, the cells
around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tocsin.workflow.places import boundary_layers

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from tocsin.briefs.facts import Words
    from tocsin.briefs.inputs import Abroad, Part
    from tocsin.tables.levels import Level

HOME = "SAHEL"


@dataclass(frozen=True)
class Ground:
    """A place on its map.

    trail : from the widest place to this one, each its id and its names
    parts_level : country, admin1 or priogrid
    focus : the part that the page is about, where the map shows more than it
    """

    unit_id: str
    level: str
    names: Words
    trail: tuple[tuple[str, Words], ...]
    parts_level: Level
    parts: tuple[Part, ...]
    abroad: tuple[Abroad, ...]
    countries: tuple[str, ...]
    outline: BaseGeometry | None = None
    focus: str = ""
    source: str = ""


def is_cell(name: str) -> bool:
    """Whether a place is named as a cell is: by a number.

    >>> is_cell("153722"), is_cell("MLI.gao")
    (True, False)
    """
    return name.isdigit()


def ground_of(name: str, day: date) -> Ground:
    """A place with its parts as they were drawn on a day.

    Raises
    ------
    UnknownName, CheckFailed, if there is no such place.
    """
    from dataclasses import replace

    from tocsin.briefs import gathering, scoping

    if is_cell(name):
        return _cell(int(name), day)
    scope = scoping.scope_of(name, day)
    if scope.place.level == "admin1":
        return _area(scope, day)
    drawn = gathering.ground_of(scope, day, boundary_layers())
    place = scope.place
    trail: list[tuple[str, Words]] = []
    if place.level == "country":
        trail = _home_of(place.unit_id, day)
    return Ground(
        place.unit_id, place.level, place.names, (*trail, (place.unit_id, place.names)),
        scope.parts_level,
        tuple(replace(one, point=one.point or _middle(one.shape)) for one in drawn.parts),
        drawn.abroad, scope.countries, source=drawn.title,
    )  # fmt: skip


def _home_of(iso3: str, day: date) -> list[tuple[str, Words]]:
    """The region that a country is watched in, if it is of it."""
    from tocsin import geo
    from tocsin.briefs import scoping

    if iso3 not in geo.region(HOME, day):
        return []
    return [(HOME, scoping.scope_of(HOME, day).place.names)]


def _middle(shape: BaseGeometry | None) -> tuple[float, float] | None:
    from tocsin.geo import label_point

    return None if shape is None else label_point(shape)


def _area_names(unit: str) -> Words:
    from tocsin import geo
    from tocsin.briefs.facts import Words

    return Words(geo.unit_name(unit, "en"), geo.unit_name(unit, "fr"))


def _country_names(iso3: str) -> Words:
    from tocsin import geo
    from tocsin.briefs.facts import Words

    country = geo.country_by(iso3=iso3)
    return Words(country.name_en, country.name_fr)


def _area(scope: Any, day: date) -> Ground:
    """A first-level area and the cells that it touches."""
    from tocsin import geo

    unit, iso3 = scope.units[0], scope.countries[0]
    layer = geo.admin1(iso3, day, boundary_layers())
    shape = next(
        (one.polygon for one in layer.areas
         if one.polygon is not None and (one.unit_id == unit or unit in one.covers)), None,
    )  # fmt: skip
    cells = _cells_of(shape) if shape is not None else ()
    around = _around(layer, unit)
    return Ground(
        unit, "admin1", scope.place.names,
        (*_home_of(iso3, day), (iso3, _country_names(iso3)), (unit, _area_names(unit))),
        "priogrid", cells, around, (iso3,), outline=shape, source=layer.source,
    )  # fmt: skip


def _around(layer: Any, unit: str) -> tuple[Abroad, ...]:
    from tocsin.briefs.inputs import Abroad

    return tuple(
        Abroad(_area_names(one.unit_id), one.polygon)
        for one in layer.areas
        if one.polygon is not None and one.unit_id != unit and unit not in one.covers
    )


def _cells_of(shape: BaseGeometry) -> tuple[Part, ...]:
    """The cells that a shape touches, from the south-west."""
    import numpy as np
    import shapely

    from tocsin.geo import priogrid

    west, south, east, north = shape.bounds
    half = priogrid.CELL_DEGREES
    x, y = np.meshgrid(np.arange(west, east + half, half), np.arange(south, north + half, half))
    shapely.prepare(shape)
    gids = np.unique(priogrid.gid_of(x.clip(-180, 180).ravel(), y.clip(-90, 90).ravel()))
    return tuple(
        part for part in (_cell_part(int(gid)) for gid in gids)
        if part.shape is not None and shape.intersects(part.shape)
    )  # fmt: skip


def _cell_part(gid: int) -> Part:
    import shapely

    from tocsin.briefs.facts import Words
    from tocsin.briefs.inputs import Part
    from tocsin.geo import priogrid

    west, south, east, north = priogrid.bounds(gid)
    middle = ((west + east) / 2, (south + north) / 2)
    names = Words(f"Cell {gid}", f"Cellule {gid}")
    return Part(str(gid), names, shapely.box(west, south, east, north), middle)


def _cell(gid: int, day: date) -> Ground:
    """A cell and the eight around it, on the areas of its country."""
    from tocsin import geo
    from tocsin.geo import priogrid

    x, y = (float(each) for each in priogrid.centre(gid))
    layers = boundary_layers()
    iso3 = geo.locate([x], [y], day, "country", layers)[0] or ""
    unit = geo.locate([x], [y], day, "admin1", layers)[0] or ""
    steps = [row * priogrid.COLUMNS + column for row in (-1, 0, 1) for column in (-1, 0, 1)]
    parts = tuple(_cell_part(gid + step) for step in steps if 0 < gid + step <= priogrid.CELLS)
    mine = _cell_part(gid)
    trail = [*(_home_of(iso3, day) if iso3 else [])]
    if iso3:
        trail.append((iso3, _country_names(iso3)))
    if unit:
        trail.append((unit, _area_names(unit)))
    drawn: tuple[Abroad, ...] = ()
    if iso3 and geo.units(iso3):
        drawn = _around(geo.admin1(iso3, day, layers), "")
    return Ground(
        str(gid), "priogrid", mine.names, (*trail, (str(gid), mine.names)), "priogrid", parts,
        drawn, (iso3,) if iso3 else (), outline=mine.shape, focus=str(gid),
        source=geo.country_layer().source,
    )  # fmt: skip
