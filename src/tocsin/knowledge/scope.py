"""Which part of a record is about which countries, and what may be shown under which marking."""

from collections import Counter
from collections.abc import Iterable

from tocsin.knowledge.timeline import mentions
from tocsin.tables.kinds import Actor
from tocsin.tables.statements import Statement

_PLACES = ("place", "area")
_TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


def under_marking(statements: Iterable[Statement], tlp: str) -> list[Statement]:
    """Statements that a product marked `tlp` may hold: those marked as openly or more so."""
    return [one for one in statements if _TLP.index(one.tlp) <= _TLP.index(tlp)]


def about_countries(
    statements: Iterable[Statement], countries: Iterable[str]
) -> list[Statement]:  # fmt: skip
    """Statements about one of these countries (ISO3).

    By the statement's own place; else by the countries of the actors that it names; one that
    names neither goes with the country that the record is most about. Who is who stays whole.
    """
    held = list(statements)
    wanted = set(countries)
    homes = {one.subject: set(one.body.countries) for one in held if isinstance(one.body, Actor)}
    placed = [_own_places(one) for one in held]
    counted = Counter(country for found in placed for country in found)
    main = counted.most_common(1)[0][0] if counted else ""
    chosen: list[Statement] = []
    for one, own in zip(held, placed, strict=True):
        where = own or {home for name in mentions(one) for home in homes.get(name, ())} or {main}
        if where & wanted or one.kind in ("actor", "alias", "organisation"):
            chosen.append(one)
    return chosen


def _own_places(statement: Statement) -> set[str]:
    """Countries of the statement's own place or area, where it is a country or lies in one."""
    names = set(type(statement.body).__struct_fields__)
    found: set[str] = set()
    for name in names.intersection(_PLACES):
        value = getattr(statement.body, name)
        parts = value.split("+") if isinstance(value, str) else []
        found |= {part.partition(".")[0] for part in parts if part[:3].isupper() and part}
    return found
