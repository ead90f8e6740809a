"""Accounts held by day and place in a file beside the ledger, so that a new one finds its likes.

The file is derived: it can be deleted, and is built again from the log. It holds no words: a key is
a number made from the place with a salt of its own, an account a place in the log. It answers with
candidates, which a reader gets through their own view of the ledger and no other way.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from tocsin.errors import StoreBusy, StoreFull
from tocsin.intake.matching import DAYS_APART, Accounts, Trace, keys_asked, keys_of
from tocsin.ledger import Ledger, picking
from tocsin.ledger.reading import StoreView
from tocsin.tables.statements import Statement

Tracer = Callable[[Statement, Statement | None], Trace | None]  # a report, and its placement
_KINDS = ("placement", "report")
_SHAPE = "1"  # how keys are made; another one builds the file again
_WAIT_SECONDS = 60
_TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held (
  key INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, day, seq)
) WITHOUT ROWID;
"""


class HeldAccounts:
    """Every account of a ledger under its day and its places.

    Parameters
    ----------
    path : the file; made, and made again, as needed
    ledger : whose accounts
    trace_of : what of a report is compared; None for one that cannot be
    picture : what `trace_of` leans on, such as the gazetteer: another one builds the file again
    """

    def __init__(self, path: Path, ledger: Ledger, trace_of: Tracer, picture: str = ""):
        self._path = path
        self._ledger = ledger
        self._trace_of = trace_of
        self._picture = f"{_SHAPE} {picture}"

    def refresh(self, on_step: Callable[[int], object] | None = None) -> int:
        """Take in what the log has gained; how many accounts and placements that was.

        Raises
        ------
        StoreBusy, StoreFull, if the file cannot be written.
        """
        with self._open() as file:
            if not self._is_of_this_log(file):
                self._empty(file)
            start, taken = int(_about(file, "end", "0")), 0
            if start == (end := picking.end_of_log(self._ledger)):
                return 0
            for batch in picking.since(self._ledger, _KINDS, start):
                self._take(file, batch)
                taken += len(batch)
                if on_step:
                    on_step(len(batch))
            with file:
                self._remember(file, end)
        return taken

    def near(self, trace: Trace, view: StoreView) -> list[tuple[Statement, Trace]]:
        """Accounts of nearby days and places that the view shows, with what of them is compared.

        What a hidden placement would bring together is left apart: every account is asked again
        whether it lies near, by what the view shows of it.
        """
        return self.near_each([trace], view)[0]

    def near_each(
        self, traces: Sequence[Trace], view: StoreView
    ) -> list[list[tuple[Statement, Trace]]]:
        """The same for several accounts, which costs little more than for one."""
        seqs = self._around(traces)
        reports = picking.picked(view, sorted(seqs))
        accounts, by_id = Accounts(), {}
        for report, other in traced(reports, view, self._trace_of):
            by_id[report.id] = report
            accounts.add(other)
        return [[(by_id[one.id], one) for one in accounts.near(trace)] for trace in traces]

    def _around(self, traces: Sequence[Trace]) -> set[int]:
        """Places in the log of what was ever held under the keys and days of these accounts."""
        wanted = {(key, each.day.toordinal()) for each in traces for key in keys_asked(each)}
        with self._open() as file:
            salt = _about(file, "salt")
            return {
                seq
                for key, day in wanted
                for (seq,) in file.execute(
                    "SELECT seq FROM held WHERE key = ? AND day BETWEEN ? AND ?",
                    (_number(salt, key), day - DAYS_APART, day + DAYS_APART),
                )
            }

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._connected()
        except (OSError, sqlite3.OperationalError) as error:
            raise _in_plain_words(error, self._path) from None
        try:
            yield file
        except sqlite3.OperationalError as error:
            raise _in_plain_words(error, self._path) from None
        finally:
            file.close()

    def _connected(self) -> sqlite3.Connection:
        try:
            return _prepared(self._path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._path.unlink()  # torn or no database: it is derived, and is built again
            return _prepared(self._path)

    def _is_of_this_log(self, file: sqlite3.Connection) -> bool:
        """Whether what was taken in is how this log begins, read the same way, nothing purged."""
        end = int(_about(file, "end", "0"))
        return (
            _about(file, "picture") == self._picture
            and _about(file, "purges") == str(picking.purges(self._ledger))
            and _about(file, "salt") != ""
            and (end == 0 or picking.hash_at(self._ledger, end - 1) == _about(file, "last"))
        )

    def _empty(self, file: sqlite3.Connection) -> None:
        with file:
            file.execute("DELETE FROM held")
            file.execute("DELETE FROM about")
            values = [
                ("picture", self._picture),
                ("purges", str(picking.purges(self._ledger))),
                ("salt", os.urandom(16).hex()),
                ("end", "0"),
            ]
            file.executemany("INSERT INTO about VALUES (?, ?)", values)

    def _take(self, file: sqlite3.Connection, batch: Sequence[picking.Placed]) -> None:
        """Hold a batch, all of it or nothing."""
        salt, rows = _about(file, "salt"), []
        placements = [one.statement for one in batch if one.statement.kind == "placement"]
        placed = picking.standing(self._ledger, [_report_of(one) for one in placements])
        for seq, statement in batch:
            if statement.kind == "report":
                rows += self._rows(salt, seq, self._trace_of(statement, None))
            elif statement.kind == "placement" and (report := placed.get(_report_of(statement))):
                rows += self._rows(salt, report.seq, self._trace_of(report.statement, statement))
        with file:
            file.executemany("INSERT OR IGNORE INTO held VALUES (?, ?, ?)", rows)
            self._remember(file, batch[-1].seq + 1)

    def _remember(self, file: sqlite3.Connection, end: int) -> None:
        last = picking.hash_at(self._ledger, end - 1) if end else ""
        file.executemany(
            "INSERT OR REPLACE INTO about VALUES (?, ?)", [("end", str(end)), ("last", last)]
        )

    @staticmethod
    def _rows(salt: str, seq: int, trace: Trace | None) -> list[tuple[int, int, int]]:
        if trace is None:
            return []
        day = trace.day.toordinal()
        return [(_number(salt, key), day, seq) for key in keys_of(trace)]


def traced(
    reports: Sequence[Statement], view: StoreView, trace_of: Tracer
) -> Iterator[tuple[Statement, Trace]]:
    """Reports with what of them is compared: each with its newest placement that the view shows."""
    reports = [one for one in reports if one.kind == "report"]
    subjects = sorted({one.subject for one in reports})
    placements = {_report_of(one): one for one in picking.about(view, "placement", subjects)}
    for report in reports:
        trace = trace_of(report, placements.get(report.id))
        if trace is not None:
            yield report, trace


def _report_of(placement: Statement) -> str:
    return str(getattr(placement.body, "report", ""))


def _prepared(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_WAIT_SECONDS)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        file.execute(f"PRAGMA {pragma}")
    file.executescript(_TABLES)
    return file


def _about(file: sqlite3.Connection, name: str, default: str = "") -> str:
    found = file.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else default


@lru_cache(maxsize=65536)
def _number(salt: str, key: str) -> int:
    """A key as a number that does not lead back to it without the salt."""
    made = blake2b(key.encode(), digest_size=8, key=bytes.fromhex(salt)).digest()
    return int.from_bytes(made, "big", signed=True)


def _in_plain_words(error: Exception, path: Path) -> StoreBusy | StoreFull:
    if "locked" in str(error) or "busy" in str(error):
        return StoreBusy(
            "another process is sorting accounts by place", remedy="Wait a moment and try again."
        )
    return StoreFull(
        "cannot write to {folder}: {problem}",
        remedy="Free some room, or point TOCSIN_HOME elsewhere.",
        folder=path.parent,
        problem=str(error),
    )
