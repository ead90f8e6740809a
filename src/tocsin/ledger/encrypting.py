"""A ledger's file becomes an encrypted one: written beside it, verified, and only then in force.

At every moment one file is the ledger: the plain one until the encrypted one bears its name, the
encrypted one from then on. A plain file that is left beside it by a crash is destroyed by the next
run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.errors import StoreDamaged
from tocsin.ledger.engine import open_engine, plain_errors, upgrade
from tocsin.ledger.locked import ENDING, connect, sqlcipher, unlock
from tocsin.ledger.store import Ledger
from tocsin.ledger.upgrading import FOLDER, open_current, require_free, require_room
from tocsin.ledger.verifying import require_sound, verify

_ZEROS = bytes(1 << 20)


class Locked(NamedTuple):
    """What was done: the encrypted file, how many statements it holds, plain files destroyed."""

    path: Path
    statements: int
    destroyed: tuple[Path, ...]


def encrypt(ledger: Ledger, key: bytes, beside: Iterable[Path] = ()) -> Locked:
    """Put an encrypted file in the place of a ledger's plain one, or begin with an encrypted one.

    ledger : with `where` a plain file, there or not; it is not to be used afterwards
    beside : files that hold what it says in the clear, there or not; they are destroyed

    Raises
    ------
    UsageError, if another process has the ledger open.  StoreDamaged, if the ledger is not sound,
    or the encrypted one not the same.  StoreFull.  ToolMissing.
    """
    sqlcipher()
    plain = Path(ledger.where)
    locked = plain.with_name(plain.name + ENDING)
    unlock(plain.parent, key)
    ledger.close()
    if not locked.exists():
        if plain.exists():
            _encrypt_beside(ledger, plain, locked, key)
        else:
            engine = open_engine(locked)
            upgrade(engine)
            engine.dispose()
    destroyed = [*leftovers(locked), *copies_of_plain(plain), *filter(Path.exists, beside)]
    for path in destroyed:
        _destroy(path)
    held = Ledger(locked, ledger.org, exercise=ledger.exercise)
    head = held.head()
    held.close()
    return Locked(locked, head.size if head else 0, tuple(destroyed))


def leftovers(locked: Path) -> list[Path]:
    """Plain files of a ledger beside its encrypted one."""
    plain = locked.with_name(locked.name.removesuffix(ENDING))
    found = [plain.with_name(plain.name + end) for end in ("", "-wal", "-shm", "-journal")]
    return [path for path in found if path.exists()]


def copies_of_plain(plain: Path) -> list[Path]:
    """Copies from before and after upgrades: they are as plain as the ledger was."""
    return sorted((plain.parent / FOLDER).glob("*.db"))


def _encrypt_beside(ledger: Ledger, plain: Path, locked: Path, key: bytes) -> None:
    open_current(plain).dispose()
    require_free(plain)
    require_room(plain, plain.parent)
    draft = locked.with_name("draft-" + locked.name)
    for path in plain.parent.glob(draft.name + "*"):  # of a run that was cut off
        path.unlink()
    with plain_errors(), _alone(plain) as source:
        counted = _written_out(source, draft, key)
        _require_same(ledger, draft, counted)
        require_free(draft)  # folds its journal in: one file, that needs no other
        _synced(draft)
        draft.replace(locked)
        _synced(locked.parent)
        # Whoever waits for the plain file is to find none: what it wrote there would be destroyed.
        _overwrite(plain)


@contextmanager
def _alone(plain: Path) -> Iterator[Any]:
    """The plain file, with nobody else reading or writing until the encrypted one is in force."""
    with closing(sqlcipher().connect(str(plain), timeout=2, isolation_level=None)) as source:
        source.execute("PRAGMA locking_mode=EXCLUSIVE")
        source.execute("BEGIN EXCLUSIVE")
        source.execute("COMMIT")  # in this mode the lock stays until the connection is closed
        yield source


def _written_out(source: Any, draft: Path, key: bytes) -> dict[str, int]:
    """Every table of the plain file into the draft; how many rows each holds."""
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    source.execute(f"ATTACH DATABASE ? AS locked KEY \"x'{key.hex()}'\"", (str(draft),))
    source.execute("SELECT sqlcipher_export('locked')").fetchone()
    source.execute("DETACH DATABASE locked")
    return _counted(source)


def _counted(connection: Any) -> dict[str, int]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own tables
        for (name,) in tables
    }


def _require_same(ledger: Ledger, draft: Path, counted: dict[str, int]) -> None:
    """The draft holds what the plain file held, and every statement in it is what was signed."""
    with closing(connect(draft)) as connection:
        same = _counted(connection) == counted
        pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if not same or pages:
        raise StoreDamaged(
            "the encrypted ledger is not the same as the plain one",
            where=str(draft),
            remedy="Nothing was changed. Run: tocsin ledger verify, and try again.",
        )
    written = Ledger(draft, ledger.org, exercise=ledger.exercise)
    try:
        require_sound(verify(written), StoreDamaged)
    finally:
        written.close()


def _synced(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return  # Windows keeps names by its own journal
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _destroy(path: Path) -> None:
    """Overwrite and remove a file. A solid-state disk may keep old blocks all the same."""
    _overwrite(path)
    path.unlink()


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(_ZEROS[: min(left, len(_ZEROS))])
        file.flush()
        os.fsync(file.fileno())
