"""The forecasters: the challenge's baselines, and those that must beat them."""

from tocsin.models.baselines import (
    Bootstrap,
    Conflictology,
    Last,
    NeighbourConflictology,
    Zero,
)
from tocsin.models.named import BASELINES, DEFAULT, best, named, names
from tocsin.models.own import OwnHistory

__all__ = [
    "BASELINES",
    "DEFAULT",
    "Bootstrap",
    "Conflictology",
    "Last",
    "NeighbourConflictology",
    "OwnHistory",
    "Zero",
    "best",
    "named",
    "names",
]
