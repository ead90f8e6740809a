"""A look at the ledger's database that changes nothing: not its step, not its files.

Opening a ledger brings it up to date. Who asks whether something is wrong must not do that first.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import Connection, Engine

from tocsin.ledger.engine import open_engine, plain_errors, schema_version
from tocsin.ledger.heads import Witness, head_of_row, last_head
from tocsin.ledger.locked import connect, driver_for
from tocsin.ledger.schema import HEAD, KEYS, META, STATEMENTS
from tocsin.ledger.sealing import is_signed_head

NEWEST = HEAD


class Seen(NamedTuple):
    """What a look found.

    step : the migration that the database is at; None where it is empty
    recorded : when the log was last written to, microseconds since 1970; None for an empty log
    is_whole : the last head is signed by a key that the store knows, and ends where the log ends
    is_cut : the witness remembers more than the log holds, or another log
    """

    step: str | None
    recorded: int | None = None
    is_whole: bool = True
    is_cut: bool = False


def look_at(where: str | Path, witness: Path | None = None) -> Seen | None:
    """What can be told of a ledger at a glance; None where there is none.

    It reads the last head and where the log ends, not every statement: that is
    `tocsin ledger verify`.

    Raises
    ------
    StoreError, if the database does not open.
    """
    if isinstance(where, Path) and not where.exists():
        return None
    engine = unchanging(where)
    try:
        with plain_errors(), engine.connect() as connection:
            step = schema_version(connection)
            if step is None or step > NEWEST:
                return Seen(step)
            return _glance(connection, step, witness)
    finally:
        engine.dispose()


def unchanging(where: str | Path) -> Engine:
    """An engine that asks a ledger's database and changes nothing, not even its files."""
    if not isinstance(where, Path):
        return open_engine(where)  # a server's files are not changed by asking
    return create_engine(
        "sqlite://", module=driver_for(where), creator=partial(connect, where, unchanging=True)
    )


def _glance(connection: Connection, step: str, witness: Path | None) -> Seen:
    row = last_head(connection)
    ends = connection.execute(select(func.max(STATEMENTS.c.seq))).scalar()
    kept = Witness(witness).read() if witness is not None else None
    if row is None:
        return Seen(step, None, ends is None, kept is not None)
    log = connection.execute(select(META.c.value).where(META.c.name == "log")).scalar() or ""
    head = head_of_row(log, row)
    rows = connection.execute(select(KEYS.c.key_id, KEYS.c.public))
    keys = {row.key_id: row.public for row in rows}
    signed = is_signed_head(head.signature, head.signed_bytes(), keys)
    is_cut = kept is not None and (kept.log != head.log or kept.size > head.size)
    return Seen(step, row.recorded, signed and ends is not None and ends + 1 == head.size, is_cut)
