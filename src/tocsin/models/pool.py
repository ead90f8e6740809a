"""The pool: draws of several forecasters, in shares that depend on the state of the unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import Forecaster, History
from tocsin.models.analogs import ForestAnalogs
from tocsin.models.baselines import Samples
from tocsin.models.memory import cap_summary_events, surroundings, trailing_mean
from tocsin.models.own import OwnHistory
from tocsin.models.returning import Returns, with_returns
from tocsin.models.tails import bounded, temper
from tocsin.tables.levels import Level

# States of a unit at the origin: `never` saw deaths in five years, nor did its surroundings;
# `near` only the surroundings did; then by its deaths a month over the last year (summary events
# cut): none, below the level's first bound, below its second, above.
STATES = ("never", "near", "quiet", "low", "war", "heavy")
_BOUNDS: dict[Level, tuple[float, float]] = {
    "country": (5.0, 50.0),
    "admin1": (2.0, 20.0),
}
# First horizon of each group that has shares of its own.
HORIZON_GROUPS = (1, 3, 9)
HALF_YEAR = OwnHistory(6, half_life=24.0, path_blur=0.35, month_blur=0.35, name="own_half_year")
TWO_YEARS = OwnHistory(24, half_life=12.0, name="own_two_years")
# What the pool draws from, in the order of its shares.
COMPONENTS: tuple[Forecaster, ...] = (HALF_YEAR, TWO_YEARS, ForestAnalogs(leaf=25))


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fitted shares: `shares[state][group][component]`, each adding up to one."""

    components: tuple[str, ...]
    states: tuple[str, ...]
    horizon_groups: tuple[int, ...]
    shares: tuple[tuple[tuple[float, ...], ...], ...]
    fitted_on: str
    last_target: str
    # Knots of the factor by which upper tails are drawn in (`tails.temper`).
    spread: tuple[tuple[float, float], ...] = ()
    # How the chance of violence in quiet units is told (`returning`); None leaves it to the draws.
    returns: Returns | None = None

    def table(self) -> NDArray[np.float64]:
        """(states, groups, components) shares that add up to one."""
        shares = np.array(self.shares)
        table: NDArray[np.float64] = shares / shares.sum(axis=2, keepdims=True)
        return table


@cache
def read_shares(level: Level) -> Shares:
    """The shares of a level, fitted on forecasts whose targets end before January 2018."""
    found = files("tocsin.models").joinpath(f"shares_{level}.json")
    return msgspec.json.decode(found.read_bytes(), type=Shares)


def level_now(history: History) -> NDArray[np.float64]:
    """(U,) deaths a month over the last year, summary events cut."""
    year: NDArray[np.float64] = trailing_mean(cap_summary_events(history.values), 12)[:, -1]
    return year


def states(history: History) -> NDArray[np.intp]:
    """(U,) index into `STATES` of each unit at the origin."""
    values = cap_summary_events(history.values)
    year = level_now(history)
    ever = trailing_mean(values, 60)[:, -1] > 0
    around = surroundings(history.units, history.level, values)
    near = np.zeros(len(year), bool) if around is None else trailing_mean(around, 60)[:, -1] > 0
    low, war = _BOUNDS[history.level]
    return np.select(
        [year >= war, year >= low, year > 0, ever, near], [5, 4, 3, 2, 1], default=0
    ).astype(np.intp)


def horizon_group(horizon: int) -> int:
    """Index of the group of horizons.

    >>> [horizon_group(step) for step in (1, 2, 3, 12)]
    [0, 0, 1, 2]
    """
    return int(np.searchsorted(HORIZON_GROUPS, horizon, side="right")) - 1


@dataclass(frozen=True)
class Pool:
    """A linear pool: each draw is a draw of one component.

    A draw keeps its component over all horizons, but for the few that change hands where the
    shares of two groups of horizons differ: so a draw stays a path.
    """

    shares: Shares | None = None
    name: str = "tocsin"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Draws of the components, mixed in the fitted shares."""
        shares = self.shares or read_shares(history.level)
        table = shares.table()
        parts: dict[str, Any] = {part.name: part for part in COMPONENTS}
        state = states(history)
        # Each draw's place between 0 and 1 decides its component; a common order for all units
        # would make every unit's first draws come from the same component.
        place = (np.arange(draws) + 0.5) / draws
        rng = np.random.default_rng([seed, history.origin, 79])
        places = rng.permuted(np.broadcast_to(place, (len(state), draws)), axis=1)
        mixed = np.zeros((len(state), len(horizons), draws), np.int32)
        groups = [horizon_group(step) for step in horizons]
        for index, name in enumerate(shares.components):
            if not table[:, :, index].any():
                continue
            samples = parts[name].forecast(history, horizons, draws, seed)
            for column, group in enumerate(groups):
                edges = np.cumsum(table[:, group], axis=1)[state]
                low = edges[:, index] - table[state, group, index]
                high = edges[:, index] + (index == len(shares.components) - 1)
                mine = (places >= low[:, None]) & (places < high[:, None])
                mixed[:, column][mine] = samples[:, column][mine]
        drawn = temper(mixed, level_now(history), shares.spread)
        if shares.returns is not None:
            drawn = with_returns(drawn, history, horizons, shares.returns, seed)
        return bounded(drawn, history.values)

    def component_shares(self, history: History, horizon: int) -> NDArray[np.float64]:
        """(U, components) share of each component in each unit's forecast."""
        table = (self.shares or read_shares(history.level)).table()
        shares: NDArray[np.float64] = table[states(history), horizon_group(horizon)]
        return shares
