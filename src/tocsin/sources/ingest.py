"""A file into the lake: recognised, read strictly, kept whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import msgspec
import polars as pl

from tocsin import __version__
from tocsin.errors import (
    IdentityConflict,
    TocsinError,
    UnknownFormat,
    UnknownName,
    UnreadableFile,
)
from tocsin.geo import EXERCISE
from tocsin.lake import Draft, Lake, file_sha256
from tocsin.sources.payload import READABLE, Payload, payloads
from tocsin.sources.reading import Reading
from tocsin.sources.registry import Release, Sample, Source, recognise, source
from tocsin.sources.sink import Sink
from tocsin.tables import TABLES, Snapshot

Step = Callable[[str, int, int], object]  # file name, bytes done, bytes in all
_TABLES = {table.name: table for table in TABLES}


def _as_it_is(template: str) -> str:
    return template


def _silent(*_told: object) -> None:
    """For who needs no progress."""


@dataclass(frozen=True)
class Orders:
    """What the user says beside the paths; all optional."""

    source: str = ""
    release: str = ""
    released_on: date | None = None
    mapping: Path | None = None
    wait: float | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one table of one file."""

    path: str
    status: Literal["kept", "already held", "not recognised", "refused"]
    snapshot: Snapshot | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = ""
    exit_code: int = 0
    rejects_file: str = ""


