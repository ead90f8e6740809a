"""One folder a source: what it publishes, under which licence, and how it is read."""

from tocsin.sources.cells import REASONS, Cells
from tocsin.sources.declaration import Bounds, Declaration, OfficialFile, Versions
from tocsin.sources.ingest import Ingest, Orders, Outcome
from tocsin.sources.registry import (
    Kept,
    Parsed,
    Release,
    Rows,
    Sample,
    Source,
    recognise,
    source,
    sources,
)

__all__ = [
    "REASONS",
    "Bounds",
    "Cells",
    "Declaration",
    "Ingest",
    "Kept",
    "OfficialFile",
    "Orders",
    "Outcome",
    "Parsed",
    "Release",
    "Rows",
    "Sample",
    "Source",
    "Versions",
    "recognise",
    "source",
    "sources",
]
