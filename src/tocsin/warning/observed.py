"""Who could look where and when: notes of observation, from statements and from weekly reports.

A situation report says of each sign whether it was observed, looked for and not observed, could
not be observed, or was not asked. It speaks for the area that a person confirmed, and for its week,
from when both are known, until somebody finds that it was false.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.tables.statements import Statement
from tocsin.tables.when import first_moment, last_moment

FAR = datetime.max.replace(tzinfo=last_moment("2000").tzinfo)
VERIFIED = ("verified", "partly")
REFUTED = ("false", "duplicate")
LOOKED = ("observed", "not_observed")


@dataclass(frozen=True)
class Note:
    """One sign in one area and time: what was seen of it, or why it was not.

    start, end : moments between which the note counts, [start, end)
    what : the sign, or `all`
    """

    statement: Statement
    area: str
    first: date
    last: date
    state: str
    what: str
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True)
class Judged:
    """A report as it stood during a time: its area and its status, [start, end)."""

    report: Statement
    area: str
    status: str
    start: datetime
    end: datetime


def judged(
    reports: Iterable[Statement],
    verifications: Iterable[Statement],
    placements: Iterable[Statement],
    ends: Mapping[str, datetime],
) -> Iterator[Judged]:
    """Reports with each span of time in which their place and their status stood.

    ends : statement id → when its originator corrected or withdrew it
    """
    verdicts = _by_report(verifications)
    places = _by_report(placements)
    for one in reports:
        body: Any = one.body
        known = last_moment(one.known_at)
        gone = ends.get(one.id, FAR)
        turns = [(known, "status", "received")]
        if body.area or body.country:
            turns.append((known, "area", body.area or body.country))
        turns += [
            (last_moment(each.known_at), "status", each.body.status)  # type: ignore[attr-defined]
            for each in verdicts.get(one.id, ()) if each.id not in ends
        ]  # fmt: skip
        turns += [
            (last_moment(each.known_at), "area", each.body.area or each.body.country)  # type: ignore[attr-defined]
            for each in places.get(one.id, ()) if each.id not in ends
        ]  # fmt: skip
        yield from _spans(one, sorted(turns, key=lambda turn: turn[0]), gone)


def settling(statements: Iterable[Statement], own: str) -> list[Statement]:
    """Statements without what a third says of somebody else's report.

    A verdict or a place settles a report on the word of its originator or of the reader's own
    house (`own`); a partner's word on a report of ours is to be read, and settles nothing. A link
    makes two reports one source on the word of the house, or of who originated both: else a
    partner could make two of ours count for one.
    """
    held = list(statements)
    origins = {one.id: one.origin for one in held}

    def settles(one: Statement) -> bool:
        if one.kind not in ("verification", "placement", "report_link") or one.origin == own:
            return True
        about = [getattr(one.body, name, None) for name in ("report", "other")]
        return all(origins.get(name) == one.origin for name in about if name)

    return [one for one in held if settles(one)]


def _spans(
    one: Statement, turns: Sequence[tuple[datetime, str, str]], gone: datetime
) -> Iterator[Judged]:
    stands = {"status": "received", "area": ""}
    for number, (at, what, value) in enumerate(turns):
        stands[what] = value
        until = min(turns[number + 1][0] if number + 1 < len(turns) else FAR, gone)
        if stands["area"] and at < until:
            yield Judged(one, stands["area"], stands["status"], at, until)


def notes_of(
    observation_notes: Iterable[Statement],
    situations: Iterable[Judged],
    ends: Mapping[str, datetime],
) -> Iterator[Note]:
    """Notes from statements of kind observation_note and from weekly reports not found false."""
    for one in observation_notes:
        body: Any = one.body
        yield Note(
            one, body.area, first_moment(body.period_from).date(),
            last_moment(body.period_to).date(), body.state, body.what,
            last_moment(one.known_at), ends.get(one.id, FAR), body.reason,
        )  # fmt: skip
    for each in situations:
        if each.status not in REFUTED:
            yield from _of_week(each)


def _of_week(each: Judged) -> Iterator[Note]:
    body: Any = each.report.body
    last = last_moment(body.week).date()
    states = {one.indicator: one.state for one in body.observed}
    asked = [state for state in states.values() if state != "not_asked"]
    if asked and all(state == "could_not_observe" for state in asked):
        states = {"all": "could_not_observe"} | states
    reason = body.gap
    if not reason and states.get("network_down") == "observed":
        reason = "no_network"
    for what, state in states.items():
        yield Note(
            each.report, each.area, last - timedelta(days=6), last, state, what, each.start,
            each.end, reason if state == "could_not_observe" else "",
        )  # fmt: skip


def _by_report(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for one in statements:
        found.setdefault(str(getattr(one.body, "report", "")), []).append(one)
    return found
