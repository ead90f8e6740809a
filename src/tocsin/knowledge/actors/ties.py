"""How actors stand to each other on a day: ties that hold, declared ones apart from done ones."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.record import Entry, entries, happened_by, holds_on, in_order
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Membership, Relation
from tocsin.tables.statements import Statement

Polarity = Literal["friendly", "hostile", "neutral"]
_FRIENDLY = {"member_of", "merged_into", "allied", "supports", "cooperates_with", "commands"}
# Between two actors these ties have no direction.
MUTUAL = {"allied", "hostile", "cooperates_with", "negotiates_with"}


class Tie(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One tie between two actors, with every statement that says so.

    `status`: done, declared, reported, contested; for membership also announced_leaving,
    suspended, observer. *Declared* is what was said and not yet done.
    """

    subject: str
    type: str
    object: str
    status: str
    wording: Words = Words()
    note: Words = Words()
    cited: tuple[Cited, ...]

    @property
    def polarity(self) -> Polarity:
        """Whether the tie binds or sets apart."""
        if self.type == "hostile":
            return "hostile"
        return "friendly" if self.type in _FRIENDLY else "neutral"

    @property
    def pair(self) -> tuple[str, str]:
        """The two actors, in alphabetical order."""
        first, second = sorted((self.subject, self.object))
        return first, second

    def touches(self, subject: str) -> bool:
        """Whether an actor is one of the two."""
        return subject in (self.subject, self.object)


def ties_on(statements: Iterable[Statement], on: date) -> list[Tie]:
    """Every tie that holds on a day, by the two names and the type of the tie.

    A partial date counts from its last day; a relation whose last word is *ended* is gone, as is
    a membership whose last word is *left*.
    """
    held = list(statements)
    ties = [*_relations(held, on), *_memberships(held, on)]
    return sorted(ties, key=lambda tie: (tie.subject, tie.type, tie.object, tie.status))


def members_on(statements: Iterable[Statement], organisation: str, on: date) -> list[Tie]:
    """Who belongs to an organisation or alliance on a day; who has announced to leave still does.

    A merger that was only declared makes no member.
    """
    return [
        tie
        for tie in ties_on(statements, on)
        if tie.object == organisation and tie.type == "member_of"
    ]


def _relations(statements: list[Statement], on: date) -> list[Tie]:
    groups: dict[tuple[str, str, str], list[Entry[Relation]]] = {}
    for entry in entries(statements, Relation):
        if holds_on(entry.statement, on):
            groups.setdefault(_key(entry), []).append(entry)
    made: list[Tie] = []
    for (subject, kind, other), found in groups.items():
        if in_order(found)[-1].body.status == "ended":
            continue
        by_status: dict[str, list[Entry[Relation]]] = {}
        for entry in found:
            by_status.setdefault(entry.body.status, []).append(entry)
        for status, voices in by_status.items():
            last = in_order(voices)[-1].body
            made.append(
                Tie(
                    subject=subject,
                    type=kind,
                    object=other,
                    status=status,
                    wording=last.wording,
                    note=last.note,
                    cited=tuple(cite(entry.statement) for entry in voices),
                )
            )
    return made


def _key(entry: Entry[Relation]) -> tuple[str, str, str]:
    subject, other = entry.statement.subject, entry.body.object
    if entry.body.type in MUTUAL and other < subject:
        subject, other = other, subject
    return subject, entry.body.type, other


def _memberships(statements: list[Statement], on: date) -> list[Tie]:
    groups: dict[tuple[str, str], list[Entry[Membership]]] = {}
    for entry in entries(happened_by(statements, on), Membership):
        groups.setdefault((entry.statement.subject, entry.body.organisation), []).append(entry)
    made: list[Tie] = []
    for (subject, organisation), found in groups.items():
        statement, body = in_order(found)[-1]
        if body.status == "left" or not holds_on(statement, on):
            continue
        made.append(
            Tie(
                subject=subject,
                type="member_of",
                object=organisation,
                status="done" if body.status == "member" else body.status,
                note=body.note,
                cited=tuple(cite(entry.statement) for entry in in_order(found)),
            )
        )
    return made
