"""A ledger's file that is encrypted at rest: SQLCipher, under a key of 256 bits that is given.

Its name ends in `.enc`. A file is never opened to find out: to close it again would let go of the
locks that SQLite holds on it for this process. Keys are held in memory, each for a folder and what
lies below it, and are written nowhere.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from tocsin.errors import StoreError, ToolMissing

ENDING = ".enc"
KEY_BYTES = 32
WAIT_SECONDS = 60
_KEYS: dict[Path, bytes] = {}


def is_encrypted(path: Path) -> bool:
    """Whether a ledger's file is an encrypted one, by its name.

    >>> is_encrypted(Path("ledger.db")), is_encrypted(Path("ledger.db.enc"))
    (False, True)
    """
    return path.name.endswith(ENDING)


def unlock(folder: Path, key: bytes) -> None:
    """Hold the key of the encrypted files in `folder`, for as long as this process lives."""
    _KEYS[folder.absolute()] = key


def key_for(path: Path) -> bytes:
    """The key of a file, that of the nearest folder which has one.

    Raises
    ------
    StoreError, if nobody has unlocked it.
    """
    found = _key_above(path)
    if found is not None:
        return found
    raise StoreError(
        "the ledger is encrypted, and its key is not at hand",
        where=str(path),
        remedy="Its key is in the vault: set TOCSIN_VAULT_PASSPHRASE or TOCSIN_VAULT_KEY.",
    )


def holds_key_of(path: Path) -> bool:
    """Whether this process holds the key of a file."""
    return _key_above(path) is not None


def _key_above(path: Path) -> bytes | None:
    return next((_KEYS[one] for one in path.absolute().parents if one in _KEYS), None)


def driver_for(path: Path) -> ModuleType:
    """The module that reads a ledger's file: Python's own, or SQLCipher's, which is its twin.

    Raises
    ------
    ToolMissing, if it is encrypted and SQLCipher is not installed.
    """
    return sqlcipher() if is_encrypted(path) else sqlite3


def sqlcipher() -> ModuleType:
    """The module that reads encrypted files; error as `driver_for`."""
    try:
        from sqlcipher3 import dbapi2  # noqa: PLC0415 - an optional dependency
    except ModuleNotFoundError:
        raise ToolMissing(
            "an encrypted ledger needs the package sqlcipher3",
            remedy="Install it: pip install 'tocsin[encrypted]'",
        ) from None
    return dbapi2  # type: ignore[no-any-return]


def connect(
    path: Path, *, key: bytes | None = None, unchanging: bool = False, wait: float | None = None
) -> Any:
    """A connection to a ledger's file, of whichever kind, for any thread.

    key : the key of an encrypted one (default: that of its folder)
    unchanging : only reads, and makes no file
    wait : seconds that it waits for a lock (default: a minute)

    Raises
    ------
    StoreError, if the key is not at hand or not the file's.  ToolMissing.
    """
    if key is None and is_encrypted(path):
        key = key_for(path)
    module = sqlite3 if key is None else sqlcipher()
    address = path.absolute().as_uri() + ("?mode=ro" if unchanging else "")
    patience = WAIT_SECONDS if wait is None else wait
    connection = module.connect(address, uri=True, timeout=patience, check_same_thread=False)
    if key is not None:
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # we say it ourselves
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except module.DatabaseError as error:
            connection.close()
            if isinstance(error, module.OperationalError):
                raise
            raise _wrong_key(path) from None
    return connection


def _wrong_key(path: Path) -> StoreError:
    return StoreError(
        "the key does not open the ledger, or the file was damaged",
        where=str(path),
        remedy="Use the vault with which it was encrypted; if it is that one, restore a backup: "
        "tocsin restore FILE",
    )
