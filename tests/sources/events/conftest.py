"""Stores and files for tests on events in UCDP's layout."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.sources.events.hadaria import Row, Write, text

from tocsin.lake import Lake
from tocsin.sources import Ingest, Orders, Outcome
from tocsin.tables import Snapshot


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows (or bytes) to a file named as a Candidate release."""

    def _write(content: list[Row] | bytes | str, name: str = "GEDEvent_v23_0_10.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = text(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def lake(own_store: Path) -> Lake:
    return Lake(own_store)


@pytest.fixture
def ingest(lake: Lake) -> Callable[..., Outcome]:
    """Ingest one file and give what became of it."""

    def _ingest(path: Path, **orders: object) -> Outcome:
        (outcome,) = Ingest(lake, Orders(**orders)).paths([path])  # type: ignore[arg-type]
        return outcome

    return _ingest


@pytest.fixture
def events(lake: Lake) -> Callable[[Snapshot], pl.DataFrame]:
    return lambda snapshot: lake.scan(snapshot, "events").collect()


@pytest.fixture
def rejects(lake: Lake) -> Callable[[Snapshot], pl.DataFrame]:
    return lambda snapshot: lake.scan(snapshot, "rejects").collect()


@pytest.fixture
def store_stays_empty(lake: Lake) -> Iterator[None]:
    """The test's refusals must leave nothing behind."""
    yield
    assert lake.snapshots() == []
    assert not list(lake.root.glob(".staging/*"))
