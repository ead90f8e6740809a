"""First-level areas and the names that sources give them: reviewed facts, without shapes.

A unit is an area that a source counts, such as `MLI.mopti`. `facts/areas.csv` lists the areas of
West Africa, the Sahel and their neighbours with the days between which they exist, and
`facts/crosswalk.csv` says which unit each name published by UCDP means. Elsewhere in the world a
unit is named after the published area itself and has no shape here.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from tocsin.errors import UnknownName
from tocsin.geo import facts
from tocsin.geo.country_codes import country_by
from tocsin.language.folding import fold
from tocsin.language.text import Lang

# What sources add to the name of an area. Words for a city stay: Moscow and its oblast differ.
_KIND = re.compile(
    r" (region|province|state|department|prefecture|district|governorate|county|oblast)$"
)


@dataclass(frozen=True)
class Division:
    """One first-level area for as long as it has one extent.

    `parts` are the areas of the boundary file that make it up, none where there is no shape;
    `counted_in` is the unit in which sources count it (its own, for a unit); `ground_of` are the
    units whose older shape still covers its ground.
    """

    unit_id: str
    iso3: str
    name_en: str
    name_fr: str
    parts: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    counted_in: str
    ground_of: tuple[str, ...]
    note: str

    @property
    def is_unit(self) -> bool:
        return self.counted_in == self.unit_id

    def holds_on(self, day: date) -> bool:
        return facts.holds(day, self.valid_from, self.valid_to)


def divisions(iso3: str, on: date | None = None) -> tuple[Division, ...]:
    """The first-level areas of a country `on` a day (default: all that ever were), by unit id.

    Empty for a country outside West Africa, the Sahel and their neighbours.

    >>> "MLI.menaka" in [area.unit_id for area in divisions("MLI", date(2015, 6, 1))]
    False
    """
    known = _divisions().get(iso3.upper(), ())
    return known if on is None else tuple(area for area in known if area.holds_on(on))


def admin1_of_name(iso3: str, published: str, on: date | None = None) -> str | None:
    """The unit that a published area name means, or None if that is not known.

    Names are never filtered by date; `on` only says in which unit an area was counted then (a
    region of 2023 in the older region that sources still count). For a country outside the
    reviewed region, the unit is named after the published area.

    >>> admin1_of_name("MLI", "Segou region"), admin1_of_name("CMR", "Far North region")
    ('MLI.segou', 'CMR.extreme-nord')
    >>> admin1_of_name("SOM", "Lower Juba region"), admin1_of_name("MLI", "Atlantis")
    ('SOM.lower-juba', None)
    """
    del on  # one published name has meant one unit so far
    iso3, key = iso3.upper(), _name_key(published)
    if not key:
        return None
    known = _units_by_name().get(iso3, {})
    if iso3 in _divisions():
        return known.get(key)
    return known.get(key, f"{iso3}.{slug(key)}")


def units(iso3: str, on: date | None = None) -> tuple[str, ...]:
    """The units of a country that sources count `on` a day, by id.

    >>> len(units("BFA"))
    13
    """
    ids = {area.unit_id for area in divisions(iso3, on) if area.is_unit}
    return tuple(sorted(ids))


def units_without_polygon(iso3: str, on: date | None = None) -> tuple[str, ...]:
    """Units for which there is no shape `on` a day: a map lists and hatches them.

    >>> units_without_polygon("MLI", date(2020, 1, 1))
    ('MLI.menaka',)
    """
    shaped = {area.unit_id for area in divisions(iso3, on) if area.parts}
    return tuple(unit for unit in units(iso3, on) if unit not in shaped)


def unit_name(unit_id: str, lang: Lang) -> str:
    """What to call a unit of any level in a text: a country, an area, a grid cell.

    Raises
    ------
    UnknownName, if the unit's country is not known.

    >>> unit_name("MLI.tombouctou", "en"), unit_name("TCD", "fr"), unit_name("SOM.lower-juba", "fr")
    ('Timbuktu', 'Tchad', 'Lower Juba')
    """
    if unit_id.isdigit():
        return unit_id
    iso3, _, rest = unit_id.partition(".")
    if not rest:
        return country_by(iso3=iso3).name(lang)
    for area in divisions(iso3):
        if area.unit_id == unit_id:
            return area.name_fr if lang == "fr" else area.name_en
    country_by(iso3=iso3)
    return " ".join(word.capitalize() for word in rest.split("-"))


def require_unit(unit_id: str) -> str:
    """`unit_id` itself, if it names a country of the world or a reviewed area.

    Raises
    ------
    UnknownName, if it does not.

    >>> require_unit("MLI.mopti")
    'MLI.mopti'
    """
    iso3, _, rest = unit_id.partition(".")
    country_by(iso3=iso3)
    if rest and iso3 in _divisions() and unit_id not in {a.unit_id for a in divisions(iso3)}:
        raise UnknownName(
            "no area is named {unit}",
            remedy="Areas of {country}: {known}.",
            unit=unit_id,
            country=iso3,
            known=", ".join(units(iso3)),
        )
    return unit_id


def slug(name: str) -> str:
    """A name as it stands in a unit id.

    >>> slug("Ombella-M’Poko")
    'ombella-m-poko'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


@lru_cache(maxsize=1 << 14)
def _name_key(published: str) -> str:
    return slug(_KIND.sub("", fold(published)))


@cache
def _units_by_name() -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = {}
    for iso3, areas in _divisions().items():
        names = known.setdefault(iso3, {})
        for area in areas:
            for name in (area.unit_id.partition(".")[2], area.name_en, area.name_fr):
                names[_name_key(name)] = area.counted_in
            if len(area.parts) == 1:  # the boundary file's own spelling
                names.setdefault(_name_key(area.parts[0]), area.counted_in)
    for row in facts.rows("crosswalk.csv"):
        unit = f"{row['iso3']}.{row['slug']}"
        known.setdefault(row["iso3"], {})[_name_key(row["published"])] = unit
    return known


@cache
def _divisions() -> dict[str, tuple[Division, ...]]:
    known: dict[str, list[Division]] = {}
    for row in facts.rows("areas.csv"):
        iso3 = row["iso3"]
        unit_id = f"{iso3}.{row['slug']}"
        area = Division(
            unit_id=unit_id,
            iso3=iso3,
            name_en=row["name_en"],
            name_fr=row["name_fr"],
            parts=facts.parts(row["parts"]),
            valid_from=facts.day(row["valid_from"]),
            valid_to=facts.day(row["valid_to"]),
            counted_in=f"{iso3}.{row['counted_in']}" if row["counted_in"] else unit_id,
            ground_of=tuple(f"{iso3}.{part}" for part in facts.parts(row["ground_of"])),
            note=row["note"],
        )
        known.setdefault(iso3, []).append(area)
    return {iso3: tuple(areas) for iso3, areas in known.items()}
