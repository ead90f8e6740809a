"""The regional bulletin: one row a country, with an arrow, what may come, and any opening."""

from tocsin.briefs.facts import Fact, Line, Term, Value, Words
from tocsin.briefs.reckoning import QUARTER
from tocsin.errors import UsageError
from tocsin.products import telling
from tocsin.products.composing import column, compose
from tocsin.products.document import (
    Block,
    Document,
    Item,
    Items,
    Row,
    Section,
    Table,
)
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.warning.problems import rank
from tocsin.warning.standing import Standing

RISE, FALL, FEW = 1.2, 0.8, 10  # as in the headline of a brief
_ARROWS = {"up": "↗", "down": "↘", "flat": "→", "unknown": "?"}
_SAID = {"up": "rising", "down": "falling", "flat": "steady", "unknown": "unknown"}


def trend(now: float | None, before: float | None) -> str:
    """Whether a count rises, falls or stays, by a fifth and by ten deaths at least.

    >>> trend(130, 100), trend(12, 10), trend(0, 40), trend(None, 3)
    ('up', 'flat', 'down', 'unknown')
    """
    if now is None or before is None:
        return "unknown"
    if abs(now - before) < FEW:
        return "flat"
    if now > before * RISE:
        return "up"
    return "down" if now < before * FALL else "flat"


def bulletin(picture: Picture) -> Document:
    """Every country of a region: the count and its arrow, the likelihood, warnings, openings.

    Raises
    ------
    UsageError, for a place that is not a region.
    """
    if not picture.members:
        raise UsageError(
            "{place} is not a region",
            remedy="The bulletin is on a region, such as SAHEL or ECOWAS.",
            place=picture.scope.place.names.en,
        )
    sources = Sources(picture)
    for member in picture.members.values():
        if member.brief is not None:
            sources.held |= {source.key: source for source in member.brief.sources}
    rows = [_row(member, picture, sources) for member in picture.members.values()]
    rows.sort(key=lambda row: (-float(row.values[2] or -1), row.unit_id))
    sections = [
        Section("countries", Line("Country by country"), (_table(rows),)),
        Section("openings", Line("Openings"), _openings(picture, sources)),
        telling.unseen_section(picture, 6),
    ]
    return compose(
        picture, sources, "bulletin", Line("Regional bulletin"), _headline(picture, rows, sources),
        sections, warned=picture.open,
    )  # fmt: skip


def _headline(picture: Picture, rows: list[Row], sources: Sources) -> Line:
    fields = telling.place_field(picture)

    def count(which: str) -> Value | None:
        found = [row for row in rows if row.values[1] == which]
        keys = [key for row in found for key in _behind(row)]
        if not found or not keys:
            return None
        return sources.amount(
            f"countries.{which}", len(found), "countries", tuple(dict.fromkeys(keys))
        )

    told = [
        Line(template, {"n": number})
        for which, template in (
            ("up", "rising in {n}"), ("flat", "steady in {n}"), ("down", "falling in {n}"),
        )
        if (number := count(which)) is not None
    ]  # fmt: skip
    if not told:
        return Line("**{place}**: nobody counts here as of this date", fields)
    parts: dict[str, Value] = {f"p{index}": line for index, line in enumerate(told)}
    template = ", ".join(f"{{{name}}}" for name in parts)
    return Line("{place}, recorded deaths: {told}",
                fields | {"told": Line(template, parts)})  # fmt: skip


def _behind(row: Row) -> tuple[str, ...]:
    return tuple(
        key for cell in row.cells for run in cell.runs("en") if run.fact for key in run.fact.sources
    )


def _row(member: Picture, picture: Picture, sources: Sources) -> Row:
    place = member.scope.place
    brief, grounds = member.brief, member.grounds
    name = Line("**{name}**", {"name": place.names})
    warned = [one for one in picture.open if one.body.country == place.unit_id]
    level, levels = _level(warned, sources)
    if brief is None or grounds is None:
        unknown = Line("{word}", {"word": Term("unknown")})
        return Row((name, Line("?"), unknown, unknown, Line("–"), level, _flag(warned, sources)),
                   (place.names.en, "unknown", None, None, None, levels, _open(warned)),
                   place.unit_id)  # fmt: skip
    window = brief.window
    # Every country by the same three months: those that the region knows.
    span = picture.brief.window.quarter if picture.brief is not None else window.quarter
    before = (span[0] - QUARTER, span[0] - 1)
    now, then = (
        grounds.fact(f"deaths.{which}.{place.unit_id}", grounds.history.deaths(*months), "deaths",
                     months, place=place.unit_id)
        for which, months in (("quarter", span), ("quarter_before", before))
    )  # fmt: skip
    where = trend(now.value, then.value)
    p: Fact | None = None
    if brief.prospect is not None:
        p = telling.worded(brief.prospect.probability)
    return Row(
        (
            name,
            Line("{arrow} {said}", {"arrow": Words(_ARROWS[where], _ARROWS[where]),
                                    "said": Term(_SAID[where])}),
            Line("{n}", {"n": now}),
            Line("{n}", {"n": then}),
            Line("{p}", {"p": p}) if p is not None else Line("–"),
            level,
            _flag(warned, sources),
        ),
        (place.names.en, where, now.value, then.value, None if p is None else p.value, levels,
         _open(warned)),
        place.unit_id,
    )  # fmt: skip


def _level(warned: list[Standing], sources: Sources) -> tuple[Line, str]:
    """The highest level of the country's warnings, and how many there are."""
    harms = [one for one in warned if not one.body.opportunity]
    if not harms:
        return Line("–"), ""
    highest = max(harms, key=lambda one: rank(one.body.level))
    keys = [sources.statement(one.current) for one in harms]
    count = sources.amount(f"warnings.{highest.body.country}", len(harms), "warnings", keys)
    fields: dict[str, Value] = {"level": telling.level(highest), "n": count}
    return Line("**{level}** ({n})", fields, capital=True), highest.body.level


def _open(warned: list[Standing]) -> bool:
    return any(one.body.opportunity for one in warned)


def _flag(warned: list[Standing], sources: Sources) -> Line:
    openings = [one for one in warned if one.body.opportunity]
    if not openings:
        return Line("–")
    key = sources.statement(openings[0].current)
    until = sources.dated(openings[0].body.window_to, [key])
    return Line("△ {word}, to {until}", {"word": Term("opening"), "until": until})


def _table(rows: list[Row]) -> Table:
    return Table(
        "countries",
        Line("**Recorded deaths in three months,** their direction, and what may come"),
        (
            column("country", "Country", hxl="#country+name"),
            column("direction", "Direction", hxl="#indicator+direction"),
            column("quarter", "Three months", unit="deaths", hxl="#affected+killed+quarter",
                   numeric=True),
            column("quarter_before", "Three before", unit="deaths",
                   hxl="#affected+killed+quarter_before", numeric=True),
            column("deadlier", "Deadlier next quarter?", unit="probability",
                   hxl="#indicator+deadlier"),
            column("level", "Warned of", hxl="#severity"),
            column("opening", "Opening", hxl="#indicator+opening"),
        ),
        tuple(rows),
        Line("An arrow needs a change by a fifth and by ten deaths. A question mark is unknown: "
             "nobody counts, which is not zero."),
    )  # fmt: skip


def _openings(picture: Picture, sources: Sources) -> tuple[Block, ...]:
    items: list[Item] = [
        telling.warning_item(held, line, sources)
        for held, line in telling.boarded(picture)
        if held.body.opportunity
    ]
    return (Items(tuple(items)),) if items else ()
