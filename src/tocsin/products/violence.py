"""The violence of a period, event by event: when, where, between whom, and how many died."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tocsin.briefs.facts import Line, Quoted, Term, Value
from tocsin.briefs.grounds import Grounds
from tocsin.language import day as day_told
from tocsin.products import telling
from tocsin.products.composing import column
from tocsin.products.document import Block, Paragraph, Row, Section, Table
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.tables.months import first_day, last_day

_KINDS = {"sb": "with the state", "ns": "between groups", "os": "against civilians"}


def violence_section(picture: Picture, sources: Sources, since: date, most: int) -> Section:
    """The deadliest events from the day after `since` to the picture's own; where none of these
    days has been published yet, those of the last month that was."""
    return Section(
        "violence", Line("Event by event"), tuple(_blocks(picture, sources, since, most))
    )


def _blocks(picture: Picture, sources: Sources, since: date, most: int) -> list[Block]:
    grounds = picture.grounds
    if grounds is None or grounds.inputs.incidents is None:
        return []
    first, last = since + timedelta(days=1), picture.as_of
    known_to = last_day(grounds.window.last)
    blocks: list[Block] = []
    if known_to < first:
        month = telling.month(grounds.window.last)
        blocks.append(
            Paragraph(Line("No event of these days is published yet; the last month that is: "
                           "{month}.", {"month": month}), "note")
        )  # fmt: skip
        first, last = first_day(grounds.window.last), known_to
    rows = _within(grounds, first, last)
    if not rows:
        blocks.append(Paragraph(_none(grounds), "note"))
        return blocks
    keys = sources.snapshots(dict.fromkeys(one["snapshot"] for one in rows))
    blocks.append(_table(rows[:most], first, last, sources))
    if len(rows) > most:
        more = sources.amount("events.more", len(rows) - most, "events", keys)
        blocks.append(Paragraph(Line("Not shown: {more+}.", {"more": more}), "note"))
    return blocks


def _within(grounds: Grounds, first: date, last: date) -> list[dict[str, Any]]:
    """Events that may have happened on any of these days, the deadliest first."""
    held = grounds.inputs.incidents
    assert held is not None
    chosen = held.filter((held["date_end"] >= first) & (held["date_start"] <= last))
    return chosen.to_dicts()


def _none(grounds: Grounds) -> Line:
    """Why no event is listed: none was recorded, or the month is held as totals."""
    held = grounds.inputs.incidents
    assert held is not None
    month = {"month": telling.month(grounds.window.last)}
    if len(held.filter(held["date_end"] >= first_day(grounds.window.last))):
        return Line("No event is recorded on these days. That is not calm observed.")
    events = grounds.history.events(grounds.window.last, grounds.window.last)
    if not events:
        return Line("No event is recorded in {month}. That is not calm observed.", month)
    return Line("Single events of {month} are not held here, only totals.", month)


def _table(rows: list[dict[str, Any]], first: date, last: date, sources: Sources) -> Table:
    fields: dict[str, Value] = {"first": first, "last": last}
    template = (
        "**Deadliest events, {last}**"
        if first == last
        else "**Deadliest events, {first} to {last}**"
    )
    return Table(
        "events",
        Line(template, fields),
        (
            column("date", "Date", hxl="#date+occurred"),
            column("place", "Place", hxl="#loc+name"),
            column("area", "Area", hxl="#adm1+name"),
            column("sides", "Sides", hxl="#group+name"),
            column("violence", "Violence", hxl="#event+type"),
            column("low", "Lowest", unit="deaths", hxl="#affected+killed+low", numeric=True),
            column("best", "Deaths", unit="deaths", hxl="#affected+killed+best", numeric=True),
            column("high", "Highest", unit="deaths", hxl="#affected+killed+high", numeric=True),
        ),
        tuple(_row(one, sources) for one in rows),
        Line("Deaths are the source's best estimate, between its lowest and its highest."),
    )


def _row(one: Mapping[str, Any], sources: Sources) -> Row:
    keys = sources.snapshots([one["snapshot"]])
    begun, ended = one["date_start"], one["date_end"]

    def said(text: str | None) -> Line:
        return Line("{text}", {"text": Quoted(text, text, keys)}) if text else Line("–")

    def count(which: str) -> Line:
        fact = sources.amount(f"event.{one['event_id']}.{which}", one[which], "deaths", keys)
        return Line("{n}", {"n": fact})

    days: dict[str, Value] = {
        name: Quoted(day_told(each, "en"), day_told(each, "fr"), keys)
        for name, each in (("begun", begun), ("ended", ended))
    }
    kind = _KINDS[one["violence"]]
    sides = " – ".join(side for side in (one["side_a"], one["side_b"]) if side)
    return Row(
        (
            Line("{ended}" if begun == ended else "{begun} to {ended}", days),
            said(one["place"]),
            said(one["admin1"]),
            said(sides),
            Line("{kind}", {"kind": Term(kind)}),
            *(count(which) for which in ("low", "best", "high")),
        ),
        (
            begun.isoformat() if begun == ended else f"{begun}/{ended}", one["place"],
            one["admin1"], sides, one["violence"], one["low"], one["best"], one["high"],
        ),
    )  # fmt: skip
