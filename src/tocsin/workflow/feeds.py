"""TAXII's part of the workflow: each caller's feed is brought up to the ledger, then read.

The feed of a reader is built from that reader's view. It is built again from the whole view when
the reader's rights have changed, or when something was written that changes what others may see;
else only what was written since is added.
"""

import atexit
import dataclasses
import os
import sqlite3
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import func, select

from tocsin.errors import UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.engine import reading
from tocsin.ledger.membership import with_rights
from tocsin.ledger.schema import STATEMENTS
from tocsin.policy import Reader, parse_reader
from tocsin.settings import read_settings
from tocsin.sharing.feeds import Asked, Feeds, Item, Slice, feeds_file, stamp
from tocsin.sharing.read_log import Read, ReadLog
from tocsin.sharing.stix.reading import objects_in
from tocsin.tables.kinds import HOUSE_KINDS
from tocsin.tables.kinds.travel import Recall
from tocsin.tables.when import last_moment, micros
from tocsin.workflow.ledger_edition import UNKNOWN, edition_of
from tocsin.workflow.record_keeping import open_ledger, own_organisation
from tocsin.workflow.record_place import record_place
from tocsin.workflow.standards import take_objects

MOST = 1000  # objects a page
_CHANGES = HOUSE_KINDS | {Recall.kind}


@dataclass(frozen=True)
class Page:
    """What is answered: objects, whether more follow, and when the first and last were added."""

    items: list[Item]
    more: bool


def page(reader: str, asked: Asked, limit: int) -> Page:
    """A page of what a reader (`ORG:ROLE` or `ORG:ROLE:HANDLE`) may see."""
    feeds, name = bring_up_to_date(reader)
    items, more = feeds.page(name, asked, max(1, min(limit, MOST)))
    return Page(items, more)


def bring_up_to_date(reader: str) -> tuple[Feeds, str]:
    """Add to a reader's feed what was written since; the feeds, and the name of the reader's."""
    feeds, name, rights, state, seq = _asked_for(reader)
    if feeds.stands_at(name) == (state, seq):
        return feeds, name
    ledger = _ledger()
    with feeds.building(name, state, seq) as feed:
        view = ledger.view(rights)
        until = max(seq, feed.seq)  # another process may have come further meanwhile
        if feed.state == state and not _changes_since(ledger, feed.seq):
            feed.add(view.between(feed.seq, until))
        else:
            feed.replace_all(view.between(-1, until))
    return feeds, name


def _asked_for(reader: str) -> tuple[Feeds, str, Reader, str, int]:
    """The feeds, the name of the reader's, its rights, those as a text, the end of the ledger."""
    settings = read_settings()
    ledger = _kept_ledger(str(settings.ledger or ""), settings.home)
    with ledger.engine.connect() as connection:  # asked for with every page: as text, it is quick
        head = connection.exec_driver_sql("SELECT max(seq) FROM statements").scalar()
    seq = -1 if head is None else int(head)
    minute = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"
    return _kept_feeds(settings.home), *_rights(reader, ledger.where, seq, minute), seq


