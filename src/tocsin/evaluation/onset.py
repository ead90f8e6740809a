"""Onsets: is a forecast better at seeing violence return than a unit's own record of returning?

The baseline knows how long each unit has been quiet, and how often, in its own past and after
quiet of that length, violence came `h` months later. A rate from few months is drawn towards that
of all units. Whoever cannot beat it has learned nothing about onsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData
from tocsin.evaluation.forecaster import History, UnitMonths
from tocsin.evaluation.kernels import Floats
from tocsin.evaluation.skill import Skill, skill

HORIZONS = (1, 2, 3, 4, 5, 6)
# An onset is the first month with deaths after at least so many without.
LEAST_QUIET = 3
# First month of each length of quiet that has a rate of its own.
QUIET_FROM = (0, 1, 2, 3, 6, 12, 24, 60, 120)
# The rate of all units counts as much as so many months of the unit's own: the weight at which the
# baseline was strongest on countries from 2000 to 2017 (of 3, 6, 12, 24, 48, 100, 300).
WEIGHT_OF_ALL = 48.0


@dataclass(frozen=True, eq=False)
class OnsetRows:
    """Quiet units at origins, one row a unit, origin and horizon.

    Attributes
    ----------
    unit, month, horizon : (N,) position of the unit, target month, months ahead
    chance, baseline : (N,) forecast chance of a death in the target month, and the unit's rate
    happened : (N,) whether there was one
    """

    unit: NDArray[np.intp]
    month: NDArray[np.int64]
    horizon: NDArray[np.int64]
    chance: Floats
    baseline: Floats
    happened: NDArray[np.bool_]

    def chosen(self, rows: NDArray[np.bool_]) -> "OnsetRows":
        """Some of the rows."""
        return OnsetRows(*(getattr(self, name)[rows] for name in _COLUMNS))

    def renumbered(self, unit: Sequence[int]) -> "OnsetRows":
        """The same rows with other numbers for units, where origins differ in the units known."""
        return replace(self, unit=np.asarray(unit, dtype=np.intp))


_COLUMNS = tuple(OnsetRows.__dataclass_fields__)


def months_quiet(values: Floats) -> NDArray[np.int64]:
    """(U, M) months without deaths up to and including each month; unknown months count as quiet.

    A unit that never saw deaths has been quiet since its first column.

    >>> months_quiet(np.array([[0.0, 2, 0, 0]])).tolist()
    [[1, 0, 1, 2]]
    """
    quiet = np.zeros(values.shape, np.int64)
    since = np.zeros(len(values), np.int64)
    for column, deaths in enumerate(np.nan_to_num(values).T):
        since = np.where(deaths > 0, 0, since + 1)
        quiet[:, column] = since
    return quiet


def smoothed_rates(
    history: History, horizons: Sequence[int], weight_of_all: float = WEIGHT_OF_ALL
) -> Floats:
    """(U, H) each unit's own rate of violence `h` months after quiet as long as its present one.

    Rates are counted over the history alone, by the lengths of quiet in `QUIET_FROM`.

    Parameters
    ----------
    weight_of_all : how many months of the unit's own record the rate of all units weighs

    >>> calm = UnitMonths("country", "ged_sb", ("A",), 1, np.zeros((1, 40))).until(40)
    >>> float(smoothed_rates(calm, [1])[0, 0])
    0.0
    """
    values = history.values
    known, deadly = ~np.isnan(values), np.nan_to_num(values) > 0
    length = np.searchsorted(QUIET_FROM, months_quiet(values), side="right") - 1
    now = length[:, -1]
    rates = np.zeros((len(values), len(horizons)))
    for column, step in enumerate(horizons):
        if step >= values.shape[1]:
            continue
        then = length[:, :-step]
        judged = known[:, :-step] & known[:, step:]
        came = judged & deadly[:, step:]
        same = then == now[:, None]
        own, own_came = (judged & same).sum(axis=1), (came & same).sum(axis=1)
        of_all = np.bincount(then[judged], minlength=len(QUIET_FROM))
        of_all_came = np.bincount(then[came], minlength=len(QUIET_FROM))
        common = (of_all_came / np.maximum(of_all, 1))[now]
        rates[:, column] = (own_came + weight_of_all * common) / (own + weight_of_all)
    return rates


def onset_rows(
    samples: NDArray[np.int32],
    observed: UnitMonths,
    origin: int,
    horizons: Sequence[int] = HORIZONS,
    least_quiet: int = LEAST_QUIET,
) -> OnsetRows:
    """Rows of one model at one origin: the units that had been quiet, where the truth is known.

    Parameters
    ----------
    samples : (U, H, S) draws for the units of `observed` at origin + horizons
    least_quiet : months without deaths, the origin's own included, that make a unit quiet
    """
    history = observed.until(origin)
    truth = np.stack([observed.at(origin + step) for step in horizons], axis=1)
    quiet = months_quiet(history.values)[:, -1] >= least_quiet
    rows, columns = np.nonzero(~np.isnan(truth) & quiet[:, None])
    steps = np.asarray(horizons, dtype=np.int64)
    return OnsetRows(
        unit=rows,
        month=origin + steps[columns],
        horizon=steps[columns],
        chance=(samples >= 1).mean(axis=2)[rows, columns],
        baseline=smoothed_rates(history, horizons)[rows, columns],
        happened=truth[rows, columns] >= 1,
    )


def join_onset_rows(parts: Sequence[OnsetRows]) -> OnsetRows:
    """Rows of several origins, one below the other."""
    return OnsetRows(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS)
    )


def onset_skill(rows: OnsetRows) -> dict[int, Skill]:
    """Brier skill over the smoothed rates at each horizon, with 90 % intervals over months and
    units.

    Raises
    ------
    NotEnoughData, if no quiet unit saw violence at some horizon: there is no skill to speak of.
    """
    found = {}
    for step in np.unique(rows.horizon):
        here = rows.chosen(rows.horizon == step)
        if not here.happened.any():
            raise NotEnoughData(
                "no quiet area saw violence {horizon} months ahead",
                remedy="Choose more origins.",
                horizon=int(step),
            )
        ours = (here.chance - here.happened) ** 2
        theirs = (here.baseline - here.happened) ** 2
        found[int(step)] = skill(ours, theirs, here.unit, here.month)
    return found
