"""The log in spans, checked by several processes that each read the database for themselves.

Only the bounds of a span and what was learnt from it pass between processes, never rows. Rows
do not change, so that one process's moment is as good as another's, but for a purge: a process
that sees other purges than the verifier does leaves its spans to the verifier.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from tocsin.errors import StoreError
from tocsin.ledger.bulk import read_span
from tocsin.ledger.checking import CheckedRows, Marks, check_rows
from tocsin.ledger.engine import open_engine, plain_errors
from tocsin.ledger.locked import is_encrypted, key_for, unlock
from tocsin.ledger.schema import KEYS, MARKINGS, PURGES, STATEMENTS

WIDTH = 500  # leaves of a span
_AHEAD = 2  # spans that wait for each other process, so that it is never idle
_LAST_NUMBER = 2**63 - 1  # SQLite may hold anything in a column; what is no number sorts after


class Span(NamedTuple):
    """Leaves from `start` to before `end`."""

    start: int
    end: int


def read_marks(connection: Connection) -> Marks:
    """Public keys, markings and purges, as the database holds them."""
    marked = connection.execute(select(MARKINGS))
    return Marks(
        keys={row.key_id: row.public for row in connection.execute(select(KEYS))},
        markings={
            row.id: (row.origin, row.tlp, row.pap, row.rel_to, row.caveats) for row in marked
        },
        purges={row.statement: row.hash for row in connection.execute(select(PURGES))},
    )


def check_spans(
    connection: Connection, where: str | Path, marks: Marks, *, signatures: bool, processes: int
) -> Iterator[CheckedRows]:
    """What is learnt from each span, in the order of the log; this process takes its part."""

    def settled(span: Span, found: _Found) -> CheckedRows:
        return _promised(found) or check_span(connection, span, marks, signatures)

    waiting: deque[tuple[Span, _Found]] = deque()
    key = key_for(where) if isinstance(where, Path) and is_encrypted(where) else None
    with _others(processes - 1, where, key, len(marks.purges), signatures) as others:
        for span in _spans(connection):
            found = others.take(span) or check_span(connection, span, marks, signatures)
            waiting.append((span, found))
            while waiting and _is_there(waiting[0][1]):
                yield settled(*waiting.popleft())
        while waiting:
            yield settled(*waiting.popleft())


def check_span(connection: Connection, span: Span, marks: Marks, signatures: bool) -> CheckedRows:
    """Read and check the rows of one span."""
    return check_rows(read_span(connection, *span), *span, marks, signatures=signatures)


def rows_outside(connection: Connection) -> int:
    """How many rows stand at no place of the log, because their place is not a number."""
    outside = select(func.count()).where(STATEMENTS.c.seq > _LAST_NUMBER)
    return 0 if connection.dialect.name != "sqlite" else connection.execute(outside).scalar_one()


def _spans(connection: Connection) -> Iterator[Span]:
    """Spans that cover every row there is at this moment, whatever gaps lie between them."""
    seq = STATEMENTS.c.seq
    bounds = select(func.min(seq), func.max(seq)).where(seq <= _LAST_NUMBER)
    first, last = connection.execute(bounds).one()
    if last is None:
        return
    start, last = min(0, first), int(last)
    next_row = select(func.min(seq)).where(seq <= _LAST_NUMBER)
    while (found := connection.execute(next_row.where(seq >= start)).scalar()) is not None:
        end = min(int(found) + WIDTH, last + 1)
        if start >= end:
            return
        yield Span(start, end)
        start = end


_Found = Future[CheckedRows | None] | CheckedRows


def _is_there(found: _Found) -> bool:
    return isinstance(found, CheckedRows) or found.done()


def _promised(found: _Found) -> CheckedRows | None:
    """What another process found; None if it would not, or could not, look."""
    if isinstance(found, CheckedRows):
        return found
    try:
        return found.result()
    except BrokenProcessPool:
        return None


class _Others:
    """The other processes: they take a span while they have little to do."""

    def __init__(self, pool: ProcessPoolExecutor | None, most: int, *task: Any):
        self._pool = pool
        self._most = most
        self._task = task
        self._under_way: list[Future[CheckedRows | None]] = []

    def take(self, span: Span) -> Future[CheckedRows | None] | None:
        """A promise to check `span`, or None while they are busy."""
        self._under_way = [one for one in self._under_way if not one.done()]
        if self._pool is None or len(self._under_way) >= self._most:
            return None
        try:
            promise = self._pool.submit(_check_elsewhere, span, *self._task)
        except BrokenProcessPool:
            return None
        self._under_way.append(promise)
        return promise


@contextmanager
def _others(count: int, *task: Any) -> Iterator[_Others]:
    if count < 1:
        yield _Others(None, 0)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield _Others(pool, count * _AHEAD, *task)


def _check_elsewhere(
    span: Span, where: str | Path, key: bytes | None, purges: int, signatures: bool
) -> CheckedRows | None:
    """In another process: check a span, unless this one sees other purges or cannot read."""
    if key is not None and isinstance(where, Path):
        unlock(where.parent, key)
    try:
        with plain_errors():
            connection, marks = _opened(where)
            if len(marks.purges) != purges:
                return None
            return check_span(connection, span, marks, signatures)
    except StoreError:
        return None


@cache
def _opened(where: str | Path) -> tuple[Connection, Marks]:
    """The store, opened once in this process, at one moment of it."""
    connection = open_engine(where).connect()
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    return connection, read_marks(connection)
