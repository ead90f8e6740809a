"""The archive of issued forecasts: what was said, when, from which data. Only ever added to.

    <root>/forecasts/issued/<issue>/manifest.json
                                   /<model>_<level>_<target>.parquet
    <root>/forecasts/making/<key>/   parts of a run that is not finished; a later run goes on there
    <root>/forecasts/scores/<batch>.parquet   scores, as truth arrived
    <root>/forecasts/.lock           held by whoever adds

An issue appears by one rename and is never touched again; the same forecast issued twice is two
issues. A batch of scores is one file, written once.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec
import polars as pl
from filelock import FileLock

from tocsin.errors import StoreBusy, StoreDamaged, UnknownName
from tocsin.lake.disk import acquired, file_sha256, to_disk
from tocsin.lake.room import room_to_write
from tocsin.tables.levels import Level, Target
from tocsin.tables.months import month_text

_MANIFEST = "manifest.json"


class IssuePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One Parquet file of an issue: the draws of one model, level and target."""

    model_id: str
    level: Level
    target: Target
    path: str  # relative to the issue's folder
    rows: int
    units: int
    sha256: str
    left_out: tuple[str, ...] = ()  # units of which nothing was known


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a gate found: the template in English and the values of its fields."""

    gate: str
    level: str
    target: str
    unit_id: str
    problem: str
    fields: dict[str, str | int | float] = {}


class Issue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The manifest of one issue of forecasts.

    `configuration` is a hash of the model's code and shares; `key` names everything that the
    draws depend on, so that two issues with one key hold the same draws. `baselines` are models
    issued beside `model_id` for comparison. `despite` is the reason given for publishing although
    a gate had found something, and `remarks` is what it had found.
    """

    issue_id: str
    key: str
    issued_at: datetime
    as_of: date
    reconstruct: bool
    origin_month: int
    horizons: tuple[int, ...]
    model_id: str
    baselines: tuple[str, ...]
    configuration: str
    draws: int
    seed: int
    area: str
    snapshots: tuple[str, ...]
    parts: tuple[IssuePart, ...]
    joint: bool = True  # areas add up to countries and types to their sum, draw by draw
    nowcast: dict[str, int] = {}  # what the nowcast of late figures had learned from
    remarks: tuple[Remark, ...] = ()
    despite: str = ""
    exercise: bool = False
    tocsin_version: str = ""

    def part(self, level: Level, target: Target, model: str = "") -> IssuePart | None:
        """The part of that level and target; None if the issue has none."""
        wanted = model or self.model_id
        found = (
            part
            for part in self.parts
            if (part.level, part.target, part.model_id) == (level, target, wanted)
        )
        return next(found, None)


