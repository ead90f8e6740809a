"""The scorecard: rules replayed month by month on what was known, against written outcomes.

At each month the rules see counts up to that month only. Thresholds and chances are learned anew
each January from months whose outcomes had all come by then. Two opponents are learned the same
way: persistence (was there such harm in the window just past?) and the seasonal base rate (how
often in this area and calendar month?).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UsageError
from tocsin.tables.months import year_month
from tocsin.warning.evidence import Evidence
from tocsin.warning.learning import (
    History,
    Lesson,
    Matrix,
    Ranks,
    counted,
    history_of,
    january_of,
    lesson,
    rates_of,
)
from tocsin.warning.rulebook import Rulebook


@dataclass(frozen=True, eq=False)
class Replayed:
    """Area by month: the rank of the level, three chances, and what came (NaN: not known)."""

    units: tuple[str, ...]
    months: NDArray[np.int64]  # the last month that each clock knew
    clocks: NDArray[np.int64]  # day of each clock, counted from 1 January 1970
    rank: Ranks
    chance: Matrix
    persistence: Matrix
    seasonal: Matrix
    came: Matrix
    deaths: Matrix  # of the month itself
    lessons: dict[int, Lesson]  # year → what was learned in its January


def replay_rules(book: Rulebook, name: str, evidence: Evidence, first: int) -> Replayed:
    """Replay the rules of one problem over every month of `evidence`; scored from `first` on.

    Raises
    ------
    UsageError, if the problem's outcome is not counted by area and month.
    NotEnoughData, if no counts are held.
    """
    if not counted(book.problem(name)):
        raise UsageError(
            "the outcome of {name} is not counted by area and month",
            remedy="Choose one of: {known}.",
            name=name,
            known=", ".join(each for each, held in book.problems.items() if counted(held)),
        )
    history = history_of(book, name, evidence)
    days = np.array([clock.date().toordinal() - 719_163 for clock in evidence.clocks])
    return _scored(history, days, first)


def _scored(history: History, days: NDArray[np.int64], first: int) -> Replayed:
    months, came = history.months, history.came
    rank = np.zeros(came.shape, np.int8)
    chance, persistence, seasonal = (np.full(came.shape, np.nan) for _ in range(3))
    problem = history.problem
    harmed = _recent(
        np.nan_to_num(history.deaths) >= (problem.outcome.deaths or 1), problem.window_months
    )
    calendar = np.array([year_month(int(month))[1] for month in months])
    lessons: dict[int, Lesson] = {}
    for january in sorted({january_of(int(month)) for month in months if month >= first}):
        year = year_month(january)[0]
        train = history.until(january)
        now = np.flatnonzero((months >= max(january, first)) & (months < january + 12))
        learned = lesson(history, year)
        if learned is None or not len(now):
            continue
        lessons[year] = learned
        rank[:, now] = history.by_factor[learned.factor][:, now]
        by_rank = np.array(learned.rates)[rank[:, now]]
        stated = None if history.stated is None else history.stated[:, now]
        chance[:, now] = by_rank if stated is None else np.where(np.isnan(stated), np.nan, stated)
        table = rates_of(harmed[:, train], came[:, train], 2)
        persistence[:, now] = table[harmed[:, now]]
        seasonal[:, now] = _seasonal(came[:, train], calendar[train], calendar[now])
    scored = months >= first
    return Replayed(
        tuple(each.area for each in history.abouts), months[scored], days[scored],
        rank[:, scored], chance[:, scored], persistence[:, scored], seasonal[:, scored],
        came[:, scored], history.deaths[:, scored], lessons,
    )  # fmt: skip


def _recent(harmed: NDArray[np.bool_], window: int) -> Ranks:
    found = np.zeros(harmed.shape, np.int8)
    for column in range(harmed.shape[1]):
        found[:, column] = harmed[:, max(0, column - window + 1) : column + 1].any(axis=1)
    return found


def _seasonal(came: Matrix, calendar: NDArray[np.int64], wanted: NDArray[np.int64]) -> Matrix:
    """The area's own rate in that calendar month, drawn to its rate over all months."""
    known = ~np.isnan(came)
    whole = came[known].mean() if known.any() else 0.0
    own = (np.nansum(came, axis=1) + 2 * whole) / (known.sum(axis=1) + 2)
    found = np.zeros((came.shape[0], len(wanted)))
    for place, month in enumerate(wanted):
        same = calendar == month
        number = known[:, same].sum(axis=1)
        found[:, place] = (np.nansum(came[:, same], axis=1) + 4 * own) / (number + 4)
    return found
