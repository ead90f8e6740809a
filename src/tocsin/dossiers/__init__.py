"""Dossiers: what is known about a place, written as YAML with sources, grades and dates.

They come inside the package, so that the first question can be answered where no file of events
can be had; a folder of one's own is read the same way.
"""

from tocsin.dossiers.checking import check_dossier
from tocsin.dossiers.identity import with_own_id
from tocsin.dossiers.problems import Problem
from tocsin.dossiers.reading import (
    Dossier,
    dossier_folder,
    read_dossier,
    require_dossier,
    shipped_dossiers,
)

__all__ = [
    "Dossier",
    "Problem",
    "check_dossier",
    "dossier_folder",
    "read_dossier",
    "require_dossier",
    "shipped_dossiers",
    "with_own_id",
]
