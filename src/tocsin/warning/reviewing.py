"""A period looked back on: which warnings came true, which did not, and what none announced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.months import first_day, month_of, month_text
from tocsin.warning.abouts import countries_of, name_of
from tocsin.warning.evidence import Evidence, holds
from tocsin.warning.outcomes import outcome_of
from tocsin.warning.problems import Problem, rank
from tocsin.warning.rulebook import Rulebook
from tocsin.warning.standing import Standing, known


@dataclass(frozen=True)
class Verdict:
    """What came of one warning, by its problem's written rule."""

    id: str
    problem: str
    about: str
    raised: str
    highest: str
    versions: int
    closed: str  # when, or empty
    outcome: str
    lead_days: int | None  # from the warning to the harm becoming known
    likelihood: float  # the middle of the first version's range
    brier: float | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """A harm of a watched kind that no open warning had announced."""

    problem: str
    about: str
    name: Words
    when: str
    what: str
    evidence: tuple[str, ...]
    had: str  # what the system said of it just before


def verdicts(book: Rulebook, found: Iterable[Standing], evidence: Evidence) -> list[Verdict]:
    """Every warning judged at the last clock, in the order of its name."""
    return [
        _verdict(book.problems[held.body.problem], held, evidence)
        for held in sorted(found, key=lambda one: one.id)
        if held.body.problem in book.problems
    ]


def _verdict(problem: Problem, held: Standing, evidence: Evidence) -> Verdict:
    first = held.versions[0]
    raised = known(first)
    body = first.body
    assert isinstance(body, WarningVersion)
    closure = held.closure
    outcome, shown = outcome_of(problem, held.body, raised, evidence.clocks[-1], evidence)
    if outcome == "unknown" and closure is not None:
        outcome = closure.body.outcome  # type: ignore[attr-defined]
    middle = (body.likelihood_low + body.likelihood_high) / 2
    happened = {"occurred": 1.0, "did_not_occur": 0.0}.get(outcome)
    levels = [version.body.level for version in held.versions]  # type: ignore[attr-defined]
    return Verdict(
        id=held.id,
        problem=body.problem,
        about=body.about,
        raised=raised.date().isoformat(),
        highest=max(levels, key=rank),
        versions=len(held.versions),
        closed="" if closure is None else known(closure).date().isoformat(),
        outcome=outcome,
        lead_days=_lead(problem, held, raised, shown, evidence) if outcome == "occurred" else None,
        likelihood=middle,
        brier=None if happened is None else round((middle - happened) ** 2, 4),
        evidence=tuple(shown),
    )


def _lead(
    problem: Problem, held: Standing, raised: datetime, shown: Sequence[str], evidence: Evidence
) -> int | None:
    if problem.outcome.kind:
        moments = [evidence.known[name] for name in shown if name in evidence.known]
        return min((moment - raised).days for moment in moments) if moments else None
    month = _first_harm(problem, held.body.area, month_of(raised.date()) + 1, evidence)
    return None if month is None else (first_day(month) - raised.date()).days


def _first_harm(problem: Problem, area: str, first: int, evidence: Evidence) -> int | None:
    level = "admin1" if "." in area else "country"
    counts = evidence.counts.get((level, problem.outcome.target or "ged_all"))  # type: ignore[arg-type]
    row = None if counts is None else counts.row(area)
    if counts is None or row is None:
        return None
    values = np.nan_to_num(counts.values[row, max(0, first - counts.first_month) :])
    reached = np.flatnonzero(values >= (problem.outcome.deaths or 1))
    return int(first + reached[0]) if len(reached) else None


def misses(
    book: Rulebook,
    found: Sequence[Standing],
    evidence: Evidence,
    start: datetime,
    countries: frozenset[str],
) -> list[Miss]:
    """Harms known after `start` and by the last clock that no open warning had announced."""
    missed: list[Miss] = []
    for name, problem in book.problems.items():
        held = [one for one in found if one.body.problem == name]
        missed += (
            _missed_statements(name, problem, held, evidence, start, countries)
            if problem.outcome.kind
            else _missed_months(name, problem, held, evidence, start, countries)
        )
    return missed


def _missed_statements(
    name: str,
    problem: Problem,
    held: Sequence[Standing],
    evidence: Evidence,
    start: datetime,
    countries: frozenset[str],
) -> list[Miss]:
    missed = []
    for one in evidence.by_kind.get(problem.outcome.kind, ()):
        moment = evidence.known[one.id]
        if not start < moment <= evidence.clocks[-1] or not holds(one, problem.outcome.filter):
            continue
        where = evidence.places.countries(one)
        if countries and where and not where & countries:
            continue
        names = {one.subject, *evidence.places.areas(one), *where}
        before = [
            each for each in held if each.body.about in names and known(each.versions[0]) < moment
        ]
        if not before:
            words = getattr(one.body, "place", Words(one.subject, one.subject))
            missed.append(
                Miss(
                    name,
                    one.subject,
                    words if isinstance(words, Words) else Words(one.subject, one.subject),
                    moment.date().isoformat(),
                    f"{one.kind} {one.subject}",
                    (one.id,),
                    "",
                )
            )
    return missed


def _missed_months(
    name: str,
    problem: Problem,
    held: Sequence[Standing],
    evidence: Evidence,
    start: datetime,
    countries: frozenset[str],
) -> list[Miss]:
    level = problem.where.level or "admin1"
    watched = countries_of(problem.where.countries)
    countries = countries & watched if countries and watched else countries or watched
    if watched and not countries:
        return []
    counts = evidence.counts.get((level, problem.outcome.target or "ged_all"))
    if counts is None:
        return []
    missed = []
    first, last = month_of(start.date()) + 1, evidence.known_month[-1]
    for row, unit in enumerate(counts.units):
        if (countries and unit[:3] not in countries) or unit.endswith(".unallocated"):
            continue
        for month in range(first, last + 1):
            column = month - counts.first_month
            if not 0 <= column < counts.values.shape[1]:
                continue
            deaths = counts.values[row, column]
            quiet = np.nan_to_num(counts.values[row, max(0, column - 3) : column]).max(initial=0)
            harmed = deaths >= (problem.outcome.deaths or 1)
            if problem.outcome.from_quiet:
                harmed = harmed and quiet < (problem.outcome.deaths or 1)
            begins = datetime.combine(first_day(month), datetime.min.time(), UTC)
            before = [
                each
                for each in held
                if each.body.about == unit
                and known(each.versions[0]) < begins
                and (each.closure is None or known(each.closure) >= begins)
            ]
            if harmed and not before:
                snapshots, _ = counts.heard([row], month, month)
                missed.append(
                    Miss(
                        name, unit, name_of(unit), month_text(month),
                        f"{deaths:g} deaths", snapshots, "",
                    )
                )  # fmt: skip
    return missed
