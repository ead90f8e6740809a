"""Dated plans: what is ahead, what slipped and by how much, what is overdue."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import msgspec

from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.labels import CALENDAR, named
from tocsin.knowledge.record import Entry, by_subject, entries, happened_by, in_order
from tocsin.knowledge.sentences import Dated, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import CalendarItem, PollingStatus
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

DONE = frozenset({"held", "partly_held", "cancelled"})


class Turn(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One word on a plan: a date, a status, a note."""

    status: str
    said: Words
    planned: str | None = None
    note: Words = Words()
    cited: Cited


class Slip(msgspec.Struct, frozen=True):
    """A plan that was moved from one date to another; later is positive."""

    before: str
    after: str
    days: int


class Plan(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A calendar item as it stands on a day.

    `planned` is the date that holds; None if it was postponed without a new one. `days` is how
    far ahead it lies (negative: past). `slipped` is the sum of all moves in days.
    """

    subject: str
    title: Words
    type: str
    place: str = ""
    status: str
    said: Words
    planned: str | None = None
    first_planned: str | None = None
    days: int | None = None
    overdue: bool = False
    slips: tuple[Slip, ...] = ()
    slipped: int = 0
    history: tuple[Turn, ...] = ()


def calendar(statements: Iterable[Statement], on: date) -> list[Plan]:
    """Every plan as it stands on a day: first those ahead by date, then undated, then done."""
    held = happened_by(statements, on)
    plans = [
        _plan(subject, in_order(found), on)
        for subject, found in by_subject(entries(held, CalendarItem)).items()
    ]
    return sorted(plans, key=_rank)


def _rank(plan: Plan) -> tuple[int, str, str]:
    if plan.status in DONE:
        return (2, plan.planned or "", plan.subject)
    return (0, plan.planned, plan.subject) if plan.planned else (1, "", plan.subject)


def _plan(subject: str, found: list[Entry[CalendarItem]], on: date) -> Plan:
    body = found[-1].body
    dates = [entry.body.planned for entry in found if entry.body.planned]
    slips = _slips(dates)
    planned = _planned(found)
    days = (last_moment(planned).date() - on).days if planned else None
    return Plan(
        subject=subject,
        title=body.title,
        type=body.type,
        place=body.place,
        status=body.status,
        said=_said(body.status, planned),
        planned=planned,
        first_planned=dates[0] if dates else None,
        days=days,
        overdue=body.status not in DONE and days is not None and days < 0,
        slips=slips,
        slipped=sum(slip.days for slip in slips),
        history=tuple(_turn(entry) for entry in found),
    )


def _planned(found: list[Entry[CalendarItem]]) -> str | None:
    """The date that holds after the last word: a postponement without a date leaves none."""
    planned = None
    for _, body in found:
        planned = None if body.status == "postponed" and body.planned is None else (
            body.planned or planned
        )  # fmt: skip
    return planned


def _slips(dates: list[str]) -> tuple[Slip, ...]:
    moves = pairwise(dates)
    return tuple(
        Slip(before, after, (last_moment(after) - last_moment(before)).days)
        for before, after in moves
        if before != after
    )


def _said(status: str, planned: str | None) -> Words:
    if planned is None:
        return named(status, CALENDAR)
    return words("{status}: {date}", status=named(status, CALENDAR), date=Dated(planned))


def _turn(entry: Entry[CalendarItem]) -> Turn:
    body = entry.body
    return Turn(
        status=body.status,
        said=_said(body.status, body.planned),
        planned=body.planned,
        note=body.note,
        cited=cite(entry.statement),
    )


class Polling(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Whether people voted in an area; *unknown* is not *no*."""

    item: str
    area: str
    status: str
    reason: str = ""
    cited: Cited


def polling(statements: Iterable[Statement], item: str) -> list[Polling]:
    """Where people voted and where not, for one calendar item."""
    return [
        Polling(
            item=body.item,
            area=body.area,
            status=body.status,
            reason=body.reason or "",
            cited=cite(statement),
        )
        for statement, body in in_order(entries(statements, PollingStatus))
        if body.item == item
    ]
