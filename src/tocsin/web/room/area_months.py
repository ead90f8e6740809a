"""What the script of a map steps through: one answer a place, clock and language.

It holds nothing from after the clock. Counts and forecasts are the house's; reports and where
somebody could look are what the reader may see.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any

import anyio.to_thread
import msgspec
from litestar import Request, Response, get

from tocsin.language import Lang, month, typeset
from tocsin.policy.decision import CEILINGS
from tocsin.tables.months import first_day, last_day
from tocsin.web.access import KEY, only
from tocsin.web.packing import packed_for
from tocsin.web.room.asking import Asked
from tocsin.web.room.keeping import lake_edition
from tocsin.web.room.map import RoomMap

KEPT = 64
WEEKS = 26  # of field coverage


@lru_cache(maxsize=KEPT)
def mapped(name: str, day: str, edition: str) -> tuple[Any, Any]:  # noqa: ARG001
    """Ground and counts of a place: worked out once for each clock and edition of the lake."""
    from tocsin.workflow import mapped as chapter
    from tocsin.workflow.map_ground import ground_of

    on = date.fromisoformat(day)
    ground = ground_of(name, on)
    return ground, chapter.counts_of(ground, on)


@lru_cache(maxsize=KEPT)
def listed(name: str, day: str, edition: str) -> tuple[Any, ...]:
    """The events of a place within its months."""
    from tocsin.workflow import mapped as chapter

    ground, counts = mapped(name, day, edition)
    return tuple(chapter.events_listed(ground, counts.first, date.fromisoformat(day)))


def map_of(asked: Asked, name: str) -> RoomMap:
    """The map of a place as a reader asks for it."""
    return _map_of(name, asked.day.isoformat(), asked.lang, asked.at, lake_edition())


@lru_cache(maxsize=KEPT)
def _map_of(name: str, day: str, lang: Lang, at: str, edition: str) -> RoomMap:
    ground, counts = mapped(name, day, edition)
    return RoomMap(ground, counts, lang, lambda path: f"{path}?at={at}" if at else path)


def months_of(asked: Asked, name: str) -> dict[str, Any]:
    """Everything that the map's script needs, within the clock."""
    from tocsin.workflow.mapped import ABOVE, MONTHS_AHEAD

    drawn = map_of(asked, name)
    counts = drawn.counts
    until = counts.until + (MONTHS_AHEAD if counts.ahead else 0)
    reports, looked = coverage_by_month(asked, name)
    return {
        "first": counts.first,
        "known": None if counts.known is None else counts.known - counts.first,
        "clock": counts.until - counts.first,
        "months": [month(first_day(one), asked.lang) for one in range(counts.first, until + 1)],
        "ends": [_clock_at(one, asked) for one in range(counts.first, until + 1)],
        "parts": drawn.parts_told(),
        "events": [
            drawn.event_told(one)
            for one in listed(name, asked.day.isoformat(), lake_edition())
        ],
        "reports": {unit: {str(at - counts.first): many for at, many in held.items()}
                    for unit, held in reports.items()},
        "looked": {unit: {str(at - counts.first): state for at, state in held.items()}
                   for unit, held in looked.items()},
        "most": [drawn.most, drawn.most_in_month],
        "largest": round(drawn.largest, 2),
        "cells": drawn.cells,
        "above": ABOVE[drawn.ground.parts_level],
        "lang": asked.lang,
        "listing": asked.to(f"/areas/{name}/events"),
        "words": words_of(asked),
    }  # fmt: skip


def _clock_at(one: int, asked: Asked) -> str:
    """The day to set the clock to for a month: its last; empty where that lies in the future."""
    day = last_day(one)
    return day.isoformat() if day <= asked.now.date() else ""


def percent(lang: Lang) -> str:
    """The sign after a percentage, as the language sets it."""
    return typeset(" %", "fr") if lang == "fr" else "%"


def words_of(asked: Asked) -> dict[str, str]:
    """The sentences that the script fills in."""
    say = asked.say
    return {
        "unknown": say("unknown"),
        "year": say("twelve months to {month}"),
        "month": say("in {month}"),
        "ahead": say("forecast for {month}"),
        "deaths": say("{name}: {count} deaths {when}"),
        "nobody": say("{name}: unknown {when}. Nobody has counted; that is no zero."),
        "foreseen": say(
            "{name}: {chance} for more than {above} deaths {when} (the best baseline: {beside}); "
            "nine times out of ten between {low} and {high}."
        ),
        "percent": percent(asked.lang),
        "unforeseen": say("{name}: no forecast for that month."),
        "event": say("{days}, {place}: {count} deaths ({low} to {high}), {kind}. {sides}."),
        "reports": say("{name}: {count} reports from the field {when}"),
        "open": say("open"),
        "source": say("source"),
        "clock": say("Set the clock to the end of {month}"),
        "sb": say("a state is a side"),
        "ns": say("between groups"),
        "os": say("against civilians"),
    }


def coverage_by_month(
    asked: Asked, name: str
) -> tuple[dict[str, dict[int, int]], dict[str, dict[int, str]]]:
    """Reports by area and month, and in which months nobody could look, as the reader may see."""
    from tocsin.tables.months import month_of, parse_day

    reports: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    looked: dict[str, dict[int, str]] = defaultdict(dict)
    for row in coverage_rows(asked, name):
        at = month_of(parse_day(row["to"]))
        many = row["incident_reports"] + row["situation_reports"]
        if many:
            reports[row["area"]][at] += many
        if row["state"] in ("observed", "partly"):
            looked[row["area"]][at] = "yes"
        elif row["state"] == "could_not_observe":
            looked[row["area"]].setdefault(at, "no")
    return reports, looked


def coverage_rows(asked: Asked, name: str, weeks: int = WEEKS) -> list[dict[str, Any]]:
    """Areas by week with what could be observed; a region has the weeks of its countries."""
    from tocsin.workflow.covering import weeks_of

    ground, _ = mapped(name, asked.day.isoformat(), lake_edition())
    wanted = ground.countries if ground.level != "admin1" else (ground.unit_id,)
    if ground.level == "priogrid":
        return []
    return [
        row for one in wanted
        for row in weeks_of(asked.reader, one, weeks, asked.as_of)
    ]  # fmt: skip


async def _months(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The months of a place, compressed for who takes it so."""
    from tocsin.web.room.routes import asked_by

    asked = asked_by(request)
    name = str(request.path_params["name"])
    content = await anyio.to_thread.run_sync(lambda: msgspec.json.encode(months_of(asked, name)))
    content, headers = packed_for(request.headers.get("accept-encoding", ""), content)
    return Response(content, media_type="application/json", headers=headers)


READERS = tuple(role for role in CEILINGS if role != "peer")
ROUTES = [
    get(
        "/areas/{name:str}/months",
        opt={KEY: only(*READERS, scope="pages", by_cookie=True, house=True)},
    )(_months)
]
