"""Layers of areas with their shapes, each valid for a time.

The shapes that come with Tocsin are Natural Earth's (public domain), put together into the units
that sources count. A user's own boundary file (`tocsin.geo.boundary_files`) takes their place for
its country, level and dates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.errors import UnknownName
from tocsin.geo import built, facts
from tocsin.geo.area_names import Division, divisions
from tocsin.geo.country_codes import Country, countries, country_by
from tocsin.language.text import Lang


@dataclass(frozen=True)
class Area:
    """One area and its shape (degrees, WGS 84), None where nobody has drawn it.

    `covers` names the units that lie on this area's ground because its shape is older than the
    layer's day: the shape of Gao still holds Ménaka.
    """

    unit_id: str
    name_en: str
    name_fr: str
    polygon: BaseGeometry | None
    valid_from: date | None = None
    valid_to: date | None = None
    covers: tuple[str, ...] = ()
    note: str = ""

    @property
    def iso3(self) -> str:
        return self.unit_id.partition(".")[0]

    @property
    def exact(self) -> bool:
        """Whether the shape is the area's own on the layer's day."""
        return self.polygon is not None and not self.covers

    def name(self, lang: Lang) -> str:
        return self.name_fr if lang == "fr" else self.name_en


@dataclass(frozen=True)
class Layer:
    """Areas of one level and country, where their shapes come from, and when they hold."""

    name: str
    level: str
    iso3: str
    areas: tuple[Area, ...]
    source: str = built.SOURCE
    licence: str = built.LICENCE
    valid_from: date | None = None
    valid_to: date | None = None
    repaired: int = 0  # areas whose outline crossed itself in the file

    def holds_on(self, day: date) -> bool:
        return facts.holds(day, self.valid_from, self.valid_to)

    def area(self, unit_id: str) -> Area:
        """The area of this id.

        Raises
        ------
        UnknownName, if the layer has none.
        """
        for area in self.areas:
            if area.unit_id == unit_id:
                return area
        raise UnknownName(
            "the layer {layer} has no area {unit}",
            remedy="Its areas: {known}.",
            layer=self.name,
            unit=unit_id,
            known=", ".join(area.unit_id for area in self.areas),
        )

    def with_polygon(self) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.polygon is not None)

    def without_polygon(self) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.polygon is None)

    def outline(self) -> BaseGeometry:
        """The ground of all areas together."""
        return shapely.union_all([area.polygon for area in self.with_polygon()])


def admin1(iso3: str, on: date, layers: Sequence[Layer] = ()) -> Layer:
    """The first-level units of a country `on` a day, with their shapes.

    A layer among `layers` for that country and day is used instead of the built one (the last one
    that fits). A country outside the region has no areas.

    Raises
    ------
    ToolMissing, if the boundary layers were not built.

    >>> [area.unit_id for area in admin1("MLI", date(2023, 6, 30)).without_polygon()]
    ['MLI.menaka']
    """
    iso3 = iso3.upper()
    own = own_layer(iso3, on, layers)
    if own is not None:
        return _with_every_unit(own, divisions(iso3, on))
    return _built_admin1(iso3, _period(iso3, on))


def _with_every_unit(own: Layer, known: tuple[Division, ...]) -> Layer:
    """A user's layer, with the units it does not draw listed, and marked on older shapes."""
    drawn = {area.unit_id for area in own.areas}
    missing = [each for each in known if each.is_unit and each.unit_id not in drawn]
    marked = [
        replace(area, covers=tuple(m.unit_id for m in missing if area.unit_id in m.ground_of))
        for area in own.areas
    ]
    return replace(own, areas=(*marked, *(_built_area(replace(m, parts=()), ()) for m in missing)))


def own_layer(iso3: str, on: date, layers: Iterable[Layer], level: str = "admin1") -> Layer | None:
    """The last of a user's layers that fits a country, a day and a level."""
    fitting = [
        layer
        for layer in layers
        if layer.iso3 == iso3 and layer.level == level and layer.holds_on(on)
    ]
    return fitting[-1] if fitting else None


def periods(iso3: str) -> tuple[date, ...]:
    """The days on which a country's areas changed: between two of them, one layer holds.

    >>> periods("MLI")
    (datetime.date(2016, 1, 19), datetime.date(2023, 3, 13))
    """
    days = {area.valid_from for area in divisions(iso3)}
    days |= {_next(area.valid_to) for area in divisions(iso3) if area.valid_to}
    return tuple(sorted(day for day in days if day))


