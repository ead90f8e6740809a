"""Places made ready: what a page of a place needs, worked out once, one place after the other.

The first opening of a place on a new date draws its forecast, which takes seconds. It is begun at
the first question, goes on in the background and is kept in the store; whoever asks meanwhile is
told what happens instead of waiting before an empty window.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from tocsin.errors import TocsinError
from tocsin.web.room.drawn_apart import draw_apart
from tocsin.web.room.keeping import lake_edition

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 0.9  # seconds that a page waits before it says that the place is being made ready
MOST = 128
LOG = logging.getLogger("tocsin.web")
Work = Future[Any]
_SERVES = threading.Event()  # set in a server: there another process draws


class Readying:
    """Work by place, day and edition of the lake, each done once."""

    def __init__(self, work: Callable[[str, str, str], object], most: int = MOST):
        self._work, self._most = work, most
        self._held: OrderedDict[tuple[str, str, str], Work] = OrderedDict()
        self._alone = threading.Lock()
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="places")

    def begun(self, name: str, day: str, edition: str) -> Work:
        """The work on a place: under way or done.

        >>> done = Readying(lambda name, day, edition: name.lower())
        >>> done.begun("MLI", "2023-06-30", "").result(), len(done._held)
        ('mli', 1)
        """
        key = (name, day, edition)
        with self._alone:
            if (found := self._held.get(key)) is None or found.cancelled():
                found = self._held[key] = self._hands.submit(self._work, *key)
                while len(self._held) > self._most:
                    self._held.popitem(last=False)[1].cancel()
            self._held.move_to_end(key)
        return found


@cache
def desk() -> Readying:
    """The one that this process has."""
    return Readying(make)


@cache
def desk_apart() -> Readying:
    """The one of a server, which has places drawn in another process."""

    def made(name: str, day: str, edition: str) -> None:
        from tocsin.workflow.map_ground import ground_of

        ground_of(name, date.fromisoformat(day))  # no child is asked for a place that is none
        draw_apart([name], day)
        make(name, day, edition)

    return Readying(made)


def make(name: str, day: str, edition: str) -> None:
    """Work a place out, from the store if it was worked out before.

    Raises
    ------
    TocsinError, if it cannot be shown.
    """
    from tocsin.web.room.area import drawn
    from tocsin.web.room.area_months import listed, mapped

    mapped(name, day, edition)
    listed(name, day, edition)
    if not name.isdigit():
        for lang in ("fr", "en"):
            drawn(name, day, lang, edition)


def is_ready(name: str, day: date) -> bool:
    """Whether a place can be shown; its work is begun, and a moment is waited for it.

    Raises
    ------
    TocsinError, if the place cannot be shown at all.
    """
    hands = desk_apart() if _SERVES.is_set() else desk()
    work = hands.begun(name, day.isoformat(), lake_edition())
    try:
        work.result(PATIENCE)
    except TimeoutError:
        return False
    return True


def make_ready_at_start() -> None:
    """Begin the region and its countries as of today, so that the first reader need not wait."""
    from tocsin import geo
    from tocsin.workflow.map_ground import HOME

    _SERVES.set()

    def all_of_them() -> None:
        today = datetime.now(UTC).date().isoformat()
        names = (HOME, *geo.region(HOME))
        for name in names:
            try:
                desk_apart().begun(name, today, lake_edition()).result()
            except TocsinError:
                continue  # its own page says why
            except Exception as error:  # serving goes on
                LOG.warning("a place could not be made ready: %s", type(error).__name__)

    threading.Thread(target=all_of_them, name="places-at-start", daemon=True).start()
