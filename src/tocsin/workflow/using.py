"""What reports were used for: the warnings that rest on them, and what was decided on those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tocsin.tables.statements import Statement

if TYPE_CHECKING:
    from tocsin.ledger.reading import StoreView


@dataclass(frozen=True)
class Use:
    """A warning that rests on a report, and what was decided on it."""

    version: Statement
    decision: Statement | None = None


def uses_of(seen: StoreView, own: str) -> dict[str, Use]:
    """Reports on which an issued warning rests, exercise by exercise: the first such warning.

    own : the house whose steps count, beside those of who raised a warning
    """
    from tocsin.warning.standing import STEP_KINDS, standings

    found: dict[str, Use] = {}
    held = standings(seen.each(list(STEP_KINDS)), own)
    for each in sorted(held.values(), key=lambda one: one.versions[0].known_at):
        for version in each.versions:
            body: Any = version.body
            for name in (n for one in body.firings for n in one.statements):
                if body.state == "issued":
                    found.setdefault(key_of(name, version), Use(version, each.decided))
    return found


def key_of(report: str, said_in: Statement) -> str:
    """A report as an exercise or as none: a warning that was practised is no use of a real one."""
    return f"{report} {'EXERCISE' in said_in.caveats}"
