"""The situation report: what became known in a day or a week, what is open, what is ahead."""

from collections.abc import Sequence
from datetime import date

from tocsin.briefs.facts import Line, Term, Value
from tocsin.errors import UsageError
from tocsin.knowledge.digest import Digest
from tocsin.products import telling
from tocsin.products.composing import (
    LONGEST,
    areas_table,
    column,
    compose,
    warnings_table,
)
from tocsin.products.document import (
    Block,
    Document,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
)
from tocsin.products.field import field_section
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.products.violence import violence_section
from tocsin.tables.when import end_of
from tocsin.warning.explaining import steps_of
from tocsin.warning.standing import known

DAYS = {"day": 1, "week": 7}
_NEWS = {"day": 5, "week": 24}
_EVENTS = {"day": 3, "week": 10}
_STEPS = ("acknowledgement", "decision", "response", "escalation", "closure", "dissent", "feedback")
_SAID = {
    "acknowledgement": "receipt acknowledged",
    "decision": "decided on",
    "response": "acted on",
    "escalation": "taken higher",
    "closure": "brought to an end",
    "dissent": "dissent noted",
    "feedback": "the reporter was told",
}


def sitrep(picture: Picture, period: str = "week") -> Document:
    """What is new since the last report, warnings and steps, the count, the field, the calendar.

    Raises
    ------
    UsageError, if the period is neither `day` nor `week`.
    """
    if period not in DAYS:
        raise UsageError("the period is {period}", remedy="Write day or week.", period=period)
    sources = Sources(picture)
    since = telling.ago(picture, DAYS[period])
    found = telling.news_since(picture, since)
    urgent = telling.boarded(picture)
    brief_one = period == "day"
    sections = [
        Section("new", Line("New in the record"), _new(found, sources, _NEWS[period])),
        Section("warnings", Line("Warnings"), _warned(picture, sources, urgent, brief_one)),
        Section("steps", Line("What was done on them"), _steps(picture, sources, since)),
        field_section(picture, sources, since),
        Section("counts", Line("What is counted"), _counted(picture, brief_one)),
        violence_section(picture, sources, since, _EVENTS[period]),
        Section("coming", Line("What may come"), _coming(picture)),
        Section("ahead", Line("Ahead and owed"), _ahead(found, sources, 4 if brief_one else 12)),
        telling.unseen_section(picture, 2 if brief_one else 20),
    ]
    return compose(
        picture, sources, "sitrep",
        Line("Daily situation report") if brief_one else Line("Weekly situation report"),
        _headline(picture, sources, found, period), sections,
        warned=[held for held, _ in urgent], pages=1.0 if brief_one else None, subject=period,
    )  # fmt: skip


def _headline(picture: Picture, sources: Sources, found: Digest, period: str) -> Line:
    keys = sources.cited(one for news in found.new for one in news.cited)
    new = sources.amount("news", len(found.new), "news", keys)
    open_now = [sources.statement(held.current) for held in picture.open]
    waiting = [sources.statement(one.current) for one in picture.open if one.decided is None]
    fields: dict[str, Value] = {
        "place": picture.scope.place.names,
        "day": picture.as_of,
        "new": Line("{new+} in the record", {"new": new})
        if keys
        else Line("nothing new in the record"),
        "open": Line("no warning open"),
    }
    if open_now:
        opened = sources.amount("warnings.open", len(open_now), "warnings", open_now)
        undecided = sources.amount("warnings.undecided", len(waiting), "warnings", waiting)
        fields["open"] = (
            Line("{open+} open, {undecided} undecided", {"open": opened, "undecided": undecided})
            if waiting
            else Line("{open+} open, all decided", {"open": opened})
        )
    template = (
        "{place}, day to {day}: {new}; {open}"
        if period == "day"
        else "{place}, week to {day}: {new}; {open}"
    )
    return Line(template, fields)


def _new(found: Digest, sources: Sources, most: int) -> tuple[Block, ...]:
    if not found.new:
        return (Paragraph(Line("Nothing new became known in this period.")),)
    shown = telling.newest(found.new, most)
    blocks: list[Block] = [Items(tuple(telling.news_item(one, sources) for one in shown))]
    left = found.new[: len(found.new) - len(shown)]
    if left:
        keys = sources.cited(one for news in left for one in news.cited)
        more = sources.amount("news.more", len(left), "news", keys)
        blocks.append(Paragraph(Line("Not shown: {more} from earlier.", {"more": more}), "note"))
    return tuple(blocks)


