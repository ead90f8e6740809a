"""One quantity, everything said about it, and what to make of the differences."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.figures.findings import FigureEntry, Finding, best
from tocsin.knowledge.figures.reconcile import reconcile
from tocsin.knowledge.figures.values import stated
from tocsin.knowledge.labels import UNITS, named
from tocsin.knowledge.record import by_subject, entries
from tocsin.knowledge.remarks import Remark, remarks
from tocsin.language import fold
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Figure
from tocsin.tables.searching import searchable
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment


class Voice(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One statement of a figure: the number in words, what it counts, who says it."""

    stated: Words
    value: float | int | None
    low: float | int | None = None
    high: float | int | None = None
    bound: str = "exact"
    status: str = "stated"
    party_interest: str = ""
    interested: Words = Words()  # the same, by name
    definition: Words = Words()
    exclusions: tuple[str, ...] = ()
    left_out: tuple[Words, ...] = ()  # the same, by name
    note: Words = Words()
    cited: Cited


class FigureCard(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A quantity at a place and period: the figure to use, the others, the findings."""

    subject: str
    title: Words
    unit: str
    unit_name: Words = Words()
    place: str = ""
    scope: str = ""
    period_from: str | None = None
    period_to: str | None = None
    shown: Voice
    others: tuple[Voice, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()


def figure_cards(
    statements: Iterable[Statement], query: str = "", as_of: date | None = None
) -> list[FigureCard]:
    """Cards of the figures in which every word of `query` occurs, accents and case aside.

    The figure shown first is the final one, else the newest; nothing else is hidden.
    """
    held = list(statements)
    findings = reconcile(held, as_of)
    wanted = fold(query).split()
    registry = registry_of(held)
    return [
        msgspec.structs.replace(
            _card(subject, found, findings, registry),
            remarks=remarks(held, {subject, *(entry.statement.id for entry in found)}),
        )
        for subject, found in by_subject(entries(held, Figure)).items()
        if any(_matches(entry, wanted) for entry in found)
    ]


def _matches(entry: FigureEntry, wanted: list[str]) -> bool:
    text = fold(searchable(entry.statement)).replace("_", " ")
    return all(word in text for word in wanted)


def _card(
    subject: str, found: list[FigureEntry], findings: list[Finding], registry: Registry
) -> FigureCard:
    chosen = best(found)
    rest = sorted(
        (entry for entry in found if entry is not chosen),
        key=lambda entry: (last_moment(entry.statement.known_at), entry.statement.id),
    )
    body = chosen.body
    return FigureCard(
        subject=subject,
        title=body.title,
        unit=body.unit,
        unit_name=named(body.unit, UNITS),
        place=body.place,
        scope=body.scope,
        period_from=body.period_from,
        period_to=body.period_to,
        shown=_voice(chosen, registry),
        others=tuple(_voice(entry, registry) for entry in rest),
        findings=tuple(one for one in findings if subject in one.subjects),
    )


def _voice(entry: FigureEntry, registry: Registry) -> Voice:
    statement, body = entry
    return Voice(
        stated=stated(body),
        value=body.value,
        low=body.low,
        high=body.high,
        bound=body.bound,
        status=body.status,
        party_interest=body.party_interest,
        interested=registry.words_of(body.party_interest),
        definition=body.definition,
        exclusions=body.exclusions,
        left_out=tuple(registry.words(one) for one in body.exclusions),
        note=body.note,
        cited=cite(statement),
    )
