"""Whether those who are told answer: shares in time, and how long it took, over some months.

And when a reader was last at the board: a line in a file of the node, by handle, never shown to
anybody else.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DAYS = 90
PAUSE = timedelta(minutes=30)  # a gap this long begins another visit
VISITS = "visits.json"


def answers(at: str = "", reader: str = "", days: int = DAYS) -> dict[str, Any]:
    """How the warnings of the last days that a reader may see were answered.

    Returns the figures of `response_metrics`; warnings of exercises are left out.
    """
    from tocsin.warning.responding import response_metrics
    from tocsin.workflow.record_keeping import open_ledger, reader_named
    from tocsin.workflow.watchkeeping import read_standings
    from tocsin.workflow.words import moment

    now = moment(at)
    ledger = open_ledger()
    try:
        who = reader_named(reader)
        found = [one for one in read_standings(ledger, who, now).values() if not one.is_exercise]
        alerts = list(ledger.view(who, known_at=now).each("alert"))
    finally:
        ledger.close()
    return response_metrics(found, alerts, now - timedelta(days=days), now, now)


def last_visit(handle: str, now: datetime) -> datetime | None:
    """When the visit before this one ended, and note this one; None for a first visit.

    A store that cannot be written to gives an answer and notes nothing.
    """
    from filelock import FileLock

    from tocsin.lake.whole import write_bytes
    from tocsin.settings import read_settings

    path = read_settings().home / VISITS
    before, noted = visit_after(_visits(path).get(handle), now)
    with suppress(OSError), FileLock(path.with_suffix(".lock")):
        held = _visits(path)  # others may have come meanwhile
        if noted != held.get(handle):
            write_bytes(path, json.dumps(held | {handle: noted}).encode())
    return before


def _visits(path: Path) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    with suppress(OSError, ValueError):
        held = json.loads(path.read_text("utf-8"))
    return held


def visit_after(held: list[str] | None, now: datetime) -> tuple[datetime | None, list[str]]:
    """The end of the earlier visit, and what to note: that end, and the last moment of this one.

    Moments are noted by the minute, so that a page opened twice writes once.

    >>> noon = datetime(2023, 6, 30, 12, tzinfo=UTC)
    >>> _, noted = visit_after(None, noon)
    >>> visit_after(noted, noon + timedelta(minutes=5))[0] is None
    True
    >>> visit_after(noted, noon + timedelta(hours=9))[0] == noon
    True
    """
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    ended, last = held if held and len(held) == 2 else ("", "")
    if not last:
        return None, ["", minute.isoformat()]
    if minute - datetime.fromisoformat(last) > PAUSE:
        ended = last
    before = datetime.fromisoformat(ended) if ended else None
    return before, [ended, minute.isoformat()]
