"""Stated conditions: an actor said what it would do if something were so. Is it so?"""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.record import Entry, begins, entries, happened_by, in_order
from tocsin.knowledge.sentences import Dated, words
from tocsin.tables.bodies import Body, Words
from tocsin.tables.kinds import (
    AgreementStatus,
    CalendarItem,
    Camp,
    Capability,
    CommitmentStatus,
    Condition,
    Contributor,
    Mandate,
)
from tocsin.tables.statements import Statement

# The last word on a subject that counts as done, by kind of statement.
_DONE: dict[type[Body], tuple[str, frozenset[str]]] = {
    Contributor: ("status", frozenset({"withdrawn"})),
    CalendarItem: ("status", frozenset({"held", "partly_held"})),
    Camp: ("status", frozenset({"closed", "handed_over", "left_early"})),
    Capability: ("status", frozenset({"lost"})),
    CommitmentStatus: ("status", frozenset({"implemented"})),
    AgreementStatus: ("status", frozenset({"ended"})),
    Mandate: ("action", frozenset({"ended"})),
}


class Part(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing that must be so, and whether the record says that it is."""

    subject: str
    name: Words
    met: bool
    since: str | None = None
    cited: Cited | None = None


class ConditionLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A condition on a day. It is met when every part is; `met_on` is when the last one was."""

    subject: str
    actor: str
    would: Words
    condition: Words
    met: bool
    met_on: str | None = None
    parts: tuple[Part, ...] = ()
    text: Words
    note: Words = Words()
    cited: Cited


def conditions(statements: Iterable[Statement], on: date) -> list[ConditionLine]:
    """Every stated condition, with what of it the record says is met by the end of a day.

    A condition without parts is a matter for a person to judge: it is never said to be met.
    """
    held = happened_by(statements, on)
    registry = registry_of(held)
    lines: list[ConditionLine] = []
    for statement, body in in_order(entries(held, Condition)):
        parts = tuple(_part(subject, held, registry) for subject in body.met_when)
        met = bool(parts) and all(part.met for part in parts)
        since = max((part.since or "" for part in parts), default="") if met else None
        text = words(
            "{actor} would {would} if {condition}: met since {since}."
            if met
            else "{actor} would {would} if {condition}: {done} of {all} parts met.",
            actor=registry.words(body.actor),
            would=body.would,
            condition=body.condition,
            since=Dated(since or "1970"),
            done=sum(part.met for part in parts),
            all=len(parts),
        )
        lines.append(
            ConditionLine(
                subject=statement.subject,
                actor=body.actor,
                would=body.would,
                condition=body.condition,
                met=met,
                met_on=since,
                parts=parts,
                text=text,
                note=body.note,
                cited=cite(statement),
            )
        )
    return lines


def _part(subject: str, held: list[Statement], registry: Registry) -> Part:
    words_on = [
        Entry(one, one.body)
        for one in held
        if one.subject == subject and type(one.body) in _DONE
    ]  # fmt: skip
    name = _name(subject, words_on, registry)
    if not words_on:
        return Part(subject=subject, name=name, met=False)
    statement, body = in_order(words_on)[-1]
    field, done = _DONE[type(body)]
    met = getattr(body, field) in done
    start = begins(statement)
    return Part(
        subject=subject,
        name=name,
        met=met,
        since=start.date().isoformat() if met and start else None,
        cited=cite(statement),
    )


def _name(subject: str, words_on: list[Entry[Body]], registry: Registry) -> Words:
    for _, body in words_on:
        if isinstance(body, Contributor):
            return words("departure of {who}", who=registry.words(body.mission))
        title = getattr(body, "title", None)
        if isinstance(title, Words):
            return title
    bare = subject.partition(":")[2].replace("-", " ")
    return Words(fr=bare, en=bare)