def _warned(
    picture: Picture, sources: Sources, urgent: Sequence[telling.Shown], brief_one: bool
) -> tuple[Block, ...]:
    if not urgent:
        return (Paragraph(Line("No warning on {place} is open.", telling.place_field(picture))),)
    shown = telling.varied(urgent, 3 if brief_one else LONGEST)
    blocks: list[Block] = [warnings_table(sources, shown)]
    told = {held.subject for held, _ in shown}
    keys = [sources.statement(held.current) for held in picture.open if held.subject not in told]
    if keys:
        more = sources.amount("warnings.more", len(keys), "warnings", keys)
        blocks.append(Paragraph(Line("{more} more are open.", {"more": more}), "note"))
    return tuple(blocks)


def _steps(picture: Picture, sources: Sources, since: date) -> tuple[Block, ...]:
    """Steps that people and clocks took on warnings in the period, the newest first."""
    taken = [
        (known(one), held, one)
        for held in picture.standings
        for one in steps_of(held)
        if one.kind in _STEPS and known(one) > end_of(since)
    ]
    taken.sort(key=lambda step: (step[0], step[2].id), reverse=True)
    items = []
    for _, held, one in taken[:LONGEST]:
        keys = [sources.statement(one), sources.statement(held.current)]
        items.append(
            Item(
                Line(
                    "{when} – {step}: {title}",
                    {"when": telling.moment(one.known_at, keys), "step": Term(_SAID[one.kind]),
                     "title": sources.quote(held.body.title, keys)},
                )
            )
        )  # fmt: skip
    return (Items(tuple(items)),) if items else ()


def _counted(picture: Picture, brief_one: bool) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if told := telling.counted(picture):
        blocks.append(telling.paragraph(told))
    if not brief_one:
        chart, areas = telling.timeline_chart(picture), areas_table(picture)
        blocks += [one for one in (chart, areas) if one is not None]
    return tuple(blocks)


def _coming(picture: Picture) -> tuple[Block, ...]:
    blocks: list[Block] = [telling.paragraph(telling.coming(picture))]
    if (sure := telling.confidence(picture)) is not None:
        blocks.append(Paragraph(sure, "note"))
    return tuple(blocks)


def _ahead(found: Digest, sources: Sources, most: int) -> tuple[Block, ...]:
    """Dates ahead and commitments that are not over, overdue first."""
    rows = [*_plans(found, sources), *_owed(found, sources)]
    if not rows:
        return ()
    rows.sort(key=lambda row: (str(row.values[0] or "9999"), str(row.values[1])))
    table = Table(
        "ahead",
        Line("**Dates and commitments** as the record holds them"),
        (
            column("date", "Date", hxl="#date"),
            column("what", "What", hxl="#activity+name"),
            column("who", "Who", hxl="#org+name"),
            column("state", "State", hxl="#status"),
        ),
        tuple(rows[:most]),
    )
    return (table,)


def _plans(found: Digest, sources: Sources) -> list[Row]:
    rows = []
    for plan in found.calendar:
        keys = sources.cited([plan.history[-1].cited])
        rows.append(
            Row(
                (
                    _when(plan.planned, sources, keys),
                    Line("{title}", {"title": sources.quote(plan.title, keys)}),
                    Line("–"),
                    _state(Line("{said}", {"said": sources.quote(plan.said, keys)}), plan.overdue),
                ),
                (plan.planned, plan.title.in_("en"), "", plan.status),
            )
        )  # fmt: skip
    return rows


def _owed(found: Digest, sources: Sources) -> list[Row]:
    rows = []
    for line in found.commitments:
        keys = sources.cited([line.cited])
        who = telling.names(sources.quote(one, keys) for one in line.responsible_names)
        rows.append(
            Row(
                (
                    _when(line.deadline, sources, keys),
                    Line("{title}", {"title": sources.quote(line.title, keys)}),
                    Line("{who}", {"who": who}),
                    _state(Line("{said}", {"said": sources.quote(line.said, keys)}), line.overdue),
                ),
                (
                    line.deadline, line.title.in_("en"),
                    ", ".join(one.in_("en") for one in line.responsible_names), line.status,
                ),
            )
        )  # fmt: skip
    return rows


def _when(when: str | None, sources: Sources, keys: Sequence[str]) -> Line:
    if not when:
        return Line("{word}", {"word": Term("no date")})
    return Line("{when}", {"when": sources.dated(when, keys)})


def _state(said: Line, overdue: bool) -> Line:
    return Line("{said}, **overdue**", {"said": said}) if overdue else said
