"""An older record is brought up to date, and the copy from before is put back: tables and witness.

A ledger in a file upgrades itself when it is opened, after a copy. A team's ledger on a server is
upgraded by one command, once nobody else is at work on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tocsin.errors import UsageError
from tocsin.ledger import upgrading
from tocsin.ledger.heads import Witness
from tocsin.ledger.schema import HEAD
from tocsin.ledger.words import forget
from tocsin.settings import read_settings
from tocsin.sharing.feeds import feeds_file
from tocsin.workflow.record_keeping import open_ledger
from tocsin.workflow.record_place import record_place

if TYPE_CHECKING:
    from pathlib import Path


class Upgraded(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of the ledger's tables before and after, and where the copy lies."""

    was: str
    now: str
    copy: str = ""


class CopyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A copy from before an upgrade: where it lies, its step, how many statements it holds."""

    path: str
    step: str
    made_at: str
    statements: int


class RolledBack(msgspec.Struct, frozen=True, kw_only=True):
    """A rollback: the steps before and after, statements left behind, and where they lie."""

    was: str
    now: str
    statements: int
    left: int
    aside: str


def upgrade(*, copied: bool = False) -> Upgraded:
    """Bring the ledger up to date, one in a file after a copy.

    copied : for a ledger on a server: somebody has taken a dump

    Raises
    ------
    UsageError, StoreError, StoreFull.
    """
    where = read_settings().ledger
    if where:
        was, now = upgrading.upgrade_for_all(where, copied=copied)
        return Upgraded(was=was or "", now=now)
    path = _file()
    was = upgrading.ends_of(path).step if path.exists() else None
    ledger = open_ledger()
    try:
        ledger.head()
    finally:
        ledger.close()
    found = upgrading.copies(path) if was not in (None, HEAD) else []
    return Upgraded(was=was or "", now=HEAD, copy=str(found[0].path) if found else "")


def copies() -> list[CopyLine]:
    """Copies that were kept before upgrades, the newest first."""
    lines = []
    for one in upgrading.copies(_file()):
        head = upgrading.ends_of(one.path).head
        size = head.size if head else 0
        lines.append(CopyLine(path=str(one.path), step=one.step, made_at=one.made_at,
                              statements=size))  # fmt: skip
    return lines


def roll_back(copy: Path | None = None, *, losing: bool = False) -> RolledBack:
    """Put a copy back in the ledger's place; the ledger as it is now is kept beside it.

    The version that made the copy opens it; this one would bring it up to date again. The witness
    is set back with it, and its last word kept.

    copy : one of `copies` (default: the newest)
    losing : leave behind what was written after the copy

    Raises
    ------
    UsageError, UnknownName, StoreFull.
    """
    settings = read_settings()
    if settings.ledger:
        raise UsageError(
            "a ledger on a server is put back by the server’s own tools",
            remedy="Give back the dump that was taken before the upgrade: pg_restore",
        )
    path = _file()
    if not path.exists():
        raise UsageError(
            "there is no ledger in this store", remedy="Point TOCSIN_HOME at the store."
        )
    done = upgrading.put_back(path, copy, losing=losing)
    forget(feeds_file(settings.home))  # it may hold what was left behind, and is made again
    size = done.now.head.size if done.now.head else 0
    before = done.before.head.size if done.before.head else 0
    witness = Witness(settings.home / "vault" / "witness.json")
    if before > size and witness.path.exists():
        witness.path.replace(witness.path.with_suffix(".before-rollback.json"))
        if done.now.head:
            witness.move_to(done.now.head)
    return RolledBack(was=done.before.step or "", now=done.now.step or "", statements=size,
                      left=max(0, before - size), aside=str(done.aside))  # fmt: skip


def _file() -> Path:
    found = record_place(read_settings())
    assert not isinstance(found, str)  # every caller has asked for a server first
    return found
