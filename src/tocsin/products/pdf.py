"""A product as PDF: tagged (PDF/UA-1), the marking on every page, the same bytes every time."""

import unicodedata
from importlib.resources import files
from typing import Any

from tocsin.briefs.drawing import light_tokens
from tocsin.briefs.facts import Line
from tocsin.briefs.letters import FACES, holds
from tocsin.briefs.pdf import TLP_COLOURS
from tocsin.briefs.typesetting import set_on_paper
from tocsin.errors import PageOverrun
from tocsin.language import Lang, day
from tocsin.products.document import (
    Block,
    Chart,
    Document,
    Items,
    Paragraph,
    Table,
    body_runs,
    cited_in,
    listed,
    marks,
)
from tocsin.products.editing import Edited
from tocsin.products.html import spans, words_in

CLOSER = (0, 1, 2, 3)  # how close a page may be set before it is too full
_SHEET = 297.0  # mm
_POINT = 25.4 / 72


def render_pdf(document: Document, lang: Lang, edited: Edited | None = None) -> bytes:
    """The document as PDF/UA-1, dated as of its day.

    Raises
    ------
    PageOverrun, if it takes more room than it promises.
    """
    import typst  # noqa: PLC0415

    template = files("tocsin.products").joinpath("product.typ").read_bytes()
    told = _Setting(document, lang).told(edited or Edited({}))
    for close in CLOSER:
        try:
            return set_on_paper(template, "product", told | {"close": close}, document.as_of)
        except typst.TypstError as error:
            if not any(word in str(error) for word in ("page-overrun", "page-straggler")):
                raise
    raise PageOverrun(
        "the {product} on {place} does not fit on its page",
        remedy="Make it for a smaller place, or shorten the editor's text.",
        product=document.product,
        place=document.place.names.in_(lang),
    )


class _Setting:
    """The document as plain values for the template."""

    def __init__(self, document: Document, lang: Lang):
        self.document, self.lang = document, lang

    def told(self, edited: Edited) -> dict[str, Any]:
        document, lang = self.document, self.lang
        kind, name = document.kind.plain(lang), document.place.names.in_(lang)
        as_of = day(document.as_of, lang)
        return {
            "lang": lang,
            "title": f"{name}, {as_of} – {kind}",
            "kind": kind,
            "name": name,
            "as_of": as_of,
            "words": words_in(lang),
            "tokens": light_tokens(),
            "handling": document.handling.said,
            "tlp_colour": light_tokens()[TLP_COLOURS[document.handling.tlp]],
            "reconstruction": document.reconstruction,
            "exercise": document.exercise,
            "limit": None if document.pages is None else document.pages * _SHEET,
            "headline": self.line(document.headline),
            "edited": {
                key: [printable(one) for one in texts] for key, texts in edited.texts.items()
            },
            "sections": [
                {
                    "key": section.key,
                    "title": self.line(section.title),
                    "blocks": [self.block(block) for block in section.blocks],
                }
                for section in document.sections
            ],
            "sources": in_columns(
                self.notes(), 3 if document.pages is not None and document.pages < 1 else 2
            ),
        }

    def notes(self) -> list[dict[str, Any]]:
        """The footnotes, and at their end how to open a statement, where any is named."""
        found = listed(self.document)
        notes = [
            {"number": str(one.number), "text": printable(one.text(self.lang))} for one in found
        ]
        if any(one.statements for one in found):
            notes.append({"number": "", "text": words_in(self.lang)["opens"]})
        return notes

    def line(self, line: Line) -> dict[str, Any]:
        return {"runs": self.runs(line), "mark": self.mark(cited_in((line,)))}

    def runs(self, line: Line) -> list[dict[str, Any]]:
        return [{"t": printable(run.text), "b": run.bold} for run in body_runs(line, self.lang)]

    def mark(self, keys: tuple[str, ...]) -> str:
        return ",".join(
            str(first) if first == last else f"{first}–{last}"
            for first, last in spans(marks(self.document, keys))
        )

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Paragraph():
                return {"kind": "paragraph", "style": block.style, "line": self.line(block.line)}
            case Items():
                return {
                    "kind": "items",
                    "items": [
                        {
                            "line": self.line(item.line),
                            "beneath": self.line(item.beneath) if item.beneath else None,
                        }
                        for item in block.items
                    ],
                }
            case Table():
                return self.table(block)
            case Chart():
                drawn = block.draw(self.lang, *block.size, False)
                return {
                    "kind": "chart",
                    "caption": {
                        "runs": self.runs(block.caption),
                        "mark": self.mark(cited_in((block.caption,), block.sources)),
                    },
                    "svg": drawn.for_document(),
                    "alt": drawn.label,
                    "width": block.size[0] * _POINT,
                }

    def table(self, table: Table) -> dict[str, Any]:
        return {
            "kind": "table",
            "caption": self.line(table.caption),
            "columns": [self.runs(column.title) for column in table.columns],
            "numeric": [column.numeric for column in table.columns],
            "widths": [self.width(table, place) for place in range(len(table.columns))],
            "rows": [
                {"cells": [self.runs(cell) for cell in row.cells], "mark": self.mark(
                    cited_in(row.cells))}
                for row in table.rows
            ],
            "note": self.line(table.note) if table.note else None,
        }  # fmt: skip

    def width(self, table: Table, place: int) -> float:
        """0 for a narrow column, else its share of the room that is left."""
        if table.whole(place, self.lang):
            return 0
        return float(round(min(table.longest(place, self.lang), 90) ** 0.6, 2))


def printable(text: str) -> str:
    """The text in letters that the faces hold: a tagged PDF may show no other.

    What has no likeness becomes a box; the HTML and the DOCX hold the letter itself.

    >>> printable("ⵣ Kidal")
    '■ Kidal'
    """
    return "".join(
        letter if letter.isspace() or any(holds(face, letter) for face in FACES)
        else unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "■"
        for letter in text
    )  # fmt: skip


def in_columns(notes: list[dict[str, Any]], columns: int) -> list[list[dict[str, Any]]]:
    """Footnotes in columns of about the same length, in order.

    >>> [len(side) for side in in_columns([{"text": "x"}] * 5, 2)]
    [3, 2]
    """
    columns = max(min(columns, len(notes)), 1)
    lengths = [max(len(str(one["text"])) * columns / 124, 1) for one in notes]
    share = sum(lengths) / columns
    sides: list[list[dict[str, Any]]] = [[] for _ in range(columns)]
    taken = 0.0
    for one, length in zip(notes, lengths, strict=True):
        sides[min(int((taken + length / 2) / share - 1e-9), columns - 1)].append(one)
        taken += length
    return sides
