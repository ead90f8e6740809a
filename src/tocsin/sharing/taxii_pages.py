"""The objects of another TAXII server's collection, page by page, whatever the server does.

A server is believed in nothing but its objects. It may take `added_after` as inclusive, put
thousands of objects under one moment, repeat a page, say `more` for ever, hand out a `next` that
leads in a circle, leave out the dates, or send what is too large: `Pages` comes to an end all the
same, loses nothing that the server would give, and says where it could not go on.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import msgspec

from tocsin.errors import FetchFailed, TocsinError
from tocsin.sharing.stix.reading import canonical_text, envelope_of
from tocsin.sharing.taxii import AnswerTooLarge, Caller, Collection
from tocsin.sharing.transport import Answer
from tocsin.tables.when import last_moment

PAGE = 1000  # objects asked for at once
LARGEST_LIMIT = 64_000  # objects asked for at once, where so many share one moment
IDLE = 3  # pages in a row with nothing new, before we ask no further
LONGEST_NEXT = 4000
# Between pages a little is asked for again, as dates may be cut to milliseconds, and the objects
# of one moment may lie on two pages; where that leads nowhere, nothing, and then we step over.
BACKS = (timedelta(milliseconds=1), timedelta(0), timedelta(milliseconds=-1))


class _Entry(msgspec.Struct):
    date_added: str = ""


class _Manifest(msgspec.Struct):
    objects: list[_Entry] = []


class Cursor(msgspec.Struct, frozen=True):
    """How far a collection was read.

    after : the last date of the server's that was read
    following, since : within a pull its `next`, and the date with which that was begun
    """

    after: str = ""
    following: str = ""
    since: str = ""


@dataclass
class PageRead:
    """The objects of one page that did not come before in this pull, and where it ends."""

    objects: list[dict[str, Any]]
    cursor: Cursor
    came: int  # with those that had come before


class Pages:
    """The objects of one collection from a cursor on, page after page.

    Iterate, and store `cursor` of each page once its objects are safe: a pull that was killed
    goes on there. Afterwards `is_whole` says whether everything was read, and `problem` why not.
    `crowded` are the moments that more objects may share than the server gives at once: it names
    no `next`, so the rest cannot be asked for, nor is there a way to know whether there is one.
    """

    def __init__(
        self,
        caller: Caller,
        collection: Collection,
        cursor: Cursor,
        *,
        most: int,
        until: float,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._caller, self._collection = caller, collection
        self._most, self._until, self._clock = most, until, clock
        self._cursor = cursor
        self._met: set[bytes] = set()
        self._met_before = -1  # when `next` ran out last: nothing new since, and we give up
        self._followed: set[str] = set()
        self._limit, self._back, self._widest, self._idle = PAGE, 0, 0, 0
        self.is_whole = False
        self.problem: TocsinError | None = None
        self.crowded: list[str] = []  # moments of which a server may have withheld a part

    def __iter__(self) -> Iterator[PageRead]:
        more = True
        while more:
            if len(self._met) >= self._most or self._clock() > self._until:
                return
            read, more = self._next_page()
            yield read
        self.is_whole = self.problem is None

    def _next_page(self) -> tuple[PageRead, bool]:
        answer = self._ask()
        asked = self._cursor
        envelope = envelope_of(answer.content or b"{}", self._caller.name)
        objects = [one for one in envelope.get("objects") or [] if isinstance(one, dict)]
        following = _next_of(envelope)
        more = envelope.get("more") is True
        fresh = [one for one in objects if self._is_new(one)]
        self._idle = 0 if fresh else self._idle + 1
        last = self._date_of(answer, must=more and not following)
        moved = bool(last) and (not asked.after or last_moment(last) > last_moment(asked.after))
        after = last if moved else asked.after
        more = more and self._may_go_on(following, bool(last), moved, len(objects))
        kept = (following, asked.since if asked.following else asked.after) if more else ("", "")
        self._cursor = Cursor(after, *(kept if following else ("", "")))
        return PageRead(fresh, self._cursor, len(objects)), more

    def _may_go_on(self, following: str, has_date: bool, moved: bool, came: int) -> bool:
        """Whether the page that the server says there is, is to be asked for."""
        if following:
            # Some servers give the same `next` with every page: only with nothing new is it a ring.
            if following in self._followed and self._idle:
                return self._stop("its pages lead in a circle")
            self._followed.add(following)
            return self._idle < IDLE or self._stop("it repeats its pages and says there are more")
        if not has_date:
            return self._stop("it has more, but says neither what follows nor when it was added")
        if moved:
            self._limit, self._back, self._widest = PAGE, 0, 0
            return True
        return self._wider(came)

    def _wider(self, came: int) -> bool:
        """The objects of one moment do not fit into one page: ask for more, then step over it."""
        if came > self._widest and self._limit < LARGEST_LIMIT:
            self._widest, self._limit = came, self._limit * 2
            return True
        if self._back == 0 and came > 1:  # a page of one says nothing of others
            self._crowd()
        self._back += 1
        if self._back < len(BACKS):
            return True
        return self._stop("it repeats its pages and says there are more")

    def _crowd(self) -> None:
        """Say that more may share the moment we stand at than one page gives; reading goes on."""
        self.crowded.append(self._cursor.after)
        self.problem = self._caller.trouble(
            "more objects may share a moment than it gives at once, and it names no next: some of "
            "those added at {moments} may be missing",
            moments=", ".join(self.crowded[:3]) + (", …" if len(self.crowded) > 3 else ""),
        )

    def _stop(self, problem: str) -> bool:
        self.problem = self._caller.trouble(problem)
        return False

    def _ask(self) -> Answer:
        """The next page: smaller where it is too large, from its start where `next` ran out."""
        while True:
            try:
                return self._caller.get(self._address())
            except AnswerTooLarge:
                if self._limit <= 1:
                    raise
                self._limit //= 2
            except FetchFailed:
                if not self._cursor.following or len(self._met) == self._met_before:
                    raise
                # It ran out. In this pull we know how far we came; of an earlier one, where it
                # began.
                self._met_before = len(self._met)
                has_come = bool(self._followed) and bool(self._cursor.after)
                self._cursor = Cursor(self._cursor.after if has_come else self._cursor.since)

    def _address(self) -> str:
        query = {"limit": str(self._limit)}
        cursor = self._cursor
        after = cursor.since if cursor.following else cursor.after
        if after:
            query["added_after"] = _earlier(after, BACKS[0 if cursor.following else self._back])
        if cursor.following:
            query["next"] = cursor.following
        return f"{self._collection.path}objects/?{urlencode(query)}"

    def _is_new(self, found: dict[str, Any]) -> bool:
        mark = blake2b(canonical_text(found).encode(), digest_size=12).digest()
        if mark in self._met:
            return False
        self._met.add(mark)
        return True

    def _date_of(self, answer: Answer, *, must: bool) -> str:
        """Until when a page reaches, never later than now: a later date would hide others."""
        said = answer.headers.get("x-taxii-date-added-last", "")
        dates = [said] if said else _listed(self._caller, self._address()) if must else []
        found = []
        for one in dates:
            with contextlib.suppress(TocsinError, ValueError, OverflowError):
                found.append(last_moment(one))
        return _written(min(max(found), datetime.now(UTC))) if found else ""


def _next_of(envelope: dict[str, Any]) -> str:
    said = envelope.get("next")
    text = str(said) if isinstance(said, str | int) else ""
    return text if len(text) <= LONGEST_NEXT else ""


def _listed(caller: Caller, address: str) -> list[str]:
    """When the objects of a page were added, where its answer does not say: of the manifest."""
    found: _Manifest = caller.read(address.replace("/objects/?", "/manifest/?"), _Manifest)
    return [one.date_added for one in found.objects]


def earlier_start(after: str, by: timedelta) -> str:
    """Where the next pull begins: what was written late under an earlier date is not lost.

    >>> earlier_start("2024-01-01T00:00:02.000000Z", timedelta(seconds=2))
    '2024-01-01T00:00:00.000000Z'
    """
    return _earlier(after, by) if after else ""


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _earlier(text: str, by: timedelta) -> str:
    return _written(last_moment(text) - by)
