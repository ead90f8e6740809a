"""A service that makes pass after pass, whatever happens to the machine's clock and sleep.

Nothing is remembered between passes but the ledger: a restart, a missed run or a jump of the clock
changes when a pass is made, never what the passes add up to. One file says when the last pass
ended, so that the duty board can tell that nobody is watching.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GLANCE = 5.0  # seconds: how long a jump of the clock or a stop can go unnoticed
ENDED = "last-pass.json"
LONGEST_GAP = 1.0  # hours without a pass that the duty board lets go


class Stop:
    """Whether the service has been asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, *_: object) -> None:
        self.asked = True


def is_due(last: float | None, now: float, every: float) -> bool:
    """Whether a pass is due: never made, its time has come, or the clock has gone back.

    >>> is_due(None, 10, 60), is_due(0, 59, 60), is_due(0, 60, 60), is_due(100, 50, 60)
    (True, False, True, True)
    """
    return last is None or now < last or now - last >= every


def serve(
    one_pass: Callable[[], object],
    every: float,
    *,
    on_trouble: Callable[[Exception], object],
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
    stop: Stop | None = None,
) -> None:
    """Make passes until stopped by SIGTERM or Ctrl-C; a pass that fails is told and tried again.

    The wall clock decides, looked at every few seconds, because a laptop that slept does not count
    its sleep. A stop waits for the pass under way.
    """
    asked = stop or Stop()
    last: float | None = None
    with _stopped_by_signals(asked):
        while not asked.asked:
            now = clock()
            if is_due(last, now, every):
                last = now
                try:
                    one_pass()
                except Exception as error:  # the watch outlives whatever one pass meets
                    on_trouble(error)
            if not asked.asked:
                sleep(min(GLANCE, every))


def note_pass(home: Path, moment: datetime) -> None:
    """Remember when a pass ended."""
    from tocsin.lake.whole import write_bytes

    write_bytes(home / ENDED, json.dumps({"ended": moment.isoformat()}).encode())


def last_pass(home: Path) -> datetime | None:
    """When the last pass ended; None if none did, or nobody can say."""
    with suppress(OSError, ValueError, KeyError):
        found = json.loads((home / ENDED).read_text(encoding="utf-8"))
        return datetime.fromisoformat(found["ended"])
    return None


def hours_unwatched() -> float | None:
    """Hours since the last pass, where that is too long; -1 if there was none; None if in order."""
    from tocsin.settings import read_settings

    ended = last_pass(read_settings().home)
    if ended is None:
        return -1.0
    gone = (datetime.now(UTC) - ended).total_seconds() / 3600
    return gone if gone > LONGEST_GAP else None


@contextmanager
def _stopped_by_signals(stop: Stop) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask for a stop; outside the main thread there is nobody to listen."""
    before: dict[signal.Signals, Any] = {}
    for each in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError):
            before[each] = signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
