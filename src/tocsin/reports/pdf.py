"""The same report as tagged PDF, with the same bytes for the same report."""

from importlib.resources import files
from typing import Any

from tocsin.briefs.drawing import Drawing, light_tokens
from tocsin.briefs.letters import text_width
from tocsin.briefs.typesetting import set_on_paper
from tocsin.reports.parts import Report, Section, Table

_SIZE, _HEAD = 8.4, 7.6  # of the letters of a table and of its head, in points
_BENEATH, _WIDEST, _GAP = 110.0, 150.0, 6.0  # a quieter line; the widest column; space


def render_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1 on A4, dated as of the last month judged."""
    template = files("tocsin.reports").joinpath("report.typ").read_bytes()
    return set_on_paper(template, "report", _told(report), report.stamp)


def _told(report: Report) -> dict[str, Any]:
    """What the template sets, as plain values."""
    return {
        "lang": report.lang,
        "kind": report.kind,
        "subject": report.subject,
        "span": report.span,
        "headline": report.headline,
        "standfirst": list(report.standfirst),
        "sections": [_section(section) for section in report.sections],
        "foot": report.foot,
        "tokens": light_tokens(),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "said": list(section.said),
        "tables": [_table(table) for table in section.tables],
        "figures": [
            {"title": one.title, "note": one.note, **_drawing(one.drawing)}
            for one in section.figures
        ],
        "terms": [list(term) for term in section.terms],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "heads": list(table.heads),
        "right": list(table.right),
        "widths": _widths(table),
        "note": table.note,
        "rows": [
            [
                {
                    "t": cell.text,
                    "u": cell.beneath,
                    "b": cell.bold,
                    **(_drawing(cell.drawing) if cell.drawing else {"svg": "", "alt": ""}),
                }
                for cell in row
            ]
            for row in table.rows
        ],
    }


def _widths(table: Table) -> list[float]:
    """What each column needs, in points: its longest text and the longest word of its head.

    Columns of drawings have a width of their own, written 0.
    """
    widths = []
    for index, head in enumerate(table.heads):
        cells = [row[index] for row in table.rows]
        if any(cell.drawing for cell in cells):
            widths.append(0.0)
            continue
        words = max(text_width(word, _HEAD) for word in head.split(" "))
        said = max(text_width(cell.text, _SIZE, cell.bold) for cell in cells)
        beneath = _BENEATH if any(cell.beneath for cell in cells) else 0.0
        widths.append(round(min(max(words, said, beneath), _WIDEST) + _GAP, 1))
    return widths


def _drawing(drawing: Drawing) -> dict[str, str]:
    return {"svg": drawing.for_document(), "alt": drawing.label}
