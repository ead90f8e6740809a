"""What happened, in order, and when it became known: one line a statement."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.record import begins
from tocsin.knowledge.telling import told
from tocsin.tables.bodies import Words
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, last_moment

# Kinds that say what things are called, not what happened.
NAMES = frozenset({"actor", "alias", "organisation", "provision"})


class Moment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of a timeline: when it holds, what, on whose word."""

    on: str
    kind: str
    subject: str
    text: Words
    cited: Cited


def timeline(
    statements: Iterable[Statement],
    subject: str = "",
    since: date | None = None,
    until: date | None = None,
    undated: Registry | None = None,
    names: Registry | None = None,
) -> list[Moment]:
    """Everything about a subject in the order in which it happened.

    subject : a name, alias or subject, or the first part of subjects with a `*`; nothing for all.
    A statement is about a subject if that is its own subject or if its body names it.
    names : who is called what, where the statements at hand do not say so themselves
    since, until : the days between which it must begin; without a date of its own a statement
    stands where it became known

    Raises
    ------
    UnknownName, if nothing in the record is named so.
    """
    held = list(statements)
    registry = names or registry_of(held)
    wanted = subject_meant(subject, held, registry, undated)
    chosen = [
        one
        for one in held
        if (one.kind not in NAMES if not subject else _is_about(one, wanted))
        and (since is None or _when(one) >= datetime.combine(since, datetime.min.time(), _UTC))
        and (until is None or _when(one) <= end_of(until))
    ]
    chosen.sort(key=_in_time)
    return [moment(one, registry) for one in chosen]


def learned(
    statements: Iterable[Statement], since: date, until: date | None = None
) -> list[Moment]:
    """What became known after the end of `since`, up to the end of `until`, in that order."""
    held = list(statements)
    registry = registry_of(held)
    chosen = [
        one
        for one in held
        if last_moment(one.known_at) > end_of(since)
        and (until is None or last_moment(one.known_at) <= end_of(until))
        and one.kind not in NAMES
    ]
    chosen.sort(key=lambda one: (last_moment(one.known_at), one.id))
    return [moment(one, registry) for one in chosen]


def moment(statement: Statement, registry: Registry) -> Moment:
    """A statement as a line."""
    return Moment(
        on=_on(statement),
        kind=statement.kind,
        subject=statement.subject,
        text=told(statement, registry),
        cited=cite(statement),
    )


def mentions(statement: Statement) -> set[str]:
    """Every subject that a statement is about or points to."""
    found = {statement.subject}
    for name in type(statement.body).__struct_fields__:
        value = getattr(statement.body, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and ":" in one and " " not in one:
                found |= _parts(one)
    return found


def _parts(subject: str) -> set[str]:
    prefix, _, names = subject.partition(":")
    if prefix != "group":
        return {subject}
    return {f"actor:{name}" for name in names.split("+")}


def subject_meant(
    subject: str, held: Iterable[Statement], registry: Registry, undated: Registry | None
) -> str:
    """The subject that was asked for: as it stands if a statement names it, else by its name.

    Raises
    ------
    UnknownName, if nothing in the record is named so.
    """
    if not subject or subject.endswith("*") or any(subject in mentions(one) for one in held):
        return subject
    return registry.lookup(subject, undated).subject


def _is_about(statement: Statement, wanted: str) -> bool:
    if statement.kind == "alias":
        return False
    if wanted.endswith("*"):
        return statement.subject.startswith(wanted[:-1])
    return wanted in mentions(statement)


def _on(statement: Statement) -> str:
    """When it holds, as it is written: what has only an end is `../2019` (ISO 8601-2)."""
    if statement.valid_from is not None:
        return statement.valid_from
    return f"../{statement.valid_to}" if statement.valid_to else statement.known_at


def _in_time(statement: Statement) -> tuple[datetime, bool, datetime, str]:
    ended_first = statement.valid_from is not None
    return _when(statement), ended_first, last_moment(statement.known_at), statement.id


def _when(statement: Statement) -> datetime:
    start = begins(statement)
    if start is not None:
        return start
    if statement.valid_to is not None:  # what has only an end stands where it ended
        return last_moment(statement.valid_to).replace(hour=0, minute=0, second=0, microsecond=0)
    return last_moment(statement.known_at)


_UTC = last_moment("1970").tzinfo
