"""The exercise: reports whose truth is known, put together and placed as any others, and scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tocsin.exercise.reports import Account
    from tocsin.intake.matching import Trace
    from tocsin.intake.placing import PlaceFinder


@dataclass(frozen=True)
class Marks:
    """How well the reports of one month were put together and placed.

    `precision` and `recall` are over pairs of reports; `over_merged` is the share of groups that
    hold more than one event; `placed` the share of places whose first three offers hold the right
    one, over all and over those written otherwise than their name.
    """

    seed: int
    reports: int
    refused: int
    precision: float
    recall: float
    over_merged: float
    placed: float
    placed_noisy: float


def practise(seed: int) -> Marks:
    """One month of the exercise, headless."""
    from tocsin.exercise.reports import month_of_reports
    from tocsin.intake.grouping import groups

    accounts = month_of_reports(seed)
    finder = finder_of_places()
    traces: list[Trace] = []
    truth: dict[str, str] = {}
    placed: list[tuple[bool, bool]] = []
    for number, account in enumerate(accounts):
        trace, found = trace_of_account(f"{number:04d}", account, finder)
        if trace is None:
            continue
        traces.append(trace)
        truth[trace.id] = account.truth
        placed.append((account.noisy_place, account.spot.name in found))
    precision, recall, over = pairs_right(groups(traces), truth)
    noisy = [right for otherwise, right in placed if otherwise]
    return Marks(
        seed, len(accounts), len(accounts) - len(traces), precision, recall, over,
        _share(right for _, right in placed), _share(noisy),
    )  # fmt: skip


def finder_of_places() -> PlaceFinder:
    """The places of the exercise, to be asked in people’s own words."""
    from tocsin.intake.placing import PlaceFinder
    from tocsin.workflow.places import exercise_places

    return PlaceFinder(exercise_places())


def trace_of_account(
    name: str, account: Account, finder: PlaceFinder
) -> tuple[Trace | None, list[str]]:
    """A report through the parser that every report goes through, and the places it was offered."""
    from tocsin.exercise.reports import actor_of
    from tocsin.intake import Submission, check, form_named
    from tocsin.intake.matching import Trace, spots_of
    from tocsin.tables.kinds.reports import Report

    sent = Submission("incident", account.answers, account.reporter, "sms",
                      datetime(2024, 6, 5, tzinfo=UTC), name)  # fmt: skip
    body = check(sent, form_named("incident")).body
    if not isinstance(body, Report):
        return None, []
    offers = finder.find(body.place)
    trace = Trace(
        name, date.fromisoformat(body.day_from), body.event, body.place, spots_of(offers),
        actor_of(body.perpetrator), body.harm.killed, body.note, account.arrived,
    )  # fmt: skip
    return trace, [one.name for one in offers[:3]]


def pairs_right(found: list[set[str]], truth: dict[str, str]) -> tuple[float, float, float]:
    """Precision and recall over pairs of reports, and the share of groups with several events."""
    joined = {pair for group in found for pair in combinations(sorted(group), 2)}
    events: dict[str, list[str]] = defaultdict(list)
    for name, event in truth.items():
        events[event].append(name)
    true = {pair for names in events.values() for pair in combinations(sorted(names), 2)}
    right = len(joined & true)
    mixed = sum(len({truth[name] for name in group}) > 1 for group in found)
    return (
        right / len(joined) if joined else 1.0,
        right / len(true) if true else 1.0,
        mixed / len(found) if found else 0.0,
    )


def _share(those: Iterable[bool]) -> float:
    held = list(those)
    return sum(held) / len(held) if held else 1.0


def as_plain(marks: Marks) -> dict[str, Any]:
    """Marks in plain values, with the word that says what they are of."""
    from dataclasses import asdict

    return {"exercise": True} | {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(marks).items()
    }
