"""What a name such as `MLI`, `MLI.mopti` or `SAHEL` covers on a day."""

from dataclasses import dataclass
from datetime import date

from tocsin import geo
from tocsin.briefs.facts import Words
from tocsin.briefs.inputs import PartWord, Place
from tocsin.tables.levels import Level

# What UCDP's first-level areas are called where they are not regions.
_PART_WORDS: dict[str, PartWord] = {
    "BEN": "department", "CAF": "prefecture", "CIV": "district", "DZA": "province",
    "LBR": "county", "LBY": "district", "NGA": "state", "SDN": "state", "SLE": "province",
}  # fmt: skip
_REGION_NAMES = {
    "AES": Words("Alliance of Sahel States", "Alliance des États du Sahel"),
    "ECOWAS": Words("ECOWAS", "CEDEAO"),
    "G5": Words("G5 Sahel", "G5 Sahel"),
    "LIPTAKO": Words("Liptako-Gourma", "Liptako-Gourma"),
    "SAHEL": Words("Sahel", "Sahel"),
}


@dataclass(frozen=True)
class Scope:
    """A place, the countries it lies in, and the units its count adds up."""

    place: Place
    countries: tuple[str, ...]
    units: tuple[str, ...]
    level: Level  # of the units
    parts_level: Level

    @property
    def area(self) -> str:
        """What to ask a panel for: the countries themselves, as a region's members change."""
        return ",".join(self.countries)


def scope_of(area: str, on: date) -> Scope:
    """A country (`MLI`), one of its areas (`MLI.mopti`) or a region (`SAHEL`) on a day.

    Raises
    ------
    UnknownName, if it is none of these.
    """
    if area.upper() in geo.regions(on):
        name = area.upper()
        # A group that did not exist yet is told by those who later formed it.
        members = geo.region(name, on) or geo.region(name)
        words = _REGION_NAMES.get(name, Words(name, name))
        return Scope(
            Place(name, "region", words, "country"), members, members, "country", "country"
        )
    iso3, dot, rest = area.partition(".")
    country = geo.country_by(iso3=iso3.upper())
    word = _PART_WORDS.get(country.iso3, "region")
    if not dot:
        drawn = geo.units(country.iso3) or country == geo.EXERCISE  # whose areas are brought along
        parts_level: Level = "admin1" if drawn else "country"
        names = Words(country.name_en, country.name_fr)
        place = Place(
            country.iso3, "country", names, word if parts_level == "admin1" else "country"
        )
        return Scope(place, (country.iso3,), (country.iso3,), "country", parts_level)
    unit = geo.require_unit(f"{country.iso3}.{rest.lower()}")
    names = Words(
        f"{geo.unit_name(unit, 'en')}, {country.name_en}",
        f"{geo.unit_name(unit, 'fr')}, {country.name_fr}",
    )
    return Scope(Place(unit, "admin1", names, word), (country.iso3,), (unit,), "admin1", "admin1")
