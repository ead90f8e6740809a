"""The lake: immutable Parquet snapshots, each with its manifest.

    <root>/lake/<source>/<version>-<first 12 digits of sha256>/manifest.json
                                                              /events.parquet  /rejects.parquet …
    <root>/lake/.staging/<random>/   where a snapshot is written before it exists
    <root>/lake/.lock                held by whoever writes

A snapshot appears by one rename and is never touched again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock

from tocsin.errors import StoreBusy, StoreDamaged, UnknownName
from tocsin.lake.disk import acquired, file_sha256, name_to_disk, to_disk
from tocsin.lake.room import room_to_write
from tocsin.tables.snapshots import Snapshot

if TYPE_CHECKING:
    import polars as pl

_MANIFEST = "manifest.json"
_STAGING = ".staging"
_LOCK = ".lock"


class Lake:
    """The snapshots under one store. Making the object reads and writes nothing.

    >>> Lake(Path("/nowhere")).snapshots()
    []
    """

    def __init__(self, root: Path):
        self.root = Path(root) / "lake"

    # --- reading -----------------------------------------------------------------------------

    def snapshots(
        self, source: str | None = None, table: str | None = None, as_of: date | None = None
    ) -> list[Snapshot]:
        """Snapshots in the order of their release; with `as_of`, those released by that day.

        Raises
        ------
        StoreDamaged, if a manifest cannot be read.
        """
        found = [read_manifest(path) for path in self.root.glob(f"*/*/{_MANIFEST}")]
        kept = [
            each
            for each in found
            if (source is None or each.source == source)
            and (table is None or any(part.table == table for part in each.parts))
            and (as_of is None or each.released_on <= as_of)
        ]
        return sorted(kept, key=lambda each: (each.released_on, each.snapshot_id))

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """The snapshot with this id.

        Raises
        ------
        UnknownName, if the lake does not hold it.
        """
        manifest = self.folder(snapshot_id) / _MANIFEST
        if not self.holds(snapshot_id):
            raise UnknownName(
                "the lake holds no snapshot {name}",
                remedy="See what it holds: tocsin snapshots",
                name=snapshot_id,
            )
        return read_manifest(manifest)

    def holds(self, snapshot_id: str) -> bool:
        """Whether a snapshot exists."""
        return (self.folder(snapshot_id) / _MANIFEST).is_file()

    def scan(self, snapshot: Snapshot, table: str) -> pl.LazyFrame:
        """One table of a snapshot, unread until it is collected.

        Raises
        ------
        UnknownName, if the snapshot has no such table.  StoreDamaged, if its file is gone.
        """
        paths = [
            self.folder(snapshot.snapshot_id) / part.path
            for part in snapshot.parts
            if part.table == table
        ]
        if not paths:
            raise UnknownName(
                "snapshot {name} has no table {table}", name=snapshot.snapshot_id, table=table
            )
        for path in paths:
            if not path.is_file():
                raise StoreDamaged("a file of the snapshot is missing", where=str(path))
        import polars as pl  # noqa: PLC0415  (a store is opened where no table is read)

        return pl.scan_parquet(paths)

    def folder(self, snapshot_id: str) -> Path:
        """Where a snapshot lives."""
        return self.root.joinpath(*snapshot_id.split("/"))

    def verify(self, snapshot: Snapshot) -> None:
        """Nothing, if every file of the snapshot is as it was written.

        Raises
        ------
        StoreDamaged, naming the first file that is not.
        """
        for part in snapshot.parts:
            path = self.folder(snapshot.snapshot_id) / part.path
            if not path.is_file() or file_sha256(path) != part.sha256:
                raise StoreDamaged(
                    "the file does not match its manifest",
                    where=str(path),
                    remedy="Restore the store from a copy, or remove this snapshot's folder and"
                    " ingest the file again.",
                )

    # --- writing -----------------------------------------------------------------------------

    @contextmanager
    def writing(
        self, wait: float | None = None, on_wait: Callable[[], object] | None = None
    ) -> Iterator[Draft]:
        """A draft that becomes a snapshot when it is kept, or leaves nothing.

        Only one process writes at a time. `wait` seconds are allowed for another to finish (None:
        as long as it takes); `on_wait` is called once if there is another.

        Raises
        ------
        StoreBusy, if the other has not finished.  StoreFull, if the disk is full or closed to us.
        """
        with room_to_write(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / _LOCK)
            if not acquired(lock, wait, on_wait):
                raise StoreBusy(
                    "another process is writing to the store",
                    where=str(lock.lock_file),
                    remedy="Wait until it has finished, or allow more time with --wait SECONDS.",
                )
            try:
                self._sweep()
                folder = Path(tempfile.mkdtemp(dir=self._staging()))
                try:
                    yield Draft(self, folder)
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                lock.release()

    def _staging(self) -> Path:
        staging = self.root / _STAGING
        staging.mkdir(exist_ok=True)
        return staging

    def _sweep(self) -> None:
        """Remove what a killed process left; we hold the lock, so nobody is using it."""
        for left in self._staging().iterdir():
            shutil.rmtree(left, ignore_errors=True)


class Draft:
    """A snapshot that does not exist yet: a folder to write into."""

    def __init__(self, lake: Lake, folder: Path):
        self._lake = lake
        self.folder = folder
        self.tables = folder / "snapshot"
        self.tables.mkdir()
        self.scratch = folder / "scratch"
        self.scratch.mkdir()

    def keep(self, snapshot: Snapshot) -> Snapshot:
        """Make the draft the snapshot. The one rename in this function is the moment at which it
        begins to exist; a snapshot that exists already is left as it is."""
        if self._lake.holds(snapshot.snapshot_id):
            return self._lake.snapshot(snapshot.snapshot_id)
        manifest = self.tables / _MANIFEST
        manifest.write_bytes(msgspec.json.format(msgspec.json.encode(snapshot), indent=2))
        for path in self.tables.iterdir():
            to_disk(path)
        target = self._lake.folder(snapshot.snapshot_id)
        if target.exists():
            raise StoreDamaged(
                "the folder of a snapshot has no manifest",
                where=str(target),
                remedy="Remove the folder and ingest the file again.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(self.tables, target)  # noqa: PTH104  (the rename is the point)
        name_to_disk(target.parent)
        self.tables.mkdir()
        return snapshot


def read_manifest(path: Path) -> Snapshot:
    """The manifest at `path`.

    Raises
    ------
    StoreDamaged, if it is not one.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Snapshot)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreDamaged(
            "the manifest cannot be read ({why})",
            where=str(path),
            remedy="Restore the store from a copy, or remove this snapshot's folder and ingest"
            " the file again.",
            why=str(error),
        ) from error
