"""A product as JSON: every sentence with its spans, every number with its sources."""

import json
from typing import Any

from tocsin.briefs.facts import Line, Run, Words
from tocsin.language import Lang
from tocsin.products.document import (
    Block,
    Chart,
    Document,
    Items,
    Listed,
    Paragraph,
    Table,
    body_runs,
    cited_in,
    facts_of,
    listed,
    marks,
    numerals,
)

SCHEMA = "tocsin-product/1"


def to_json(document: Document, lang: Lang) -> bytes:
    """The document as JSON, keys in a fixed order: the same document has the same bytes."""
    return (json.dumps(as_plain(document, lang), ensure_ascii=False, indent=1) + "\n").encode()


def as_plain(document: Document, lang: Lang) -> dict[str, Any]:
    """Plain values: handling, sections of blocks of spans, facts, sources."""
    from tocsin.products.short import render_short  # noqa: PLC0415

    told = _Telling(document, lang)
    names: Words = document.place.names
    return {
        "schema": SCHEMA,
        "product": document.product,
        "lang": lang,
        "place": {
            "unit_id": document.place.unit_id,
            "level": document.place.level,
            "name": names.in_(lang),
        },
        "as_of": document.as_of.isoformat(),
        "subject": document.subject,
        "handling": document.handling.said,
        "tlp": document.handling.tlp,
        "pap": document.handling.pap,
        "rel_to": list(document.handling.rel_to),
        "reconstruction": document.reconstruction,
        "exercise": document.exercise,
        "headline": told.line(document.headline),
        "short": render_short(document, lang) if document.short else "",
        "sections": [
            {
                "key": section.key,
                "title": section.title.plain(lang),
                "blocks": [told.block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
        "facts": [fact.to_json() for fact in facts_of(document)],
        "numerals": numerals(document, lang),
        "sources": [told.source(one) for one in listed(document)],
    }


class _Telling:
    def __init__(self, document: Document, lang: Lang):
        self.document, self.lang = document, lang

    def line(self, line: Line) -> dict[str, Any]:
        """A sentence, its spans, and the numbers of its sources."""
        runs = body_runs(line, self.lang)
        return {
            "text": "".join(run.text for run in runs),
            "spans": [self.span(run) for run in runs if run.fact or run.origin],
            "sources": marks(self.document, cited_in((line,))),
        }

    def span(self, run: Run) -> dict[str, Any]:
        """Where the words of a span come from."""
        if run.fact is not None:
            return {"text": run.text, "fact": run.fact.id, "sources": list(run.fact.sources)}
        told: dict[str, Any] = {"text": run.text, "from": run.origin}
        return told | {"sources": list(run.behind)} if run.behind else told

    def block(self, block: Block) -> dict[str, Any]:
        """One block, named by what it is."""
        match block:
            case Paragraph():
                return {"paragraph": self.line(block.line), "style": block.style}
            case Items():
                return {
                    "items": [
                        self.line(item.line)
                        | ({"beneath": self.line(item.beneath)} if item.beneath else {})
                        for item in block.items
                    ]
                }
            case Table():
                return {
                    "table": block.key,
                    "caption": self.line(block.caption),
                    "columns": [
                        {"key": one.key, "title": one.title.plain(self.lang), "unit": one.unit}
                        for one in block.columns
                    ],
                    "rows": [[self.line(cell) for cell in row.cells] for row in block.rows],
                }
            case Chart():
                return {
                    "chart": block.key,
                    "caption": self.line(block.caption),
                    "sources": marks(self.document, block.sources),
                }

    def source(self, one: Listed) -> dict[str, Any]:
        """One footnote: its number, its keys (ids of statements or snapshots), its words."""
        return {
            "number": one.number,
            "keys": list(one.keys),
            "text": one.source.line.plain(self.lang),
            "url": one.source.url,
            **{name: value for name, value in one.source.details.items() if name != "statement"},
        }
