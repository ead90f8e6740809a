"""The one way to read statements: what a reader may see, as of a date.

`knowledge`, `briefs` and everything above are handed a `View`. The ledger makes one from the
store; `policy.visible.MemoryView` makes one from a list, which is also the test's oracle.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from tocsin.tables.statements import Statement


class View(Protocol):
    """Statements that a reader may see, known by `known_at` and recorded by `recorded_at`.

    Answers are ordered by the moment they became known, then by id; they are the same, byte for
    byte, whether or not statements exist that the reader may not see.
    """

    @property
    def known_at(self) -> datetime | None:
        """The end of the as-of date; None for everything."""
        ...

    def statements(
        self,
        kind: str | Sequence[str] | None = None,
        subject: str | None = None,
        *,
        on: date | None = None,
        text: str = "",
        limit: int | None = None,
    ) -> list[Statement]:
        """Current statements (neither superseded nor retracted).

        kind : one kind, several, or all.  subject : exact, or a prefix ending in `*`.
        on : only those that hold in the world on that day (a missing bound is open).
        text : every word must occur, accents and case folded, in any order.
        limit : the first so many.
        """
        ...

    def count(
        self,
        kind: str | Sequence[str] | None = None,
        subject: str | None = None,
        *,
        on: date | None = None,
        text: str = "",
    ) -> int:
        """How many `statements` would give."""
        ...

    def subjects(self, kind: str | None = None) -> list[str]:
        """Subjects that have a current statement, in alphabetical order."""
        ...

    def history(self, subject: str) -> list[Statement]:
        """Everything about a subject that the reader may see, corrections and retractions too."""
        ...

    def statement(self, statement_id: str) -> Statement:
        """One statement, current or not.

        Raises
        ------
        UnknownName, with the same words whether it does not exist or may not be seen.
        """
        ...

    def named(self, text: str) -> Statement:
        """The one statement whose id is, begins with or ends in what a person typed or printed.

        Only what the reader may see is looked at, so that what is hidden makes no name ambiguous.

        Raises
        ------
        UnknownName, if there is none (the words of `statement`), or several, which are listed.
        """
        ...
