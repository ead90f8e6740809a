"""What came of a warning, by the written rule of its problem: occurred, did not, or unknown."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.months import month_of
from tocsin.tables.when import last_moment
from tocsin.warning.evidence import Evidence, holds
from tocsin.warning.judging import level_of
from tocsin.warning.problems import Outcome, Problem


def outcome_of(
    problem: Problem, body: WarningVersion, raised: datetime, now: datetime, evidence: Evidence
) -> tuple[str, Sequence[str]]:
    """What is known by `now` of a warning's harm, and the records that show it.

    The window runs from the day after the warning was raised to its end.
    """
    end = min(now, last_moment(body.window_to))
    rule = problem.outcome
    if rule.kind:
        shown = harms_stated(rule, body.about, body.area, body.country, raised, end, evidence)
        if shown:
            return "occurred", shown
        other = shows_otherwise(rule, body.about, raised, end, now, evidence)
        return ("did_not_occur", other[:1]) if other else ("unknown", ())
    return _by_months(rule, body, raised, evidence)


def harms_stated(
    rule: Outcome,
    about: str,
    area: str,
    country: str,
    after: datetime,
    until: datetime,
    evidence: Evidence,
) -> list[str]:
    """Ids of statements that show the harm, known after one moment and by another."""
    found = []
    for one in evidence.by_kind.get(rule.kind, ()):
        if not holds(one, rule.filter) or not after < evidence.known[one.id] <= until:
            continue
        own = one.subject == about
        lies = ":" not in about and (
            area in evidence.places.areas(one)
            if "." in area
            else country in evidence.places.countries(one)
        )
        if own or lies:
            found.append(one.id)
    return found


def shows_otherwise(
    rule: Outcome, about: str, after: datetime, until: datetime, now: datetime, evidence: Evidence
) -> list[str]:
    """Ids of statements that show that the harm did not come between two moments.

    One says so, or speaks of the subject again after the window: then the harm would be in the
    record.
    """
    found = []
    for one in evidence.by_kind.get(rule.kind, ()):
        if one.subject != about or not after < evidence.known[one.id] <= now:
            continue
        said_so = bool(rule.otherwise) and holds(one, rule.otherwise)
        if (said_so and evidence.known[one.id] <= until) or evidence.known[one.id] > until:
            found.append(one.id)
    return found


def _by_months(
    rule: Outcome, body: WarningVersion, raised: datetime, evidence: Evidence
) -> tuple[str, Sequence[str]]:
    assert rule.target is not None
    assert rule.deaths is not None
    counts = evidence.counts.get((level_of(body.area), rule.target))
    row = None if counts is None else counts.row(body.area)
    if counts is None or row is None:
        return "unknown", ()
    first = month_of(raised.date()) + 1
    wanted = month_of(last_moment(body.window_to).date())
    last = min(wanted, evidence.known_month[-1])
    columns = slice(max(0, first - counts.first_month), max(0, last - counts.first_month + 1))
    months = counts.values[row, columns]
    snapshots, _ = counts.heard([row], first, last)
    if np.nan_to_num(months).max(initial=0.0) >= rule.deaths:
        return "occurred", snapshots
    complete = last == wanted and not np.isnan(months).any() and months.size > 0
    return ("did_not_occur" if complete else "unknown"), snapshots if complete else ()
