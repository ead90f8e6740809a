"""What a forecast leans on: its components, the past situations it drew from, what has changed.

The explanation is not a story told afterwards: components and situations are those that the draws
came from, found again by the same seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UnknownName, UsageError
from tocsin.evaluation import Forecaster, History
from tocsin.models.analogs import Candidates, Chosen, Picks, rescaled_paths
from tocsin.models.pool import COMPONENTS, HORIZON_GROUPS, STATES, Pool, states

# Months of one unit that lie so close together are one situation, up to a year.
_SAME_SITUATION = 3
_YEAR = 12
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
Quantiles = tuple[float, ...]


@runtime_checkable
class Leaning(Protocol):
    """A forecaster whose draws are the futures of past situations."""

    def chosen(
        self, history: History, horizons: Sequence[int], draws: int, seed: int
    ) -> Chosen | None:
        """The candidates, the pick of each draw, and the chance that goes on; None if too few."""
        ...


@dataclass(frozen=True)
class ComponentTold:
    """One component of the pool.

    `shares` has one entry a group of horizons; `mean` is the deaths that it alone foresees over
    all horizons together.
    """

    name: str
    shares: tuple[float, ...]
    mean: float


@dataclass(frozen=True)
class Situation:
    """A past situation that a part of the draws followed.

    `weight` is its share of the whole forecast; `before` the deaths of the twelve months up to it;
    `followed` what followed over the horizons, there and then (the mean of its months); `here`
    the same at the level of the unit explained.
    """

    unit_id: str
    first_month: int
    last_month: int
    weight: float
    before: float
    followed: tuple[float, ...]
    here: float


@dataclass(frozen=True)
class Explanation:
    """Everything that is told about one unit's forecast.

    `quantiles` has one row a horizon: 5, 25, 50, 75 and 95 %; `total` is of all horizons together.
    """

    unit_id: str
    origin: int
    horizons: tuple[int, ...]
    state: str
    recent: tuple[float | None, ...]
    quantiles: tuple[Quantiles, ...]
    total: Quantiles
    mean: float
    groups: tuple[str, ...]
    components: tuple[ComponentTold, ...]
    situations: tuple[Situation, ...]
    leaning: float  # share of the forecast that the past situations account for


def explain(
    history: History,
    unit: str,
    horizons: Sequence[int],
    draws: int,
    seed: int,
    *,
    issued: NDArray[np.int32] | None = None,
    pool: Pool | None = None,
) -> Explanation:
    """What the pool's forecast of one unit leans on.

    Parameters
    ----------
    issued : (H, S) the draws that were issued; without them the pool's own are drawn again

    Raises
    ------
    UnknownName, if the history does not hold the unit.  UsageError, for a cell of the grid.
    """
    if unit not in history.units:
        raise UnknownName(
            "nothing is known of {unit} at the origin",
            remedy="Name an area that has a forecast.",
            unit=unit,
        )
    if history.level == "priogrid":
        raise UsageError(
            "forecasts of grid cells are not explained",
            where=unit,
            remedy="Name a country or an area below it.",
        )
    row, steps, model = history.units.index(unit), tuple(horizons), pool or Pool()
    samples = issued
    if samples is None:
        samples = model.forecast(history, steps, draws, seed)[row]
    first_of_groups = [step for step in HORIZON_GROUPS if step <= max(steps)]
    shares = [model.component_shares(history, step)[row] for step in first_of_groups]
    parts, situations = _components(history, row, steps, draws, seed, np.array(shares))
    total = samples.sum(axis=0, dtype=np.int64)
    recent = history.recent(2 * _YEAR)[row]
    return Explanation(
        unit_id=unit,
        origin=history.origin,
        horizons=steps,
        state=STATES[int(states(history)[row])],
        recent=tuple(None if np.isnan(value) else float(value) for value in recent),
        quantiles=tuple(_quantiles(samples[step]) for step in range(len(steps))),
        total=_quantiles(total),
        mean=float(total.mean()),
        groups=_group_names(first_of_groups, max(steps)),
        components=parts,
        situations=_gathered(situations, history),
        leaning=sum(weight for _, _, weights in situations for weight in weights.tolist()),
    )


Found = tuple[Candidates, NDArray[np.float64], NDArray[np.float64]]


def _components(
    history: History,
    row: int,
    horizons: tuple[int, ...],
    draws: int,
    seed: int,
    shares: NDArray[np.float64],
) -> tuple[tuple[ComponentTold, ...], list[Found]]:
    """The components, and of those that lean on the past what they lean on.

    What is found: candidates, what each pick foresees here, and the weight of each candidate.
    """
    told, found = [], []
    for place, part in enumerate(COMPONENTS):
        share = shares[:, place]
        if not share.any():
            continue
        chosen = part.chosen(history, horizons, draws, seed) if isinstance(part, Leaning) else None
        samples = _drawn(part, chosen, history, horizons, draws, seed)[row]
        told.append(
            ComponentTold(
                part.name, tuple(share.tolist()), float(samples.sum(axis=0, dtype=np.int64).mean())
            )
        )
        if chosen is not None:
            found.append(_leant_on(chosen[0], chosen[1][row], samples, float(share.mean())))
    return tuple(sorted(told, key=lambda part: -sum(part.shares))), found


def _drawn(
    part: Forecaster,
    chosen: Chosen | None,
    history: History,
    horizons: tuple[int, ...],
    draws: int,
    seed: int,
) -> NDArray[np.int32]:
    if chosen is not None:
        return rescaled_paths(*chosen)
    return part.forecast(history, horizons, draws, seed)


def _leant_on(held: Candidates, picks: Picks, samples: NDArray[np.int32], share: float) -> Found:
    here = samples.sum(axis=0, dtype=np.int64).astype(np.float64)
    weight = np.bincount(picks, minlength=len(held.unit)) * share / len(picks)
    total = np.bincount(picks, weights=here, minlength=len(held.unit))
    mean_here = np.divide(total * share / len(picks), weight, where=weight > 0, out=total * 0)
    return held, mean_here, weight


def _gathered(found: list[Found], history: History) -> tuple[Situation, ...]:
    """Candidates of neighbouring months of one unit as one situation, the weightiest first."""
    rows: dict[tuple[int, int], list[tuple[float, float, NDArray[np.float64]]]] = {}
    for held, here, weight in found:
        for one in np.flatnonzero(weight):
            key = (int(held.unit[one]), int(held.month[one]))
            rows.setdefault(key, []).append(
                (float(weight[one]), float(here[one]), held.futures[one].astype(np.float64))
            )
    situations: list[Situation] = []
    run: list[tuple[int, int]] = []
    for key in sorted(rows):
        apart = bool(run) and (
            key[0] != run[-1][0]
            or key[1] - run[-1][1] > _SAME_SITUATION
            or key[1] - run[0][1] >= _YEAR
        )
        if apart:
            situations.append(_situation(run, rows, history))
            run = []
        run.append(key)
    if run:
        situations.append(_situation(run, rows, history))
    return tuple(sorted(situations, key=lambda one: (-one.weight, one.unit_id, one.first_month)))


def _situation(
    run: list[tuple[int, int]],
    rows: dict[tuple[int, int], list[tuple[float, float, NDArray[np.float64]]]],
    history: History,
) -> Situation:
    parts = [part for key in run for part in rows[key]]
    weights = np.array([weight for weight, _, _ in parts])
    before = [
        float(np.nan_to_num(history.values[unit, max(0, month - _YEAR + 1) : month + 1]).sum())
        for unit, month in run
    ]
    followed = np.average([future for _, _, future in parts], axis=0, weights=weights)
    return Situation(
        unit_id=history.units[run[0][0]],
        first_month=history.first_month + run[0][1],
        last_month=history.first_month + run[-1][1],
        weight=float(weights.sum()),
        before=float(np.mean(before)),
        followed=tuple(np.round(followed, 1).tolist()),
        here=float(np.average([here for _, here, _ in parts], weights=weights)),
    )


def _quantiles(draws: NDArray[np.int32] | NDArray[np.int64]) -> Quantiles:
    return tuple(float(value) for value in np.quantile(draws, LEVELS))


def _group_names(first: Sequence[int], last: int) -> tuple[str, ...]:
    """`1-2`, `3-8`, `9-12`."""
    ends = [*(step - 1 for step in first[1:]), last]
    return tuple(f"{a}-{b}" if a < b else f"{a}" for a, b in zip(first, ends, strict=True))
