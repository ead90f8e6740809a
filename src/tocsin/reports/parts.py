"""What a report is made of: sections of sentences, tables and drawings, in one language."""

from dataclasses import dataclass, field
from datetime import date

from tocsin.briefs.drawing import Drawing
from tocsin.language import Lang


@dataclass(frozen=True)
class Cell:
    """One cell of a table: a text, with a quieter line beneath, or a drawing."""

    text: str = ""
    beneath: str = ""
    bold: bool = False
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Table:
    """A table. Columns hold numbers, but for the first, those of `words` and those of drawings.

    `aside` are columns that a telephone leaves out.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    words: frozenset[int] = frozenset()
    aside: frozenset[int] = frozenset()

    @property
    def right(self) -> tuple[bool, ...]:
        """Whether each column is set to the right, as numbers are."""
        first = self.rows[0] if self.rows else ()
        return tuple(
            index > 0 and index not in self.words and cell.drawing is None
            for index, cell in enumerate(first)
        )


@dataclass(frozen=True)
class Figure:
    """A drawing under a title, and what to see in it."""

    title: str
    drawing: Drawing
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    title: str
    said: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """The whole report. `stamp` is the day inside the PDF: none of the day it was made."""

    lang: Lang
    kind: str
    subject: str
    span: str
    headline: str
    standfirst: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str
    stamp: date
    words: dict[str, str] = field(default_factory=dict)
