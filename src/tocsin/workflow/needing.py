"""Need-to-know inside the organisation: what a role or one person may read, and what beside."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.errors import UsageError
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.policy import ROLES, Reader
from tocsin.policy.markings import NARROWER
from tocsin.tables.kinds.sharing import NeedToKnow
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.record_keeping import open_ledger


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in force: for whom, and what it leaves."""

    role: str | None
    person: str | None
    rule: NeedToKnow
    since: str


def set_need(
    *, role: str = "", person: str = "", ceiling: str = "RED", kinds: tuple[str, ...] = (),
    subjects: tuple[str, ...] = (), areas: tuple[str, ...] = (), records: tuple[str, ...] = (),
    until: str = "", reason: str = "",
) -> Rule:  # fmt: skip
    """Say what a role, or one person, may read; it takes the place of the rule before.

    Raises
    ------
    UsageError, if it is for neither or both, or the ceiling is none.
    """
    if bool(role) == bool(person):
        raise UsageError(
            "a rule is for a role or for a person", remedy="Give --role ROLE or --person HANDLE."
        )
    if role and role not in ROLES:
        raise UsageError(
            "no role is named {role!r}", remedy="Roles: {roles}.", role=role, roles=", ".join(ROLES)
        )
    if ceiling not in NARROWER:
        raise UsageError(
            "no TLP is called {tlp}",
            remedy="Write one of: {known}.",
            tlp=ceiling,
            known=", ".join(NARROWER),
        )
    level: Any = ceiling
    ledger = open_ledger(to_write=True)
    subject = f"need:role:{role}" if role else f"need:person:{person}"
    before = [
        one
        for one in ledger.view(Reader(ledger.org)).statements(NeedToKnow.kind, subject)
        if one.origin == ledger.org
    ]
    body = NeedToKnow(
        role=role or None,
        person=person or None,
        ceiling=level,
        kinds=kinds,
        subjects=subjects,
        areas=areas,
        records=records,
        until=until or None,
        reason=reason or None,
    )
    now = moment_text(datetime.now(UTC))
    word = Statement(
        id=BLANK_ID,
        kind=NeedToKnow.kind,
        subject=subject,
        known_at=now,
        source=ledger.org,
        reliability="A",
        credibility=1,
        origin=ledger.org,
        author="administrator",
        supersedes=before[-1].id if before else None,
        body=body,
    )
    ledger.append([with_id(word, ledger.signer)])
    return Rule(role=body.role, person=body.person, rule=body, since=now)


def needs() -> list[Rule]:
    """Every rule of need-to-know in force here."""
    ledger = open_ledger()
    return [
        Rule(role=one.body.role, person=one.body.person, rule=one.body, since=one.known_at)
        for one in ledger.view(Reader(ledger.org)).statements(NeedToKnow.kind)
        if isinstance(one.body, NeedToKnow) and one.origin == ledger.org
    ]
