"""Agreements and what they owe: who did what with them, what is open, overdue, blocked."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.labels import AGREEMENT, COMMITMENT, named
from tocsin.knowledge.record import Entry, by_subject, entries, happened_by, in_order
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Agreement, AgreementStatus, Commitment, CommitmentStatus
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

# Words on an agreement that change nothing in where a party stands.
_NO_STATE = {"revival_supported"}
FULFILLED = frozenset({"implemented"})
OVER = frozenset({"implemented", "abandoned", "ended", "ended_with_agreement"})


class Standing(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where a party stands towards an agreement: initialled, signed and declared are different."""

    party: str
    name: Words
    status: str
    said: Words
    since: str
    note: Words = Words()
    cited: Cited


class AgreementCard(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An agreement on a day: each party's standing, every step, the count of what it owes."""

    subject: str
    title: Words
    status: str
    parties: tuple[Standing, ...] = ()
    steps: tuple[Standing, ...] = ()
    commitments: int = 0
    implemented: int = 0
    overdue: int = 0
    blocked: int = 0


class StatusStep(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One word on where a commitment stands."""

    status: str
    said: Words
    note: Words = Words()
    blocked_by: str = ""
    cited: Cited


class CommitmentLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A commitment on a day. What an agreement owed ends with it, unless it was carried out."""

    subject: str
    title: Words
    responsible: tuple[str, ...]
    responsible_names: tuple[Words, ...]
    agreement: str = ""
    provision: str = ""
    place: str = ""
    deadline: str | None = None
    days: int | None = None
    status: str
    said: Words
    since: str | None = None
    overdue: bool = False
    blocked_by: str = ""
    note: Words = Words()
    history: tuple[StatusStep, ...] = ()
    cited: Cited


def agreements(statements: Iterable[Statement], on: date) -> list[AgreementCard]:
    """Every agreement as it stands on a day, with the number of its commitments by state."""
    held = happened_by(statements, on)
    registry = registry_of(held)
    owed = commitments(held, on)
    known = {entry.statement.subject: entry.body for entry in entries(held, Agreement)}
    steps: dict[str, list[Entry[AgreementStatus]]] = {}
    for entry in in_order(entries(held, AgreementStatus)):
        steps.setdefault(entry.body.agreement, []).append(entry)
    return [
        _card(subject, body, steps.get(subject, []), owed, registry)
        for subject, body in sorted(known.items())
    ]


def _card(
    subject: str,
    body: Agreement,
    steps: list[Entry[AgreementStatus]],
    owed: list[CommitmentLine],
    registry: Registry,
) -> AgreementCard:
    standings = [_standing(entry, registry) for entry in steps]
    parties: dict[str, Standing] = {}
    for one in standings:
        if one.status not in _NO_STATE:
            parties[one.party] = one
    own = [line for line in owed if line.agreement == subject]
    return AgreementCard(
        subject=subject,
        title=body.title,
        status=_overall([one.status for one in parties.values()]),
        parties=tuple(parties[party] for party in sorted(parties)),
        steps=tuple(standings),
        commitments=len(own),
        implemented=sum(line.status in FULFILLED for line in own),
        overdue=sum(line.overdue for line in own),
        blocked=sum(line.status in ("blocked", "suspended") for line in own),
    )


def _overall(statuses: list[str]) -> str:
    """The worst that a party has done with it: ended, withdrawn, suspended; else how far it is."""
    for worst in ("ended", "withdrawn", "suspended"):
        if worst in statuses:
            return worst
    return "signed" if statuses and set(statuses) <= {"signed", "resumed"} else "incomplete"


def _standing(entry: Entry[AgreementStatus], registry: Registry) -> Standing:
    statement, body = entry
    return Standing(
        party=body.party,
        name=registry.words(body.party) if body.party else Words(),
        status=body.status,
        said=named(body.status, AGREEMENT),
        since=statement.valid_from or statement.known_at,
        note=body.note,
        cited=cite(statement),
    )


def commitments(statements: Iterable[Statement], on: date) -> list[CommitmentLine]:
    """Every commitment as it stands on a day: overdue first, then by deadline, then what is over.

    One that nobody has reported on is *open*.
    """
    held = happened_by(statements, on)
    registry = registry_of(held)
    reported: dict[str, list[Entry[CommitmentStatus]]] = {}
    for entry in in_order(entries(held, CommitmentStatus)):
        reported.setdefault(entry.body.commitment, []).append(entry)
    ended = {
        body.agreement: statement
        for statement, body in entries(held, AgreementStatus)
        if body.status == "ended"
    }
    lines = [
        _line(subject, in_order(found)[-1], reported.get(subject, []), ended, registry, on)
        for subject, found in by_subject(entries(held, Commitment)).items()
    ]
    return sorted(lines, key=_rank)


def _rank(line: CommitmentLine) -> tuple[bool, bool, str, str]:
    return (line.status in OVER, not line.overdue, line.deadline or "9999", line.subject)


def _line(
    subject: str,
    made: Entry[Commitment],
    reported: list[Entry[CommitmentStatus]],
    ended: dict[str, Statement],
    registry: Registry,
    on: date,
) -> CommitmentLine:
    body = made.body
    last = reported[-1] if reported else None
    status: str = last.body.status if last else "open"
    since = (last.statement.valid_from or last.statement.known_at) if last else None
    ending = ended.get(body.agreement)
    if ending is not None and status not in OVER:
        status, since = "ended_with_agreement", ending.valid_from or ending.known_at
    days = (last_moment(body.deadline).date() - on).days if body.deadline else None
    return CommitmentLine(
        subject=subject,
        title=body.title,
        responsible=body.responsible,
        responsible_names=tuple(registry.words(one) for one in body.responsible),
        agreement=body.agreement,
        provision=body.provision,
        place=body.place,
        deadline=body.deadline,
        days=days,
        status=status,
        said=named(status, COMMITMENT),
        since=since,
        overdue=status not in OVER and days is not None and days < 0,
        blocked_by=last.body.blocked_by if last else "",
        note=last.body.note if last else body.note,
        history=tuple(_step(entry) for entry in reported),
        cited=cite(last.statement if last else made.statement),
    )


def _step(entry: Entry[CommitmentStatus]) -> StatusStep:
    statement, body = entry
    return StatusStep(
        status=body.status,
        said=named(body.status, COMMITMENT),
        note=body.note,
        blocked_by=body.blocked_by,
        cited=cite(statement),
    )
