"""An older store is brought up to date, and first a copy is kept that an older version can open.

A ledger in a file is copied whole before its tables change, in the transaction that changes them,
so that nothing can be written in between. The copy is a database like any other: `put_back` gives
it its place again, and what stood there steps aside. A ledger on a server belongs to several
machines: it is changed only on request, and not while another one is at work on it.
"""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy import text as sql

from tocsin.errors import StoreError, StoreFull, UnknownName, UsageError
from tocsin.ledger.engine import (
    open_engine,
    plain_errors,
    reading,
    refuse_newer,
    schema_version,
    upgrade,
)
from tocsin.ledger.heads import Head, head_of_row, last_head
from tocsin.ledger.inspecting import unchanging
from tocsin.ledger.locked import ENDING, connect, driver_for, is_encrypted, key_for
from tocsin.ledger.schema import HEAD, META

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

KEPT = 3  # copies: older ones go, with all that a purge has not reached in them
FOLDER = "before-upgrades"
LOG = logging.getLogger("tocsin.ledger")
UPGRADED = (
    "The ledger was brought from step {found} to {newest}. As it was before, it lies in {path}; "
    "to go back: tocsin ledger rollback"
)
# A migration may write the largest table anew beside the old one: copy, new table, journal.
_ROOM = 3
_OTHERS = sql(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class Copy(NamedTuple):
    """A ledger as it was before an upgrade.

    step : the migration it is at; made_at : `20260630T101500Z`
    """

    path: Path
    step: str
    made_at: str


class Ends(NamedTuple):
    """Where a ledger stands: its migration and the head of its log; None where it is empty."""

    step: str | None
    head: Head | None


class PutBack(NamedTuple):
    """What a rollback did: where the ledger stands now, where it stood, and where that lies."""

    now: Ends
    before: Ends
    aside: Path


def open_current(where: str | Path) -> Engine:
    """An engine for a ledger at this version's step: an older one in a file is copied, then
    brought up to date; an older one on a server is left as it is.

    Raises
    ------
    StoreError, if a newer Tocsin has written it, or it is a server's and older.  StoreFull, if
    there is no room for the copy.
    """
    engine = open_engine(where)
    try:
        with reading(engine) as connection:
            found = schema_version(connection)
        if found is None:
            upgrade(engine)
        elif found != HEAD:
            refuse_newer(found)
            if not isinstance(where, Path):
                raise _not_asked(found)
            _copied_then_upgraded(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return engine


def upgrade_for_all(where: str, *, copied: bool) -> tuple[str | None, str]:
    """Bring a server's ledger up to date for every machine on it; the steps before and after.

    copied : somebody has said that a dump was taken; Tocsin cannot take it

    Raises
    ------
    UsageError, if nobody has.  StoreError, if others are connected, or a newer Tocsin wrote it.
    """
    engine = open_engine(where)
    try:
        with reading(engine) as connection:
            found = schema_version(connection)
        refuse_newer(found)
        if found == HEAD:
            return found, HEAD
        if found is not None and not copied:
            raise UsageError(
                "an upgrade changes the ledger for every machine, and nothing has been copied",
                remedy="Take a dump (pg_dump), then say so: tocsin ledger upgrade --copied",
            )
        upgrade(engine, before=_require_alone)
        return found, HEAD
    finally:
        engine.dispose()


def _require_alone(connection: Connection) -> None:
    others = connection.execute(_OTHERS).scalar() or 0
    if others:
        raise StoreError(
            "others are at work on the ledger: {count} connections",
            remedy="Stop Tocsin on every machine that uses it, then run the command again.",
            count=others,
        )


def _not_asked(found: str) -> StoreError:
    return StoreError(
        "the team’s ledger is at step {found}, and this version needs {newest}",
        remedy="Nothing was changed. Stop the other machines, take a dump, then run: "
        "tocsin ledger upgrade --copied. Or use the version that the others use.",
        found=found,
        newest=HEAD,
    )


def _copied_then_upgraded(engine: Engine, path: Path) -> None:
    made: list[Copy] = []

    def copy_first(connection: Connection) -> None:
        # The transaction holds the only right to write: what is copied is what is changed.
        found = schema_version(connection)
        if found is not None:
            made.append(copied(path, found, datetime.now(UTC)))

    upgrade(engine, before=copy_first)
    for one in made:
        fields = {"found": one.step, "newest": HEAD, "path": one.path}
        LOG.warning(UPGRADED.format_map(fields), extra={"template": UPGRADED, "fields": fields})


def copied(path: Path, step: str, at: datetime) -> Copy:
    """A copy of a ledger's file, whole or not at all; no more than `KEPT` stay.

    Raises
    ------
    StoreFull, if there is no room for it and for what a migration writes.
    """
    folder = path.parent / FOLDER
    made = Copy(folder / _dated("ledger", path, step, at), step, f"{at:%Y%m%dT%H%M%SZ}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for draft in folder.glob("*.new"):  # of an upgrade that was cut off
            draft.unlink()
        require_room(path, folder)
        _copy_file(path, made.path)
    except (OSError, driver_for(path).Error) as error:
        raise StoreFull(
            "no copy can be made before the upgrade: {problem}",
            where=str(folder),
            remedy="Nothing was changed. Free some room, or check who may write there.",
            problem=getattr(error, "strerror", None) or str(error),
        ) from None
    for old in copies(path)[KEPT:]:
        old.path.unlink(missing_ok=True)
    return made


def _dated(what: str, path: Path, step: str | None, at: datetime) -> str:
    ending = ENDING if is_encrypted(path) else ""
    return f"{what}-{step}-{at:%Y%m%dT%H%M%SZ}.db{ending}"


def require_room(path: Path, folder: Path) -> None:
    size = sum(
        each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists()
    )
    free = shutil.disk_usage(folder).free
    if free < _ROOM * size:
        raise StoreFull(
            "an upgrade needs {needed} MB for a copy and its work, and {free} MB are free",
            where=str(folder),
            remedy="Nothing was changed. Free some room, or move the store to a larger disk.",
            needed=-(-_ROOM * size // 1_000_000),
            free=free // 1_000_000,
        )


def _copy_file(path: Path, out: Path) -> None:
    draft = out.with_name(out.name + ".new")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    key = key_for(path) if is_encrypted(path) else None
    with (
        closing(connect(path, key=key, unchanging=True)) as old,
        closing(connect(draft, key=key)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, that needs no other
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(out)


def copies(path: Path) -> list[Copy]:
    """Copies that were kept of a ledger's file before upgrades, the newest first."""
    found = []
    ending = ENDING if is_encrypted(path) else ""
    for each in (path.parent / FOLDER).glob(f"ledger-*.db{ending}"):
        _, step, made_at = each.name.removesuffix(f".db{ending}").split("-", 2)
        found.append(Copy(each, step, made_at))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def forget_copies(path: Path) -> list[Path]:
    """Destroy the copies: what was purged from the ledger is in them. Those that were there."""
    folder = path.parent / FOLDER
    gone = [*folder.glob("*.db"), *folder.glob(f"*.db{ENDING}"), *folder.glob("*.new")]
    for each in gone:
        each.unlink(missing_ok=True)
    return gone


def ends_of(path: Path) -> Ends:
    """Where a ledger's file stands; it is not changed by asking."""
    engine = unchanging(path)
    try:
        with plain_errors(), engine.connect() as connection:
            step = schema_version(connection)
            row = None if step is None else last_head(connection)
            if row is None:
                return Ends(step, None)
            log = connection.execute(select(META.c.value).where(META.c.name == "log")).scalar()
            return Ends(step, head_of_row(log or "", row))
    finally:
        engine.dispose()


def put_back(path: Path, copy: Path | None = None, *, losing: bool = False) -> PutBack:
    """Give a copy the ledger's place; the ledger that stood there is kept beside it.

    losing : somebody has agreed that what was written after the upgrade is left behind

    Raises
    ------
    UnknownName, if there is no copy.  UsageError, if something was written since and nobody has
    agreed; if the copy is another ledger's; or if another process is at work.
    """
    chosen = _chosen(path, copy)
    if is_encrypted(chosen) != is_encrypted(path):
        raise UsageError(
            "the copy and the ledger are not encrypted alike",
            where=str(chosen),
            remedy="Restore a backup into an empty store: tocsin restore FILE",
        )
    now, before = ends_of(chosen), ends_of(path)
    if now.head and before.head and now.head.log != before.head.log:
        raise UsageError(
            "the copy is of another ledger", where=str(chosen), remedy="Choose another copy."
        )
    later = (before.head.size if before.head else 0) - (now.head.size if now.head else 0)
    if later > 0 and not losing:
        raise UsageError(
            "{count} statements were written after the copy",
            remedy="They would be left behind, in a file beside the ledger. Export them "
            "(tocsin ledger export), or agree: tocsin ledger rollback --leave",
            where=str(chosen),
            count=later,
        )
    at = datetime.now(UTC)
    (path.parent / FOLDER).mkdir(mode=0o700, exist_ok=True)
    aside = path.parent / FOLDER / _dated("after", path, before.step, at)
    draft = path.with_name(path.name + ".back")
    draft.unlink(missing_ok=True)
    require_room(chosen, path.parent)
    shutil.copyfile(chosen, draft)
    draft.chmod(0o600)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    # Asked once the copy is there, which takes long: nobody may come in between.
    try:
        require_free(path)
        if ends_of(path) != before:
            raise UsageError(
                "another process has written to the ledger meanwhile",
                remedy="Stop tocsin serve and tocsin watch, then run the command again.",
            )
    except UsageError:
        draft.unlink()
        raise
    # A second name for the ledger first, so that at no moment there is none.
    try:
        os.link(path, aside)
    except OSError:  # a disk that knows no second names
        shutil.copyfile(path, aside)
    draft.replace(path)
    return PutBack(now, before, aside)


def _chosen(path: Path, copy: Path | None) -> Path:
    if copy is not None and copy.is_file():
        return copy
    found = copies(path)
    if copy is not None or not found:
        raise UnknownName(
            "there is no copy from before an upgrade",
            where=str(copy or path.parent / FOLDER),
            remedy="Restore a backup into an empty store: tocsin restore FILE",
        )
    return found[0].path


def require_free(path: Path) -> None:
    """Fold the journal into the file, which SQLite does only while nobody else has it open."""
    with closing(connect(path, wait=2)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except connection.OperationalError:
            mode = "wal"
    if mode != "delete":
        raise UsageError(
            "another process has the ledger open",
            remedy="Stop tocsin serve and tocsin watch, then run the command again.",
        )
