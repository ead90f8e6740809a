"""Rules over statements: which of them count for an about at a clock, and what they come to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.statements import Statement
from tocsin.tables.when import first_moment, last_moment
from tocsin.warning.abouts import About
from tocsin.warning.evidence import Evidence, holds
from tocsin.warning.indicators import (
    CalendarRule,
    CommitmentRule,
    ConditionRule,
    FigureRule,
    ReportRule,
    Rule,
    SilenceRule,
    StatementRule,
)
from tocsin.warning.observed import FAR, VERIFIED
from tocsin.warning.reported import UNJUDGED, asked_for, between, could_not_observe, roots_of

STALLED = ("suspended", "blocked", "abandoned")
DONE = {
    "calendar_item": ("status", ("held",)),
    "camp": ("status", ("closed", "handed_over", "left_early")),
    "contributor": ("status", ("withdrawn",)),
    "capability": ("status", ("lost",)),
    "commitment_status": ("status", ("implemented", "ended")),
}


@dataclass(frozen=True)
class Active:
    """A statement and the moments between which it counts for a rule: [start, end).

    area : where it lies, if its own fields do not say so
    """

    statement: Statement
    start: datetime
    end: datetime
    value: float = 1.0
    area: str = ""


def actives(rule: Rule, evidence: Evidence) -> list[Active]:
    """Statements that count for a rule at some clock, each with its span."""
    makers: dict[type, Callable[..., Iterator[Active]]] = {
        StatementRule: _plain,
        CommitmentRule: _commitments,
        CalendarRule: _calendar,
        ConditionRule: _conditions,
        FigureRule: _figures,
        SilenceRule: _reports,
        ReportRule: _told,
    }
    found = []
    for each in makers[type(rule)](rule, evidence):
        end = min(each.end, evidence.ends.get(each.statement.id, FAR))
        if each.start < end:
            found.append(replace(each, end=end))
    return found


def concerned(one: Statement, scope: str, about: About, evidence: Evidence) -> bool:
    """Whether a statement concerns an about, within a scope."""
    match scope:
        case "anywhere":
            return True
        case "about":
            return one.subject == about.id
        case "area":
            areas = evidence.places.areas(one)
            return about.area in areas or about.country in areas or one.subject == about.id
    return about.country in evidence.places.countries(one)


def lies_in(area: str, scope: str, about: About) -> bool:
    """Whether an area concerns an about, within a scope."""
    if scope == "anywhere":
        return True
    if scope == "country":
        return area[:3] == about.country
    return area in (about.area, about.id) or (area.startswith(about.country) and not about.area)


def counting(rule: Rule, about: About, evidence: Evidence, clock: datetime) -> list[Active]:
    """The statements behind what a rule says of an about at a clock, the first known first."""
    scope = getattr(rule, "scope", "country")
    return [
        each
        for each in actives(rule, evidence)
        if each.start <= clock < each.end
        and (
            lies_in(each.area, scope, about)
            if each.area
            else concerned(each.statement, scope, about, evidence)
        )
    ]


def measure_statements(
    rule: Rule, abouts: Sequence[About], evidence: Evidence
) -> tuple[NDArray[np.float64], NDArray[np.bool_], bool]:
    """Value and doubt, about by clock, and whether the value could only grow."""
    shape = (len(abouts), len(evidence.clocks))
    spans = [(each, _columns(each, evidence)) for each in actives(rule, evidence)]
    scope = getattr(rule, "scope", "country")
    rows_of = _Rows(abouts)
    held = [
        (
            each, columns,
            rows_of.lying_in(each.area, scope) if each.area
            else rows_of.concerned(each.statement, scope, evidence),
        )
        for each, columns in spans
        if columns
    ]  # fmt: skip
    if isinstance(rule, ReportRule):
        value = sources_told(held, shape, evidence, by=rule.by)
        blind = could_not_observe(abouts, evidence, min(rule.within_days, 31), rule.signs)
        return value, blind, True
    if isinstance(rule, SilenceRule):
        return _silence(rule, held, abouts, evidence)
    value = np.zeros(shape)
    if isinstance(rule, FigureRule):
        value[:] = -np.inf
    if isinstance(rule, FigureRule | ConditionRule):
        for each, columns, rows in held:
            part = value[np.ix_(rows, columns)]
            value[np.ix_(rows, columns)] = np.maximum(part, each.value)
        # Without a figure nothing is known of the quantity; without a condition none is met.
        unheard = np.isneginf(value)
        return np.where(unheard, 0.0, value), unheard, False
    if isinstance(rule, StatementRule) and rule.by == "sources":
        for source in sorted({each.statement.source for each, _, _ in held}):
            says = np.zeros(shape, bool)
            for each, columns, rows in held:
                if each.statement.source == source:
                    says[np.ix_(rows, columns)] = True
            value += says
    else:
        for _, columns, rows in held:
            value[np.ix_(rows, columns)] += 1
    doubt = np.zeros(shape, bool)
    if isinstance(rule, StatementRule) and rule.kind == "alert":
        doubt = could_not_observe(abouts, evidence, min(rule.within_days, 31))
    return value, doubt, True


def _columns(each: Active, evidence: Evidence) -> list[int]:
    return between(each.start, each.end, evidence)


def sources_told(
    held: Sequence[tuple[Active, list[int], list[int]]],
    shape: tuple[int, int],
    evidence: Evidence,
    by: str,
) -> NDArray[np.float64]:
    """How many reports, or independent sources of them, count for each about at each clock."""
    value = np.zeros(shape)
    for column in {column for _, columns, _ in held for column in columns}:
        here = [(each, rows) for each, columns, rows in held if column in columns]
        roots = (
            roots_of([each.statement for each, _ in here], evidence, evidence.clocks[column])
            if by == "sources"
            else {each.statement.id: each.statement.id for each, _ in here}
        )
        told: dict[int, set[str]] = {}
        for each, rows in here:
            for row in rows:
                told.setdefault(row, set()).add(roots[each.statement.id])
        for row, names in told.items():
            value[row, column] = len(names)
    return value


class _Rows:
    """Rows of abouts by what they are and where they lie."""

    def __init__(self, abouts: Sequence[About]):
        self.all = list(range(len(abouts)))
        self.of: dict[str, list[int]] = {}
        self.country: dict[str, list[int]] = {}
        for row, about in enumerate(abouts):
            for name in {about.id, about.area, about.country}:
                self.of.setdefault(name, []).append(row)
            self.country.setdefault(about.country, []).append(row)
        self.about = {about.id: [row] for row, about in enumerate(abouts)}

    def lying_in(self, area: str, scope: str) -> list[int]:
        """Rows that an area concerns, within a scope."""
        if scope == "anywhere":
            return self.all
        return self.country.get(area[:3], []) if scope == "country" else self.of.get(area, [])

    def concerned(self, one: Statement, scope: str, evidence: Evidence) -> list[int]:
        """Rows that a statement concerns, within a scope: as `concerned`, for many at once."""
        match scope:
            case "anywhere":
                return self.all
            case "about":
                return self.about.get(one.subject, [])
            case "area":
                names, held = {one.subject, *evidence.places.areas(one)}, self.of
            case _:
                names, held = set(evidence.places.countries(one)), self.country
        return sorted({row for name in names for row in held.get(name, ())})


def _later(start: datetime, days: int) -> datetime:
    return start + timedelta(days=days)


def _plain(rule: StatementRule, evidence: Evidence) -> Iterator[Active]:
    for one in evidence.by_kind.get(rule.kind, ()):
        if holds(one, rule.where):
            start = evidence.known[one.id]
            end = _later(start, rule.within_days)
            if rule.current:
                end = min(end, evidence.overtaken.get(one.id, FAR))
            yield Active(one, start, end)


def _commitments(rule: CommitmentRule, evidence: Evidence) -> Iterator[Active]:
    if rule.measure == "stalled":
        for one in evidence.by_kind.get("commitment_status", ()):
            if holds(one, {"status": STALLED}):
                start = evidence.known[one.id]
                end = min(_later(start, rule.within_days), evidence.overtaken.get(one.id, FAR))
                yield Active(one, start, end)
        return
    done: dict[str, datetime] = {}
    for one in evidence.by_kind.get("commitment_status", ()):
        if holds(one, {"status": ("implemented", "ended")}):
            done.setdefault(one.body.commitment, evidence.known[one.id])  # type: ignore[attr-defined]
    for one in evidence.by_kind.get("commitment", ()):
        deadline = one.body.deadline  # type: ignore[attr-defined]
        if deadline is not None:
            start = max(evidence.known[one.id], last_moment(deadline))
            yield Active(
                one, start, min(_later(start, rule.within_days), done.get(one.subject, FAR))
            )


def _calendar(rule: CalendarRule, evidence: Evidence) -> Iterator[Active]:
    for one in evidence.by_kind.get("calendar_item", ()):
        if one.body.type not in rule.types:  # type: ignore[attr-defined]
            continue
        known = evidence.known[one.id]
        overtaken = evidence.overtaken.get(one.id, FAR)
        if rule.measure == "postponed" and one.body.status == "postponed":  # type: ignore[attr-defined]
            yield Active(one, known, _later(known, rule.days))
        planned = one.body.planned  # type: ignore[attr-defined]
        live = one.body.status in ("planned", "confirmed")  # type: ignore[attr-defined]
        if rule.measure == "near" and live and planned is not None:
            day = last_moment(planned)
            start = max(known, first_moment(planned) - timedelta(days=rule.days))
            yield Active(one, start, min(day, overtaken))


def _conditions(rule: ConditionRule, evidence: Evidence) -> Iterator[Active]:
    """A condition counts with the share of what it waits for, step by step."""
    del rule
    for one in evidence.by_kind.get("condition", ()):
        waits = one.body.met_when  # type: ignore[attr-defined]
        moments = sorted(_done_at(subject, evidence) for subject in waits)
        for number, moment in enumerate(moments, start=1):
            if moment < FAR:
                start = max(moment, evidence.known[one.id])
                yield Active(one, start, FAR, number / len(waits))


def _done_at(subject: str, evidence: Evidence) -> datetime:
    """When it became known that what a condition waits for has come about."""
    moments = [
        evidence.known[one.id]
        for kind, (field, values) in DONE.items()
        for one in evidence.by_kind.get(kind, ())
        if one.subject == subject and holds(one, {field: values})
    ]
    return min(moments, default=FAR)


def _figures(rule: FigureRule, evidence: Evidence) -> Iterator[Active]:
    before: dict[tuple[str, str], float] = {}
    for one in evidence.by_kind.get("figure", ()):
        if one.body.quantity != rule.quantity:  # type: ignore[attr-defined]
            continue
        start = evidence.known[one.id]
        end = _later(start, rule.within_days)
        value = one.body.value  # type: ignore[attr-defined]
        key = (one.body.place, one.body.scope)  # type: ignore[attr-defined]
        if rule.measure == "stopped":
            if one.body.stopped_on is not None:  # type: ignore[attr-defined]
                yield Active(one, start, end)
            continue
        if value is None:
            continue
        if rule.measure == "value":
            yield Active(one, start, end, float(value))
        elif before.get(key):
            yield Active(one, start, end, 100 * (value - before[key]) / before[key])
        before[key] = float(value)


def _reports(rule: SilenceRule, evidence: Evidence) -> Iterator[Active]:
    """Reports, each for as long as it could count as recent or as baseline."""
    for one in evidence.by_kind.get(rule.kind, ()):
        start = evidence.known[one.id]
        yield Active(one, start, _later(start, rule.days + rule.baseline_days))


def _told(rule: ReportRule, evidence: Evidence) -> Iterator[Active]:
    """Reports of what a rule asks for, while they stand verified, or while nobody has judged them.

    The end is told from the day that a report speaks of: what is told late is no sign of today.
    """
    wanted = VERIFIED if rule.verified else UNJUDGED
    for one in evidence.reports:
        body: Any = one.report.body
        if one.status not in wanted or not asked_for(rule, one):
            continue
        day = last_moment(getattr(body, "day_to", None) or getattr(body, "day_from", None) or
                          body.week)  # fmt: skip
        until = _later(min(day, evidence.known[one.report.id]), rule.within_days)
        yield Active(one.report, one.start, min(one.end, until), area=one.area)


def _silence(
    rule: SilenceRule,
    held: list[tuple[Active, list[int], list[int]]],
    abouts: Sequence[About],
    evidence: Evidence,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], bool]:
    shape = (len(abouts), len(evidence.clocks))
    recent, before = np.zeros(shape), np.zeros(shape)
    for each, columns, rows in held:
        for column in columns:
            late = evidence.clocks[column] - each.start < timedelta(days=rule.days)
            (recent if late else before)[rows, column] += 1
    silent = np.where(recent > 0, 0.0, before)
    blind = could_not_observe(abouts, evidence, rule.days)
    return np.where(blind, np.maximum(silent, rule.at_least), silent), np.zeros(shape, bool), True
