"""Requests for information: who asks what of whom until when, who answered, and what is overdue.

A request, an answer and a closing are statements like any other: they travel in bundles under
policy. An answer is marked for who asked unless its writer says otherwise.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.errors import UnknownName, UsageError
from tocsin.knowledge.inquiries import Inquiry, inquiries
from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.membership import names_at
from tocsin.policy import Reader, marking_of, require_sound
from tocsin.policy.groups import PREFIX
from tocsin.policy.markings import NARROWER, PUBLIC
from tocsin.policy.passing import PAP_NARROWER, inherited, require_inherits
from tocsin.policy.visible import is_named, part_of_id
from tocsin.tables.bodies import Body, Words
from tocsin.tables.kinds.asking import InformationAnswer, InformationClosure, InformationRequest
from tocsin.tables.months import parse_day
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, moment_text
from tocsin.workflow.record_keeping import open_ledger, reader_named
from tocsin.workflow.releasing import named_in, own_writer
from tocsin.workflow.widening import STAMPED, require_looked_at

NO_WORDS = Words()
KINDS = (InformationRequest.kind, InformationAnswer.kind, InformationClosure.kind)


def asked(reader: str = "", as_of: str = "") -> list[Inquiry]:
    """Requests that the reader may see, each with its state as of a day; the soonest due first."""
    day = parse_day(as_of) if as_of else None
    moment = datetime.now(UTC) if day is None else end_of(day)
    view = open_ledger().view(reader_named(reader), day)
    return inquiries(view.statements(KINDS), moment)


def inquiry(name: str, reader: str = "", as_of: str = "") -> Inquiry:
    """The one request whose id begins or ends so.

    Raises
    ------
    UnknownName, if the reader sees none or more than one: the same words for what is not there
    and for what may not be seen.
    """
    return _named(asked(reader, as_of), name)


def ask(
    question: Words, deadline: str, to: Iterable[str] = (), *, area: str = "",
    topics: Iterable[str] = (), period_from: str = "", period_to: str = "", tlp: str = "AMBER",
    reader: str = "", agreed: str = "",
) -> str:  # fmt: skip
    """Ask others for information; gives the request's id.

    to : organisations or groups that may read it; with TLP:CLEAR everybody may
    agreed : the digest of its preview, without which it is not written (`widening`)

    Raises
    ------
    UsageError, if there is no question, nobody is asked, the deadline is over or the marking
    contradicts itself.  NotLookedAt, with the preview, until somebody agreed to it.
    """
    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    names = named_in(to)
    if not (question.fr or question.en):
        raise UsageError("there is no question", remedy="Write it: --fr TEXT or --en TEXT")
    if not names and tlp != PUBLIC:
        raise UsageError("nobody is named", remedy="Name organisations or groups: --to NAMES")
    now = _now()
    if end_of(parse_day(deadline)) < now:
        raise UsageError("the deadline is over", remedy="Name a day to come: --until 2027-01-31")
    body = InformationRequest(
        question=question,
        deadline=deadline,
        area=area,
        topics=tuple(sorted(set(topics))),
        period_from=period_from or None,
        period_to=period_to or None,
    )
    subject = f"rfi:{ledger.org}/{now:%Y%m%dT%H%M%S%fZ}"
    made = _word(ledger, writer, subject, body, names, tlp, now)
    return _write(ledger, made, agreed, "subject")


def answer(
    name: str, text: Words = NO_WORDS, records: Iterable[str] = (), *, nothing: bool = False,
    to: Iterable[str] = (), tlp: str = "", reader: str = "", agreed: str = "",
) -> str:  # fmt: skip
    """Answer a request that one can see; gives the answer's id.

    records : ids of records that answer it; each must be open to who gets the answer already
    to : who may read the answer, besides the own organisation; by default who asked
    tlp : by default the request's own, or AMBER if that is wider
    agreed : the digest of its preview, as in `ask`

    Raises
    ------
    UnknownName, if the reader sees no such request or record.  UsageError, if it is closed, or a
    record is not open to those who would read the answer.  NotLookedAt, as `ask`.
    """
    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    view = ledger.view(writer)
    found = _named(inquiries(view.statements(KINDS), _now()), name)
    if found.state == "closed":
        raise UsageError(
            "{origin} has closed this request", remedy="Nothing more is asked.",
            origin=found.asked_by,
        )  # fmt: skip
    held = [view.named(one) for one in records]
    if nothing and (held or text.fr or text.en):
        raise UsageError(
            "an answer says something, or that there is nothing to say, not both",
            remedy="Leave --nothing out, or the text and the records.",
        )
    if not nothing and not (held or text.fr or text.en):
        raise UsageError(
            "the answer is empty",
            remedy="Write a text (--fr, --en), name a record (--record ID), or say --nothing.",
        )
    body = InformationAnswer(
        request=found.id,
        outcome="nothing_to_say" if nothing else "answered",
        text=text,
        records=tuple(one.id for one in held),
    )
    level = tlp or max(found.tlp, "AMBER", key=NARROWER.index)
    names = () if level == PUBLIC else named_in(to) or named_in([found.asked_by])
    subject = view.statement(found.id).subject
    _, pap, caveats = inherited([marking_of(one) for one in held])
    made = msgspec.structs.replace(
        _word(ledger, writer, subject, body, names, level, _now()),
        pap=max(pap, "AMBER", key=PAP_NARROWER.index),
        caveats=tuple(sorted(caveats)),
    )
    require_sound(marking_of(made), where=subject)
    require_inherits(marking_of(made), [marking_of(one) for one in held], found.id)
    for one in held:
        _require_open(ledger, one, made)
    return _write(ledger, made, agreed)


def close(name: str, reason: Words, reader: str = "", agreed: str = "") -> str:
    """Close a request of one's own: nobody need answer any more. Whoever sees it, sees that.

    Raises
    ------
    UnknownName.  UsageError, if it is another organisation's, or closed already.  NotLookedAt, as
    `ask`.
    """
    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    view = ledger.view(writer)
    found = _named(inquiries(view.statements(KINDS), _now()), name)
    if found.asked_by != ledger.org or found.state == "closed":
        raise UsageError(
            "only {origin} closes this request, and once",
            remedy="See where it stands: tocsin ask show ID",
            origin=found.asked_by,
        )
    request = view.statement(found.id)
    body = InformationClosure(request=found.id, reason=reason)
    made = _word(ledger, writer, request.subject, body, request.rel_to, request.tlp, _now())
    return _write(ledger, made, agreed)


def _require_open(ledger: Ledger, record: Statement, answer: Statement) -> None:
    """A reference tells that a record is there: only who may read it may be told."""
    if record.tlp == PUBLIC:
        return
    now, seen = _now(), {record.origin, ledger.org, *record.rel_to}
    closed = [
        one
        for one in answer.rel_to
        if one not in seen
        and (one.startswith(PREFIX) or seen.isdisjoint(names_at(ledger, one, now)))
    ]
    if closed or answer.tlp == PUBLIC:
        raise UsageError(
            "the record {id} is not open to all who would read the answer",
            remedy="Release it first (tocsin share release ID --to NAMES), or answer in words.",
            id=record.id,
        )


def _named(held: Iterable[Inquiry], name: str) -> Inquiry:
    part = part_of_id(name)
    found = [one for one in held if part and is_named(one.id, part)]
    if len(found) != 1:
        raise UnknownName(
            "no single request for information is named {name}",
            remedy="List them: tocsin ask list",
            name=name,
        )
    return found[0]


def _word(
    ledger: Ledger, writer: Reader, subject: str, body: Body, to: Iterable[str], tlp: str,
    now: datetime,
) -> Statement:  # fmt: skip
    if tlp not in NARROWER:
        raise UsageError(
            "no TLP is called {tlp}", remedy="Write one of: {known}.", tlp=tlp,
            known=", ".join(NARROWER),
        )  # fmt: skip
    level: Any = tlp
    made = Statement(
        id=BLANK_ID,
        kind=type(body).kind,
        subject=subject,
        known_at=moment_text(now),
        source=ledger.org,
        reliability="A",
        credibility=1,
        origin=ledger.org,
        author=writer.role,
        tlp=level,
        rel_to=tuple(sorted(set(to) - {ledger.org})),
        body=body,
    )
    require_sound(marking_of(made), where=subject)
    return made


def _write(ledger: Ledger, made: Statement, agreed: str, *stamped: str) -> str:
    require_looked_at(ledger, [made], agreed, (*STAMPED, *stamped))
    (written,) = ledger.append([with_id(made, ledger.signer)]).added
    return written


def _now() -> datetime:
    return datetime.now(UTC)
