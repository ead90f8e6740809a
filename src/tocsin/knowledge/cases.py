"""Case files: each side's claim with its scope, evidence, steps, and the clock of denied access."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.errors import UnknownName
from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.figures.values import bounded
from tocsin.knowledge.labels import ABOUT, EVIDENCE, STEP, named
from tocsin.knowledge.places import place_words
from tocsin.knowledge.record import Entry, begins, entries, happened_by, in_order
from tocsin.knowledge.remarks import Remark, remarks
from tocsin.knowledge.sentences import Amount, Dated, joined, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Case, Claim, Denial, Evidence, Movement, Step
from tocsin.tables.statements import Statement
from tocsin.tables.when import first_moment, last_moment


class ClaimLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One claim: who says it, what number, whom it counts; `party` claims come from a party."""

    claimant: str
    claimant_name: Words
    about: str
    about_name: Words
    stated: Words
    value: int | None = None
    low: int | None = None
    high: int | None = None
    bound: str = "exact"
    scope: Words = Words()
    party: bool = False
    text: Words = Words()
    cited: Cited


class Range(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Claims about one thing, side by side. There is no average of them."""

    about: str
    about_name: Words
    case: str
    case_title: Words
    text: Words
    claims: tuple[ClaimLine, ...]


class EvidenceLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Evidence by type and number; never a person."""

    type: str
    text: Words
    count: int | None = None
    note: Words = Words()
    cited: Cited


class StepLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A step in a case."""

    on: str
    type: str
    text: Words
    by: str = ""
    cited: Cited


class Clock(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Access that was asked for and refused: how many days it has been."""

    by: str
    asked_on: str
    days: int
    ended_on: str | None = None
    what: Words
    text: Words
    cited: Cited


class CaseCard(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A case as it stands on a day."""

    subject: str
    on: str
    title: Words
    place: str = ""
    place_name: Words = Words()
    period_from: str | None = None
    period_to: str | None = None
    summary: Words = Words()
    ranges: tuple[Range, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    steps: tuple[StepLine, ...] = ()
    denials: tuple[Clock, ...] = ()
    movements: tuple[StepLine, ...] = ()
    remarks: tuple[Remark, ...] = ()


def case_cards(statements: Iterable[Statement], on: date) -> list[CaseCard]:
    """Every case as it stands on a day, by its subject."""
    held = happened_by(statements, on)
    registry = registry_of(held)
    last = {entry.statement.subject: entry.body for entry in in_order(entries(held, Case))}
    return [_card(subject, body, held, registry, on) for subject, body in sorted(last.items())]


def case_card(
    statements: Iterable[Statement], name: str, on: date, undated: Registry | None = None
) -> CaseCard:
    """One case: by its subject, the part after the colon, or its title.

    Raises
    ------
    UnknownName, if the record knows no such case on that day.
    """
    held = list(statements)
    cards = case_cards(held, on)
    exact = [card for card in cards if name in (card.subject, card.subject.partition(":")[2])]
    if not exact:
        subject = registry_of(held).lookup(name, undated).subject
        exact = [card for card in cards if card.subject == subject]
    if not exact:
        raise UnknownName(
            "no case in the record is named {name}",
            remedy="See them with: tocsin cases list",
            name=name,
        )
    return exact[0]


def _card(
    subject: str, body: Case, held: list[Statement], registry: Registry, on: date
) -> CaseCard:
    return CaseCard(
        subject=subject,
        on=on.isoformat(),
        title=body.title,
        place=body.place,
        place_name=place_words(body.place),
        period_from=body.period_from,
        period_to=body.period_to,
        summary=body.summary,
        ranges=tuple(_ranges(subject, body.title, held, registry)),
        evidence=tuple(
            _evidence(entry, registry)
            for entry in in_order(entries(held, Evidence))
            if entry.body.case == subject
        ),
        steps=tuple(
            _step(entry) for entry in in_order(entries(held, Step)) if entry.body.case == subject
        ),
        denials=tuple(
            _clock(entry, registry, on)
            for entry in in_order(entries(held, Denial))
            if entry.body.case == subject
        ),
        movements=tuple(
            _movement(entry)
            for entry in in_order(entries(held, Movement))
            if entry.statement.subject == subject
        ),
        remarks=remarks(held, _about(subject, held)),
    )


def _about(subject: str, held: list[Statement]) -> set[str]:
    """The case and every statement of it: what a remark may be about."""
    return {subject, *(one.id for one in held if one.subject == subject)}


def _ranges(
    subject: str, title: Words, held: list[Statement], registry: Registry
) -> Iterable[Range]:
    groups: dict[str, list[ClaimLine]] = {}
    for entry in in_order(entries(held, Claim)):
        if entry.body.case == subject:
            groups.setdefault(entry.body.about, []).append(_claim(entry, registry))
    for about, claims in groups.items():
        told = joined([_told(claim) for claim in claims])
        template = "{about}: {claims}" if len(claims) == 1 else "{about}, kept apart: {claims}"
        name = named(about, ABOUT)
        yield Range(
            about=about,
            about_name=name,
            case=subject,
            case_title=title,
            text=words(template, about=name, claims=told),
            claims=tuple(claims),
        )


def _told(claim: ClaimLine) -> Words:
    return words(
        "{stated} ({scope}) says {claimant}, a party"
        if claim.party
        else "{stated} ({scope}) says {claimant}",
        stated=claim.stated, scope=claim.scope, claimant=claim.claimant_name,
    )  # fmt: skip


def _claim(entry: Entry[Claim], registry: Registry) -> ClaimLine:
    statement, body = entry
    return ClaimLine(
        claimant=body.claimant,
        claimant_name=registry.words(body.claimant),
        about=body.about,
        about_name=named(body.about, ABOUT),
        stated=_stated(body),
        value=body.value,
        low=body.low,
        high=body.high,
        bound=body.bound,
        scope=body.scope,
        party=body.party,
        text=body.text,
        cited=cite(statement),
    )


def _stated(body: Claim) -> Words:
    if body.value is not None:
        return bounded(body.bound, Amount(body.value))
    if body.low is not None and body.high is not None:
        return words("{low} to {high}", low=body.low, high=body.high)
    return body.text


def _evidence(entry: Entry[Evidence], registry: Registry) -> EvidenceLine:
    statement, body = entry
    kind = named(body.type, EVIDENCE)
    held_by = registry.words(body.held_by) if body.held_by else Words()
    text = (
        words("{count} {kind} ({holder})", count=body.count, kind=kind, holder=held_by)
        if body.count is not None
        else words("{kind} ({holder})", kind=kind, holder=held_by)
    )
    return EvidenceLine(
        type=body.type, text=text, count=body.count, note=body.note, cited=cite(statement)
    )


def _step(entry: Entry[Step]) -> StepLine:
    statement, body = entry
    kind = named(body.type, STEP)
    note = body.note if body.note.fr or body.note.en else kind
    return StepLine(
        on=statement.valid_from or statement.known_at,
        type=body.type,
        text=note,
        by=body.by,
        cited=cite(statement),
    )


def _clock(entry: Entry[Denial], registry: Registry, on: date) -> Clock:
    statement, body = entry
    asked = first_moment(body.asked_on).date()
    ended = last_moment(body.ended_on).date() if body.ended_on else None
    over = ended is not None and ended <= on
    days = ((ended if over and ended else on) - asked).days
    text = words(
        "Access asked for on {asked}, given after {days} days."
        if over
        else "Access asked for on {asked} and still refused after {days} days ({by}).",
        asked=Dated(body.asked_on), days=days, by=registry.words(body.by),
    )  # fmt: skip
    return Clock(
        by=body.by, asked_on=body.asked_on, days=days, ended_on=body.ended_on if over else None,
        what=body.what, text=text, cited=cite(statement),
    )  # fmt: skip


def _movement(entry: Entry[Movement]) -> StepLine:
    statement, body = entry
    text = words(
        "From {origin} to {destination}: {kilometres} km in {hours} hours, attacked {attacked} "
        "times.",
        origin=body.origin, destination=body.destination,
        kilometres=Amount(float(body.kilometres or 0)), hours=Amount(float(body.hours or 0)),
        attacked=body.attacked,
    )  # fmt: skip
    started = begins(statement)
    return StepLine(
        on=statement.valid_from or (started.date().isoformat() if started else statement.known_at),
        type="movement",
        text=text,
        cited=cite(statement),
    )
