"""What a forecast leans on: its components, the past situations it drew from, what has changed.

The explanation is not a story told afterwards: components and situations are those that the draws
came from, found again by the same seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UnknownName
from tocsin.evaluation import Forecaster, History
from tocsin.models.analogs import Candidates, Chosen, Picks, rescaled_paths
from tocsin.models.pool import COMPONENTS, HORIZON_GROUPS, STATES, Pool, states

# Months of one unit that lie so close together are one situation, up to a year.
_SAME_SITUATION = 3
YEAR = 12
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
    """What the pool's forecast of one country or area leans on (for cells: `explain_cell`).

    Parameters
    ----------
    issued : (H, S) the draws that were issued; without them the pool's own are drawn again

    Raises
    ------
    UnknownName, if the history does not hold the unit.
    """
    if unit not in history.units:
        raise UnknownName(
            "nothing is known of {unit} at the origin",
            remedy="Name an area that has a forecast.",
            unit=unit,
        )
    row, steps, model = history.units.index(unit), tuple(horizons), pool or Pool()
    samples = issued
    if samples is None:
        samples = model.forecast(history, steps, draws, seed)[row]
    first_of_groups = [step for step in HORIZON_GROUPS if step <= max(steps)]
    shares = [model.component_shares(history, step)[row] for step in first_of_groups]
    parts, situations = _components(history, row, steps, draws, seed, np.array(shares))
    total = samples.sum(axis=0, dtype=np.int64)
    recent = history.recent(2 * YEAR)[row]
    return Explanation(
        unit_id=unit,
        origin=history.origin,
        horizons=steps,
        state=STATES[int(states(history)[row])],
        recent=tuple(None if np.isnan(value) else float(value) for value in recent),
        quantiles=tuple(quantiles(samples[step]) for step in range(len(steps))),
        total=quantiles(total),
        mean=float(total.mean()),
        groups=_group_names(first_of_groups, max(steps)),
        components=parts,
        situations=gathered(situations, history),
        leaning=sum(weight for one in situations for weight in one.weight.values()),
    )


@dataclass(frozen=True)
class Weighed:
    """Past situations, by position of the unit and of the month in the history.

    `weight` is each one's share of the forecast, `here` the deaths that it foresees, times its
    weight; `followed` is what followed, month by month.
    """

    weight: dict[tuple[int, int], float]
    here: dict[tuple[int, int], float]
    followed: dict[tuple[int, int], NDArray[np.float64]]

    def add(
        self, key: tuple[int, int], weight: float, deaths: float, followed: NDArray[np.float32]
    ) -> None:
        """Count a draw, or some, that follow a situation."""
        self.weight[key] = self.weight.get(key, 0.0) + weight
        self.here[key] = self.here.get(key, 0.0) + weight * deaths
        self.followed[key] = followed.astype(np.float64)


def _components(
    history: History,
    row: int,
    horizons: tuple[int, ...],
    draws: int,
    seed: int,
    shares: NDArray[np.float64],
) -> tuple[tuple[ComponentTold, ...], list[Weighed]]:
    """The components, and of those that lean on the past what they lean on."""
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


def _leant_on(held: Candidates, picks: Picks, samples: NDArray[np.int32], share: float) -> Weighed:
    here = samples.sum(axis=0, dtype=np.int64)
    found = Weighed({}, {}, {})
    for pick, deaths in zip(picks.tolist(), here.tolist(), strict=True):
        key = int(held.unit[pick]), int(held.month[pick])
        found.add(key, share / len(picks), deaths, held.futures[pick])
    return found


def gathered(found: Sequence[Weighed], history: History) -> tuple[Situation, ...]:
    """Situations of neighbouring months of one unit as one, the weightiest first."""
    situations: list[Situation] = []
    run: list[tuple[int, int]] = []
    for key in sorted({key for one in found for key in one.weight}):
        apart = bool(run) and (
            key[0] != run[-1][0]
            or key[1] - run[-1][1] > _SAME_SITUATION
            or key[1] - run[0][1] >= YEAR
        )
        if apart:
            situations.append(_situation(run, found, history))
            run = []
        run.append(key)
    if run:
        situations.append(_situation(run, found, history))
    return tuple(sorted(situations, key=lambda one: (-one.weight, one.unit_id, one.first_month)))


def _situation(run: list[tuple[int, int]], found: Sequence[Weighed], history: History) -> Situation:
    parts = [(one, key) for key in run for one in found if key in one.weight]
    weights = [one.weight[key] for one, key in parts]
    before = [
        float(np.nan_to_num(history.values[unit, max(0, month - YEAR + 1) : month + 1]).sum())
        for unit, month in run
    ]
    followed = np.average([one.followed[key] for one, key in parts], axis=0, weights=weights)
    return Situation(
        unit_id=history.units[run[0][0]],
        first_month=history.first_month + run[0][1],
        last_month=history.first_month + run[-1][1],
        weight=float(sum(weights)),
        before=float(np.mean(before)),
        followed=tuple(np.round(followed, 1).tolist()),
        here=float(sum(one.here[key] for one, key in parts) / sum(weights)),
    )


def quantiles(draws: NDArray[np.int32] | NDArray[np.int64]) -> Quantiles:
    """5, 25, 50, 75 and 95 % of some draws."""
    return tuple(float(value) for value in np.quantile(draws, LEVELS))


def _group_names(first: Sequence[int], last: int) -> tuple[str, ...]:
    """`1-2`, `3-8`, `9-12`."""
    ends = [*(step - 1 for step in first[1:]), last]
    return tuple(f"{a}-{b}" if a < b else f"{a}" for a, b in zip(first, ends, strict=True))
