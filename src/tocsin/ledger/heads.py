"""Heads of the log: its size and root, signed; and the witness that remembers the last one.

The witness is a small file outside the database. It cannot be moved forward without the node's
key, so a database whose tail was cut, or that was rewritten, no longer agrees with it.
"""

from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock
from sqlalchemy import Connection, Row, select

from tocsin.errors import StoreDamaged
from tocsin.ledger.canonical import canonical
from tocsin.ledger.merkle import Frontier
from tocsin.ledger.schema import HEADS
from tocsin.ledger.sealing import Signer

HeadRow = Row[*tuple[Any, ...]]  # size, root, recorded, frontier, signature


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A signed head: what the auditor writes down to hold the node to it later."""

    log: str  # the log's identity
    size: int
    root: str  # hexadecimal
    recorded: str  # microseconds since 1970
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What is signed: everything but the signature."""
        return canonical(msgspec.structs.replace(self, signature=""))


def make_head(log: str, frontier: Frontier, recorded: int, signer: Signer) -> Head:
    """The signed head of a log that has just grown."""
    head = Head(log=log, size=frontier.size, root=frontier.root().hex(), recorded=str(recorded))
    return msgspec.structs.replace(head, signature=signer.sign_head(head.signed_bytes()))


def head_of_row(log: str, row: HeadRow) -> Head:
    """A head as the store keeps it."""
    return Head(
        log=log,
        size=row.size,
        root=row.root.hex(),
        recorded=str(row.recorded),
        signature=row.signature,
    )


def last_head(connection: Connection) -> HeadRow | None:
    """The newest head in the store."""
    newest = select(
        HEADS.c.size, HEADS.c.root, HEADS.c.recorded, HEADS.c.frontier, HEADS.c.signature
    ).order_by(HEADS.c.size.desc())
    return connection.execute(newest.limit(1)).first()


class Witness:
    """The file that remembers the last head; it only ever moves forward."""

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> Head | None:
        """The head it remembers.

        Raises
        ------
        StoreDamaged, if the file is not a head.
        """
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Head)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:
            raise StoreDamaged(
                "the witness is not a head of a log",
                where=str(self.path),
                remedy="Get it back from a backup; then run: tocsin ledger verify",
            ) from None

    def move_to(self, head: Head) -> None:
        """Remember `head` if it is newer (of two writers, the slower must not turn back)."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock")):
            known = self.read()
            if known is not None and known.log == head.log and known.size >= head.size:
                return
            fresh = self.path.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(head))
            fresh.replace(self.path)
