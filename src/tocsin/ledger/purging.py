"""Purge: two persons destroy what should never have been written; its hash and their word stay.

The purge statement, the mark that allows the change, and the change are one transaction. What
then remains on disk (old pages, the write-ahead log) is overwritten or removed; `sweep` can be
run again until it succeeds. Backups are the caller's: see `tocsin.record_keeping`.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, insert, select, update
from sqlalchemy import text as sql

from tocsin.errors import StoreBusy, StoreError, UsageError
from tocsin.ledger.engine import plain_errors, reading, writing
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.schema import PURGES, STATEMENTS
from tocsin.ledger.sealing import verify_raw
from tocsin.ledger.store import Ledger
from tocsin.policy import Reader
from tocsin.policy.visible import no_such_statement
from tocsin.tables.kinds import Approval, Purge
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text

SWEEP_SECONDS = 30.0
REASONS = ("names_a_person", "endangers_a_person", "unlawful", "entered_by_mistake")


class Purged(NamedTuple):
    """What a purge leaves: the statement's id and hash, and the purge's own id."""

    statement: str
    hash: str
    by: str


def purge(
    ledger: Ledger, statement_id: str, approvals: Sequence[Approval], reason: Any, at: datetime
) -> Purged:
    """Destroy a statement's content in the store, by the signed words of two persons.

    Raises
    ------
    UnknownName, if there is no such statement.  UsageError, if it is a purge, is purged already,
    or the approvals are not signed by two different keys for this very statement.  StoreBusy, if
    a reader keeps old bytes alive: the purge stands, and `sweep` finishes it.
    """
    digest = digest_of(ledger, statement_id)
    if not are_two(approvals, statement_id, digest.hex(), reason):
        raise UsageError(
            "a purge needs two different persons",
            remedy="Let a second person run the same command under their own handle.",
        )
    word = with_id(
        Statement(
            id=BLANK_ID,
            kind="purge",
            subject=f"purge:{statement_id}",
            known_at=moment_text(at.astimezone(UTC)),
            source=ledger.org,
            reliability="A",
            credibility=1,
            origin=ledger.org,
            author=approvals[0].by,
            body=Purge(
                statement=statement_id,
                hash=digest.hex(),
                approved_by=tuple(one.by for one in approvals),
                approvals=tuple(approvals),
                reason=reason,
            ),
        ),
        ledger.signer,
    )
    with ledger.appending(word) as connection:
        connection.execute(insert(PURGES).values(statement=statement_id, hash=digest, by=word.id))
        connection.execute(
            update(STATEMENTS)
            .where(STATEMENTS.c.id == statement_id)
            .values(content=None, folded=None, subject="", valid_from=None, valid_to=None, areas="")
        )
    sweep(ledger.engine)
    return Purged(statement_id, digest.hex(), word.id)


def are_two(approvals: Sequence[Approval], statement_id: str, digest: str, reason: str) -> bool:
    """Whether two different keys, under two handles, signed for this purge."""
    genuine = [
        one
        for one in approvals
        if verify_raw(
            bytes.fromhex(one.public),
            bytes.fromhex(one.signature),
            one.signed_bytes(statement_id, digest, reason),
        )
    ]
    return len({one.by for one in genuine}) >= 2 and len({one.public for one in genuine}) >= 2


def purges(ledger: Ledger) -> list[Purge]:
    """The purges of this node, with who approved each."""
    found = ledger.view(Reader(ledger.org)).statements(Purge.kind)
    return [one.body for one in found if isinstance(one.body, Purge) and one.origin == ledger.org]


def purged_ids(ledger: Ledger) -> dict[str, bytes]:
    """Ids of purged statements, with the hash each purge names."""
    with reading(ledger.engine) as connection:
        return {row.statement: row.hash for row in connection.execute(select(PURGES))}


def holds_content(ledger: Ledger, statement_id: str) -> bool:
    """Whether the store holds a statement's content (not for readers: it ignores policy)."""
    with reading(ledger.engine) as connection:
        wanted = select(STATEMENTS.c.content).where(STATEMENTS.c.id == statement_id)
        return connection.execute(wanted).scalar() is not None


def digest_of(ledger: Ledger, statement_id: str) -> bytes:
    """The hash of a statement that may be purged (not for readers: it ignores policy).

    Raises
    ------
    UnknownName, if there is no such statement.  UsageError, if it is a purge, or purged already.
    """
    with writing(ledger.engine) as connection:
        wanted = select(STATEMENTS.c.hash, STATEMENTS.c.content, STATEMENTS.c.kind)
        row = connection.execute(wanted.where(STATEMENTS.c.id == statement_id)).first()
    if row is None:
        raise no_such_statement(statement_id)
    if row.content is None:
        raise UsageError(
            "the statement {id} is purged already",
            remedy="To destroy bytes that were left behind, run: tocsin ledger sweep",
            id=statement_id,
        )
    if row.kind == "purge":
        raise UsageError(
            "a purge statement holds no content to destroy", remedy="Leave it where it is."
        )
    return bytes(row.hash)


def sweep(engine: Engine) -> None:
    """Rewrite the store's files without what was deleted, and empty the write-ahead log.

    Raises
    ------
    StoreBusy, if a reader holds old pages for longer than half a minute.
    StoreError, if the database's own administrator must do it.
    """
    with plain_errors():
        if engine.dialect.name == "sqlite":
            _sweep_sqlite(engine)
        else:
            _sweep_postgresql(engine)


def _sweep_sqlite(engine: Engine) -> None:
    engine.dispose()  # our own idle readers must not hold old pages
    raw = engine.raw_connection()
    try:
        raw.execute("VACUUM")
        until = time.monotonic() + SWEEP_SECONDS
        while raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise StoreBusy(
                    "the purge stands, but a reader still holds the old bytes",
                    remedy="Close other programs that read the ledger, then: tocsin ledger sweep",
                )
            time.sleep(0.1)
    finally:
        raw.close()


def _sweep_postgresql(engine: Engine) -> None:
    """New files for the table and its indexes; old write-ahead segments removed, not reused."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sql("VACUUM (FULL) statements"))
        if not connection.execute(sql("SELECT current_setting('is_superuser') = 'on'")).scalar():
            raise StoreError(
                "the purge stands, but old write-ahead segments remain on the database server",
                remedy="Ask its administrator for: ALTER SYSTEM SET wal_recycle = off, "
                "pg_switch_wal(), CHECKPOINT; archives and replicas too.",
            )
        connection.execute(sql("ALTER SYSTEM SET wal_recycle = off"))
        connection.execute(sql("SELECT pg_reload_conf()"))
        for _ in range(2):  # the second checkpoint lets go of the segment of the first
            connection.execute(sql("SELECT pg_switch_wal()"))
            connection.execute(sql("CHECKPOINT"))
        connection.execute(sql("ALTER SYSTEM RESET wal_recycle"))
        connection.execute(sql("SELECT pg_reload_conf()"))
