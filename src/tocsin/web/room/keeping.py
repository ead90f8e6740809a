"""Answers kept in memory: the same question on the same store is worked out once.

An answer is kept under everything that it depends on: what who asks may read (organisation, role,
groups, grants, need-to-know, as they are this minute), the clock, the language, the words, and the
edition of ledger and lake. A statement or a release that arrives makes a new edition, and a right
that ends makes another question, so nothing stale is shown; and nobody is shown what another
reader was told, but two persons who may read the same share an answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tocsin.web.room.asking import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = 256


class Kept:
    """Answers by question, the least recently asked dropped first."""

    def __init__(self, most: int = MOST):
        self._most = most
        self._held: OrderedDict[Hashable, dict[str, Any]] = OrderedDict()
        self._alone = threading.Lock()

    def answer(self, key: Hashable, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer kept under a key, else a new one.

        >>> kept = Kept()
        >>> [kept.answer("a", lambda: {"n": n})["n"] for n in (1, 2)]
        [1, 1]
        """
        with self._alone:
            if (found := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return found
        made = work()
        if made.get("preparing"):  # it is no answer yet
            return made
        with self._alone:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made


def question_of(asked: Asked, *names: str) -> Hashable:
    """Everything that an answer of a steady page depends on."""
    from tocsin.workflow.record_keeping import reader_named

    rights = replace(reader_named(asked.reader), person="")
    words = tuple(sorted((name, value) for name, value in asked.words.items() if name != "lang"))
    return (asked.path, names, rights, asked.day, asked.live, asked.lang, words, edition())


def edition() -> tuple[str, str]:
    """What changes when a statement or a release arrives, or a forecast is issued."""
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger()
    try:
        head = ledger.head()
    finally:
        ledger.close()
    return "" if head is None else head.root, lake_edition()


def lake_edition() -> str:
    """What changes when a release arrives or a forecast is issued."""
    from tocsin.workflow.arriving import open_lake

    lake = open_lake().root
    issued = lake.parent / "forecasts" / "issued"
    return ",".join(sorted(path.name for path in (*lake.glob("*/*"), *issued.glob("*"))))
