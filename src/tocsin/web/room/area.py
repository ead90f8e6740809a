"""A place on its page: what was counted, what may come, what we cannot see, what is open there."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from tocsin.briefs.drawing import Drawing
from tocsin.briefs.facts import Run
from tocsin.errors import NotEnoughData
from tocsin.language import Lang, month, number
from tocsin.language.text import text
from tocsin.tables.months import first_day
from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources
from tocsin.web.room.keeping import lake_edition

REGION = "sahel"
CHART, MAP, SPARK = (640.0, 300.0), (310.0, 250.0), (124.0, 13.5)  # points: 4/3 px on a page
KEPT = 64  # pages of places held in memory, each a few hundred kilobytes


def areas(asked: Asked) -> dict[str, Any]:
    """The countries of the region: deaths counted in twelve months, and the warnings open there."""
    from tocsin.workflow import watchkeeping

    board = watchkeeping.duty(asked.as_of_moment, asked.reader)
    open_now = Counter(str(one["area"]).partition(".")[0] for one in board)
    counted = _counted(asked.day.isoformat(), asked.lang, lake_edition())
    lines = [
        one
        | {"open": open_now.get(str(one["iso3"]), 0), "address": asked.to(f"/areas/{one['iso3']}")}
        for one in counted
    ]
    lines.sort(key=lambda one: (-(one["deaths"] or 0), one["name"]))
    known = [one for one in lines if one["deaths"] is not None]
    return {
        "title": asked.say("Areas"),
        "lines": lines,
        "known": known,
        "total": number(sum(one["deaths"] for one in known), asked.lang),
        "n": lambda value: number(value, asked.lang),
    }


@lru_cache(maxsize=KEPT)
def _counted(day: str, lang: Lang, edition: str) -> list[dict[str, Any]]:  # noqa: ARG001
    """Deaths of the last twelve months by country, as known then; None where nobody counted."""
    import polars as pl

    from tocsin import geo
    from tocsin.tables.months import month_of, parse_day
    from tocsin.workflow.counting import build_panel

    last = month_of(parse_day(day))
    found: list[dict[str, Any]] = []
    for iso3 in geo.region(REGION):
        panel = build_panel(
            "country", "ged_all", last - 12, last, area=iso3, as_of=parse_day(day), reconstruct=True
        )
        known = panel.filter(pl.col("best").is_not_null()).sort("month").tail(12)
        months = known["month"].to_list()
        deaths = int(known["best"].sum()) if months else None
        through = max(months, default=0)
        found.append({
            "iso3": iso3, "name": geo.country_by(iso3=iso3).name(lang), "deaths": deaths,
            "through": month(first_day(through), lang) if through else "",
        })  # fmt: skip
    return found


def area(asked: Asked, name: str) -> dict[str, Any]:
    """A place: deaths, forecast and baseline on one time axis; its map; its parts; its warnings."""
    from tocsin.workflow import watchkeeping

    open_here = [
        one for one in watchkeeping.duty(asked.as_of_moment, asked.reader)
        if one["area"] == name or str(one["area"]).startswith(name + ".")
    ]  # fmt: skip
    shown: dict[str, Any] = {"why": ""}
    try:
        shown = _drawn(name, asked.day.isoformat(), asked.lang, lake_edition())
    except NotEnoughData as error:
        shown["why"] = error.message(lambda one: text(one, asked.lang))
    return {
        "title": shown.get("place", name),
        "unit": name,
        "open_here": open_here,
        "sources": Sources(asked),
        **shown,
    }


def svg(drawing: Drawing) -> Markup:
    """A drawing of ours as it stands in a page."""
    return Markup(drawing.for_page())  # noqa: S704  (our own drawing)


def plain(runs: Iterable[Run]) -> str:
    """The words of a line, without its marks."""
    return "".join(run.text for run in runs)


@lru_cache(maxsize=KEPT)
def _drawn(name: str, day: str, lang: Lang, edition: str) -> dict[str, Any]:  # noqa: ARG001
    """The drawings and words of a place; the same question is answered from memory."""
    from tocsin import briefs
    from tocsin.briefs.page import Density, lay_out
    from tocsin.workflow.briefing import brief_inputs

    made = briefs.build_brief(brief_inputs(name, date.fromisoformat(day), reconstruct=True))
    page = lay_out(made, lang, Density(CHART, MAP, SPARK, 21.0, 12))
    return {

        "place": made.place.names.in_(lang),
        "headline": plain(page.headline),
        "standfirst": [plain(line) for line in page.standfirst],
        "chart_title": plain(page.chart_title),
        "chart": svg(page.chart),
        "narrow_chart": svg(page.narrow_chart),
        "map_title": plain(page.map_title),
        "map": svg(page.map),
        "parts_title": plain(page.areas_title),
        "parts": [
            {"name": row.name, "spark": svg(row.spark), "deaths": plain(row.deaths),
             "change": plain(row.change)}
            for row in page.areas
        ],
        "fighting_title": plain(page.fighting_title),
        "fighting": [
            {"label": plain(row.label), "counted": plain(row.counted), "beside": plain(row.beside)}
            for row in page.fighting
        ],
        "coming": [plain(line) for line in page.coming],
        "scale": svg(page.scale) if page.scale else "",
        "unseen": [plain(line) for line in page.unseen],
        "cited": [(number, plain(words), source.url) for number, source, words in page.sources],
        "reconstruction": made.reconstruction,
        "invented": made.exercise,
    }  # fmt: skip
