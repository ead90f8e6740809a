"""A product without a language: titled sections of sentences, tables and charts, all sourced.

Every product is a function from what a reader may see to a `Document`; a renderer turns it into
HTML, PDF, DOCX, JSON or table files, in French or English. A sentence is a `Line` of spans, so
both languages hold the same numbers, and a number that no source stands behind cannot be built:
see `require_sources`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

from tocsin.briefs.facts import TAIL, Fact, Line, Run, Source
from tocsin.errors import CheckFailed
from tocsin.language import Lang

if TYPE_CHECKING:
    from tocsin.briefs.contents import Brief
    from tocsin.briefs.drawing import Drawing
    from tocsin.briefs.inputs import Place, Tlp

Style = Literal["lead", "body", "note"]
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Handling:
    """What a reader must respect: the highest marking of anything the document holds."""

    tlp: Tlp = "CLEAR"
    pap: str = "CLEAR"
    rel_to: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The marking as it stands on every page: it is the same in every language.

        >>> Handling("AMBER", "GREEN", ("cell",)).said
        'TLP:AMBER · PAP:GREEN · REL TO cell'
        """
        parts = [f"TLP:{self.tlp}"]
        if self.pap != "CLEAR":
            parts.append(f"PAP:{self.pap}")
        if self.rel_to:
            parts.append(f"REL TO {', '.join(self.rel_to)}")
        return " · ".join([*parts, *self.caveats])


@dataclass(frozen=True)
class Paragraph:
    """One sentence or a few, in one voice."""

    line: Line
    style: Style = "body"


@dataclass(frozen=True)
class Item:
    """One line of a list, and what is said beneath it in a smaller voice."""

    line: Line
    beneath: Line | None = None


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Column:
    """One column of a table: `unit` and `hxl` are for the table files."""

    key: str
    title: Line
    unit: str = ""
    hxl: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Row:
    """Cells as a reader sees them, and as a machine reads them; `unit_id` puts it on the map."""

    cells: tuple[Line, ...]
    values: tuple[str | float | int | None, ...]
    unit_id: str = ""


SHORT = 18  # characters up to which the cells of a column are never broken: a date is not


@dataclass(frozen=True)
class Table:
    """A table with a name; an empty one has said so in words instead."""

    key: str
    caption: Line
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Line | None = None

    def longest(self, place: int, lang: Lang) -> int:
        """Characters of the longest cell of a column."""
        return max((len(row.cells[place].plain(lang)) for row in self.rows), default=0)

    def whole(self, place: int, lang: Lang) -> bool:
        """Whether the cells of a column stand on one line each: numbers, dates, single words."""
        return self.columns[place].numeric or self.longest(place, lang) <= SHORT


class Draw(Protocol):
    """Draws a chart in a language, `width` by `height` points."""

    def __call__(self, lang: Lang, width: float, height: float, narrow: bool, /) -> Drawing: ...


@dataclass(frozen=True)
class Chart:
    """A drawing, what it shows, and the sources of everything in it."""

    key: str
    caption: Line
    draw: Draw
    sources: tuple[str, ...]
    size: tuple[float, float] = (500.0, 200.0)
    narrow_size: tuple[float, float] = (340.0, 220.0)


Block = Paragraph | Items | Table | Chart


@dataclass(frozen=True)
class Section:
    """A part with a title; `key` is what an editor's text is kept under."""

    key: str
    title: Line
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """Everything in a product, without a language.

    short : sentences for a telephone, the most urgent first
    tables : tables that only the table files carry
    page : the page of its own that a brief has: HTML, PDF and JSON are made from it
    """

    product: str
    kind: Line
    place: Place
    as_of: date
    handling: Handling
    headline: Line
    sections: tuple[Section, ...]
    sources: Mapping[str, Source]
    reconstruction: bool = False
    exercise: bool = False
    reader: str = ""
    pages: float | None = None  # how many pages are promised
    short: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    subject: str = ""  # what else names the file: a case, a period
    page: Brief | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The name of its files without language and suffix."""
        named = f"-{self.subject}" if self.subject else ""
        return f"{self.product}-{self.place.unit_id}{named}-{self.as_of.isoformat()}"

    def blocks(self) -> Iterator[Block]:
        """Every block in reading order."""
        for section in self.sections:
            yield from section.blocks


def lines_of(block: Block) -> Iterator[tuple[Line, ...]]:
    """The lines of a block that share a footnote mark: a paragraph, an item, a row, a caption."""
    match block:
        case Paragraph():
            yield (block.line,)
        case Items():
            for item in block.items:
                yield (item.line, *([item.beneath] if item.beneath else []))
        case Table():
            yield (block.caption, *(column.title for column in block.columns))
            yield from (row.cells for row in block.rows)
            if block.note:
                yield (block.note,)
        case Chart():
            yield (block.caption,)


def cited_in(lines: Iterable[Line], extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Keys of every source behind the words of some lines, in the order of the English."""
    found: dict[str, None] = dict.fromkeys(extra)
    for line in lines:
        for run in line.runs("en"):
            behind = run.fact.sources if run.fact else run.behind
            found |= dict.fromkeys((*behind, *run.sources))
    return tuple(found)


