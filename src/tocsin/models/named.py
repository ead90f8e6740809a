"""Forecasters by name."""

from collections.abc import Callable

from tocsin.errors import UnknownName
from tocsin.evaluation import Forecaster
from tocsin.evaluation.fan import Fan, in_turn
from tocsin.models.analogs import ForestAnalogs, NearestAnalogs
from tocsin.models.baselines import Bootstrap, Conflictology, Last, NeighbourConflictology, Zero
from tocsin.models.grid import GridPool
from tocsin.models.own import OwnHistory
from tocsin.models.pool import Pool
from tocsin.tables.levels import Level

BASELINES: tuple[str, ...] = ("zero", "last", "bootstrap240", "conflictology12")
DEFAULT = "tocsin"

_MAKERS: dict[str, Callable[[], Forecaster]] = {
    "zero": Zero,
    "last": Last,
    "bootstrap240": lambda: Bootstrap(240),
    "bootstrap12": lambda: Bootstrap(12),
    "conflictology12": lambda: Conflictology(12),
    "conflictology_n": NeighbourConflictology,
    "own_history": OwnHistory,
    "nearest_analogs": NearestAnalogs,
    "forest_analogs": ForestAnalogs,
    "tocsin": Pool,
}


def names(level: Level | None = None) -> tuple[str, ...]:
    """Names of the forecasters that can serve `level`."""
    return tuple(name for name in _MAKERS if level == "priogrid" or name != "conflictology_n")


def named(name: str, level: Level = "country", fan: Fan = in_turn) -> Forecaster:
    """The forecaster of that name; the grid's own spreads its work by `fan`.

    Raises
    ------
    UnknownName, with the names there are.

    >>> named("last").name
    'last'
    """
    if name not in names(level):
        raise UnknownName(
            "no model of level {level} is named {name}",
            remedy="The models are: {names}.",
            level=level,
            name=name,
            names=", ".join(names(level)),
        )
    if name == DEFAULT and level == "priogrid":
        return GridPool(fan=fan)
    return _MAKERS[name]()


def best(level: Level, fan: Fan = in_turn) -> Forecaster:
    """The forecaster that products use at `level`."""
    return named(DEFAULT, level, fan)
