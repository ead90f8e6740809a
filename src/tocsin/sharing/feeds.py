"""What each reader is served by TAXII: a feed of its own, made from that reader's view alone.

A feed holds objects ready to be sent, each under its own moment of arrival, strictly later than
the one before. That moment is worked out from what the reader may see and from nothing else: two
nodes that differ only in hidden records serve the same feed. All of it can be thrown away and
built again from the ledger.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tocsin.sharing.stix.mapping import Made, objects_of, origin_id, the_same_everywhere
from tocsin.sharing.stix.naming import moment
from tocsin.tables.kinds import HOUSE_KINDS
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, micros

_PAGE = 16_384  # bytes: a hundred objects are read in few pieces, not in forty
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = """
CREATE TABLE IF NOT EXISTS feeds (
  name TEXT PRIMARY KEY, state TEXT NOT NULL, seq INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS items (
  feed TEXT NOT NULL, added INTEGER NOT NULL, statement TEXT NOT NULL, object TEXT NOT NULL,
  type TEXT NOT NULL, spec TEXT NOT NULL, version TEXT NOT NULL, newest INTEGER NOT NULL,
  content BLOB NOT NULL, PRIMARY KEY (feed, added)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_by_object ON items (feed, object, version);
CREATE INDEX IF NOT EXISTS items_by_statement ON items (feed, statement);
CREATE TABLE IF NOT EXISTS statuses (
  id TEXT PRIMARY KEY, feed TEXT NOT NULL, content BLOB NOT NULL);
"""


_SLICE = (
    "SELECT added, content FROM items WHERE feed = ? AND added > ? AND newest = 1 "
    "ORDER BY added LIMIT ?"
)


class Item(NamedTuple):
    """One object of a feed."""

    added: int  # microseconds since 1970
    object: str
    version: str
    spec: str
    content: bytes


@dataclass(frozen=True)
class Asked:
    """What a caller filters by; empty is everything."""

    added_after: int = -1
    ids: Sequence[str] = ()
    types: Sequence[str] = ()
    specs: Sequence[str] = ()
    versions: Sequence[str] = ("last",)


def stamp(added: int) -> str:
    """A moment as TAXII writes it, to the microsecond.

    >>> stamp(1_000_001)
    '1970-01-01T00:00:01.000001Z'
    """
    told = (_EPOCH + timedelta(microseconds=added)).isoformat(timespec="microseconds")
    return told[:26] + "Z"


def padded(version: str) -> str:
    """A timestamp with six digits, so that versions are ordered as texts.

    >>> padded("2023-07-21T09:30:00.5Z")
    '2023-07-21T09:30:00.500000Z'
    """
    head, _, rest = version.rstrip("Z").partition(".")
    return f"{head}.{rest[:6]:0<6}Z"


class Slice(NamedTuple):
    """The next objects of a feed as they are sent, and when the first and last of them came."""

    contents: list[bytes]
    first: int
    last: int
    more: bool


def feeds_file(home: Path) -> Path:
    """Where a store holds its feeds."""
    return home / "feeds" / "taxii.db"


class Feeds:
    """Every feed of a node, in one file that may be deleted."""

    def __init__(self, path: Path):
        self._path = path
        self._held = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.execute(f"PRAGMA page_size = {_PAGE}")  # of a file that is new
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this thread's own, kept: opening one costs more than a page."""
        connection: sqlite3.Connection | None = getattr(self._held, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
            connection.execute("PRAGMA synchronous = NORMAL")
            self._held.connection = connection
        yield connection

    def stands_at(self, feed: str) -> tuple[str, int] | None:
        """For which rights and up to which place of the log a feed was built."""
        with self._open() as connection:
            query = "SELECT state, seq FROM feeds WHERE name = ?"
            found = connection.execute(query, (feed,)).fetchone()
            return None if found is None else (str(found[0]), int(found[1]))

    @contextmanager
    def building(self, feed: str, state: str, seq: int) -> Iterator["Building"]:
        """One transaction in which a feed is brought up to a place of the log."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                one = Building(connection, feed)
                yield one
                connection.execute(
                    "INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)",
                    (feed, state, max(seq, one.seq), one.last),
                )
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def page(self, feed: str, asked: Asked, limit: int) -> tuple[list[Item], bool]:
        """The next objects in the order in which they were added, and whether more follow."""
        where, values = _conditions(asked)
        query = (  # its text holds our own words alone; what is asked for is bound
            f"SELECT added, object, version, spec, content FROM items AS i WHERE feed = ? "  # noqa: S608
            f"AND added > ? {where} ORDER BY added LIMIT ?"
        )
        with self._open() as connection:
            rows = connection.execute(query, (feed, asked.added_after, *values, limit + 1))
            found = [Item._make(row) for row in rows]
        return found[:limit], len(found) > limit

    def next_slice(self, feed: str, after: int, limit: int) -> Slice:
        """The newest versions that came after a moment: what most callers ask, told fastest."""
        with self._open() as connection:
            rows = connection.execute(_SLICE, (feed, after, limit + 1)).fetchall()
        more = len(rows) > limit
        if more:
            del rows[-1]
        first, last = (rows[0][0], rows[-1][0]) if rows else (0, 0)
        return Slice([row[1] for row in rows], first, last, more)

    def forget(self, statements: Iterable[str]) -> None:
        """Overwrite what was made of these statements, in every feed, whoever asks for it next."""
        with self._open() as connection:
            connection.execute("PRAGMA secure_delete = ON")  # freed pages are overwritten
            query = "DELETE FROM items WHERE statement = ?"
            connection.executemany(query, ((one,) for one in statements))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep_status(self, feed: str, key: str, content: bytes) -> None:
        """Remember what became of objects that were handed in."""
        with self._open() as connection:
            connection.execute("INSERT INTO statuses VALUES (?, ?, ?)", (key, feed, content))

    def status(self, feed: str, key: str) -> bytes | None:
        """What became of objects that this reader handed in."""
        with self._open() as connection:
            query = "SELECT content FROM statuses WHERE id = ? AND feed = ?"
            found = connection.execute(query, (key, feed)).fetchone()
            return None if found is None else bytes(found[0])


def _conditions(asked: Asked) -> tuple[str, list[str]]:
    parts: list[str] = []
    values: list[str] = []
    for column, wanted in (("object", asked.ids), ("type", asked.types), ("spec", asked.specs)):
        if wanted:
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if "all" not in asked.versions:
        either = []
        for version in asked.versions:
            if version == "last":
                either.append("newest = 1")
            elif version == "first":
                either.append(
                    "NOT EXISTS (SELECT 1 FROM items AS o WHERE o.feed = i.feed "
                    "AND o.object = i.object AND o.version < i.version)"
                )
            else:
                either.append("version = ?")
                values.append(padded(version))
        parts.append(f"({' OR '.join(either)})")
    return "".join(f" AND {part}" for part in parts), values


class Building:
    """A feed while it is brought up to date."""

    def __init__(self, connection: sqlite3.Connection, feed: str):
        self._connection, self._feed = connection, feed
        found = connection.execute(
            "SELECT state, seq, last FROM feeds WHERE name = ?", (feed,)
        ).fetchone()
        self.state: str | None = None if found is None else str(found[0])
        self.seq = -1 if found is None else int(found[1])
        self.last = 0 if found is None else int(found[2])

    def add(self, statements: Iterable[Statement]) -> None:
        """Add what the reader may newly see; corrections and withdrawals revoke what was served."""
        if self.last == 0:
            for fixed in the_same_everywhere():
                self._put("", fixed, 0)
        for one in statements:
            if one.kind in HOUSE_KINDS:
                continue
            at = micros(last_moment(one.recorded_at)) if one.recorded_at else 0
            made = list(objects_of(one))
            target = one.supersedes or one.retracts
            if target is not None:
                self._revoke(target, one, {each.id for each in made}, at)
            for each in made:
                self._put("" if each.shared else one.id, each, at)

    def replace_all(self, statements: Iterable[Statement]) -> None:
        """Add what is new among all that the reader may see now; drop what it may not any more."""
        query = "SELECT DISTINCT statement FROM items WHERE feed = ?"
        held = {row[0] for row in self._connection.execute(query, (self._feed,))}
        seen: set[str] = set()

        def fresh() -> Iterator[Statement]:
            for one in statements:
                seen.add(one.id)
                if one.id not in held:
                    yield one

        self.add(fresh())
        for gone in held - seen - {""}:
            self._drop(gone)

    def _put(self, statement: str, made: Made, at: int) -> None:
        read = self._connection.execute
        added = max(at, self.last + 1)
        version = padded(made.version or stamp(added))
        query = "SELECT version FROM items WHERE feed = ? AND object = ? ORDER BY version DESC"
        held = [row[0] for row in read(query, (self._feed, made.id))]
        if version in held and (made.shared or not made.version):
            return
        if made.stub and held:
            return
        newest = not held or version >= held[0]
        if newest and held:
            query = "UPDATE items SET newest = 0 WHERE feed = ? AND object = ?"
            read(query, (self._feed, made.id))
        spec = "2.1" if b'"spec_version":"2.1"' in made.content else _spec_of(made)
        read(
            "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._feed, added, statement, made.id, made.id.partition("--")[0], spec, version,
             int(newest), made.content),
        )  # fmt: skip
        self.last = added

    def _revoke(self, target: str, by: Statement, kept: set[str], at: int) -> None:
        """Serve a last version of what was corrected or withdrawn, by the same originator alone."""
        query = (
            "SELECT content FROM items WHERE feed = ? AND statement = ? AND newest = 1 "
            "ORDER BY added"
        )
        for (content,) in self._connection.execute(query, (self._feed, target)).fetchall():
            found: dict[str, Any] = msgspec.json.decode(content)
            if found.get("created_by_ref") != origin_id(by.origin):
                continue
            if found["id"] in kept or found.get("revoked") or "modified" not in found:
                continue
            before = last_moment(found["modified"]) + timedelta(milliseconds=1)
            version = max(moment(by.known_at), f"{before:%Y-%m-%dT%H:%M:%S.%f}"[:23] + "Z")
            found |= {"revoked": True, "modified": version}
            self._put(target, Made(found["id"], version, msgspec.json.encode(found)), at)

    def _drop(self, statement: str) -> None:
        self._connection.execute(
            "DELETE FROM items WHERE feed = ? AND statement = ?", (self._feed, statement)
        )


def _spec_of(made: Made) -> str:
    found = msgspec.json.decode(made.content)
    said = found.get("spec_version")
    return str(said) if said else "2.0" if "created" in found else "2.1"
