"""One record whole, for programs: a statement, an actor, a case, a warning with its chain."""

from __future__ import annotations

from typing import Any

import msgspec

from tocsin.knowledge.actors import ActorCard
from tocsin.knowledge.cases import CaseCard
from tocsin.tables.bodies import Words
from tocsin.tables.statements import Statement
from tocsin.workflow.record_reading import Question


class SourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as a source of a warning: who said what, how it is graded."""

    id: str
    kind: str
    subject: str
    source: str
    grade: str
    known_at: str
    valid_from: str
    says: dict[str, Any]


class ReleaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A release of counts as a source of a warning."""

    id: str
    cited: str


class FiringLine(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator that fired: its rule, its value, its threshold, and what that rests on."""

    indicator: str
    title: Words
    rule: str
    area: str
    value: int | float | None
    threshold: int | float | None
    unit: str
    note: Words
    reconstructed: bool
    statements: tuple[SourceLine, ...]
    not_shown: int
    snapshots: tuple[ReleaseLine, ...]


class NotKnown(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator of which nothing was known."""

    indicator: str
    fr: str
    en: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a warning, or a step taken on it."""

    id: str
    kind: str
    at: str
    by: str
    written_late_hours: float
    signature: str
    says: dict[str, Any]


class Likelihood(msgspec.Struct, frozen=True, kw_only=True):
    """The chance that the harm comes, from low to high, and what that rests on."""

    low: float
    high: float
    basis: str


class WarningWhole(msgspec.Struct, frozen=True, kw_only=True):
    """A warning down to its sources.

    `problem_said` is what the file of its problem says of it, empty where the rules no longer
    hold the problem. `waits_for` and `due`: whose turn it is, and until when.
    """

    id: str
    state: str
    level: str
    version: int
    title: Words
    problem: str
    about: str
    area: str
    window_from: str
    window_to: str
    likelihood: Likelihood
    severity: Words
    confidence: str
    confidence_why: Words
    opportunity: bool
    addressees: tuple[str, ...]
    marking: str
    exercise: bool
    rules: str
    same_rules: bool
    firings: tuple[FiringLine, ...]
    not_known: tuple[NotKnown, ...]
    steps: tuple[Step, ...]
    deliveries: tuple[dict[str, Any], ...]
    problem_said: dict[str, Any]
    waits_for: str
    due: str


def warning(question: Question, name: str) -> WarningWhole:
    """One warning as of the question's day.

    Raises
    ------
    UnknownName, with the same words whether it does not exist or may not be seen.
    """
    from tocsin.workflow import watchkeeping
    from tocsin.workflow.listing import moment_of

    told = watchkeeping.show(name, moment_of(question), question.reader)
    low, high, basis = told.pop("likelihood")
    own = {one: told[one] for one in WarningWhole.__struct_fields__ if one in told}
    rest = {one: value for one, value in told.items() if one not in own}
    likelihood = {"low": low, "high": high, "basis": basis}
    return msgspec.convert(own | {"likelihood": likelihood, "problem_said": rest}, WarningWhole)


def statement(question: Question, name: str) -> Statement:
    """One statement, current or not.

    Raises
    ------
    UnknownName, with the same words whether it does not exist or may not be seen.
    """
    return question.view.named(name)


def actor(question: Question, name: str) -> ActorCard:
    """An actor on one page."""
    from tocsin.workflow import record_reading

    return record_reading.actor(question, name)


def case(question: Question, name: str) -> CaseCard:
    """One case as it stands."""
    from tocsin.workflow import record_reading

    return record_reading.case(question, name)
