"""What the words of a question mean: its day, its countries, the units it lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.tables.levels import Level


def countries_of(area: str) -> tuple[str, ...]:
    """ISO3 codes of countries and regions, parted by commas; none for the whole world."""
    from tocsin import geo

    names = [name.strip().upper() for name in area.split(",") if name.strip()]
    codes = [
        code
        for name in names
        for code in geo.regions().get(name) or (geo.country_by(iso3=name).iso3,)
    ]
    return tuple(dict.fromkeys(codes))


def units_listed(level: Level, countries: tuple[str, ...]) -> list[str]:
    """Units of a panel that are listed even if no source names them."""
    from tocsin import geo

    if level == "country":
        return list(countries or (country.iso3 for country in geo.countries()))
    if level == "admin1":
        return [unit for iso3 in countries for unit in geo.units(iso3)]
    return []


def day_of(text: str) -> date:
    """A day from the command line's words; today, if there are none."""
    from tocsin.tables.months import parse_day

    return parse_day(text) if text else datetime.now(UTC).date()


def moment(text: str = "") -> datetime:
    """A moment from the command line: now, a day (its end) or `2023-06-30T12:00Z`.

    >>> moment("2023-06-30T12:00Z").isoformat()
    '2023-06-30T12:00:00+00:00'
    """
    from tocsin.tables.when import last_moment

    return last_moment(text) if text else datetime.now(UTC)
