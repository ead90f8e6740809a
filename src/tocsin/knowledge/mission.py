"""A mission: its mandate and countdown, its strength and what is leaving, its camps, its leave."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.figures.findings import best
from tocsin.knowledge.figures.values import stated
from tocsin.knowledge.labels import (
    CAMP,
    CAPABILITY,
    CAPABILITY_TYPES,
    CONSENT,
    CONTRIBUTOR,
    MANDATE,
    named,
)
from tocsin.knowledge.places import place_words
from tocsin.knowledge.record import Entry, by_subject, entries, happened_by, in_order
from tocsin.knowledge.sentences import Amount, Dated, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Camp, Capability, Consent, Contributor, Figure, Mandate
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

GONE = frozenset({"closed", "handed_over", "left_early"})
_LEAVING = frozenset({"announces_withdrawal", "withdrawing"})
PRESENT = "mission_troops_present"


class MandateStep(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One instrument and what it did."""

    on: str
    instrument: str
    action: str
    said: Words
    military_ceiling: int | None = None
    police_ceiling: int | None = None
    until: str | None = None
    wind_down_until: str | None = None
    note: Words = Words()
    cited: Cited


class Task(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A task that an instrument gives, and whether its mandate has ended without a successor."""

    task: Words
    instrument: str
    orphaned: bool = False


class MandateState(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The mandate on a day: in force, or ended and winding down; ceilings; days left."""

    state: str  # in_force, winding_down, over
    text: Words
    military_ceiling: int | None = None
    police_ceiling: int | None = None
    until: str | None = None
    days: int | None = None
    tasks: tuple[Task, ...] = ()
    steps: tuple[MandateStep, ...] = ()


class ContributorLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A contributor and its last word."""

    contributor: str
    name: Words
    status: str
    said: Words
    since: str
    troops: int | None = None
    police: int | None = None
    by: str | None = None
    note: Words = Words()
    cited: Cited


class Residual(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is left when those who have announced to leave are gone."""

    leaving: int
    present: int | None = None
    ceiling: int | None = None
    share_of_ceiling: float | None = None  # per cent
    share_of_present: float | None = None  # per cent
    remaining: int | None = None
    text: Words
    cited: tuple[Cited, ...] = ()


class CapabilityLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A capability: who brings it, where it stands. `gap` when its only provider is lost."""

    subject: str
    type: str
    provider: str
    text: Words
    status: str
    since: str
    gap: bool = False
    note: Words = Words()
    cited: Cited


class CampLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A camp and its last word.

    `at_risk` while it is open in the area of an armed actor; `unreported` when the mission is
    over and the last word is still that it is open.
    """

    subject: str
    place: Words
    area: str
    area_name: Words
    status: str
    said: Words
    since: str
    planned: str | None = None
    handed_to: str = ""
    in_area_of: str = ""
    at_risk: bool = False
    unreported: bool = False
    note: Words = Words()
    cited: Cited


class ConsentStep(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One act of the host; strength from −2 (consent gone) to 2 (full support)."""

    on: str
    act: str
    said: Words
    strength: int
    note: Words = Words()
    cited: Cited


class MissionCard(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A mission as it stands on a day."""

    subject: str
    on: str
    name: Words
    mandate: MandateState | None = None
    residual: Residual | None = None
    contributors: tuple[ContributorLine, ...] = ()
    capabilities: tuple[CapabilityLine, ...] = ()
    camps: tuple[CampLine, ...] = ()
    camps_open: int = 0
    camps_gone: int = 0
    consent: tuple[ConsentStep, ...] = ()


def mission_card(
    statements: Iterable[Statement], name: str, on: date, undated: Registry | None = None
) -> MissionCard:
    """The mission that `name` means, as it stands on a day.

    Raises
    ------
    UnknownName, if the record holds no such name.
    """
    everything = list(statements)
    identity = registry_of(everything).lookup(name, undated)
    held = happened_by(everything, on)
    registry = registry_of(held)
    subject = identity.subject
    mandate = mandate_state(held, subject, on)
    camps = _camps(held, subject, over=mandate is not None and mandate.state == "over")
    return MissionCard(
        subject=subject,
        on=on.isoformat(),
        name=identity.name,
        mandate=mandate,
        residual=residual_strength(held, subject, mandate),
        contributors=tuple(_contributors(held, subject, registry)),
        capabilities=tuple(_capabilities(held, subject, registry)),
        camps=camps,
        camps_open=sum(camp.status not in GONE and not camp.unreported for camp in camps),
        camps_gone=sum(camp.status in GONE for camp in camps),
        consent=tuple(_consent(held, subject)),
    )


def mandate_state(held: Iterable[Statement], mission: str, on: date) -> MandateState | None:
    """The mandate of a mission on a day; None where the record holds none."""
    found = [entry for entry in in_order(entries(held, Mandate)) if entry.body.mission == mission]
    if not found:
        return None
    last = found[-1].body
    ended = last.action == "ended"
    until = last.wind_down_until if ended else last.until
    days = (last_moment(until).date() - on).days if until else None
    state = "over" if ended and (days is None or days < 0) else (
        "winding_down" if ended else "in_force"
    )  # fmt: skip
    return MandateState(
        state=state,
        text=_countdown(state, last.instrument, until, days),
        military_ceiling=_last_of([entry.body.military_ceiling for entry in found]),
        police_ceiling=_last_of([entry.body.police_ceiling for entry in found]),
        until=until,
        days=days,
        tasks=tuple(
            Task(
                task=task,
                instrument=entry.body.instrument,
                orphaned=ended and entry.body is not last,
            )
            for entry in found
            for task in entry.body.tasks
        ),
        steps=tuple(_mandate_step(entry) for entry in found),
    )


def _last_of(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return known[-1] if known else None


def _countdown(state: str, instrument: str, until: str | None, days: int | None) -> Words:
    if until is None or days is None:
        return words("In force by {instrument}, no end date in the record.", instrument=instrument)
    template = {
        "in_force": "In force by {instrument} until {until}: {days} days left.",
        "winding_down": "Ended by {instrument}; winding down until {until}: {days} days left.",
        "over": "Ended by {instrument}; the winding-down was due on {until}.",
    }[state]
    if state == "in_force" and days < 0:
        template = "In force by {instrument} until {until}; the record holds no renewal since."
    return words(template, instrument=instrument, until=Dated(until), days=max(days, 0))


def _mandate_step(entry: Entry[Mandate]) -> MandateStep:
    statement, body = entry
    return MandateStep(
        on=statement.valid_from or statement.known_at,
        instrument=body.instrument,
        action=body.action,
        said=named(body.action, MANDATE),
        military_ceiling=body.military_ceiling,
        police_ceiling=body.police_ceiling,
        until=body.until,
        wind_down_until=body.wind_down_until,
        note=body.note,
        cited=cite(statement),
    )


def residual_strength(
    held: Iterable[Statement], mission: str, mandate: MandateState | None
) -> Residual | None:
    """Troops that are leaving against the ceiling and against those present.

    Only troops that a source has put a number to are counted; None where there is no number.
    """
    statements = list(held)
    leaving = [
        entry
        for entry in _last_words(entries(statements, Contributor), mission)
        if entry.body.status in _LEAVING and entry.body.troops
    ]
    if not leaving:
        return None
    gone = sum(entry.body.troops or 0 for entry in leaving)
    figures = [
        entry
        for entry in entries(statements, Figure)
        if entry.body.quantity == PRESENT and entry.body.place == mission and entry.body.value
    ]
    there = best(figures) if figures else None
    present = int(there.body.value or 0) if there else None
    ceiling = mandate.military_ceiling if mandate else None
    of_ceiling = gone / ceiling * 100 if ceiling else None
    of_present = gone / present * 100 if present else None
    text = words(
        "{leaving} troops are leaving: {of_ceiling} of the ceiling of {ceiling}, {of_present} of "
        "those present ({present}); {remaining} remain.",
        leaving=gone, ceiling=ceiling or 0, present=stated(there.body) if there else "?",
        of_ceiling=Amount(of_ceiling or 0, 1, "percent"),
        of_present=Amount(of_present or 0, 1, "percent"), remaining=(present or gone) - gone,
    ) if ceiling and present else words(
        "{leaving} troops are leaving.", leaving=gone
    )  # fmt: skip
    sources = [entry.statement for entry in leaving] + ([there.statement] if there else [])
    return Residual(
        leaving=gone,
        present=present,
        ceiling=ceiling,
        share_of_ceiling=of_ceiling,
        share_of_present=of_present,
        remaining=present - gone if present else None,
        text=text,
        cited=tuple(cite(one) for one in sources),
    )


def _last_words(
    found: list[Entry[Contributor]], mission: str
) -> list[Entry[Contributor]]:  # fmt: skip
    own = [entry for entry in found if entry.body.mission == mission]
    return [in_order(words_on)[-1] for words_on in by_subject(own).values()]


def _contributors(
    held: list[Statement], mission: str, registry: Registry
) -> Iterable[ContributorLine]:
    for statement, body in in_order(_last_words(entries(held, Contributor), mission)):
        yield ContributorLine(
            contributor=body.contributor,
            name=registry.words_of(body.contributor),
            status=body.status,
            said=named(body.status, CONTRIBUTOR),
            since=statement.valid_from or statement.known_at,
            troops=body.troops,
            police=body.police,
            by=body.by,
            note=body.note,
            cited=cite(statement),
        )


def _capabilities(
    held: list[Statement], mission: str, registry: Registry
) -> Iterable[CapabilityLine]:
    own = [entry for entry in entries(held, Capability) if entry.body.mission == mission]
    last = [in_order(found)[-1] for found in by_subject(own).values()]
    for statement, body in last:
        others = [
            entry
            for entry in last
            if entry.body.type == body.type and entry.body.status in ("available", "reduced")
        ]
        yield CapabilityLine(
            subject=statement.subject,
            type=body.type,
            provider=body.provider,
            text=words(
                "{what} ({provider}): {status}",
                what=named(body.type, CAPABILITY_TYPES),
                provider=registry.words(body.provider),
                status=named(body.status, CAPABILITY),
            ),
            status=body.status,
            since=statement.valid_from or statement.known_at,
            gap=body.status == "lost" and not others,
            note=body.note,
            cited=cite(statement),
        )


def _camps(held: list[Statement], mission: str, *, over: bool) -> tuple[CampLine, ...]:
    own = [entry for entry in entries(held, Camp) if entry.body.mission == mission]
    lines: list[CampLine] = []
    for subject, found in by_subject(own).items():
        statement, body = in_order(found)[-1]
        lines.append(
            CampLine(
                subject=subject,
                place=body.place,
                area=body.area,
                area_name=place_words(body.area),
                status=body.status,
                said=named(body.status, CAMP),
                since=statement.valid_from or statement.known_at,
                planned=body.planned,
                handed_to=body.handed_to,
                in_area_of=body.in_area_of,
                at_risk=body.status not in GONE and bool(body.in_area_of) and not over,
                unreported=body.status not in GONE and over,
                note=body.note,
                cited=cite(statement),
            )
        )
    return tuple(lines)


def _consent(held: list[Statement], mission: str) -> Iterable[ConsentStep]:
    for statement, body in in_order(entries(held, Consent)):
        if body.mission == mission:
            yield ConsentStep(
                on=statement.valid_from or statement.known_at,
                act=body.act,
                said=named(body.act, CONSENT),
                strength=body.strength,
                note=body.note,
                cited=cite(statement),
            )
