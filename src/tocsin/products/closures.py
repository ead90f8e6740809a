"""The closure risk sheet: each camp, when it closes, in whose area it lies, what is warned of."""

from tocsin.briefs.facts import Fact, Line, Value
from tocsin.knowledge.mission import CampLine, MissionCard, mission_card
from tocsin.knowledge.record import entries
from tocsin.products import telling
from tocsin.products.composing import column, compose
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
from tocsin.products.picture import Picture
from tocsin.products.sourcing import Sources
from tocsin.tables.kinds import Camp
from tocsin.warning.standing import Standing

_RANK = {"at risk": 0, "open": 1, "no word since the end": 2, "gone": 3}


def closures(picture: Picture, mission: str = "") -> Document:
    """A mission's camps on the day, those at risk first, with what is known about each area.

    mission : whose camps; by default every mission that the record gives camps on the place
    """
    sources = Sources(picture)
    cards = _cards(picture, mission)
    about = {held.body.about: held for held in picture.open}
    warned = [
        held
        for held in picture.open
        if any(held.body.about == camp.subject for card in cards for camp in card.camps)
    ]
    sections = [
        Section("mandate", Line("The mandate"), _mandate(cards, sources)),
        Section("camps", Line("Camp by camp"), _camps(picture, cards, about, sources)),
        Section("leaving", Line("What is leaving"), _leaving(cards, sources)),
        telling.unseen_section(picture),
    ]
    return compose(
        picture, sources, "closures", Line("Closure risk sheet"),
        _headline(picture, cards, sources), sections, warned=warned,
    )  # fmt: skip


def _cards(picture: Picture, mission: str) -> list[MissionCard]:
    held = picture.statements
    if mission:
        return [mission_card(held, mission, picture.as_of)]
    named = dict.fromkeys(entry.body.mission for entry in entries(held, Camp))
    return [mission_card(held, one, picture.as_of) for one in named]


def _headline(picture: Picture, cards: list[MissionCard], sources: Sources) -> Line:
    camps = [camp for card in cards for camp in card.camps]
    fields = telling.place_field(picture)
    if not camps:
        return Line("**{place}**: the record holds no camp as of this date", fields)
    keys = sources.cited(camp.cited for camp in camps)
    standing = [camp for camp in camps if _state(camp) in ("at risk", "open")]
    risky = [camp for camp in camps if camp.at_risk]
    still = sources.cited(camp.cited for camp in standing) or keys
    told: dict[str, Value] = fields | {
        "open": sources.amount("camps.open", len(standing), "camps", still),
        "all": sources.amount("camps", len(camps), "camps", keys),
    }
    if not standing:
        return Line("{place}: none of {all+} still open", told)
    if not risky:
        return Line("{place}: {open} of {all+} still open", told)
    told["risky"] = sources.amount(
        "camps.risky", len(risky), "camps", sources.cited(camp.cited for camp in risky)
    )
    return Line(
        "{place}: {open} of {all+} still open, {risky} of them in the area of an armed actor", told
    )


def _mandate(cards: list[MissionCard], sources: Sources) -> tuple[Block, ...]:
    items = []
    for card in cards:
        if card.mandate is None:
            continue
        keys = sources.cited([card.mandate.steps[-1].cited])
        fields: dict[str, Value] = {
            "mission": sources.quote(card.name, keys),
            "told": sources.quote(card.mandate.text, keys),
        }
        items.append(Item(Line("**{mission}**: {told}", fields)))
    return (Items(tuple(items)),) if items else ()


def _state(camp: CampLine) -> str:
    if camp.unreported:
        return "no word since the end"
    if camp.at_risk:
        return "at risk"
    return "gone" if camp.status in ("closed", "handed_over", "left_early") else "open"


def _camps(
    picture: Picture, cards: list[MissionCard], about: dict[str, Standing], sources: Sources
) -> tuple[Block, ...]:
    camps = sorted(
        (camp for card in cards for camp in card.camps),
        key=lambda camp: (_RANK[_state(camp)], camp.planned or "9999", camp.subject),
    )
    if not camps:
        return (Paragraph(Line("The record holds no camp as of this date.")),)
    rows = [_row(picture, camp, about.get(camp.subject), sources) for camp in camps]
    table = Table(
        "camps",
        Line("**Camps,** those at risk first: one is at risk while it is open in the area of an "
             "armed actor"),
        (
            column("camp", "Camp", hxl="#loc+name"),
            column("state", "State", hxl="#status"),
            column("date", "Since or planned", hxl="#date"),
            column("area", "Area", hxl="#adm1+name"),
            column("in_area_of", "In the area of", hxl="#org+name"),
            column("deaths", "Deaths there, three months", unit="deaths", hxl="#affected+killed",
                   numeric=True),
            column("risk", "Warned of"),
        ),
        tuple(rows),
    )  # fmt: skip
    return (table,)


def _row(picture: Picture, camp: CampLine, held: Standing | None, sources: Sources) -> Row:
    keys = sources.cited([camp.cited])
    deaths = _deaths(picture, camp.area)
    risk, said = Line("–"), ""
    if held is not None:
        key = sources.statement(held.current)
        said = held.body.level
        risk = Line(
            "**{level}**, {likelihood} by {until}",
            {"level": telling.level(held), "likelihood": telling.likelihood(held, [key]),
             "until": sources.dated(held.body.window_to, [key])},
            capital=True,
        )  # fmt: skip
    who = Line("–")
    if camp.in_area_of:
        name = telling.actor_name(picture, camp.in_area_of)
        who = Line("{who}", {"who": sources.quote(name, keys)})
    when = camp.planned or camp.since
    return Row(
        (
            Line("**{place}**", {"place": sources.quote(camp.place, keys)}),
            Line("{said}", {"said": sources.quote(camp.said, keys)}),
            Line("{when}", {"when": sources.dated(when, keys)}),
            Line("{area}", {"area": sources.quote(camp.area_name, keys)}),
            who,
            Line("{n}", {"n": deaths}) if deaths is not None else Line("–"),
            risk,
        ),
        (camp.place.in_("en"), _state(camp), when, camp.area_name.in_("en"), camp.in_area_of,
         None if deaths is None else deaths.value, said),
        unit_id=camp.area,
    )  # fmt: skip


def _deaths(picture: Picture, area: str) -> Fact | None:
    grounds = picture.grounds
    if grounds is None or area not in grounds.parts:
        return None
    return grounds.part_deaths(f"deaths.quarter.{area}", area, grounds.window.quarter)


def _leaving(cards: list[MissionCard], sources: Sources) -> tuple[Block, ...]:
    items = []
    for card in cards:
        if card.residual is not None:
            keys = sources.cited(card.residual.cited)
            items.append(Item(Line("{told}", {"told": sources.quote(card.residual.text, keys)})))
        for one in card.capabilities:
            keys = sources.cited([one.cited])
            template = "{told}; nobody else brings it" if one.gap else "{told}"
            items.append(
                Item(Line(template, {"told": sources.quote(one.text, keys)}, capital=True))
            )
        for who in card.contributors:
            keys = sources.cited([who.cited])
            items.append(
                Item(
                    Line(
                        "{when} – {who}: {said}",
                        {"when": sources.dated(who.since, keys),
                         "who": sources.quote(who.name, keys),
                         "said": sources.quote(who.said, keys)},
                    )
                )
            )  # fmt: skip
    return (Items(tuple(items)),) if items else ()
