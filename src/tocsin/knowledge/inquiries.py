"""Requests for information as they stand: open, overdue, answered, closed.

Made from what one reader may see, and from nothing else: an answer that a reader may not see does
not change what that reader is told of the request.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from tocsin.tables.bodies import Words
from tocsin.tables.kinds.asking import InformationAnswer, InformationClosure, InformationRequest
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

State = Literal["open", "overdue", "answered", "closed"]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, with whose word it is."""

    id: str
    by: str
    on: str
    outcome: str
    text: Words
    records: tuple[str, ...]


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A request for information and what has become of it, as one reader may see it."""

    id: str
    asked_by: str
    on: str
    question: Words
    deadline: str
    area: str
    topics: tuple[str, ...]
    period_from: str | None
    period_to: str | None
    to: tuple[str, ...]
    tlp: str
    state: State
    replies: tuple[Reply, ...] = ()
    closed_because: Words | None = None


def inquiries(held: Iterable[Statement], moment: datetime) -> list[Inquiry]:
    """Every request among these statements with its state at a moment; the soonest due first.

    A request with no answer is open until the end of its deadline and overdue after it. Only who
    asked can close it: a closing by anybody else counts for nothing.

    >>> inquiries([], datetime(2026, 1, 1))
    []
    """
    asked: list[Statement] = []
    replies: dict[str, list[Reply]] = {}
    closed: dict[tuple[str, str], Words] = {}
    for one in held:
        body = one.body
        if isinstance(body, InformationRequest):
            asked.append(one)
        elif isinstance(body, InformationAnswer):
            replies.setdefault(body.request, []).append(_reply(one, body))
        elif isinstance(body, InformationClosure):
            closed[one.origin, body.request] = body.reason
    found = [
        _inquiry(one, replies.get(one.id, []), closed.get((one.origin, one.id)), moment)
        for one in asked
    ]
    return sorted(found, key=lambda one: (last_moment(one.deadline), one.id))


def _inquiry(
    one: Statement, replies: list[Reply], closed: Words | None, moment: datetime
) -> Inquiry:
    body = one.body
    assert isinstance(body, InformationRequest)
    state: State = "open"
    if closed is not None:
        state = "closed"
    elif replies:
        state = "answered"
    elif last_moment(body.deadline) < moment:
        state = "overdue"
    return Inquiry(
        id=one.id,
        asked_by=one.origin,
        on=one.known_at,
        question=body.question,
        deadline=body.deadline,
        area=body.area,
        topics=body.topics,
        period_from=body.period_from,
        period_to=body.period_to,
        to=one.rel_to,
        tlp=one.tlp,
        state=state,
        replies=tuple(sorted(replies, key=lambda each: (each.on, each.id))),
        closed_because=closed,
    )


def _reply(one: Statement, body: InformationAnswer) -> Reply:
    return Reply(
        id=one.id,
        by=one.origin,
        on=one.known_at,
        outcome=body.outcome,
        text=body.text,
        records=body.records,
    )