class Archive:
    """The forecasts issued from one store. Making the object reads and writes nothing.

    >>> Archive(Path("/nowhere")).issues()
    []
    """

    def __init__(self, root: Path):
        self.root = Path(root) / "forecasts"
        self.issued = self.root / "issued"

    # --- reading -----------------------------------------------------------------------------

    def issues(self) -> list[Issue]:
        """Every issue, in the order of the day it speaks from and of its making.

        Raises
        ------
        StoreDamaged, if a manifest cannot be read.
        """
        found = [_read_manifest(path) for path in self.issued.glob(f"*/{_MANIFEST}")]
        return sorted(found, key=lambda each: (each.as_of, each.issued_at, each.issue_id))

    def issue(self, issue_id: str) -> Issue:
        """The issue of that name.

        Raises
        ------
        UnknownName
        """
        for each in self.issues():
            if each.issue_id == issue_id:
                return each
        raise UnknownName(
            "no issue of forecasts is named {name}",
            remedy="See those there are: tocsin forecast list",
            name=issue_id,
        )

    def scan(self, issue: Issue, part: IssuePart) -> pl.LazyFrame:
        """The `forecasts` table of one part, unread until it is collected.

        Raises
        ------
        StoreDamaged, if its file is gone or is not as it was written.
        """
        path = self.issued / issue.issue_id / part.path
        if not path.is_file() or file_sha256(path) != part.sha256:
            raise StoreDamaged(
                "the file does not match its manifest",
                where=str(path),
                remedy="Restore the store from a copy; an issued forecast cannot be made again.",
            )
        return pl.scan_parquet(path)

    def scores(self) -> pl.DataFrame | None:
        """Every line of the live scorecard, in the order of writing; None if there is none."""
        files = sorted((self.root / "scores").glob("*.parquet"))
        return pl.concat([pl.read_parquet(path) for path in files]) if files else None

    # --- writing -----------------------------------------------------------------------------

    @contextmanager
    def adding(
        self, wait: float | None = None, on_wait: Callable[[], object] | None = None
    ) -> Iterator[None]:
        """The sole right to add. One process adds at a time; others wait.

        Raises
        ------
        StoreBusy, if another has not finished after `wait` seconds.  StoreFull
        """
        with room_to_write(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock")
            if not acquired(lock, wait, on_wait):
                raise StoreBusy(
                    "another process is writing to the store",
                    where=str(self.root),
                    remedy="Wait until it has finished, and run the same command again.",
                )
            try:
                yield
            finally:
                lock.release()

    def making(self, key: str) -> "Making":
        """The unfinished issue with this key: new, or as a run that was cut off left it."""
        return Making(self, key)

    def add_scores(self, scores: pl.DataFrame) -> Path:
        """Add one batch of scores as a file of its own, numbered after the last one."""
        folder = self.root / "scores"
        folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem) for path in folder.glob("*.parquet")), default=0)
        path = folder / f"{number:06d}.parquet"
        _write_frame(scores, path)
        return path

    def new_name(self, origin: int, as_of: date, model: str) -> str:
        """A name that no issue has: origin, day, model, and a number from the second on."""
        name = f"{month_text(origin)}_{as_of.isoformat()}_{model}"
        number = 1
        while (self.issued / (name if number == 1 else f"{name}_{number}")).exists():
            number += 1
        return name if number == 1 else f"{name}_{number}"


class Making:
    """Parts on their way to an issue. What is written here is whole, or is not here at all."""

    def __init__(self, archive: Archive, key: str):
        self._archive = archive
        self.folder = archive.root / "making" / key

    def part(self, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The part of that name: as an earlier run left it, else the one that `make` gives."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_frame(make(), path)
        return pl.read_parquet(path)

    def read(self, name: str) -> pl.DataFrame:
        """A part that is there already."""
        return pl.read_parquet(self.folder / f"{name}.parquet")

    def sha256(self, name: str) -> str:
        """SHA-256 of a part's file."""
        return file_sha256(self.folder / f"{name}.parquet")

    def keep(self, issue: Issue) -> Issue:
        """Make the parts named by the manifest an issue, by one rename; the rest is dropped."""
        final = self.folder / "issue"
        shutil.rmtree(final, ignore_errors=True)
        final.mkdir(parents=True)
        for part in issue.parts:
            shutil.copyfile(self.folder / part.path, final / part.path)
            to_disk(final / part.path)
        manifest = final / _MANIFEST
        manifest.write_bytes(msgspec.json.format(msgspec.json.encode(issue), indent=2))
        to_disk(manifest)
        target = self._archive.issued / issue.issue_id
        if target.exists():
            raise StoreDamaged("an issue of this name is there already", where=str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(final, target)  # noqa: PTH104  (the rename is the point)
        shutil.rmtree(self.folder, ignore_errors=True)
        return issue


def _read_manifest(path: Path) -> Issue:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Issue)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreDamaged(
            "the manifest of an issue cannot be read ({why})",
            where=str(path),
            remedy="Restore the store from a copy; an issued forecast cannot be made again.",
            why=str(error),
        ) from error


def _write_frame(frame: pl.DataFrame, path: Path) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    frame.write_parquet(partial, compression="zstd")
    to_disk(partial)
    partial.replace(path)