def groups_of(document: Document) -> Iterator[tuple[tuple[Line, ...], tuple[str, ...]]]:
    """Lines that share a mark, with what a chart cites beyond them, in reading order."""
    yield (document.headline,), ()
    for section in document.sections:
        yield (section.title,), ()
        for block in section.blocks:
            extra = block.sources if isinstance(block, Chart) else ()
            for lines in lines_of(block):
                yield lines, extra


def with_numbers(document: Document) -> Document:
    """The document with its sources numbered as a reader meets them, and only those it cites.

    Raises
    ------
    CheckFailed, if a number has no source, or one that the document does not list.
    """
    require_sources(document)
    numbers: dict[str, int] = {}
    by_text: dict[str, int] = {}
    for lines, extra in groups_of(document):
        for key in cited_in(lines, extra):
            if key in document.sources and key not in numbers:
                said = document.sources[key].line.plain("en")
                numbers[key] = by_text.setdefault(said, len(by_text) + 1)
    return replace(document, numbers=numbers)


def marks(document: Document, keys: Iterable[str]) -> list[int]:
    """The footnote numbers of some sources, in order."""
    return sorted({document.numbers[key] for key in keys if key in document.numbers})


@dataclass(frozen=True)
class Listed:
    """One footnote: its number, what it says, and the keys that it stands for.

    Statements of one source, grade and day share a footnote, which names each of them.
    """

    number: int
    source: Source
    keys: tuple[str, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements that it names; none for a release, a rule or a forecast."""
        return self.keys if "statement" in self.source.details else ()

    def text(self, lang: Lang, *, whole: bool = False) -> str:
        """The footnote in words; statements are named, so that they can be opened.

        whole : name them by their whole ids, for machines, and not as a person types them
        """
        said = self.source.line.plain(lang)
        named = [key if whole else key[-TAIL:] for key in self.statements]
        return f"{said} {', '.join(named)}" if named else said


def listed(document: Document) -> list[Listed]:
    """The footnotes of a document, in order."""
    found: dict[int, list[str]] = {}
    for key, number in document.numbers.items():
        found.setdefault(number, []).append(key)
    return [
        Listed(number, document.sources[keys[0]], tuple(keys))
        for number, keys in sorted(found.items())
    ]


def orphans(document: Document) -> list[str]:
    """Texts with a numeral that no source, name or clock of the document stands behind."""
    found = []
    everything = [*groups_of(document), *(((line,), ()) for line in document.short)]
    for table in document.tables:
        everything += [(lines, ()) for lines in lines_of(table)]
    for lines, _ in everything:
        for line in lines:
            for lang in _LANGS:
                found += [run.text for run in line.runs(lang) if _is_orphan(run, document)]
    return found


_LANGS: tuple[Lang, Lang] = ("en", "fr")


def _is_orphan(run: Run, document: Document) -> bool:
    if not _DIGIT.search(run.text) or run.origin in ("name", "clock"):
        return False
    behind = run.fact.sources if run.fact else run.behind
    return not behind or any(key not in document.sources for key in behind)


def require_sources(document: Document) -> None:
    """Raise CheckFailed if a numeral of the document cannot be opened to its source."""
    if found := orphans(document):
        raise CheckFailed(
            "a number in {product} has no source: {text}",
            remedy="This is a fault of the program: nothing was written. Please report it.",
            product=document.product,
            text=found[0],
        )


def body_runs(line: Line, lang: Lang) -> list[Run]:
    """A line without its inline marks: they stand at the end of what shares them."""
    return [run for run in line.runs(lang) if run.text]


def facts_of(document: Document) -> list[Fact]:
    """Every fact once, in reading order."""
    found = [
        run.fact
        for lines, _ in groups_of(document)
        for line in lines
        for run in line.runs("en")
        if run.fact
    ]
    return list({fact.id: fact for fact in reversed(found)}.values())[::-1]


def numerals(document: Document, lang: Lang) -> list[str]:
    """Every numeral in reading order, as plain digits: the same list in both languages."""
    found: list[str] = []
    for lines, _ in groups_of(document):
        for line in lines:
            for run in line.runs(lang):
                found += plain_numerals(run.text, lang)
    return found


def plain_numerals(text: str, lang: Lang) -> list[str]:
    """Numerals of a text as each language writes them, without their separators.

    >>> plain_numerals("1\\u202f728 morts le 1er, 39,4\\u202f%", "fr")
    ['1728', '1', '39.4']
    >>> plain_numerals("1,728 deaths, 39.4%", "en")
    ['1728', '39.4']
    """
    if lang == "fr":
        pattern, group, decimal = r"\d+(?:[\u202f\u00a0]\d{3})*(?:,\d+)?", "[\u202f\u00a0]", ","
    else:
        pattern, group, decimal = r"\d+(?:,\d{3})*(?:\.\d+)?", ",", "."
    found = [re.sub(group, "", one) for one in re.findall(pattern, text)]
    return [one.replace(decimal, ".") if lang == "fr" else one for one in found]
