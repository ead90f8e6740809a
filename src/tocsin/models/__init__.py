"""The forecasters: the challenge's baselines, and those that must beat them."""

from tocsin.models.baselines import (
    Bootstrap,
    Conflictology,
    Last,
    NeighbourConflictology,
    Zero,
)
from tocsin.models.fingerprint import configuration
from tocsin.models.named import BASELINES, DEFAULT, best, named, names
from tocsin.models.own import OwnHistory
from tocsin.models.tables import build_forecasts, build_unit_months

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
    "build_forecasts",
    "build_unit_months",
    "configuration",
    "named",
    "names",
]
