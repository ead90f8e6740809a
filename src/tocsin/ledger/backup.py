"""Backup and restore: every row of the ledger as lines, packed, encrypted in the age format.

The form is the same for both databases, so that a backup of one can be restored into the other.
It holds the log and nothing of the vault. A restore is verified before it is believed.
"""

import gzip
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Literal

import msgspec
import pyrage
from sqlalchemy import Connection, LargeBinary, Table, func, insert, select
from sqlalchemy import text as sql

from tocsin.errors import CheckFailed, StoreDamaged, StoreFull, UnreadableFile, UsageError
from tocsin.ledger.engine import reading, writing
from tocsin.ledger.heads import Head, head_of_row, last_head
from tocsin.ledger.rows import areas_text
from tocsin.ledger.schema import (
    HEAD,
    HEADS,
    KEYS,
    MARKINGS,
    META,
    PURGES,
    RELEASES,
    STATEMENTS,
)
from tocsin.ledger.store import Ledger
from tocsin.ledger.verifying import Verification, require_sound, verify
from tocsin.policy.predicate import areas_of
from tocsin.tables.statements import statement_from_json
from tocsin.tables.when import moment_text

TABLES = (META, KEYS, MARKINGS, RELEASES, PURGES, STATEMENTS, HEADS)
_ROWS = 500
_NEXT_MARKING = sql(
    "SELECT setval(pg_get_serial_sequence('markings', 'id'), max(id)) FROM markings"
)
_PIECE = 1 << 16


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first line of a backup: what it is, and the head that a restore must reach."""

    tocsin: Literal["ledger backup"] = "ledger backup"
    schema: str
    made_at: str
    head: Head | None


def write_backup(ledger: Ledger, out: Path, recipients: Iterable[str], at: datetime) -> Label:
    """Write an encrypted backup, whole or not at all; what is on its way is never in the clear.

    recipients : age public keys (`age1…`), any of which opens it.

    Raises
    ------
    UsageError, if a recipient is not an age key.
    """
    keys = [_recipient(text) for text in recipients]
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".new")
    with _whole(draft, out) as file, reading(ledger.engine, steady=True) as connection:
        row = last_head(connection)
        head = None if row is None else head_of_row(ledger.log_id(connection), row)
        label = Label(schema=HEAD, made_at=moment_text(at), head=head)
        pyrage.encrypt_io(BufferedReader(_Packed(_lines(connection, label))), file, keys)
    return label


@contextmanager
def _whole(draft: Path, out: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when it is complete, and leaves nothing otherwise."""
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except (OSError, pyrage.EncryptError) as error:
        raise StoreFull(
            "the backup cannot be written: {problem}",
            where=str(out),
            remedy="Free some room, or write it elsewhere with --out.",
            problem=str(error),
        ) from None
    finally:
        draft.unlink(missing_ok=True)


def restore_backup(backup: Path, identities: list[Any], ledger: Ledger) -> Verification:
    """Fill an empty ledger from a backup, in one transaction, and verify it.

    Raises
    ------
    UnreadableFile, if it is not a backup for one of `identities`, or has been changed.
    UsageError, if the ledger is not empty.  StoreDamaged, if what was restored is not sound.
    """
    with TemporaryFile() as packed:
        _decrypt(backup, packed, identities)
        packed.seek(0)
        with gzip.open(packed, "rb") as lines, writing(ledger.engine) as connection:
            label = _fill(connection, lines, backup.name)
            if connection.dialect.name == "postgresql":
                # Ids were given; the next one must not be one of them.
                connection.execute(_NEXT_MARKING)
    result = verify(ledger)
    require_sound(result, StoreDamaged)
    if label.head is not None and result.root != label.head.root:
        raise StoreDamaged(
            "the restored log is not the one that was backed up",
            where=backup.name,
            remedy="Restore from another backup.",
        )
    return result


def _decrypt(backup: Path, out: IO[bytes], identities: list[Any]) -> None:
    # What is decrypted here is compressed rows, in a file without a name that goes when we do.
    try:
        with backup.open("rb") as file:
            pyrage.decrypt_io(file, out, identities)
    except pyrage.DecryptError:
        raise UnreadableFile(
            "the backup was made for another key, or has been changed",
            where=backup.name,
            remedy="Give the key it was made for: tocsin restore FILE --key KEYFILE",
        ) from None
    except OSError as error:
        raise UnreadableFile.because_of(error, backup.name) from None


def _fill(connection: Connection, lines: Iterable[bytes], name: str) -> Label:
    if connection.execute(select(func.count()).select_from(STATEMENTS)).scalar():
        raise UsageError(
            "the ledger is not empty",
            remedy="Restore into an empty store (TOCSIN_HOME), or move the old ledger away first.",
        )
    tables = {str(table.name): table for table in TABLES}
    coming = iter(lines)
    try:
        label = msgspec.json.decode(next(coming), type=Label)
        waiting: list[dict[str, Any]] = []
        current = TABLES[0]
        for line in coming:
            table_name, values = msgspec.json.decode(line, type=tuple[str, list[Any]])
            table = tables[table_name]
            if table is not current or len(waiting) >= _ROWS:
                _insert(connection, current, waiting)
                waiting, current = [], table
            waiting.append(_row(table, values))
        _insert(connection, current, waiting)
    except (msgspec.MsgspecError, StopIteration, KeyError, ValueError, EOFError, OSError):
        raise CheckFailed(
            "this is not a backup of a ledger, or not of a version that can be read",
            where=name,
            remedy="Restore from another backup.",
        ) from None
    return label


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _row(table: Table, values: list[Any]) -> dict[str, Any]:
    if table is STATEMENTS and len(values) == len(table.columns) - 1:
        values = [*values, _areas(values[-1])]  # of a backup made before that column
    named = zip(table.columns, values, strict=True)
    return {
        column.name: b64decode(value)
        if isinstance(column.type, LargeBinary) and value is not None
        else value
        for column, value in named
    }


def _areas(content: str | None) -> str:
    if content is None:
        return ""
    return areas_text(areas_of(statement_from_json(b64decode(content)).body))


def _lines(connection: Connection, label: Label) -> Iterator[bytes]:
    encode = msgspec.json.Encoder().encode
    yield encode(label) + b"\n"
    streamed = connection.execution_options(stream_results=True, yield_per=_ROWS)
    for table in TABLES:
        for row in streamed.execute(select(table).order_by(*table.primary_key.columns)):
            values = [b64encode(v).decode() if isinstance(v, bytes) else v for v in row]
            yield encode([str(table.name), values]) + b"\n"


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise UsageError(
            "{key!r} is not a public key of age", remedy="It begins with age1.", key=text
        ) from None


class _Packed(RawIOBase):
    """Lines as one compressed stream, made as it is read."""

    def __init__(self, lines: Iterator[bytes]):
        self._lines = lines
        self._ready = bytearray()
        self._packer: gzip.GzipFile | None = gzip.GzipFile(
            fileobj=_Tap(self._ready), mode="wb", mtime=0
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._packer is not None and len(self._ready) < _PIECE:
            line = next(self._lines, None)
            if line is None:
                self._packer.close()
                self._packer = None
            else:
                self._packer.write(line)
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        del self._ready[:size]
        return size


class _Tap(RawIOBase):
    """Where the packer writes: the bytes that are ready to be read."""

    def __init__(self, ready: bytearray):
        self._ready = ready

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._ready += data
        return len(data)
