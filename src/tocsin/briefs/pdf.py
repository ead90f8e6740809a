"""The same page as PDF: one A4 page, tagged, with the same bytes for the same brief."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from tocsin.briefs.drawing import light_tokens
from tocsin.briefs.facts import Run
from tocsin.briefs.typesetting import set_on_paper
from tocsin.errors import PageOverrun

if TYPE_CHECKING:
    from tocsin.briefs.page import Page

TLP_COLOURS = {
    "CLEAR": "--tlp-clear",
    "GREEN": "--tlp-green",
    "AMBER": "--tlp-amber",
    "AMBER+STRICT": "--tlp-amber",
    "RED": "--tlp-red",
}


def render_pdf(page: Page) -> bytes:
    """The page as PDF/UA-1, dated as of its day.

    Raises
    ------
    PageOverrun, if it does not fit on one page.
    """
    import typst  # noqa: PLC0415

    template = files("tocsin.briefs").joinpath("page.typ").read_bytes()
    try:
        return set_on_paper(template, "page", _page_data(page), page.brief.as_of)
    except typst.TypstError as error:
        if "page-overrun" in str(error):
            raise PageOverrun(
                "the brief on {place} does not fit on one page",
                remedy="Make it for a smaller place, or for a shorter list of areas.",
                place=page.brief.place.names.in_(page.lang),
            ) from None
        raise


def _page_data(page: Page) -> dict[str, object]:
    """What the template sets, as plain values."""

    def runs(listed: list[Run]) -> list[dict[str, object]]:
        return [
            {
                "t": run.text,
                "b": run.bold,
                "s": [page.numbers[key] for key in run.sources if key in page.numbers],
            }
            for run in listed
        ]

    brief = page.brief
    return {
        "lang": page.lang,
        "title": page.title,
        "name": brief.place.names.in_(page.lang),
        "as_of": page.as_of,
        "headline_size": page.headline_size,
        "areas_title": runs(page.areas_title),
        "spark_span": page.spark_span,
        "words": page.words,
        "tokens": light_tokens(),
        "tlp": brief.tlp,
        "tlp_colour": light_tokens()[TLP_COLOURS[brief.tlp]],
        "reconstruction": brief.reconstruction,
        "exercise": brief.exercise,
        "headline": runs(page.headline),
        "standfirst": [runs(line) for line in page.standfirst],
        "chart_title": runs(page.chart_title),
        "chart": page.chart.for_document(),
        "chart_alt": page.chart.label,
        "count_title": runs(page.count_title),
        "count": runs(page.count),
        "count_note": runs(page.count_note),
        "comparisons": [[runs(label), runs(change)] for label, change in page.comparisons],
        "map_title": runs(page.map_title),
        "map": page.map.for_document(),
        "map_alt": page.map.label,
        "areas": [
            {
                "name": row.name,
                "spark": row.spark.for_document(),
                "deaths": runs(row.deaths),
                "change": runs(row.change),
            }
            for row in page.areas
        ],
        "fighting_title": runs(page.fighting_title),
        "fighting": [
            {
                "label": runs(row.label),
                "bar": row.bar.for_document(),
                "drawn": bool(row.bar.marks),
                "counted": runs(row.counted),
                "beside": runs(row.beside),
            }
            for row in page.fighting
        ],
        "fighting_why": runs(page.fighting_why),
        "scale": page.scale.for_document() if page.scale else None,
        "scale_alt": page.scale.label if page.scale else "",
        "coming": [runs(line) for line in page.coming],
        "unseen": [runs(line) for line in page.unseen],
        "sources": [{"number": number, "line": runs(line)} for number, _, line in page.sources],
    }
