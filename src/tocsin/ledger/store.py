"""The ledger itself: statements go in at one place and come out through one view."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, insert, select

from tocsin.errors import IdentityConflict, StoreError, UsageError
from tocsin.ledger.bulk import write_rows
from tocsin.ledger.canonical import canonical
from tocsin.ledger.engine import reading, writing
from tocsin.ledger.heads import Head, Witness, head_of_row, last_head, make_head
from tocsin.ledger.merkle import Frontier
from tocsin.ledger.reading import StoreView
from tocsin.ledger.rows import Derived, MarkingIds, Row, derived_columns, leaf_of, sound_marking
from tocsin.ledger.schema import HEADS, KEYS, META, STATEMENTS
from tocsin.ledger.sealing import SALT_BYTES, Kept, Seal, Signer, seal, seal_kept
from tocsin.ledger.upgrading import open_current
from tocsin.policy import Marking, Reader, marking_of, require_sound
from tocsin.tables.statements import Statement, statement_from_json
from tocsin.tables.when import micros

BATCH = 1000
EXERCISE_MARK = "EXERCISE"  # the caveat of every statement of an exercise, and of its ledger


class Appended(NamedTuple):
    """What an append did: ids written, and ids that were already there."""

    added: tuple[str, ...]
    known: tuple[str, ...]


class _Sealed(NamedTuple):
    """A statement on its way into the store."""

    seal: Seal
    derived: Derived
    derived_from: str
    marking: Marking


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """One append-only log of signed statements.

    Parameters
    ----------
    where : path of a SQLite file, or a `postgresql://` address
    org : the node's own organisation
    signer : the node's key; None opens the ledger for reading only
    witness : file outside the database that remembers the last head; None for none
    clock : gives the present moment in UTC
    exercise : the store is an exercise, for its whole life: everything written in it says so
    """

    def __init__(
        self,
        where: str | Path,
        org: str,
        signer: Signer | None = None,
        witness: Path | None = None,
        clock: Callable[[], datetime] = _now,
        *,
        exercise: bool = False,
    ):
        self.where = where
        self.org = org
        self.witness = None if witness is None else Witness(witness)
        self._signer = signer
        self._clock = clock
        self.exercise = exercise
        self._engine: Engine | None = None
        self._markings = MarkingIds()
        self._is_registered = False  # the node's key, with the first batch
        self._log = ""

    @property
    def engine(self) -> Engine:
        """The database, opened on first use; in a file, copied and brought up to date."""
        if self._engine is None:
            engine = open_current(self.where)
            self._require_its_life(engine)
            self._engine = engine
        return self._engine

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def view(
        self,
        reader: Reader,
        known_at: date | datetime | None = None,
        recorded_at: date | datetime | None = None,
    ) -> StoreView:
        """What `reader` may see of what was known by `known_at` and written by `recorded_at`."""
        return StoreView(self.engine, self.org, reader, known_at, recorded_at)

    def append(
        self,
        statements: Iterable[Statement | Kept],
        on_batch: Callable[[int], object] | None = None,
    ) -> Appended:
        """Write statements, in batches that are kept whole or not at all.

        Statements that are already there are left alone (their content must be the same); a
        statement that carries somebody's signature keeps it. `on_batch` hears the size of each
        batch once it is safe.

        Raises
        ------
        IdentityConflict, if an id is taken by other content.  UsageError, if a marking
        contradicts itself.  StoreBusy, StoreFull.
        """
        added: list[str] = []
        known: list[str] = []
        for done in self.append_each(statements):
            added += done.added
            known += done.known
            if on_batch is not None:
                on_batch(len(done.added) + len(done.known))
        return Appended(tuple(added), tuple(known))

    def append_each(self, statements: Iterable[Statement | Kept]) -> Iterator[Appended]:
        """As `append`, and tells of each batch once it is safe: nothing grows with their number."""
        coming = iter(statements)
        while batch := list(islice(coming, BATCH)):
            yield self._append_batch([self._seal(one) for one in batch])

    def head(self) -> Head | None:
        """The newest signed head of the log, for the auditor; None while it is empty."""
        with reading(self.engine) as connection:
            row = last_head(connection)
            return None if row is None else head_of_row(self.log_id(connection), row)

    def keys(self) -> dict[str, bytes]:
        """Public keys the ledger knows, by their id."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(KEYS.c.key_id, KEYS.c.public))
            return {row.key_id: row.public for row in rows}

    def log_id(self, connection: Connection) -> str:
        """The log's identity, made with its first batch."""
        if not self._log:
            found = select(META.c.value).where(META.c.name == "log")
            self._log = connection.execute(found).scalar() or ""
        return self._log

    def _require_its_life(self, engine: Engine) -> None:
        """Raise UsageError, if an exercise is opened as a real record, or the reverse."""
        with reading(engine) as connection:
            held = set(connection.execute(select(META.c.name)).scalars())
        if "log" in held and (EXERCISE_MARK in held) != self.exercise:
            engine.dispose()
            raise UsageError(
                "this ledger is a real record and this store an exercise"
                if self.exercise
                else "this ledger is an exercise and this store a real record",
                remedy="Name the ledger that belongs to the store: TOCSIN_HOME, TOCSIN_LEDGER.",
            )

    def _require_no_mixing(self, statement: Statement) -> Statement:
        """A statement as this store may hold it: an exercise marks its own, and takes in no other.

        What comes signed by another key is refused where one side is an exercise and the other not.
        """
        marked = EXERCISE_MARK in statement.caveats
        if not statement.signature:
            if not self.exercise or marked:
                return statement
            caveats = tuple(sorted({*statement.caveats, EXERCISE_MARK}))
            return msgspec.structs.replace(statement, caveats=caveats)
        own = self.signs and statement.signature.startswith(self.signer.key_id)
        if marked != self.exercise and not own:
            raise UsageError(
                "a real record does not enter an exercise"
                if self.exercise
                else "a record of an exercise does not enter a real store",
                where=statement.id,
                remedy="Keep exercises in stores of their own: TOCSIN_HOME.",
            )
        return statement

    def _seal(self, coming: Statement | Kept) -> _Sealed:
        if isinstance(coming, Kept):
            statement, made = self._require_no_mixing(coming.statement), coming.seal
        else:
            statement = self._require_no_mixing(coming)
            made = (
                seal_kept(statement)
                if statement.signature
                else seal(statement, self.signer, os.urandom(SALT_BYTES).hex())
            )
        return _Sealed(
            made,
            derived_columns(statement),
            " ".join(statement.derived_from),
            _marking_of(statement),
        )

    @property
    def signs(self) -> bool:
        """Whether the ledger was opened with the node's key."""
        return self._signer is not None

    @property
    def signer(self) -> Signer:
        """The node's key.

        Raises
        ------
        StoreError, if the ledger was opened for reading only.
        """
        if self._signer is None:
            raise StoreError(
                "the ledger is open for reading only",
                remedy="Open the vault: set TOCSIN_VAULT_PASSPHRASE.",
            )
        return self._signer

    @contextmanager
    def appending(self, statement: Statement) -> Iterator[Connection]:
        """One transaction that writes a statement, and what the caller does with it."""
        with writing(self.engine) as connection:
            head = self._write(connection, [self._seal(statement)])
            yield connection
        self._remember(head)

    def _append_batch(self, batch: Sequence[_Sealed]) -> Appended:
        with writing(self.engine) as connection:
            fresh, known = _without_known(connection, batch)
            head = self._write(connection, fresh) if fresh else None
        if head is not None:
            self._remember(head)
        return Appended(tuple(one.derived.id for one in fresh), tuple(known))

    def _remember(self, head: Head) -> None:
        """After a commit: what was written for the first time, and where the log now ends."""
        self._markings.keep()
        self._is_registered = True
        if self.witness is not None:
            self.witness.move_to(head)

    def _write(self, connection: Connection, fresh: Sequence[_Sealed]) -> Head:
        log = self.log_id(connection) or self._begin(connection)
        before = last_head(connection)
        frontier = Frontier() if before is None else Frontier(before.size, before.frontier)
        recorded = max(micros(self._clock()), 0 if before is None else before.recorded)
        self._register(connection, self.signer.public, recorded)
        markings = self._markings.of(connection, [one.marking for one in fresh])
        rows = []
        for one, marking in zip(fresh, markings, strict=True):
            row = _row(one, frontier.size, recorded, marking)
            frontier.append(row.leaf)
            rows.append(row)
        write_rows(connection, rows)
        head = make_head(log, frontier, recorded, self.signer)
        connection.execute(
            insert(HEADS).values(
                size=head.size,
                root=bytes.fromhex(head.root),
                recorded=recorded,
                frontier=frontier.to_bytes(),
                signature=head.signature,
            )
        )
        return head

    def _begin(self, connection: Connection) -> str:
        self._log = f"{self.org}-{os.urandom(6).hex()}"
        connection.execute(insert(META).values(name="log", value=self._log))
        if self.exercise:
            connection.execute(insert(META).values(name=EXERCISE_MARK, value="yes"))
        return self._log

    def _register(self, connection: Connection, public: bytes, recorded: int) -> None:
        if self._is_registered:
            return
        found = select(KEYS.c.key_id).where(KEYS.c.key_id == self.signer.key_id)
        if connection.execute(found).first() is None:
            connection.execute(
                insert(KEYS).values(
                    key_id=self.signer.key_id, public=public, owner=self.org, added=recorded
                )
            )