def _period(iso3: str, on: date) -> date:
    """A day that stands for the whole period around `on`, so that each layer is built once."""
    begun = [day for day in periods(iso3) if day <= on]
    return begun[-1] if begun else date.min


@cache
def _built_admin1(iso3: str, on: date) -> Layer:
    known = divisions(iso3, on)
    return Layer(
        name=f"{iso3} admin1",
        level="admin1",
        iso3=iso3,
        areas=tuple(_built_area(area, known) for area in known if area.is_unit),
        valid_from=None if on == date.min else on,
        valid_to=_last_day(iso3, on),
    )


def _built_area(division: Division, known: tuple[Division, ...]) -> Area:
    return Area(
        unit_id=division.unit_id,
        name_en=division.name_en,
        name_fr=division.name_fr,
        polygon=_union(division.iso3, division.parts) if division.parts else None,
        valid_from=division.valid_from,
        valid_to=division.valid_to,
        covers=tuple(each.unit_id for each in known if division.unit_id in each.ground_of),
        note=division.note,
    )


@cache
def _union(iso3: str, parts: tuple[str, ...]) -> BaseGeometry:
    shapes = [built.parts()[built.part_key(iso3, part)] for part in parts]
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _last_day(iso3: str, on: date) -> date | None:
    later = [day for day in periods(iso3) if day > on]
    return date.fromordinal(later[0].toordinal() - 1) if later else None


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


@cache
def country_layer(on: date | None = None) -> Layer:
    """Every country of the world `on` a day (default: now), at the finest detail held.

    Before a state broke away, its ground is part of the state that it left.

    Raises
    ------
    ToolMissing, if the boundary layers were not built.

    >>> country_layer().area("MLI").name("fr")
    'Mali'
    """
    shapes = dict(built.country_shapes())
    for row in facts.rows("succession.csv"):
        if on is not None and not country_by(iso3=row["iso3"]).exists_on(on):
            pieces = [shapes[row["was_in"]], shapes.pop(row["iso3"])]
            shapes[row["was_in"]] = shapely.union_all(pieces)
    areas = tuple(_country_area(each, shapes.get(each.iso3)) for each in countries())
    return Layer(name="countries", level="country", iso3="", areas=areas)


def _country_area(country: Country, shape: BaseGeometry | None) -> Area:
    return Area(
        unit_id=country.iso3,
        name_en=country.name_en,
        name_fr=country.name_fr,
        polygon=shape,
        valid_from=country.valid_from,
        valid_to=country.valid_to,
    )


def region_layer(members: Sequence[str], on: date, layers: Sequence[Layer] = ()) -> Layer:
    """The first-level units of several countries together.

    >>> region_layer(("MLI", "NER"), date(2023, 6, 30)).area("NER.diffa").iso3
    'NER'
    """
    each = [admin1(iso3, on, layers) for iso3 in members]
    return Layer(
        name=", ".join(layer.name for layer in each),
        level="admin1",
        iso3="",
        areas=tuple(area for layer in each for area in layer.areas),
        source="; ".join(sorted({layer.source for layer in each})),
        licence="; ".join(sorted({layer.licence for layer in each})),
        repaired=sum(layer.repaired for layer in each),
    )


def country_outline(
    iso3: str, layers: Sequence[Layer] = (), on: date | None = None
) -> BaseGeometry:
    """The outline of a country; of a country that only a user's layer knows, that layer's ground.

    Raises
    ------
    UnknownName, if neither holds one; ToolMissing, if the layers were not built.
    """
    iso3 = iso3.upper()
    for layer in reversed(tuple(layers)):
        if layer.iso3 == iso3 and (on is None or layer.holds_on(on)):
            return layer.outline()
    shape = built.country_shapes().get(iso3)
    if shape is None:
        raise UnknownName(
            "there is no outline of {country}",
            remedy="Add a boundary file for it.",
            country=country_by(iso3=iso3).name_en,
        )
    return shape


@cache
def neighbours(iso3: str) -> tuple[str, ...]:
    """ISO3 of the countries that touch a country, by land.

    >>> neighbours("BFA")
    ('BEN', 'CIV', 'GHA', 'MLI', 'NER', 'TGO')
    """
    shapes = built.country_shapes(50)
    own = shapes.get(iso3.upper())
    if own is None:
        return ()
    shapely.prepare(own)
    return tuple(
        other for other, shape in shapes.items() if other != iso3.upper() and own.intersects(shape)
    )