@dataclass
class Ingest:
    """One run of `tocsin ingest`: the lake, what the user said, and whom to tell of progress."""

    lake: Lake
    orders: Orders = field(default_factory=Orders)
    on_step: Step = _silent
    on_wait: Callable[[], object] = _silent
    translate: Callable[[str], str] = _as_it_is

    def paths(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Every file under `paths`, one after the other.

        A file that is named itself raises if it cannot be read and it is the only one; among
        several, and in folders, each failure is an outcome and the others go on.
        """
        given = list(paths)
        alone = len(given) == 1 and not given[0].is_dir()
        for path in given:
            for file in files_under(path):
                yield from self._file(file, alone, named=file == path)

    def _file(self, path: Path, alone: bool, named: bool) -> Iterator[Outcome]:
        try:
            yield from self.file(path)
        except UnknownFormat as error:
            if alone:
                raise
            if named:
                yield self._refused(path, error)
            else:
                yield Outcome(path=str(path), status="not recognised")
        except TocsinError as error:
            if alone:
                raise
            yield self._refused(path, error)

    def file(self, path: Path) -> Iterator[Outcome]:
        """Every table of one file.

        Raises
        ------
        UnreadableFile, UnsafeArchive, UnknownFormat, SourceChanged: the file is at fault.
        UsageError: its release date is not known.  IdentityConflict: another file of the same
        release says otherwise.  StoreBusy, StoreFull: the store.  In each case the store is as
        it was, but for the tables of an archive that came before.
        """
        with self.lake.writing(self.orders.wait, self.on_wait) as draft:
            for payload in payloads(path, draft.scratch):
                yield self._payload(path, payload, draft)

    def _payload(self, path: Path, payload: Payload, draft: Draft) -> Outcome:
        sample = payload.sample()
        found = self._source(sample, path)
        found.require_columns(sample)
        release = found.release_of(sample, self.orders.release, self.orders.released_on)
        if (held := self._held_bytes(payload, found)) is not None:
            return Outcome(path=str(path), status="already held", snapshot=held)
        sink = Sink(draft.tables, payload.name)
        reading = Reading(payload, found, release, sample.head)
        try:
            for share in reading.shares():
                sink.add(share)
                self.on_step(payload.name, share.bytes_done, payload.size)
            sink.close()
        finally:
            sink.abandon()
        _require_rows(sink, payload)
        snapshot = _manifest(payload, release, found, sink, reading.sha256)
        if (same := self._same_content(snapshot, draft)) is not None:
            return Outcome(path=str(path), status="already held", snapshot=same)
        _write_rejects_csv(sink)
        kept = draft.keep(snapshot)
        rejects = self.lake.folder(kept.snapshot_id) / "rejects.csv"
        return Outcome(
            path=str(path),
            status="kept",
            snapshot=kept,
            notes=tuple(self.translate(note) for note in [*reading.notes, *_warning(sink)]),
            exit_code=int(_mostly_unread(sink)),
            rejects_file=str(rejects) if rejects.is_file() else "",
        )

    def _refused(self, path: Path, error: TocsinError) -> Outcome:
        problem, _newline, remedy = error.message(self.translate).partition("\n")
        return Outcome(
            path=str(path),
            status="refused",
            problem=problem,
            remedy=remedy,
            exit_code=error.exit_code,
        )

    def _source(self, sample: Sample, path: Path) -> Source:
        if (mapping := self.orders.mapping or mapping_beside(path)) is not None:
            return source(self.orders.source or "generic_events").mapped(mapping)
        return source(self.orders.source) if self.orders.source else recognise(sample)

    def _held_bytes(self, payload: Payload, found: Source) -> Snapshot | None:
        """The snapshot made of the very same bytes, if there is one."""
        alike = [each for each in self.lake.snapshots(found.key) if each.file_bytes == payload.size]
        if not alike:
            return None
        sha256 = file_sha256(payload.path)
        return next((each for each in alike if each.sha256 == sha256), None)

    def _same_content(self, snapshot: Snapshot, draft: Draft) -> Snapshot | None:
        """A snapshot of the same release that holds the same rows, if there is one.

        Raises
        ------
        IdentityConflict, if one holds the same ids with other content.
        """
        for held in self.lake.snapshots(snapshot.source):
            if held.version != snapshot.version or _is_part(held) != _is_part(snapshot):
                continue
            for part in snapshot.parts:
                if part.table == "rejects" or not any(p.table == part.table for p in held.parts):
                    continue
                ours = pl.scan_parquet(draft.tables / part.path)
                theirs = self.lake.scan(held, part.table)
                shared = _compare(ours, theirs, _TABLES[part.table].key, snapshot, held)
                rows = next(p.rows for p in held.parts if p.table == part.table)
                if shared == part.rows == rows:
                    return held
        return None


def mapping_beside(path: Path) -> Path | None:
    """The mapping that lies beside a table, `EVENTS.csv.mapping.yml`, if there is one."""
    beside = path.with_name(path.name + ".mapping.yml")
    return beside if beside.is_file() else None


def files_under(path: Path) -> list[Path]:
    """The file itself, or every table and archive of a folder and its subfolders.

    In a folder, files of other kinds and hidden ones are left alone; a file that is named itself
    is always tried.

    Raises
    ------
    UnknownName, if there is nothing there.
    """
    if path.is_dir():
        return sorted(
            file
            for file in path.rglob("*")
            if file.name.lower().endswith(READABLE)
            and file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
    if not path.exists():
        raise UnknownName("there is no such file", where=str(path), remedy="Check the path.")
    return [path]


def _is_part(snapshot: Snapshot) -> bool:
    """Whether the file is a known part of its release, with columns or rows left out."""
    return snapshot.coverage is not None and not snapshot.coverage.complete


def _compare(
    ours: pl.LazyFrame,
    theirs: pl.LazyFrame,
    key: tuple[str, ...],
    snapshot: Snapshot,
    held: Snapshot,
) -> int:
    """How many rows both hold with the same content."""
    both = ours.drop("source_row", strict=False).join(
        theirs.drop("source_row", strict=False), on=key, how="inner", suffix="_held"
    )
    names = [name for name in both.collect_schema().names() if name.endswith("_held")]
    differs = pl.any_horizontal(
        pl.col(name.removesuffix("_held")).ne_missing(pl.col(name)) for name in names
    )
    counted = both.select(*key, differs.alias("differs")).collect()
    conflicts = counted.filter("differs")
    if conflicts.height:
        raise IdentityConflict(
            "{count} records of release {version} are held with other content, such as {example}",
            where=snapshot.file_name,
            remedy="One of the two files was altered or corrected after its release. Compare it"
            " with {held}; to keep both, name this one: --release NAME --released-on DATE.",
            count=conflicts.height,
            version=snapshot.version,
            example=_key_text(conflicts.row(0, named=True)),
            held=held.snapshot_id,
        )
    return counted.height


def _key_text(record: dict[str, object]) -> str:
    """The parts of a key by which a person finds the record again."""
    return " ".join(str(part) for name, part in record.items() if name not in ("source", "differs"))


def _mostly_unread(sink: Sink) -> bool:
    return sum(sink.set_aside.values()) > sink.rows_read / 2


def _warning(sink: Sink) -> list[str]:
    """A file of which most rows cannot be read is kept, but it is not well."""
    warning = "Most rows were set aside: look at the rejects file before you use what was kept."
    return [warning] if _mostly_unread(sink) else []


def _require_rows(sink: Sink, payload: Payload) -> None:
    if sink.rows_read == 0:
        raise UnreadableFile(
            "the file has a header but no rows", where=payload.name, remedy="Get the file again."
        )
    if sink.rows_kept == 0:
        reason, _count = sink.set_aside.most_common(1)[0]
        first = sink.rejects().row(0, named=True)
        raise UnreadableFile(
            "none of the {rows} rows can be read; the most frequent reason: {reason}"
            " (line {line}, {column} = {value!r})",
            where=payload.name,
            remedy="Get the file again as its publisher offers it.",
            rows=sink.rows_read,
            reason=reason,
            line=first["line"] or first["row"],
            column=first["field"],
            value=first["value"],
        )


def _manifest(
    payload: Payload, release: Release, found: Source, sink: Sink, sha256: str
) -> Snapshot:
    declaration = release.declaration
    kept = sink.kept()
    official = next((file.url for file in declaration.files if file.version == release.version), "")
    return Snapshot(
        snapshot_id=f"{declaration.key}/{_safe(release.version)}-{sha256[:12]}",
        source=declaration.key,
        title=f"{declaration.title} {release.version}",
        publisher=declaration.publisher,
        version=release.version,
        released_on=release.released_on,
        licence=declaration.licence,
        citation=declaration.citation,
        url=official or declaration.home,
        file_name=payload.name,
        file_bytes=payload.size,
        sha256=sha256,
        parts=sink.parts(),
        coverage=found.coverage(release, kept),
        rows_read=sink.rows_read,
        rows_kept=sink.rows_kept,
        duplicates=sink.duplicates,
        set_aside=dict(sorted(sink.set_aside.items())),
        doubts=dict(sorted(sink.doubts.items())),
        period=(kept.day_from, kept.day_to) if kept.day_from and kept.day_to else None,
        places=len(kept.countries) or len(kept.iso3),
        exercise=declaration.exercise or kept.iso3 == (EXERCISE.iso3,),
        ingested_at=datetime.now(UTC).replace(microsecond=0),
        tocsin_version=__version__,
    )


def _safe(version: str) -> str:
    """The version as a folder name on any system."""
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in version)


def _write_rejects_csv(sink: Sink) -> None:
    """The same rejects for whoever opens them in a spreadsheet."""
    rejects = sink.rejects()
    if rejects.height:
        rejects.write_csv(sink.folder / "rejects.csv", include_bom=True)
