"""Links across borders: records of different houses or countries that share a route, goods, an
actor, a segment of border, a case or a published event.

Made from what one reader may see, and from nothing else. A link opens to its two records and, on
each side, to the statement that says what they share.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

import msgspec

from tocsin.language import fold
from tocsin.tables.bodies import Line
from tocsin.tables.kinds.reports import ReportLink
from tocsin.tables.kinds.sharing import Tag
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

WHATS = ("route", "goods", "actor", "border", "case", "event")
# What half the record shares says little: of so common a thing only the nearest in time are linked.
COMMON = 40
NEAREST = 10
_COUNTRY = re.compile(r"^[A-Z]{3}(?=[.]|$)")
_BORDER = re.compile(r"^([A-Z]{3})/([A-Z]{3})(?::(.+))?$")


class End(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two records: whose, what, where, and when it became known."""

    id: str
    origin: str
    kind: str
    subject: str
    countries: tuple[str, ...]
    known: str


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that they share, how many records have it, and where each side says so."""

    what: str
    value: str
    records: int
    said_by: tuple[str, str]  # ids of statements


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Two records that share something; the earlier first."""

    one: End
    other: End
    common: tuple[Common, ...]
    days_apart: int

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.one.id}|{self.other.id}"


class _Has(NamedTuple):
    what: str
    key: str
    value: str
    said_by: str


def border_of(value: str) -> tuple[str, str, str] | None:
    """The two countries of a segment of border, in order, and its name; None if it is none.

    >>> border_of("MLI/BFA:Koro"), border_of("MLI")
    (('BFA', 'MLI', 'Koro'), None)
    """
    found = _BORDER.match(value.strip())
    if found is None or found[1] == found[2]:
        return None
    first, second = sorted((found[1], found[2]))
    return first, second, (found[3] or "").strip()


def links_among(
    records: Iterable[Statement],
    said: Iterable[Statement],
    names: Mapping[str, str],
    own: str,
) -> list[Link]:
    """Links between these records, those that share the most and the rarest first.

    said : tags, and links with published events; believed from a record's originator, and from the
    reader's own house (`own`)
    names : folded name of an actor → its subject

    >>> links_among([], [], {}, "north")
    []
    """
    held = {one.id: one for one in records}
    has: dict[str, list[_Has]] = defaultdict(list)
    countries = {name: _countries(one) for name, one in held.items()}
    for one in held.values():
        has[one.id] += _said_by_itself(one, names)
    for one in said:
        body = one.body
        record = held.get(str(getattr(body, "record", "") or getattr(body, "report", "")))
        if record is None or one.origin not in (record.origin, own):
            continue
        if isinstance(body, ReportLink):
            has[record.id] += _event(body, one.id)
        elif isinstance(body, Tag):
            has[record.id] += _of_tag(body, one.id, names)
            if body.what == "border" and (border := border_of(body.value)):
                countries[record.id] |= set(border[:2])
    sharing: dict[tuple[str, str], dict[str, _Has]] = defaultdict(dict)
    for name, things in has.items():
        for each in things:
            sharing[each.what, each.key].setdefault(name, each)
    common: dict[tuple[str, str], list[Common]] = defaultdict(list)
    for (what, _), who in sorted(sharing.items()):
        for first, second in _pairs(sorted(who, key=lambda name: _order(held[name]))):
            if _is_across(held[first], held[second], countries):
                where = (who[first].said_by, who[second].said_by)
                common[first, second].append(
                    Common(what=what, value=who[first].value, records=len(who), said_by=where)
                )
    made = [
        Link(
            one=_end(held[first], countries[first]),
            other=_end(held[second], countries[second]),
            common=tuple(sorted(_finest(found), key=lambda each: (each.records, each.what))),
            days_apart=(_day(held[second]) - _day(held[first])).days,
        )
        for (first, second), found in common.items()
    ]
    return sorted(made, key=lambda one: (-_weight(one), one.days_apart, one.name))


def _weight(one: Link) -> float:
    """How much two records share: each thing counts the more, the fewer records have it."""
    return round(sum(2 / each.records for each in one.common), 9)


def _finest(found: list[Common]) -> list[Common]:
    """A named segment of border, and not its two countries beside it."""
    borders = {each.value for each in found if each.what == "border" and ":" in each.value}
    coarse = {value.partition(":")[0] for value in borders}
    return [each for each in found if each.what != "border" or each.value not in coarse]


def _said_by_itself(one: Statement, names: Mapping[str, str]) -> list[_Has]:
    body: Any = one.body
    found = []
    if one.kind == "report" and body.perpetrator.strip():
        found.append(_actor(body.perpetrator, one.id, names))
    if one.kind == "claim" and body.claimant.startswith("actor:"):
        found.append(_actor(body.claimant, one.id, names))
    if case := getattr(body, "case", ""):
        found.append(_Has("case", case, case, one.id))
    return found


def _of_tag(body: Tag, said_by: str, names: Mapping[str, str]) -> list[_Has]:
    if body.what == "actor":
        return [_actor(body.value, said_by, names)]
    if body.what != "border":
        return [_Has(body.what, compared(body.value), body.value, said_by)]
    border = border_of(body.value)
    if border is None:
        return []
    pair, name = f"{border[0]}/{border[1]}", border[2]
    made = [_Has("border", pair, pair, said_by)]
    if name:
        made.append(_Has("border", f"{pair}:{compared(name)}", f"{pair}:{name}", said_by))
    return made


def _event(body: ReportLink, said_by: str) -> list[_Has]:
    is_of_it = ":" in body.other and body.relation in ("same_event", "retelling", "update")
    return [_Has("event", body.other, body.other, said_by)] if is_of_it else []


def _actor(said: Line, said_by: str, names: Mapping[str, str]) -> _Has:
    key = said if said.startswith("actor:") else names.get(compared(said), compared(said))
    return _Has("actor", key, key if key.startswith("actor:") else said, said_by)


def compared(words: str) -> str:
    """Words as they are compared: accents, case, hyphens and spaces do not count."""
    return "-".join(re.findall(r"\w+", fold(words)))


def _countries(one: Statement) -> set[str]:
    said = (getattr(one.body, name, "") for name in ("country", "place", "area"))
    return {found[0] for each in said if isinstance(each, str) and (found := _COUNTRY.match(each))}


def _is_across(one: Statement, other: Statement, countries: Mapping[str, set[str]]) -> bool:
    here, there = countries[one.id], countries[other.id]
    return one.origin != other.origin or bool(here and there and here.isdisjoint(there))


def _pairs(names: list[str]) -> Iterable[tuple[str, str]]:
    if len(names) <= COMMON:
        return combinations(names, 2)
    return (
        (one, other) for at, one in enumerate(names) for other in names[at + 1 : at + 1 + NEAREST]
    )


def _order(one: Statement) -> tuple[date, str]:
    return _day(one), one.id


def _day(one: Statement) -> date:
    """When it happened, if that is said; else when it became known."""
    return last_moment(one.valid_from or one.known_at).date()


def _end(one: Statement, countries: Iterable[str]) -> End:
    return End(
        id=one.id, origin=one.origin, kind=one.kind, subject=one.subject,
        countries=tuple(sorted(countries)), known=one.known_at,
    )  # fmt: skip
