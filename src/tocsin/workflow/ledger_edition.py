"""Whether anybody has written to the ledger, asked with every page that is served: it is quick.

A file is asked for the number that SQLite changes with each commit of another connection; a server
for the place of the newest statement, over a connection that is kept. Whatever goes wrong, the
answer is 0, *not known*: who asks then goes the long way, which says what is wrong.
"""

import time
from pathlib import Path
from typing import Any

from tocsin.ledger.locked import connect, driver_for

UNKNOWN = 0
_LONGEST = 1000  # milliseconds that a server may take: whoever serves pages waits meanwhile
_PAUSE = 5.0  # seconds in which a server that did not answer is not asked again


class FileEdition:
    """Of a ledger in a file; for one thread."""

    def __init__(self, path: Path):
        self._path = path
        self._file: Any = None

    def number(self) -> int:
        """A number that changes whenever anybody has written; 0: it is not known."""
        try:
            if self._file is None:
                if not self._path.exists():
                    return UNKNOWN
                # Opened to read, and never written through: a write by it would not be counted.
                self._file = connect(self._path, unchanging=True)
            # SQLite sets it anew when another connection, of whatever process, has committed.
            found = self._file.execute("PRAGMA data_version").fetchone()
        except driver_for(self._path).Error:
            return UNKNOWN
        return int(found[0])


class ServerEdition:
    """Of a ledger in PostgreSQL, whose statements are only added to; for one thread."""

    def __init__(self, address: str):
        scheme, _, rest = address.partition("://")
        self._address = f"{scheme.partition('+')[0]}://{rest}"  # as the driver itself knows it
        self._connection: Any = None
        self._not_before = 0.0

    def number(self) -> int:
        """A number that changes whenever anybody has written; 0: it is not known."""
        import psycopg

        if time.monotonic() < self._not_before:
            return UNKNOWN
        try:
            if self._connection is None:
                self._connection = psycopg.connect(
                    self._address, autocommit=True, connect_timeout=2,
                    options=f"-c statement_timeout={_LONGEST}", tcp_user_timeout=_LONGEST,
                )  # fmt: skip
            found = self._connection.execute(
                "SELECT coalesce(max(seq), -1) FROM statements", prepare=True
            ).fetchone()
        except psycopg.Error:
            self._connection, self._not_before = None, time.monotonic() + _PAUSE
            return UNKNOWN
        return int(found[0]) + 2


def edition_of(place: str | Path) -> FileEdition | ServerEdition:
    """Who is to be asked for a ledger at this place."""
    return FileEdition(place) if isinstance(place, Path) else ServerEdition(place)