def next_slice(reader: str, after: int, limit: int) -> Slice | None:
    """The next objects for a reader, if its feed stands where the ledger does; None if not.

    Whether it does is asked of the ledger itself, with every call: what was written by any
    process, a moment ago, is not missed. Whenever there is work to do first, `page` is to be asked.
    """
    try:
        held = _at_hand()
        edition = held.edition()
        if edition == UNKNOWN:
            return None
        minute = int(time.time() // 60)
        known = held.known.get(reader)
        if known is None or known[1:] != (edition, minute):
            known = (_standing(reader), edition, minute)
            if not known[0] or held.edition() != edition:
                return None
            held.known[reader] = known
            held.stands[known[0]] = held.feeds.stands_at(known[0])
        if held.feeds.stands_at(known[0]) != held.stands.get(known[0]):
            held.known.pop(reader, None)
            return None
        return held.feeds.next_slice(known[0], after, max(1, min(limit, MOST)))
    except sqlite3.Error:
        return None  # the long way says what is wrong


def _standing(reader: str) -> str:
    """The name of a reader's feed if it stands where the ledger does; empty if not."""
    feeds, name, _, state, seq = _asked_for(reader)
    return name if feeds.stands_at(name) == (state, seq) else ""


class _AtHand(threading.local):
    """What a thread keeps at hand of one store: how to ask the ledger, and feeds that stand."""

    def __init__(self, place: str | Path, feeds: Feeds):
        self.feeds = feeds
        self.known: dict[str, tuple[str, int, int]] = {}
        self.stands: dict[str, tuple[str, int] | None] = {}
        self.edition = edition_of(place).number


def _at_hand() -> _AtHand:
    return _kept_at_hand(os.environ.get("TOCSIN_HOME"), os.environ.get("TOCSIN_LEDGER"))


@cache
def _kept_at_hand(home: str | None, ledger: str | None) -> _AtHand:
    del home, ledger  # what it depends on
    settings = read_settings()
    return _AtHand(record_place(settings), _kept_feeds(settings.home))


def note_read(caller: Any, what: str, first: int, last: int, count: int, asked: str = "") -> None:
    """Note in the read log what a caller was served, and when.

    caller : a `letting_in.Caller`
    """
    at = time.time_ns() // 1000
    _kept_log(os.environ.get("TOCSIN_HOME")).note(
        Read(at, caller.org, str(caller.role), caller.token, what, first, last, count, asked[:400])
    )


def read_log() -> ReadLog:
    """The read log of the store."""
    return _kept_log(os.environ.get("TOCSIN_HOME"))


def finish_read_log() -> None:
    """Write what of the read log still waits in memory."""
    read_log().close()


@cache
def _kept_log(home: str | None) -> ReadLog:
    del home  # what it depends on
    log = ReadLog(read_settings().home / "feeds" / "reads.db")
    atexit.register(log.close)
    return log


@lru_cache(maxsize=1024)
def _rights(reader: str, where: str | Path, seq: int, minute: str) -> tuple[str, Reader, str]:
    """The name of a reader's feed, the reader with its rights now, and those as a text.

    Everybody in a role reads one feed; whom need-to-know limits in person has one of their own.

    They change with what is written, and as time goes: they are asked for again after every
    write, and every minute.
    """
    del where, seq, minute
    ledger, asked, now = _ledger(), parse_reader(reader), datetime.now(UTC)
    anybody = dataclasses.replace(asked, person="")
    rights, shared = (with_rights(ledger, one, now) for one in (asked, anybody))
    if rights.needs == shared.needs:
        return f"{asked.org}:{asked.role}", *_with_state(shared)
    return reader, *_with_state(rights)


def _with_state(rights: Reader) -> tuple[Reader, str]:
    """A reader's rights, and as a text that is the same in every process."""
    fields = {
        field.name: _ordered(getattr(rights, field.name)) for field in dataclasses.fields(rights)
    }
    return rights, repr(sorted(fields.items()))


def _ordered(value: Any) -> Any:
    return sorted(map(repr, value)) if isinstance(value, frozenset) else repr(value)


def _changes_since(ledger: Ledger, seq: int) -> bool:
    """Whether something was written that changes what others may see."""
    query = select(func.count()).where(
        STATEMENTS.c.seq > seq, STATEMENTS.c.kind.in_(sorted(_CHANGES))
    )
    with reading(ledger.engine) as connection:
        return bool(connection.execute(query).scalar())


def take_in(reader: str, file: BinaryIO) -> dict[str, Any]:
    """Take in the objects of an envelope; what became of them, as TAXII tells it.

    Raises
    ------
    UsageError, if the caller is not of this node's organisation: what others send comes in by
    their peers' bundles.  UnreadableFile.
    """
    if parse_reader(reader).org != own_organisation():
        raise UsageError(
            "objects are taken in from {own} alone",
            remedy="Send them as a bundle between peers: tocsin share export",
            own=own_organisation(),
        )
    key = str(uuid.uuid4())
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    sent: list[dict[str, Any]] = list(objects_in(file, "TAXII"))
    taken = take_objects(iter(sent), "TAXII")
    wrong = {str(problem.where): problem for problem in taken.problems}
    told: list[tuple[bool, dict[str, str]]] = []
    for number, one in enumerate(sent, start=1):
        version = str(one.get("modified") or one.get("created") or at)
        detail = {"id": str(one.get("id")), "version": version}
        problem = wrong.get(f"TAXII:{number}")
        if problem is not None:
            detail["message"] = str(problem)
        told.append((problem is None, detail))
    status = {
        "id": key,
        "status": "complete",
        "request_timestamp": at,
        "total_count": len(sent),
        "success_count": len(sent) - taken.refused,
        "successes": [detail for good, detail in told if good],
        "failure_count": taken.refused,
        "failures": [detail for good, detail in told if not good],
        "pending_count": 0,
        "pendings": [],
    }
    _feeds().keep_status(reader, key, msgspec.json.encode(status))
    return status


def status_of(reader: str, key: str) -> bytes | None:
    """What became of objects that this reader handed in."""
    return _feeds().status(reader, key)


def after(text: str) -> int:
    """A moment in a request as microseconds.

    Raises
    ------
    UsageError.
    """
    return micros(last_moment(text)) if text else -1


def shown(added: int) -> str:
    """A moment in an answer."""
    return stamp(added)


def _ledger() -> Ledger:
    settings = read_settings()
    return _kept_ledger(str(settings.ledger or ""), settings.home)


@cache
def _kept_ledger(where: str, home: Path) -> Ledger:
    del where, home  # what it depends on
    return open_ledger()


def _feeds() -> Feeds:
    return _kept_feeds(read_settings().home)


@cache
def _kept_feeds(home: Path) -> Feeds:
    return Feeds(feeds_file(home))
