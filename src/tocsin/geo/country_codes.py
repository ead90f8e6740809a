"""Countries and their codes: ISO 3166-1, M49, Gleditsch-Ward, Correlates of War, VIEWS.

Codes and published names are facts kept in `facts/*.csv` beside this module. Codes follow
ISO 3166-1 and UN M49 (Kosovo under the user code XKX, states that ended under ISO 3166-3),
the Gleditsch-Ward system (Gleditsch & Ward 1999, doi:10.1080/03050629908434958), Correlates of
War (State System Membership v2016) and the VIEWS country ids. English and French names follow
Unicode CLDR, with the spelling of the United Nations where the two differ in West Africa.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from tocsin.errors import UnknownName, UsageError
from tocsin.geo import facts
from tocsin.language.folding import fold
from tocsin.language.text import Lang


@dataclass(frozen=True)
class Country:
    """One country. A code is None where the scheme has none for it.

    `group` is `core` (the central Sahel, Chad and Mauritania), `ecowas`, `neighbour`, `exercise`
    (an invented country) or empty. `valid_from` and `valid_to` are the days between which the
    state exists, None where that is before 1989 or still so.
    """

    iso3: str
    iso2: str
    m49: int | None
    gw: int | None
    cow: int | None
    views_id: int | None
    name_en: str
    name_fr: str
    group: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()

    def name(self, lang: Lang) -> str:
        return self.name_fr if lang == "fr" else self.name_en

    def exists_on(self, day: date) -> bool:
        return facts.holds(day, self.valid_from, self.valid_to)


# The country of every exercise. ISO leaves the codes from XAA on to users.
EXERCISE = Country("XEX", "XE", None, None, None, None, "Hadaria", "Hadaria", "exercise")


def countries(on: date | None = None) -> tuple[Country, ...]:
    """Every country of the world (or those that exist `on` a day), ordered by ISO3.

    >>> [country.iso3 for country in countries() if country.group == "core"]
    ['BFA', 'MLI', 'MRT', 'NER', 'TCD']
    """
    known = _countries()
    return known if on is None else tuple(each for each in known if each.exists_on(on))


def country_by(
    *,
    iso3: str | None = None,
    iso2: str | None = None,
    m49: int | None = None,
    gw: int | None = None,
    cow: int | None = None,
    views_id: int | None = None,
    name: str | None = None,
    on: date | None = None,
) -> Country:
    """The country with this code or name; give exactly one of them.

    Names are compared without accents, case or punctuation, in French, in English and as UCDP,
    VIEWS, the World Bank and the United Nations publish them; they are never filtered by date.
    `on` matters only for the few numbers that changed hands.

    Raises
    ------
    UnknownName, if there is none; UsageError, if not exactly one key is given.

    >>> country_by(name="DR Congo (Zaire)").iso3, country_by(gw=432).name_fr
    ('COD', 'Mali')
    """
    keys: dict[str, int | str | None] = {
        "iso3": iso3,
        "iso2": iso2,
        "m49": m49,
        "gw": gw,
        "cow": cow,
        "views_id": views_id,
        "name": name,
    }
    given = [(scheme, value) for scheme, value in keys.items() if value is not None]
    if len(given) != 1:
        raise UsageError(
            "{count} keys given to find a country", remedy="Give exactly one.", count=len(given)
        )
    scheme, value = given[0]
    found = _find(scheme, value, on)
    if found is None:
        raise UnknownName(
            "no country has the {scheme} {value}",
            remedy="Did you mean {near}?",
            scheme=scheme,
            value=value,
            near=_near(str(value)),
        )
    return found


def iso3_of_name(name: str) -> str | None:
    """ISO3 of a country as published, or None: for reading files, where an unknown name is data.

    >>> iso3_of_name("Yemen (North Yemen)"), iso3_of_name("Atlantis")
    ('YEM', None)
    """
    found = _find("name", name, None)
    return None if found is None else found.iso3


def regions(on: date | None = None) -> dict[str, tuple[str, ...]]:
    """Named groups of countries and the ISO3 of their members `on` a day (default: ever).

    >>> regions()["SAHEL"]
    ('BFA', 'MLI', 'MRT', 'NER', 'TCD')
    >>> "MLI" in regions(date(2025, 6, 1))["ECOWAS"]
    False
    """
    members: dict[str, list[str]] = {}
    for row in facts.rows("regions.csv"):
        group = members.setdefault(row["region"], [])
        if on is None or facts.holds(on, facts.day(row["joined"]), facts.day(row["left"])):
            group.append(row["iso3"])
    return {region: tuple(sorted(group)) for region, group in members.items()}


def region(name: str, on: date | None = None) -> tuple[str, ...]:
    """ISO3 of the members of one region.

    Raises
    ------
    UnknownName, if there is no such region.

    >>> region("aes")
    ('BFA', 'MLI', 'NER')
    """
    known = regions(on)
    if name.upper() not in known:
        raise UnknownName(
            "no region is named {name}",
            remedy="Known regions: {known}.",
            name=name,
            known=", ".join(known),
        )
    return known[name.upper()]


def _find(scheme: str, value: int | str | None, on: date | None) -> Country | None:
    index = _index()
    key = _name_key(str(value)) if scheme == "name" else value
    if scheme in ("iso3", "iso2"):
        key = str(value).upper()
    candidates = index.get((scheme, key), [])
    for country, start, end in candidates:
        if on is not None and facts.holds(on, start, end):
            return country
    return candidates[0][0] if candidates else None


Candidates = list[tuple[Country, date | None, date | None]]


@cache
def _index() -> dict[tuple[str, int | str | None], Candidates]:
    index: dict[tuple[str, int | str | None], Candidates] = {}

    def note(scheme: str, key: int | str | None, country: Country, *days: date | None) -> None:
        start, end = days or (None, None)
        if key is not None:
            index.setdefault((scheme, key), []).append((country, start, end))

    everyone = (*_countries(), EXERCISE)
    for country in everyone:
        note("iso3", country.iso3, country)
        note("iso2", country.iso2, country)
        note("m49", country.m49, country)
        note("gw", country.gw, country)
        note("cow", country.cow, country)
        note("views_id", country.views_id, country)
        for name in {_name_key(name) for name in _names(country)}:
            note("name", name, country)
    by_iso3 = {country.iso3: country for country in everyone}
    for row in facts.rows("codes.csv"):
        days = (facts.day(row["valid_from"]), facts.day(row["valid_to"]))
        note(row["scheme"], int(row["code"]), by_iso3[row["iso3"]], *days)
    return index


def _names(country: Country) -> Iterator[str]:
    yield country.iso3
    yield country.name_en
    yield country.name_fr
    yield from country.aliases


def _name_key(name: str) -> str:
    plain = fold(name).replace("&", " and ")
    return " ".join("".join(c if c.isalnum() or c in "()" else " " for c in plain).split())


def _near(value: str) -> str:
    known = {_name_key(name): country for country in _countries() for name in _names(country)}
    close = get_close_matches(_name_key(value), known, n=3, cutoff=0.6)
    return ", ".join(dict.fromkeys(known[key].iso3 for key in close)) or "MLI, BFA, NER"


@cache
def _countries() -> tuple[Country, ...]:
    return tuple(
        Country(
            iso3=row["iso3"],
            iso2=row["iso2"],
            m49=facts.number(row["m49"]),
            gw=facts.number(row["gw"]),
            cow=facts.number(row["cow"]),
            views_id=facts.number(row["views_id"]),
            name_en=row["name_en"],
            name_fr=row["name_fr"],
            group=row["group"],
            valid_from=facts.day(row["valid_from"]),
            valid_to=facts.day(row["valid_to"]),
            aliases=facts.parts(row["aliases"]),
        )
        for row in facts.rows("countries.csv")
    )
