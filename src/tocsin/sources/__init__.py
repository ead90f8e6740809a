"""One folder a source: what it publishes, under which licence, and how it is read."""

from tocsin.sources.cells import REASONS, Cells
from tocsin.sources.declaration import Bounds, Declaration, OfficialFile, Versions
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
    "Kept",
    "OfficialFile",
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
