"""The scorecard of a problem whose harm people state: a few cases, each told by itself.

No statement is no proof that nothing happened. A case is known not to have come true only where a
statement says so (`otherwise`), or where its subject is spoken of again after the window.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from tocsin.tables.kinds.warnings import LEVELS
from tocsin.tables.months import last_day, month_of
from tocsin.tables.when import last_moment
from tocsin.warning.abouts import About, abouts_of
from tocsin.warning.assessing import entries, judge, ranks
from tocsin.warning.evidence import Evidence, holds
from tocsin.warning.explaining import both
from tocsin.warning.outcomes import harms_stated, shows_otherwise
from tocsin.warning.problems import Problem, rank
from tocsin.warning.rulebook import Rulebook
from tocsin.warning.tallying import KNOWN_TO_AUTHORS


@dataclass(frozen=True)
class Case:
    """One subject in one window: warned of or not, come true or not."""

    about: str
    name: dict[str, str]
    country: str
    raised: str  # the clock at which the rules raised it; empty if they did not
    highest: str
    likelihood: float | None  # the middle of what its first level states
    outcome: str  # occurred, did_not_occur, unknown
    harm_known: str
    lead_days: int | None
    evidence: tuple[str, ...]
    known_to_the_authors: bool


def stated_scorecard(
    book: Rulebook, name: str, evidence: Evidence, first: datetime
) -> dict[str, Any]:
    """Every case after `first`: raised and judged, or come true without a warning."""
    problem = book.problem(name)
    cases = [*_raised(book, name, evidence, first)]
    cases += _unannounced(problem, evidence, first, cases)
    tally = Counter(each.outcome for each in cases if each.raised)
    judged = [each for each in cases if each.likelihood is not None and each.outcome != "unknown"]
    squares = [(each.likelihood - (each.outcome == "occurred")) ** 2 for each in judged]  # type: ignore[operator]
    share = sum(each.outcome == "occurred" for each in judged) / len(judged) if judged else 0.0
    leads = sorted(each.lead_days for each in cases if each.lead_days is not None)
    return {
        "hits": tally["occurred"],
        "false_alarms": tally["did_not_occur"],
        "not_known": tally["unknown"],
        "misses": sum(not each.raised for each in cases),
        "median_lead_days": leads[len(leads) // 2] if leads else None,
        "brier": round(sum(squares) / len(squares), 4) if squares else None,
        # A forecaster who knew the share in advance, and nothing else.
        "brier_of_the_share": round(share * (1 - share), 4) if judged else None,
        "cases": [asdict(each) for each in cases],
    }


def _raised(book: Rulebook, name: str, evidence: Evidence, first: datetime) -> list[Case]:
    problem = book.problems[name]
    abouts, held = _abouts_over(problem, evidence)
    if not abouts:
        return []
    states = judge(book.used_by(name), book.indicators, abouts, evidence)
    by_clock = ranks(problem, entries(problem, states), evidence.micros)
    cases = []
    for row, about in enumerate(abouts):
        running_until: datetime | None = None
        for column, clock in enumerate(evidence.clocks):
            number = int(by_clock[row, column]) if about.id in held[column] else 0
            if running_until is not None and clock <= running_until:
                continue
            running_until = None
            if clock < first or number < rank(problem.opens_at):
                continue
            running_until = window_end(problem, clock)
            ahead = [
                int(by_clock[row, later])
                for later, at in enumerate(evidence.clocks)
                if clock <= at <= running_until and about.id in held[later]
            ]
            case = _case(problem, about, clock, number, max(ahead), evidence)
            cases.append(case)
            if case.outcome == "occurred":
                running_until = max(running_until, last_moment(case.harm_known))
    return cases


def _abouts_over(problem: Problem, evidence: Evidence) -> tuple[list[About], list[frozenset[str]]]:
    """Everything the problem was about at some clock, and which of it at each."""
    found: dict[str, About] = {}
    held = []
    for clock in evidence.clocks:
        now = abouts_of(problem, evidence, clock)
        found |= {each.id: each for each in now}
        held.append(frozenset(each.id for each in now))
    return [found[name] for name in sorted(found)], held


def window_end(problem: Problem, clock: datetime) -> datetime:
    """The end of the window of a warning raised at a clock."""
    return last_moment(last_day(month_of(clock.date()) + problem.window_months).isoformat())


def _case(
    problem: Problem, about: About, clock: datetime, number: int, highest: int, evidence: Evidence
) -> Case:
    rule, end = problem.outcome, window_end(problem, clock)
    level = problem.levels[LEVELS[number - 1]]
    case = Case(
        about.id, both(about.name), about.country, clock.date().isoformat(),
        LEVELS[highest - 1], sum(level.likelihood) / 2, "unknown", "", None, (),
        about.country in KNOWN_TO_AUTHORS,
    )  # fmt: skip
    shown = harms_stated(rule, about.id, about.area, about.country, clock, end, evidence)
    if shown:
        moment = min(evidence.known[name] for name in shown)
        return replace(
            case, outcome="occurred", harm_known=moment.date().isoformat(),
            lead_days=(moment - clock).days, evidence=tuple(shown),
        )  # fmt: skip
    last = max(evidence.known.values(), default=clock)
    other = shows_otherwise(rule, about.id, clock, end, last, evidence)
    if other:
        return replace(case, outcome="did_not_occur", evidence=tuple(other[:1]))
    return case


def _unannounced(
    problem: Problem, evidence: Evidence, first: datetime, cases: Sequence[Case]
) -> list[Case]:
    """Harms that people stated and no warning had announced."""
    told = {name for case in cases for name in case.evidence if case.outcome == "occurred"}
    found = []
    for one in evidence.by_kind.get(problem.outcome.kind, ()):
        moment = evidence.known[one.id]
        if one.id in told or not first <= moment <= evidence.clocks[-1]:
            continue
        if not holds(one, problem.outcome.filter):
            continue
        countries = sorted(evidence.places.countries(one))
        words = next(
            (
                each
                for name in ("place", "title")
                if hasattr(each := getattr(one.body, name, None), "fr")
            ),
            None,
        )
        name = {"fr": one.subject, "en": one.subject} if words is None else both(words)
        known = bool(set(countries) & set(KNOWN_TO_AUTHORS))
        found.append(
            Case(
                one.subject, name, countries[0] if countries else "", "", "", None, "occurred",
                moment.date().isoformat(), None, (one.id,), known,
            )
        )  # fmt: skip
    return found
