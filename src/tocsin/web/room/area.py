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
from tocsin.web.room import area_record
from tocsin.web.room.area_months import map_of, percent, words_of
from tocsin.web.room.area_ready import is_ready
from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources
from tocsin.web.room.folding import folded
from tocsin.web.room.keeping import lake_edition
from tocsin.web.room.map import RoomMap, sums_of
from tocsin.workflow.mapped import ABOVE

REGION = "SAHEL"
CHART, MAP, SPARK = (520.0, 300.0), (310.0, 250.0), (124.0, 13.5)  # points: 4/3 px on a page
KEPT = 64  # pages of places held in memory, each a few hundred kilobytes
ROWS = 24  # months in the table behind the chart
PARTS = 12  # of the map as a table, before the fold


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
        "region": asked.to(f"/areas/{REGION}"),
        **_map_told(asked, REGION),
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
    """A place: its map, deaths, forecast and baseline on one time axis, its parts, its record."""
    told = _map_told(asked, name)
    if told["preparing"]:
        return told | {"title": name, "unit": name, "again": asked.here()}
    drawn_map: RoomMap = told["drawn"]
    ground = drawn_map.ground
    shown: dict[str, Any] = {"why": ""}
    if ground.level != "priogrid":
        try:
            shown = drawn(name, asked.day.isoformat(), asked.lang, lake_edition())
        except NotEnoughData as error:
            shown["why"] = error.message(lambda one: text(one, asked.lang))
    sources, rows = Sources(asked), _parts(drawn_map, asked)
    return told | {
        "title": ground.names.in_(asked.lang),
        "unit": ground.unit_id,
        "level": ground.level,
        "trail": [
            (asked.to(f"/areas/{unit}"), names.in_(asked.lang)) for unit, names in ground.trail
        ],
        "said": _said(drawn_map, asked),
        "rows": rows,
        "folded_rows": folded(rows, PARTS),
        "drawn_above": number(ABOVE[ground.parts_level], asked.lang),
        "percent": percent(asked.lang),
        "spoken": drawn_map.counts.snapshots.get(drawn_map.counts.known or 0, ""),
        "events": asked.to(f"/areas/{name}/events"),
        **area_record.told(asked, ground, sources),
        "sources": sources,
        **shown,
    }


def _map_told(asked: Asked, name: str) -> dict[str, Any]:
    """The map of a place, or that it is being made ready."""
    try:
        if not is_ready(name, asked.day):
            return {"preparing": True, "map": ""}
    except NotEnoughData:  # the map says what is unknown; the page, why
        pass
    found = map_of(asked, name)
    known = found.counts.known
    return {
        "preparing": False,
        "drawn": found,
        "map": found.svg,
        "months_at": asked.to(f"/areas/{name}/months", lang=asked.lang),
        "known_to": month(first_day(known), asked.lang) if known else "",
        "kinds": {one: words_of(asked)[one] for one in ("sb", "ns", "os")},
    }


def _said(drawn_map: RoomMap, asked: Asked) -> str:
    """A cell in a sentence with its main number."""
    counts, unit = drawn_map.counts, drawn_map.ground.unit_id
    held = counts.deaths.get(unit)
    total = sums_of(held, drawn_map.end) if held else None
    if total is None or counts.known is None:
        return asked.say("Nobody has counted deaths here in the last five years")
    return asked.say(
        "{count} deaths were counted here in the twelve months to {month}",
        count=number(total, asked.lang), month=month(first_day(counts.known), asked.lang),
    )  # fmt: skip


def _parts(drawn_map: RoomMap, asked: Asked) -> list[dict[str, Any]]:
    """The map as a table: each part with its twelve months and what is foreseen for the next."""
    counts, rows = drawn_map.counts, []
    for part in drawn_map.ground.parts:
        months = counts.deaths.get(part.unit_id, ())
        now = sums_of(months, drawn_map.end)
        before = sums_of(months, drawn_map.end - 12)
        ahead = counts.ahead.get(part.unit_id, ())
        if drawn_map.cells and not now and not before:
            continue
        rows.append({
            "name": part.names.in_(asked.lang), "address": asked.to(f"/areas/{part.unit_id}"),
            "now": now, "shown": None if now is None else number(now, asked.lang),
            "before": None if before is None else number(before, asked.lang),
            "ahead": ahead[-1] if ahead else None,
        })  # fmt: skip
    return sorted(rows, key=lambda one: (-(one["now"] or 0), one["name"]))


def svg(drawing: Drawing) -> Markup:
    """A drawing of ours as it stands in a page."""
    return Markup(drawing.for_page())  # noqa: S704  (our own drawing)


def plain(runs: Iterable[Run]) -> str:
    """The words of a line, without its marks."""
    return "".join(run.text for run in runs)


@lru_cache(maxsize=KEPT)
def drawn(name: str, day: str, lang: Lang, edition: str) -> dict[str, Any]:  # noqa: ARG001
    """The drawings and words of a place; the same question is answered from memory.

    Raises
    ------
    NotEnoughData, if too little is known of it.
    """
    from tocsin import briefs
    from tocsin.briefs.page import Density, lay_out
    from tocsin.workflow.picturing import kept_inputs

    inputs = kept_inputs(name, date.fromisoformat(day), True)
    made = briefs.build_brief(inputs)
    page = lay_out(made, lang, Density(CHART, MAP, SPARK, 21.0, 12))
    return {
        "place": made.place.names.in_(lang),
        "headline": plain(page.headline),
        "standfirst": [plain(line) for line in page.standfirst],
        "chart_title": plain(page.chart_title),
        "chart": svg(page.chart),
        "narrow_chart": svg(page.narrow_chart),
        "fan": _fan(made.timeline, lang),
        "behind": _behind(inputs.unit, lang),
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


def _fan(told: Any, lang: Lang) -> list[dict[str, str]]:
    """The fan as rows: month, median, where one in two and nine in ten lie, and the baseline."""
    if told.fan is None:
        return []
    beside = dict(zip(told.baseline.months, told.baseline.quantiles, strict=True)) if (
        told.baseline
    ) else {}  # fmt: skip

    def n(value: float) -> str:
        return number(round(float(value)), lang)

    return [
        {
            "month": month(first_day(at), lang),
            "median": n(row[2]),
            "half": f"{n(row[1])} – {n(row[3])}",
            "ninety": f"{n(row[0])} – {n(row[4])}",
            "baseline": f"{n(beside[at][0])} – {n(beside[at][4])}" if at in beside else "–",
        }
        for at, row in zip(told.fan.months, told.fan.quantiles, strict=True)
    ]


def _behind(unit: Any, lang: Lang) -> list[dict[str, str]]:
    """The bars as rows, the newest first: deaths with their range, and the release behind each."""
    held = unit.sort("month", descending=True).head(ROWS)
    columns = ("month", "low", "best", "high", "events", "snapshot")
    return [
        {
            "month": month(first_day(at), lang),
            "best": "" if best is None else number(best, lang),
            "range": "" if low is None or high is None
            else f"{number(low, lang)} – {number(high, lang)}",
            "events": "" if events is None else number(events, lang),
            "snapshot": snapshot or "",
        }
        for at, low, best, high, events, snapshot in held.select(columns).iter_rows()
    ]  # fmt: skip
