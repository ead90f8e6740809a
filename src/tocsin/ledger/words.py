"""The words of a ledger in a file beside it, so that a search of a million statements is quick.

The file is derived: it can be deleted, and is built again from the log. It answers with places in
the log, the newest first; what a reader gets of them goes through their own view (`newest`), so
that nobody learns from it what they may not read. After a purge the file is taken away with all
its words, and built again from what is left.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from tocsin.language import fold
from tocsin.ledger import picking
from tocsin.ledger.engine import reading
from tocsin.ledger.reading import StoreView
from tocsin.ledger.schema import STATEMENTS
from tocsin.ledger.store import Ledger
from tocsin.tables.statements import Statement

_S = STATEMENTS
_SHAPE = "1"  # how words are held; another one builds the file again
_AT_ONCE, _FIRST, _NEXT = 5000, 60, 400
WHOLE = 2  # letters up to which a word is looked for as it stands, not as the beginning of others
_TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
  text, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0', prefix='3'
);
"""


def words_of(text: str) -> list[str]:
    """The words that are looked for: folded, without what stands between them.

    >>> words_of("Ségou, S/RES/2690")
    ['segou', 's', 'res', '2690']
    """
    return list(dict.fromkeys(re.findall(r"[^\W_]+", fold(text))))


class HeldWords:
    """Which statements of a ledger hold a word, or one that begins so.

    Parameters
    ----------
    path : the file; made, and made again, as needed
    ledger : whose statements
    """

    def __init__(self, path: Path, ledger: Ledger):
        self._path, self._ledger = path, ledger

    def behind(self) -> int:
        """How many statements the log has that the file does not hold yet."""
        end = picking.end_of_log(self._ledger)
        if not self._path.exists():
            return end
        with closing(self._opened()) as file:
            return end - (int(_about(file, "end")) if self._is_of_this_log(file) else 0)

    def refresh(self) -> int:
        """Take in what the log has gained, in parts that are held whole; how much that was."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(self._opened()) as file:
                if self._is_of_this_log(file):
                    return self._take_all(file)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            pass  # torn or no database: it is built again
        forget(self._path)
        with closing(self._opened()) as file:
            file.execute("INSERT INTO about VALUES ('purges', ?)", (self._purges(),))
            file.execute("INSERT INTO about VALUES ('end', '0')")
            file.execute("INSERT INTO about VALUES ('shape', ?)", (_SHAPE,))
            file.commit()
            return self._take_all(file)

    def each(self, words: Sequence[str], kinds: Sequence[str]) -> Iterator[list[int]]:
        """Places of statements of some kinds that hold all these words, the newest first."""
        if not self._path.exists():
            return  # of an empty log
        asked = [f'"{word}"' if len(word) <= WHOLE else f'"{word}" *' for word in words]
        wanted = " OR ".join(map(_kind_word, kinds))
        question = " AND ".join([f"({wanted})", *asked])
        with closing(self._opened()) as file:
            rows = file.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC", (question,)
            )
            size = _FIRST
            while some := rows.fetchmany(size):
                yield [row[0] for row in some]
                size = _NEXT

    def newest(
        self, view: StoreView, words: Sequence[str], kinds: Sequence[str], most: int,
        shows: Callable[[Statement], bool] = lambda _: True,
    ) -> list[Statement]:  # fmt: skip
        """Up to `most` current statements of the view, the last written first.

        shows : what else must be so of a statement that is shown
        """
        found: list[Statement] = []
        for seqs in self.each(words, kinds):
            held = {one.id: one for one in picking.picked(view, seqs)}
            found += [one for name in self._in_order(seqs, held) if shows(one := held[name])]
            if len(found) >= most:
                break
        return found[:most]

    def _in_order(self, seqs: Sequence[int], held: dict[str, Statement]) -> list[str]:
        if not held:
            return []
        query = select(_S.c.id).where(_S.c.seq.in_(seqs)).order_by(_S.c.seq.desc())
        with reading(self._ledger.engine) as connection:
            return [name for name in connection.execute(query).scalars() if name in held]

    def _take_all(self, file: sqlite3.Connection) -> int:
        taken = 0
        while some := self._take(file):
            taken += some
        return taken

    def _take(self, file: sqlite3.Connection) -> int:
        """The next statements of the log, all of them or nothing; another process waits."""
        file.execute("BEGIN IMMEDIATE")
        try:
            start = int(_about(file, "end"))
            query = (
                select(_S.c.seq, _S.c.kind, _S.c.folded)
                .where(_S.c.seq >= start)
                .order_by(_S.c.seq)
                .limit(_AT_ONCE)
            )
            with reading(self._ledger.engine) as connection:
                rows = connection.execute(query).all()
            if rows:
                file.executemany(
                    "INSERT INTO words (rowid, text) VALUES (?, ?)",
                    ((seq, f"{text} {_kind_word(kind)}") for seq, kind, text in rows if text),
                )
                end = rows[-1][0] + 1
                last = picking.hash_at(self._ledger, end - 1)
                for name, value in (("end", str(end)), ("last", last)):
                    file.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))
        except BaseException:
            file.rollback()
            raise
        file.commit()
        return len(rows)

    def _opened(self) -> sqlite3.Connection:
        file = sqlite3.connect(self._path, timeout=60, isolation_level=None)
        try:
            file.execute("PRAGMA synchronous=NORMAL")
            file.executescript(_TABLES)
        except BaseException:
            file.close()
            raise
        return file

    def _is_of_this_log(self, file: sqlite3.Connection) -> bool:
        end = int(_about(file, "end") or -1)
        return (
            end >= 0
            and _about(file, "shape") == _SHAPE
            and _about(file, "purges") == self._purges()
            and (end == 0 or picking.hash_at(self._ledger, end - 1) == _about(file, "last"))
        )

    def _purges(self) -> str:
        return str(picking.purges(self._ledger))


def words_file(home: Path) -> Path:
    """Where a store holds the words of its ledger."""
    return home / "index" / "words.db"


def forget(path: Path) -> None:
    """Take the file away, with every word in it."""
    for one in files_of(path):
        one.unlink(missing_ok=True)


def files_of(path: Path) -> list[Path]:
    """The file and what SQLite lays beside it, whether they are there or not."""
    return [path, *(path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))]


def _kind_word(kind: str) -> str:
    """A kind as a word that nobody writes: `0kind0report`."""
    return "0kind0" + kind.replace("_", "0")


def _about(file: sqlite3.Connection, name: str) -> str:
    found = file.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else ""
