"""What passes between rooms: tables, months, levels, snapshots."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tocsin.tables.declared import (
        CONTEXT,
        EVENTS,
        OBSERVATIONS,
        REJECTS,
        SCORES,
        SERIES,
        TABLES,
        forecasts,
    )
    from tocsin.tables.levels import (
        LEVELS,
        TARGETS,
        VIOLENCE,
        Level,
        Target,
        Violence,
        counted_violence,
    )
    from tocsin.tables.schema import Column, Finding, Table
    from tocsin.tables.snapshots import Coverage, FilePart, Snapshot

__all__ = [
    "CONTEXT",
    "EVENTS",
    "LEVELS",
    "OBSERVATIONS",
    "REJECTS",
    "SCORES",
    "SERIES",
    "TABLES",
    "TARGETS",
    "VIOLENCE",
    "Column",
    "Coverage",
    "FilePart",
    "Finding",
    "Level",
    "Snapshot",
    "Table",
    "Target",
    "Violence",
    "counted_violence",
    "forecasts",
]

# Statements live beside the tables but need no dataframes: a module is loaded when one of its
# names is first asked for, so that the ledger's commands start without Polars.
_HOMES = ("levels", "schema", "snapshots", "declared")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for home in _HOMES:
            module = import_module(f"{__name__}.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
