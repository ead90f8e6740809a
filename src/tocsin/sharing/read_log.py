"""Who was served what, and when: a log that is only added to, written behind the answers.

An answer does not wait for the disk. What was served is noted in memory and written within
`LONGEST` seconds, or sooner once `MANY` lines wait; a server that is stopped writes what is left.
One that is killed loses what waited, never what was written.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LONGEST = 1.0  # seconds that a line may wait in memory
MANY = 5000  # lines that may wait
_TABLE = """
CREATE TABLE IF NOT EXISTS reads (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, org TEXT NOT NULL,
  role TEXT NOT NULL, token TEXT NOT NULL, what TEXT NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, served INTEGER NOT NULL, asked TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS reads_stay BEFORE UPDATE ON reads
  BEGIN SELECT RAISE(ABORT, 'the read log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS reads_are_kept BEFORE DELETE ON reads
  BEGIN SELECT RAISE(ABORT, 'the read log is only added to'); END;
"""


class Read(NamedTuple):
    """One answer: to whom, what part of which list, from the first to the last moment of arrival.

    at, first, last : microseconds since 1970; `first` and `last` are 0 where nothing was served
    token : its id, which opens nothing
    """

    at: int
    org: str
    role: str
    token: str
    what: str
    first: int
    last: int
    served: int
    asked: str = ""


class ReadLog:
    """The log of one store. Each process has one; they write to the same file in turn.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     log = ReadLog(Path(folder) / "reads.db")
    ...     log.note(Read(1, "north", "peer", "k7", "objects", 5, 9, 3))
    ...     log.close()
    ...     [(one.org, one.served) for one in log.reads()]
    [('north', 3)]
    """

    def __init__(self, path: Path):
        self._path = path
        self._waiting: deque[Read] = deque()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._writer: threading.Thread | None = None
        self._closed = False

    def note(self, read: Read) -> None:
        """Note an answer; it is written behind."""
        self._waiting.append(read)
        if self._writer is None:
            self._begin()
        if len(self._waiting) >= MANY:
            self._wake.set()

    def _begin(self) -> None:
        with self._writing:
            if self._writer is None:
                self._closed = False
                self._writer = threading.Thread(target=self._run, name="read-log", daemon=True)
                self._writer.start()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait(LONGEST)
            self._wake.clear()
            try:
                self.flush()
            except sqlite3.Error:
                time.sleep(LONGEST)  # a full disk, a busy file: the lines wait on

    def flush(self) -> None:
        """Write what waits, all of it or, should that fail, none."""
        if not self._waiting:
            return
        with self._writing:
            held = [self._waiting[at] for at in range(len(self._waiting))]
            connection = self._open()
            try:
                with connection:
                    connection.executemany(
                        f"INSERT INTO reads ({', '.join(Read._fields)}) "  # noqa: S608 - our names
                        f"VALUES ({', '.join('?' * len(Read._fields))})",
                        held,
                    )
            finally:
                connection.close()
            for _ in held:
                self._waiting.popleft()

    def close(self) -> None:
        """Write what waits, and let the writer end."""
        self._closed = True
        self._wake.set()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.join(10)
        self.flush()

    def reads(self, since: int = 0, org: str = "") -> Iterator[Read]:
        """What has been written, the oldest first; of one organisation, if asked.

        since : microseconds since 1970
        """
        if not self._path.exists():
            return
        connection = self._open()
        try:
            query = (
                f"SELECT {', '.join(Read._fields)} FROM reads "  # noqa: S608 - our own names
                "WHERE at >= ? AND (? = '' OR org = ?) ORDER BY number"
            )
            yield from map(Read._make, connection.execute(query, (since, org, org)))
        finally:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=30)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_TABLE)
        return connection
