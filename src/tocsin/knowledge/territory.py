"""Who holds what, says whom: dated judgements side by side, with their disagreement."""

from collections.abc import Iterable
from datetime import date
from itertools import combinations

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.labels import LEVEL, named
from tocsin.knowledge.places import place_words
from tocsin.knowledge.record import Entry, entries, holds_on, in_order
from tocsin.knowledge.sentences import words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import ControlAssessment
from tocsin.tables.statements import Statement

_RANK = {"controls": 4, "dominates": 3, "contests": 2, "present": 1, "absent": 0}


class Judgement(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One source's judgement on one actor in one area."""

    area: str
    area_name: Words
    actor: str
    actor_name: Words
    level: str
    confidence: str
    text: Words
    note: Words = Words()
    cited: Cited


class Disagreement(msgspec.Struct, frozen=True):
    """Two judgements that cannot both be the whole truth. Both are kept."""

    text: Words
    one: Judgement
    other: Judgement


class Territory(msgspec.Struct, frozen=True):
    """Judgements that hold on a day, and where they disagree."""

    on: str
    judgements: tuple[Judgement, ...]
    disagreements: tuple[Disagreement, ...]


def territory(statements: Iterable[Statement], on: date, area: str = "") -> Territory:
    """Who holds what on a day; with `area`, only what concerns it (a country holds its areas).

    Two sources disagree when they put one actor two levels apart in the same place, or when each
    gives the place to another actor. A source that follows itself is a change, no disagreement.
    """
    held = list(statements)
    registry = registry_of(held)
    last: dict[tuple[str, str, str], Entry[ControlAssessment]] = {}
    for entry in in_order(entries(held, ControlAssessment)):
        if holds_on(entry.statement, on) and _touch(entry.body.area, area or entry.body.area):
            last[entry.body.area, entry.body.actor, entry.statement.source] = entry
    made = [_judgement(entry, registry) for _, entry in sorted(last.items())]
    disagreements = [
        _disagreement(one, other)
        for one, other in combinations(made, 2)
        if one.cited.source != other.cited.source and _disagree(one, other)
    ]
    return Territory(on.isoformat(), tuple(made), tuple(disagreements))


def _judgement(entry: Entry[ControlAssessment], registry: Registry) -> Judgement:
    statement, body = entry
    named_area = body.area_name.fr or body.area_name.en
    area = body.area_name if named_area else place_words(body.area)
    actor = registry.words(body.actor)
    return Judgement(
        area=body.area,
        area_name=area,
        actor=body.actor,
        actor_name=actor,
        level=body.level,
        confidence=body.confidence,
        text=words(
            "{actor} {level} {area}", actor=actor, level=named(body.level, LEVEL), area=area
        ),
        note=body.note,
        cited=cite(statement),
    )


def _touch(one: str, other: str) -> bool:
    """Whether one area is the other or lies in it."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _disagree(one: Judgement, other: Judgement) -> bool:
    if not _touch(one.area, other.area):
        return False
    if one.actor == other.actor:
        return abs(_RANK[one.level] - _RANK[other.level]) >= 2
    return min(_RANK[one.level], _RANK[other.level]) >= _RANK["dominates"]


def _disagreement(one: Judgement, other: Judgement) -> Disagreement:
    text = words(
        "{one} ({one_source}), but {other} ({other_source}): both are kept.",
        one=one.text, one_source=one.cited.source, other=other.text,
        other_source=other.cited.source,
    )  # fmt: skip
    return Disagreement(text, one, other)
