"""Former combatants in a programme: stages, tranches, and an arithmetic that must balance."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.labels import DDR, named
from tocsin.knowledge.record import Entry, entries, happened_by, in_order
from tocsin.knowledge.sentences import Amount, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import DdrCaseload
from tocsin.tables.statements import Statement

# Who has reached a later stage has been through the earlier ones.
_ORDER = ("registered", "cantoned", "disarmed", "arrived", "integrated", "reinserted")


class Stage(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Persons at one stage, as one source counts them."""

    stage: str
    said: Words
    persons: int
    tranche: str = ""
    tranches: tuple[int, ...] = ()
    of_planned: int | None = None
    interested: Words = Words()  # who has an interest in this number
    note: Words = Words()
    cited: Cited


class Balance(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sum that was done with a programme's numbers; `holds` is None where nothing can fail."""

    text: Words
    holds: bool | None = None


class Programme(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A programme on a day: its stages and what their arithmetic says."""

    programme: str
    title: Words
    stages: tuple[Stage, ...]
    balances: tuple[Balance, ...]


def caseloads(statements: Iterable[Statement], on: date) -> list[Programme]:
    """Every programme on a day: the last count of each stage and tranche, and the sums."""
    held = happened_by(statements, on)
    registry = registry_of(held)
    found: dict[str, dict[tuple[str, str], Entry[DdrCaseload]]] = {}
    for entry in in_order(entries(held, DdrCaseload)):
        body = entry.body
        found.setdefault(body.programme, {})[body.stage, body.tranche] = entry
    return [
        Programme(
            programme=programme,
            title=registry.words(programme),
            stages=tuple(_stage(entry, registry) for entry in stages.values()),
            balances=tuple(_balances([entry.body for entry in stages.values()])),
        )
        for programme, stages in sorted(found.items())
    ]


def _stage(entry: Entry[DdrCaseload], registry: Registry) -> Stage:
    statement, body = entry
    return Stage(
        stage=body.stage,
        said=named(body.stage, DDR),
        persons=body.persons,
        tranche=body.tranche,
        tranches=body.tranches,
        of_planned=body.of_planned,
        interested=registry.words_of(body.party_interest),
        note=body.note,
        cited=cite(statement),
    )


def _balances(stages: list[DdrCaseload]) -> Iterable[Balance]:
    totals: dict[str, int] = {body.stage: body.persons for body in stages if not body.tranche}
    for body in stages:
        yield from _tranches(body, stages)
        if body.of_planned:
            share = body.persons / body.of_planned * 100
            text = words(
                "{persons} of {planned} planned: {share}, {missing} missing.",
                persons=body.persons, planned=body.of_planned,
                share=Amount(share, 1, "percent"), missing=body.of_planned - body.persons,
            )  # fmt: skip
            yield Balance(text, body.persons <= body.of_planned)
    if "registered" in totals and "planned" in totals:
        yield _places(totals["registered"], totals["planned"])
    yield from _descending(totals)


def _tranches(body: DdrCaseload, stages: list[DdrCaseload]) -> Iterable[Balance]:
    """Tranches must add up to their total, whether the source lists them or each has its own."""
    own = [
        one.persons
        for one in stages
        if one.stage == body.stage and one.tranche and not body.tranche
    ]
    for parts in (list(body.tranches), own):
        if not parts:
            continue
        holds = sum(parts) == body.persons
        text = words(
            "The tranches ({parts}) add up to {persons}."
            if holds
            else "The tranches ({parts}) add up to {sum}, not to {persons}.",
            parts=tuple(parts), sum=sum(parts), persons=body.persons,
        )  # fmt: skip
        yield Balance(text, holds)


def _places(registered: int, planned: int) -> Balance:
    template = (
        "{registered} registered for {planned} places: {gap} without one."
        if registered > planned
        else "{registered} registered for {planned} places."
    )
    text = words(template, registered=registered, planned=planned, gap=registered - planned)
    return Balance(text)


def _descending(totals: dict[str, int]) -> Iterable[Balance]:
    reached = [(stage, totals[stage]) for stage in _ORDER if stage in totals]
    for (earlier, before), (later, after) in pairwise(reached):
        if after > before:
            text = words(
                "{after} {later} are more than {before} {earlier}: one of the two is wrong.",
                after=after, later=named(later, DDR), before=before, earlier=named(earlier, DDR),
            )  # fmt: skip
            yield Balance(text, False)
