"""What writers of the store share: one at a time, on the disk before it counts, known by hash."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def acquired(lock: FileLock, wait: float | None, on_wait: Callable[[], object] | None) -> bool:
    """Whether the lock is ours, at once or within `wait` seconds (None: however long it takes).

    `on_wait` is called once if another process holds it.
    """
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait()
        try:
            lock.acquire(timeout=-1 if wait is None else wait)
        except Timeout:
            return False
    return True


def to_disk(path: Path) -> None:
    """Have the disk hold the bytes before the rename says that they are there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def name_to_disk(folder: Path) -> None:
    """Have the disk hold the new name too. Windows does so by itself and opens no folders."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
