"""The shipped record as of any date, and small invented figures."""

from collections.abc import Callable
from datetime import date

import pytest

from tocsin.dossiers import dossier_folder, read_dossier
from tocsin.policy import MemoryView, Reader
from tocsin.tables.statements import Statement

Record = Callable[..., list[Statement]]


@pytest.fixture(scope="session")
def mali() -> tuple[Statement, ...]:
    return read_dossier(dossier_folder("mali")).statements


@pytest.fixture(scope="session")
def record(mali: tuple[Statement, ...]) -> Record:
    """The Mali dossier as of an ISO date (default: everything)."""

    def as_of(day: str | None = None) -> list[Statement]:
        known = None if day is None else date.fromisoformat(day)
        return MemoryView(mali, Reader("anyone"), known).statements()

    return as_of
