"""A full or closed disk, told as such whatever library met it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.errors import StoreFull

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def room_to_write(store: Path) -> Iterator[None]:
    """Errors of the operating system about room or permission become `StoreFull`.

    Raises
    ------
    StoreFull, saying which of the two it is, and that the store is as it was.
    """
    try:
        yield
    except OSError as error:
        # Arrow and Polars raise OSError with the system's words but not always its number.
        text = str(error)
        if error.errno in _FULL or "No space left" in text or "Disk quota" in text:
            raise StoreFull(
                "the disk is full; the store is as it was",
                where=str(store),
                remedy="Make room, or put the store elsewhere with TOCSIN_HOME.",
            ) from error
        if error.errno in _CLOSED or "Permission denied" in text or "Read-only" in text:
            raise StoreFull(
                "no permission to write to the store",
                where=str(error.filename or store),
                remedy="Change the permission, or put the store elsewhere with TOCSIN_HOME.",
            ) from error
        raise
