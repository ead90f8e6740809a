"""What passes between rooms: tables, months, levels, snapshots."""

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
