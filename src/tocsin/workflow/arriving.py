"""Files arrive: the store is named, official files are fetched, read and kept as snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.lake import Lake, Node
    from tocsin.sources import Declaration, Outcome
    from tocsin.sources.arrivals import Arrival
    from tocsin.tables import Snapshot


def name_store(organisation: str) -> tuple[Node, Path]:
    """Name the organisation that keeps the store; gives the node and where the store is."""
    from tocsin.lake import name_node
    from tocsin.settings import read_settings

    home = read_settings().home
    return name_node(home, organisation), home


def written_unnamed() -> str:
    """The name under which a store without one has written already; empty if it has not."""
    from tocsin.lake import DEFAULT_ORGANISATION, read_node
    from tocsin.settings import read_settings
    from tocsin.workflow.record_place import record_file

    home = read_settings().home
    is_unnamed = read_node(home) is None and record_file(read_settings()).exists()
    return DEFAULT_ORGANISATION if is_unnamed else ""


def is_exercise_store() -> bool:
    """Whether this store was made for an exercise; it stays one for its whole life."""
    from tocsin.lake import read_node
    from tocsin.settings import read_settings

    node = read_node(read_settings().home)
    return node is not None and node.exercise


def fetch(
    names: list[str],
    *,
    version: str = "",
    again: bool = False,
    on_step: Callable[[str, int, int | None], object] | None = None,
    translate: Callable[[str], str] = str,
) -> Iterator[Arrival]:
    """Bring official files into the store's downloads, from the mirror or their publishers."""
    from tocsin.settings import read_settings
    from tocsin.sources.arrivals import Fetching

    settings = read_settings()
    yield from Fetching(
        settings.home / "downloads",
        settings.mirror,
        version,
        again,
        on_step=on_step,
        translate=translate,
    ).sources(names)


def ingest(
    paths: list[Path],
    *,
    source: str = "",
    release: str = "",
    released_on: str = "",
    mapping: Path | None = None,
    wait: float | None = None,
    on_step: Callable[[str, int, int], object] | None = None,
    on_wait: Callable[[], object] | None = None,
    translate: Callable[[str], str] | None = None,
) -> Iterator[Outcome]:
    """Read files into the lake, one after the other; yields what became of each."""
    from tocsin.sources import Ingest, Orders
    from tocsin.tables.months import parse_day

    day = parse_day(released_on) if released_on else None
    run = Ingest(open_lake(), Orders(source, release, day, mapping, wait))
    run.on_step = on_step or run.on_step
    run.on_wait = on_wait or run.on_wait
    run.translate = translate or run.translate
    yield from run.paths(paths)


def snapshots(as_of: str = "", source: str = "") -> list[Snapshot]:
    """What the lake holds, or held by the end of `as_of`."""
    from tocsin.tables.months import parse_day

    day = parse_day(as_of) if as_of else None
    return open_lake().snapshots(source or None, as_of=day)


def known_sources() -> list[Declaration]:
    """Every source that can be read."""
    from tocsin.sources import sources

    return [each.declaration for each in sources()]


def reasons() -> dict[str, str]:
    """Why a row may be set aside: code and meaning."""
    from tocsin.sources import REASONS

    return REASONS


def open_lake() -> Lake:
    """The lake of this store."""
    from tocsin.lake import Lake
    from tocsin.settings import read_settings

    return Lake(read_settings().home)
