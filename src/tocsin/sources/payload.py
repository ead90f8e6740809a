"""What a path holds: a table as it stands, or one inside an archive that may be hostile."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

import polars as pl
import pyarrow.parquet as pq

from tocsin.errors import SourceError, UnknownName, UnreadableFile, UnsafeArchive
from tocsin.sources.delimited import (
    BLOCK_BYTES,
    Layout,
    NotUtf8,
    cut_blocks,
    read_layout,
    rows_of,
)
from tocsin.sources.registry import Sample

Form = Literal["csv", "parquet"]
SAMPLE_ROWS = 1000
_TABLES = (".csv", ".tsv", ".txt", ".parquet")
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
READABLE = _TABLES + _ARCHIVES
# What publishers and Macs put beside the table.
_BESIDE = (".pdf", ".md", ".docx", ".html", ".ds_store", ".xlsx", ".rds", ".rdata", ".dta")
UNPACKED_BYTES = 8 << 30
UNPACKED_RATIO = 200  # real tables shrink by 5 to 30; a bomb by a thousand
_RATIO_FROM = 64 << 20


@dataclass(frozen=True)
class Payload:
    """One table on disk, and the file that it came in."""

    path: Path
    name: str
    outer_name: str
    form: Form
    layout: Layout | None = None

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def sample(self) -> Sample:
        """The columns and the first rows, as strings."""
        if self.layout is None:
            return Sample(self.name, self.outer_name, self.form, *_parquet_head(self))
        head = _csv_head(self.layout)
        return Sample(self.name, self.outer_name, self.form, self.layout.columns, head)


def payloads(path: Path, scratch: Path) -> Iterator[Payload]:
    """Every table that `path` holds; archives are unpacked into `scratch`, one at a time.

    Raises
    ------
    UnknownName, if there is no such file.  UnreadableFile, if it is empty, truncated or damaged.
    UnsafeArchive, if a member would leave the folder, is an archive, or unpacks to too much.
    """
    if not path.is_file():
        raise UnknownName("there is no such file", where=str(path), remedy="Check the path.")
    try:
        with path.open("rb") as file:
            magic = file.read(6)
    except OSError as error:
        raise UnreadableFile(
            "the file cannot be opened ({why})", where=str(path), why=error.strerror or ""
        ) from error
    if magic.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _from_zip(path, scratch)
    elif magic.startswith(b"\x1f\x8b"):
        yield _from_gzip(path, scratch)
    elif magic.startswith((b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")):
        raise UnreadableFile(
            "this kind of archive is not read", where=path.name, remedy="Unpack it first."
        )
    else:
        yield _table(path, path.name, path.name)


def _table(path: Path, name: str, outer_name: str) -> Payload:
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PAR1":
        return Payload(path, name, outer_name, "parquet")
    return Payload(path, name, outer_name, "csv", read_layout(path, name))


def _from_gzip(path: Path, scratch: Path) -> Payload:
    name = path.name.removesuffix(".gz")
    target = scratch / "unpacked"
    with gzip.open(path) as packed:
        try:
            _unpack(packed, target, path.name, path.stat().st_size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _damaged(path.name) from error
    _refuse_nested(target, path.name)
    return _table(target, name, path.name)


def _from_zip(path: Path, scratch: Path) -> Iterator[Payload]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise _damaged(path.name) from error
    with archive:
        members = [member for member in archive.infolist() if _is_table(member, path.name)]
        if not members:
            raise UnreadableFile("the archive holds no table", where=path.name)
        for member in members:
            target = scratch / "unpacked"
            where = f"{path.name}/{member.filename}"
            if member.flag_bits & 0x1:
                raise UnreadableFile(
                    "the archive has a password", where=where, remedy="Unpack it first."
                )
            _refuse_bomb(member.file_size, member.compress_size, where)
            try:
                with archive.open(member) as packed:
                    _unpack(packed, target, where, member.compress_size)
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise _damaged(where) from error
            except NotImplementedError as error:
                raise UnreadableFile(
                    "the archive is packed in a way that is not read",
                    where=where,
                    remedy="Unpack it first.",
                ) from error
            _refuse_nested(target, where)
            yield _table(target, PurePosixPath(member.filename).name, path.name)
            target.unlink()


def _is_table(member: zipfile.ZipInfo, archive: str) -> bool:
    """Whether a member is to be read; hostile ones raise."""
    inner = member.filename.replace("\\", "/")
    where = f"{archive}/{member.filename}"
    parts = PurePosixPath(inner).parts
    if inner.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        raise UnsafeArchive(
            "a member of the archive points outside its folder",
            where=where,
            remedy="Do not use this file; ask where it comes from.",
        )
    if member.is_dir() or "__MACOSX" in parts or parts[-1].startswith("."):
        return False
    suffix = PurePosixPath(inner).suffix.lower()
    if suffix in _ARCHIVES:
        raise _nested(where)
    if suffix in _BESIDE:
        return False
    if suffix not in _TABLES:
        raise UnreadableFile(
            "the archive holds a file of an unknown kind",
            where=where,
            remedy="Unpack it and name the table itself.",
        )
    return True


def _unpack(packed: IO[bytes] | gzip.GzipFile, target: Path, where: str, packed_size: int) -> None:
    total = 0
    with target.open("wb") as out:
        while data := packed.read(1 << 20):
            total += len(data)
            # The size that an archive declares may be a lie: count what really comes out.
            _refuse_bomb(total, packed_size, where)
            out.write(data)


def _refuse_bomb(size: int, packed: int, where: str) -> None:
    if size > UNPACKED_BYTES or (size > _RATIO_FROM and size > packed * UNPACKED_RATIO):
        raise UnsafeArchive(
            "the archive unpacks to far more than a table would ({size:,} bytes from {packed:,})",
            where=where,
            remedy="Do not use this file; ask where it comes from.",
            size=size,
            packed=packed,
        )


def _refuse_nested(target: Path, where: str) -> None:
    with target.open("rb") as file:
        magic = file.read(6)
    if magic.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh")):
        raise _nested(where)


def _nested(where: str) -> SourceError:
    return UnsafeArchive(
        "an archive inside an archive is not opened", where=where, remedy="Unpack it first."
    )


def _damaged(where: str) -> SourceError:
    return UnreadableFile(
        "the archive is truncated or damaged", where=where, remedy="Get the file again."
    )


# --- the first rows ------------------------------------------------------------------------------


def _csv_head(layout: Layout) -> pl.DataFrame:
    """Up to `SAMPLE_ROWS` rows. A damaged end does not matter yet."""
    unique = tuple(dict.fromkeys(layout.columns))
    for block in cut_blocks(layout, size=BLOCK_BYTES // 8):
        for encoding in ("utf-8", "cp1252"):
            try:
                frame, _ragged = rows_of(block, layout, unique, encoding)
            except NotUtf8:
                continue
            return frame.drop("source_row").head(SAMPLE_ROWS)
    return pl.DataFrame(schema=dict.fromkeys(unique, pl.String))


def _parquet_head(payload: Payload) -> tuple[tuple[str, ...], pl.DataFrame]:
    for frame in parquet_blocks(payload, SAMPLE_ROWS):
        return tuple(frame.columns), frame
    return tuple(open_parquet(payload).schema_arrow.names), pl.DataFrame()


def open_parquet(payload: Payload) -> pq.ParquetFile:
    """The Parquet file behind a payload.

    Raises
    ------
    UnreadableFile, if it is truncated or damaged.
    """
    try:
        return pq.ParquetFile(payload.path)
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            "the Parquet file is truncated or damaged",
            where=payload.name,
            remedy="Get the file again.",
        ) from error


def parquet_blocks(payload: Payload, rows: int = 50_000) -> Iterator[pl.DataFrame]:
    """A Parquet file in blocks of strings, as a CSV file would hold them.

    Raises
    ------
    UnreadableFile, if it is damaged, or holds a nested column.
    """
    file = open_parquet(payload)
    try:
        for batch in file.iter_batches(rows):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame.select(pl.all().cast(pl.String))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise UnreadableFile(
            "the Parquet file cannot be read ({why})",
            where=payload.name,
            remedy="Get the file again.",
            why=str(error).splitlines()[0],
        ) from error