def _marking_of(statement: Statement) -> Marking:
    try:
        return sound_marking(
            statement.origin, statement.tlp, statement.pap, statement.rel_to, statement.caveats
        )
    except UsageError:
        return require_sound(marking_of(statement), where=statement.id)  # says which statement


def _row(one: _Sealed, seq: int, recorded: int, marking: int) -> Row:
    content, digest, signature = one.seal
    derived = one.derived
    return Row(
        seq=seq,
        id=derived.id,
        kind=derived.kind,
        subject=derived.subject,
        known=derived.known,
        valid_from=derived.valid_from,
        valid_to=derived.valid_to,
        recorded=recorded,
        marking=marking,
        replaces=derived.replaces,
        derived_from=one.derived_from,
        hash=digest,
        signature=signature,
        leaf=leaf_of(seq, digest, signature, recorded, one.derived_from),
        folded=derived.folded,
        content=content,
        areas=derived.areas,
    )


def _without_known(
    connection: Connection, batch: Sequence[_Sealed]
) -> tuple[list[_Sealed], list[str]]:
    """Statements not yet in the store, and ids of those that are."""
    ids = [one.derived.id for one in batch]
    found = connection.execute(
        select(STATEMENTS.c.id, STATEMENTS.c.hash, STATEMENTS.c.content).where(
            STATEMENTS.c.id.in_(ids)
        )
    )
    stored: dict[str, tuple[bytes, bytes | None]] = {
        row.id: (row.hash, row.content) for row in found
    }
    fresh: list[_Sealed] = []
    known: list[str] = []
    for one in batch:
        if one.derived.id in stored:
            _require_same(one, *stored[one.derived.id])
            known.append(one.derived.id)
        else:
            stored[one.derived.id] = (one.seal.digest, one.seal.content)
            fresh.append(one)
    return fresh, known


def _require_same(one: _Sealed, digest: bytes, content: bytes | None) -> None:
    if digest == one.seal.digest or content is None:  # a purged statement does not come back
        return
    salt = statement_from_json(content).salt
    salted = msgspec.structs.replace(statement_from_json(one.seal.content), salt=salt)
    if sha256(canonical(salted)).digest() != digest:
        raise IdentityConflict(
            "the ledger already holds a statement with the id {id} and other content",
            remedy="Give the new one its own id, and let it supersede the old one.",
            id=one.derived.id,
        )
