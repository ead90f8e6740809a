"""An actor on one page: names, ties, presence, territory, each with its source."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.changes import tie_text
from tocsin.knowledge.actors.registry import Identity, Registry, registry_of
from tocsin.knowledge.actors.ties import Tie, ties_on
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.labels import LEVEL, named
from tocsin.knowledge.places import place_words
from tocsin.knowledge.record import entries, holds_on, in_order
from tocsin.knowledge.sentences import words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Actor, ControlAssessment, Presence
from tocsin.tables.statements import Statement


class Name(msgspec.Struct, frozen=True, omit_defaults=True):
    """Another name of the actor, and who uses it."""

    name: str
    scheme: str
    language: str = ""
    used_by: str = ""
    since: str | None = None


class TieLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A tie as a line of the card."""

    type: str
    status: str
    subject: str
    object: str
    text: Words
    wording: Words = Words()
    note: Words = Words()
    cited: tuple[Cited, ...]


class Wording(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A presence in the words of its source: wordings are kept apart, never merged."""

    area: str
    wording: Words
    cited: Cited


class Holding(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One source's judgement on what the actor holds."""

    area: str
    level: str
    confidence: str
    text: Words
    note: Words = Words()
    cited: Cited


class ActorCard(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An actor as known, on a day. `declared` holds what was said and has not been done."""

    subject: str
    on: str
    name: Words
    label: Words = Words()  # the short name or acronym of each language
    short: str = ""
    type: str = ""
    countries: tuple[str, ...] = ()
    founded: str | None = None
    ended: str | None = None
    description: Words = Words()
    names: tuple[Name, ...] = ()
    ties: tuple[TieLine, ...] = ()
    declared: tuple[TieLine, ...] = ()
    presences: tuple[Wording, ...] = ()
    holdings: tuple[Holding, ...] = ()
    cited: tuple[Cited, ...] = ()


def actor_card(
    statements: Iterable[Statement], name: str, on: date, undated: Registry | None = None
) -> ActorCard:
    """The card of the actor that `name` means (a name, an alias, an acronym, a subject).

    undated : names of any date, for the look-up only (see `Registry.lookup`)

    Raises
    ------
    UnknownName, with what may have been meant.
    """
    held = list(statements)
    registry = registry_of(held)
    identity = registry.lookup(name, undated)
    ties = [tie for tie in ties_on(held, on) if tie.touches(identity.subject)]
    lines = [tie_line(tie, registry) for tie in ties]
    return _with_body(
        ActorCard(
            subject=identity.subject,
            on=on.isoformat(),
            name=identity.name,
            label=registry.words(identity.subject),
            short=identity.short,
            type=identity.type,
            countries=identity.countries,
            names=_names(identity),
            ties=tuple(line for line in lines if line.status != "declared"),
            declared=tuple(line for line in lines if line.status == "declared"),
            presences=_presences(held, identity.subject, on),
            holdings=_holdings(held, identity.subject, on, registry),
        ),
        held,
    )


def tie_line(tie: Tie, registry: Registry) -> TieLine:
    """A tie with the words for it."""
    return TieLine(
        type=tie.type,
        status=tie.status,
        subject=tie.subject,
        object=tie.object,
        text=tie_text(tie, registry),
        wording=tie.wording,
        note=tie.note,
        cited=tie.cited,
    )


def _names(identity: Identity) -> tuple[Name, ...]:
    found: dict[str, Name] = {}
    for statement, alias in identity.aliases:
        if alias.name in (identity.short, identity.name.fr, identity.name.en):
            continue
        found.setdefault(
            alias.name,
            Name(alias.name, alias.scheme, alias.language, alias.used_by, statement.valid_from),
        )
    return tuple(found[name] for name in sorted(found))


def _with_body(card: ActorCard, held: list[Statement]) -> ActorCard:
    own = [entry for entry in entries(held, Actor) if entry.statement.subject == card.subject]
    if not own:
        return card
    statement, body = in_order(own)[-1]
    return msgspec.structs.replace(
        card,
        founded=body.founded,
        ended=body.ended,
        description=body.description,
        cited=(cite(statement),),
    )


def _presences(held: list[Statement], subject: str, on: date) -> tuple[Wording, ...]:
    return tuple(
        Wording(area=body.area, wording=body.wording, cited=cite(statement))
        for statement, body in in_order(entries(held, Presence))
        if statement.subject == subject and holds_on(statement, on)
    )


def _holdings(
    held: list[Statement], subject: str, on: date, registry: Registry
) -> tuple[Holding, ...]:
    return tuple(
        Holding(
            area=body.area,
            level=body.level,
            confidence=body.confidence,
            text=words(
                "{actor} {level} {area}",
                actor=registry.words(subject),
                level=named(body.level, LEVEL),
                area=body.area_name if body.area_name.en else place_words(body.area),
            ),
            note=body.note,
            cited=cite(statement),
        )
        for statement, body in in_order(entries(held, ControlAssessment))
        if body.actor == subject and holds_on(statement, on)
    )
