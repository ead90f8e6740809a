"""Clocks: by when a warning must be acknowledged and decided, and where it goes when it is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tocsin.tables.kinds.warnings import Escalation
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, moment_text
from tocsin.warning.problems import Clocks
from tocsin.warning.standing import Standing, known
from tocsin.warning.steps import Author, escalate

Why = Literal["unacknowledged", "undecided"]


@dataclass(frozen=True)
class Deadline:
    """What is asked of which role, by when."""

    why: Why
    role: str
    rung: int  # 0: the first role; then one for each escalation
    due: datetime


def deadlines(held: Standing, clocks: Clocks) -> Iterator[Deadline]:
    """Deadlines of one warning under its present clock, in order, without end.

    Each role of the chain has its hours; when the chain has ended the last role is asked again at
    its interval. An acknowledgement ends the first series and starts the second, from the role
    that gave it.
    """
    level = held.clock_level
    start = last_moment(held.body.clock_from)
    acknowledged = held.acknowledged
    end = None if acknowledged is None else known(acknowledged)
    role_at = 0
    for deadline in _series("unacknowledged", start, 0, level, clocks):
        if end is not None and deadline.due >= end:
            role_at = max(role_at, deadline.rung)
            break
        yield deadline
        role_at = deadline.rung + 1
    assert acknowledged is not None
    assert end is not None
    role = getattr(acknowledged.body, "role", "")
    if role in clocks.chain:
        role_at = clocks.chain.index(role)
    yield from _series("undecided", end, min(role_at, len(clocks.chain) - 1), level, clocks)


def _series(
    why: Why, start: datetime, first: int, level: str, clocks: Clocks
) -> Iterator[Deadline]:
    due, rung = start, 0
    while True:
        place = first + rung
        role = clocks.chain[min(place, len(clocks.chain) - 1)]
        clock = clocks.of(level, role)  # type: ignore[arg-type]
        if place >= len(clocks.chain):
            hours = clock.repeat
        else:
            hours = clock.acknowledge if why == "unacknowledged" else clock.decide
        due = due + timedelta(hours=hours)
        yield Deadline(why, role, rung, due)
        rung += 1


def next_deadline(held: Standing, clocks: Clocks, now: datetime) -> Deadline | None:
    """The deadline that runs at `now`; None once decided, closed, drafted, or past its window."""
    if not _runs(held) or held.decided is not None:
        return None
    for deadline in deadlines(held, clocks):
        if deadline.due > last_moment(held.body.window_to):
            return None
        if deadline.due > now:
            return deadline
    return None


def due_escalations(
    held: Standing, clocks: Clocks, now: datetime, author: Author
) -> list[Statement]:
    """Every escalation due by `now` that the ledger does not hold yet.

    A deadline that had passed before the warning was decided or its window ended counts, however
    late the pass is: an outage loses none. A rung is climbed once under one clock, and its
    statement has the same id whoever writes it, so none comes twice.
    """
    if not _runs(held):
        return []
    decided = held.first_now("decision")
    end = last_moment(held.body.window_to)
    if decided is not None:
        end = min(end, known(decided))
    written = {_rung_of(one) for one in held.steps.get("escalation", ())}
    found = []
    for deadline in deadlines(held, clocks):
        if deadline.due > now or deadline.due > end:
            break
        if (held.epoch, deadline.why, deadline.rung + 1) not in written:
            found.append(_escalation(held, deadline, clocks, author))
    return found


def _rung_of(one: Statement) -> tuple[int, str, int]:
    body = one.body
    assert isinstance(body, Escalation)
    return body.version, body.why, body.rung


def _runs(held: Standing) -> bool:
    return held.is_open and held.body.state == "issued" and not held.body.covered_by


def _escalation(held: Standing, deadline: Deadline, clocks: Clocks, author: Author) -> Statement:
    here = clocks.chain.index(deadline.role)
    body = Escalation(
        version=held.epoch,
        rung=deadline.rung + 1,
        why=deadline.why,
        from_role=deadline.role,
        to_role=clocks.chain[min(here + 1, len(clocks.chain) - 1)],
        due=moment_text(deadline.due),
    )
    return escalate(held, body, deadline.due, author)
