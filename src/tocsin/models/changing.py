"""What has changed in a unit's forecast since the last one, and what has happened since."""

from dataclasses import dataclass

import numpy as np

from tocsin.evaluation import History
from tocsin.models.draws import Draws
from tocsin.models.explaining import LEVELS, Quantiles
from tocsin.models.explaining_grid import cell_standing
from tocsin.models.pool import COMPONENTS, STATES, Pool, states


@dataclass(frozen=True)
class Counted:
    """A month that has been counted since the last forecast, beside what that had foreseen.

    `rank` is the share of the draws at or below the count.
    """

    month: int
    deaths: float
    foreseen: Quantiles
    rank: float


@dataclass(frozen=True)
class Revised:
    """A month that had been counted already, and is counted otherwise now; None is unknown."""

    month: int
    then: float | None
    now: float | None


@dataclass(frozen=True)
class Change:
    """From one forecast of a unit to the next.

    `then` and `now` are quantiles of the deaths over the months from `first` to `last`, which both
    foresee; both are empty where no month is shared.
    """

    origin_then: int
    counted: tuple[Counted, ...]
    revised: tuple[Revised, ...]
    first: int
    last: int
    then: Quantiles
    now: Quantiles
    state_then: str
    state_now: str
    shares: dict[str, tuple[float, float]]


def compare(
    unit: str,
    now: Draws,
    then: Draws,
    history_now: History,
    history_then: History,
    pool: Pool | None = None,
) -> Change:
    """What has changed between two forecasts that both hold the unit.

    Parameters
    ----------
    history_now, history_then : what each was made from
    """
    here, before = now.of([unit]).samples[0], then.of([unit]).samples[0]
    first = max(now.months[0], then.months[0])
    last = min(now.months[-1], then.months[-1])
    rows = history_now.units.index(unit), history_then.units.index(unit)
    shared = first <= last
    step = now.horizons[0]
    state_now, shares_now = _standing(history_now, unit, step, pool)
    state_then, shares_then = _standing(history_then, unit, step, pool)
    return Change(
        origin_then=then.origin,
        counted=_counted(then, before, now.origin, history_now, rows[0]),
        revised=_revised(history_now, history_then, rows),
        first=first,
        last=last,
        then=_total(before, then, first, last) if shared else (),
        now=_total(here, now, first, last) if shared else (),
        state_then=state_then,
        state_now=state_now,
        shares={
            name: (shares_then.get(name, 0.0), shares_now.get(name, 0.0))
            for name in {**shares_now, **shares_then}
        },
    )


def _standing(
    history: History, unit: str, step: int, pool: Pool | None
) -> tuple[str, dict[str, float]]:
    """State of a unit at the origin, and the components that its forecast draws from."""
    if history.level == "priogrid":
        return cell_standing(history, unit)
    row = history.units.index(unit)
    shares = (pool or Pool()).component_shares(history, step)[row].tolist()
    named = zip(COMPONENTS, shares, strict=True)
    return STATES[int(states(history)[row])], {part.name: share for part, share in named if share}


def _counted(
    then: Draws, before: np.ndarray, origin: int, history: History, row: int
) -> tuple[Counted, ...]:
    counted = []
    for place, month in enumerate(then.months):
        if month > origin:
            break
        deaths = history.at(month)[row]
        if not np.isnan(deaths):
            draws = before[place]
            foreseen = tuple(float(value) for value in np.quantile(draws, LEVELS))
            counted.append(Counted(month, float(deaths), foreseen, float((draws <= deaths).mean())))
    return tuple(counted)


def _revised(now: History, then: History, rows: tuple[int, int]) -> tuple[Revised, ...]:
    """Months up to the earlier origin whose count has changed, the newest last."""
    first = max(now.first_month, then.first_month)
    new = now.between(first, then.origin)[rows[0]]
    old = then.between(first, then.origin)[rows[1]]
    changed = ~((new == old) | (np.isnan(new) & np.isnan(old)))
    return tuple(
        Revised(first + int(place), _known(old[place]), _known(new[place]))
        for place in np.flatnonzero(changed)
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _total(samples: np.ndarray, draws: Draws, first: int, last: int) -> Quantiles:
    total = samples[draws.steps(first, last)].sum(axis=0, dtype=np.int64)
    return tuple(float(value) for value in np.quantile(total, LEVELS))
