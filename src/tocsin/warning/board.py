"""The duty board: every warning that waits for somebody, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.tables.kinds.warnings import AlertLevel
from tocsin.tables.when import last_moment
from tocsin.warning.problems import Clocks
from tocsin.warning.running import next_deadline
from tocsin.warning.standing import Standing, State


@dataclass(frozen=True)
class Line:
    """One warning on the board."""

    id: str
    title_fr: str
    title_en: str
    level: AlertLevel
    state: State
    opportunity: bool
    waits_for: str  # role; empty when nobody is asked now
    due: datetime | None
    escalations: int
    last_escalation: str  # role it last went to
    lapsed: bool  # the window is over and nobody ever decided
    held: bool
    dissent: int


def board(open_now: Sequence[Standing], clocks: Clocks, now: datetime) -> list[Line]:
    """Open warnings, undecided first, then by level, then the oldest."""
    return [_line(held, clocks, now) for held in sorted(open_now, key=lambda one: one.urgency)]


def _line(held: Standing, clocks: Clocks, now: datetime) -> Line:
    body = held.body
    running = next_deadline(held, clocks, now)
    escalations = held.steps.get("escalation", [])
    last = escalations[-1].body.to_role if escalations else ""  # type: ignore[attr-defined]
    return Line(
        id=held.id,
        title_fr=body.title.fr,
        title_en=body.title.en,
        level=body.level,
        state=held.state,
        opportunity=body.opportunity,
        waits_for=running.role if running else "",
        due=running.due if running else None,
        escalations=len(escalations),
        last_escalation=last,
        lapsed=held.decided is None and last_moment(body.window_to) < now,
        held=held.held,
        dissent=len(held.steps.get("dissent", ())),
    )
