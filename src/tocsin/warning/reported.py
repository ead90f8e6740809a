"""What reports from people come to: where nobody could look, who told apart, what counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.statements import Statement
from tocsin.warning.abouts import About
from tocsin.warning.evidence import Evidence
from tocsin.warning.indicators import ReportRule
from tocsin.warning.observed import FAR, LOOKED, Judged, Note

UNJUDGED = ("received", "triaged", "under_verification", "unverifiable")
STRENGTHS = ("low", "medium", "high")


def could_not_observe(
    abouts: Sequence[About], evidence: Evidence, days: int, signs: Sequence[str] = ()
) -> NDArray[np.bool_]:
    """Where nobody could observe, at some time in the last `days`: unknown, never quiet.

    A weekly report speaks for the signs that it names (`signs`; without any, for an area in which
    nothing could be observed), unless another one looked at the same in the same week.
    """
    found = np.zeros((len(abouts), len(evidence.clocks)), bool)
    for one in evidence.notes:
        if one.state != "could_not_observe":
            continue
        if one.statement.kind == "situation" and one.what not in ("all", *signs):
            continue
        begun = datetime.combine(one.first, datetime.min.time(), FAR.tzinfo)
        last = datetime.combine(one.last, datetime.max.time(), FAR.tzinfo)
        start, end = max(begun, one.start), min(last + timedelta(days=days), one.end)
        columns = set(between(start, end, evidence))
        for other in evidence.notes if one.statement.kind == "situation" else ():
            if _looked_at(one, other):
                columns -= set(between(other.start, other.end, evidence))
        rows = [i for i, about in enumerate(abouts) if one.area in (about.area, about.country)]
        found[np.ix_(rows, sorted(columns))] = True
    return found


def _looked_at(blind: Note, other: Note) -> bool:
    """Whether another note is of somebody who could look where this one could not."""
    return (
        other.state in LOOKED
        and other.area == blind.area
        and other.first <= blind.last
        and blind.first <= other.last
        and blind.what in ("all", other.what)
    )


def roots_of(reports: Sequence[Statement], evidence: Evidence, clock: datetime) -> dict[str, str]:
    """Report id → the source behind it: one for what one person said, retold or brought up to date.

    Links between any reports count, so that two retellings of a third one are one source.
    """
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while (up := root.setdefault(name, name)) != name:
            name = up
        return name

    for one in evidence.by_kind.get("report_link", ()):
        body: Any = one.body
        if body.relation in ("retelling", "update") and evidence.counting_at(one, clock):
            root[find(body.other)] = find(body.report)
    for one in reports:
        who = f"reporter {one.origin}/{one.body.reporter}"  # type: ignore[attr-defined]
        root[find(one.id)] = find(who)
        root[find(f"record {one.origin}/{one.id}")] = find(one.id)
    joined: set[str] = set()
    for one in evidence.by_kind.get("root", ()):
        if not evidence.counting_at(one, clock):
            continue
        told: Any = one.body
        # A record as its teller names it: a word about somebody else's record joins nothing.
        child = f"record {one.origin}/{told.record}"
        if told.token:
            root[find(child)] = find(f"token {one.origin}/{told.token}")
        elif child not in joined:
            joined.add(child)  # to one parent: what was made from two does not make them one
            root[find(child)] = find(f"record {told.of}/{told.stems_from}")
    return {one.id: find(one.id) for one in reports}


def asked_for(rule: ReportRule, one: Judged) -> bool:
    """Whether a report tells of what a rule asks for."""
    body: Any = one.report.body
    if one.report.kind == "report":
        return body.event in rule.events
    least = STRENGTHS.index(rule.level)
    return any(
        each.state == "observed"
        and each.indicator in rule.signs
        and STRENGTHS.index(each.level or "low") >= least
        for each in body.observed
    )


def between(start: datetime, end: datetime, evidence: Evidence) -> list[int]:
    """Numbers of the clocks that lie in [start, end)."""
    return [i for i, clock in enumerate(evidence.clocks) if start <= clock < end]
