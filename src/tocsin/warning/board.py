"""The duty board: every warning that waits for somebody, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.tables.kinds.warnings import AlertLevel, Delivery
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.problems import Clocks
from tocsin.warning.running import next_deadline
from tocsin.warning.standing import Standing, State, silenced, silences_in_force


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
    silenced_until: str = ""  # nothing goes out on it until then
    silenced_why: str = ""
    undelivered: int = 0  # messages that failed or bounced, the last word on each
    feedback_owed: bool = False  # reporters whose alert stands behind it have heard nothing
    covered_by: str = ""
    about: str = ""
    area: str = ""
    window_from: str = ""
    window_to: str = ""
    likelihood_low: float = 0.0
    likelihood_high: float = 0.0


def board(
    open_now: Sequence[Standing],
    clocks: Clocks,
    now: datetime,
    silences: Sequence[Statement] = (),
) -> list[Line]:
    """Open warnings, undecided first, then by level, then the oldest."""
    running = silences_in_force(silences, now)
    return [
        _line(held, clocks, now, running) for held in sorted(open_now, key=lambda one: one.urgency)
    ]


def undelivered(held: Standing) -> int:
    """Messages whose last word is that they failed or bounced."""
    last: dict[tuple[str, str, str], str] = {}
    for one in held.steps.get("delivery", ()):
        body = one.body
        assert isinstance(body, Delivery)
        if body.outcome not in ("intended", "withheld"):
            last[body.step, body.role, body.to] = body.outcome
    return sum(outcome in ("failed", "bounced") for outcome in last.values())


def owes_feedback(held: Standing) -> bool:
    """Whether an alert from the field stands behind it, something was decided, nobody was told."""
    alerted = any("alert" in each.indicator for each in held.body.firings)
    return alerted and held.last("decision") is not None and not held.steps.get("feedback")


def _line(
    held: Standing, clocks: Clocks, now: datetime, silences: Sequence[Statement] = ()
) -> Line:
    body = held.body
    running = next_deadline(held, clocks, now)
    escalations = held.steps.get("escalation", [])
    quiet: Any = silenced(silences, body.problem, body.area or body.country, now)
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
        silenced_until="" if quiet is None else quiet.body.until,
        silenced_why="" if quiet is None else quiet.body.reason,
        undelivered=undelivered(held),
        feedback_owed=owes_feedback(held),
        covered_by=body.covered_by,
        about=body.about,
        area=body.area or body.country,
        window_from=body.window_from,
        window_to=body.window_to,
        likelihood_low=body.likelihood_low,
        likelihood_high=body.likelihood_high,
    )
