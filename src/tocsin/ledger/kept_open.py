"""Databases that a serving process keeps open between two questions.

To open a database, and to make SQL of the questions anew, takes longer than most answers. A server
opens each of its databases once; whoever asks for the ledger gets one on the same database, and
closes it as before. A command that runs and ends opens its own.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine

from tocsin.ledger.store import Ledger

_Identity = tuple[int, int] | None


class Lent(Ledger):
    """A ledger on a database that stays open after it."""

    def close(self) -> None:
        """Let go of the database, which others ask too."""
        self._engine = None


class KeptOpen:
    """The databases of one process, each with the file that it was opened on."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, bool], tuple[_Identity, Engine]] = {}
        self._alone = Lock()

    def ledger(self, where: str | Path, org: str, *rest: Any, exercise: bool = False) -> Ledger:
        """A ledger as `Ledger` makes it, on the database that is open already.

        A file that another took the place of, as a copy put back does, is opened anew. A file that
        is not there yet is not kept: asking may make it.

        Raises
        ------
        As `Ledger.engine`.
        """
        found = _identity(where)
        if found is None and isinstance(where, Path):
            return Ledger(where, org, *rest, exercise=exercise)
        key = (str(where), org, exercise)
        with self._alone:
            held = self._held.get(key)
            if held is None or held[0] != found:
                if held is not None:
                    held[1].dispose()
                held = self._held[key] = (found, Ledger(where, org, exercise=exercise).engine)
        lent = Lent(where, org, *rest, exercise=exercise)
        lent._engine = held[1]
        return lent

    def close(self) -> None:
        """Let go of all of them."""
        with self._alone:
            for _, engine in self._held.values():
                engine.dispose()
            self._held.clear()


def _identity(where: str | Path) -> _Identity:
    """Which file lies there; None for a server's database, and where there is none."""
    if not isinstance(where, Path):
        return None
    try:
        found = where.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
