"""A payload, block by block, through its source's `parse_rows`: several at once, in order."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np
import polars as pl

from tocsin.errors import SourceChanged, UnreadableFile
from tocsin.sources.cells import FINDINGS
from tocsin.sources.dates import day_comes_first
from tocsin.sources.delimited import (
    Block,
    Layout,
    NotUtf8,
    Ragged,
    cut_blocks,
    ends_without_newline,
    find_records,
    pick_records,
    rows_of,
)
from tocsin.sources.payload import Payload, parquet_blocks
from tocsin.sources.registry import Parsed, Release, Rows, Source
from tocsin.tables import REJECTS

_WORKERS = min(4, os.cpu_count() or 1)
_CONTENT = 20_000
_UTF8, _WINDOWS = "utf-8", "cp1252"


@dataclass(frozen=True)
class Share:
    """What one block gave, numbered within the file."""

    parsed: Parsed
    rows_read: int
    rejects: pl.DataFrame  # REJECTS, for what was set aside and for what was doubted
    bytes_done: int


@dataclass
class Reading:
    """One pass over a payload. After it, `sha256` and `notes` are known."""

    payload: Payload
    source: Source
    release: Release
    head: pl.DataFrame  # the first rows, by which dates are understood
    sha256: str = ""
    notes: list[str] = field(default_factory=list)
    _hash: Any = field(default_factory=hashlib.sha256)
    _encoding: str = _UTF8
    _not_ascii: bool = False
    _rows: int = 0
    _lines: int = 0

    def shares(self) -> Iterator[Share]:
        """What each block gives, in the order of the file.

        Raises
        ------
        UnreadableFile, SourceChanged, naming the line.
        """
        if self.payload.layout is None:
            yield from self._parquet()
        elif self.source.declaration.whole:
            yield self._whole(self.payload.layout)
        else:
            yield from self._delimited(self.payload.layout)
        self.sha256 = self._hash.hexdigest()

    # --- delimited text ----------------------------------------------------------------------

    def _delimited(self, layout: Layout) -> Iterator[Share]:
        read = self._columns_read(layout)
        work = _Work(self.source, self.release, layout, read, day_comes_first(layout, self.head))
        waiting: deque[tuple[Block, Future[_Raw]]] = deque()
        self._lines = _lines_of_header(layout)
        with ThreadPoolExecutor(_WORKERS) as pool:
            try:
                for block in cut_blocks(layout, self._hash.update):
                    waiting.append((block, pool.submit(work, block, self._encoding)))
                    if len(waiting) > _WORKERS:
                        yield self._take(*waiting.popleft(), work)
                while waiting:
                    last = len(waiting) == 1
                    block, future = waiting.popleft()
                    if last:
                        self._require_whole_end(block, future, work)
                    yield self._take(block, future, work)
            finally:
                for _block, future in waiting:
                    future.cancel()

    def _take(self, block: Block, future: "Future[_Raw]", work: "_Work") -> Share:
        raw = self._result(block, future, work)
        share = _numbered(raw, self._rows, self._lines)
        self._rows += raw.rows_read
        self._lines += raw.lines
        return replace(share, bytes_done=block.offset + len(block.raw))

    def _result(self, block: Block, future: "Future[_Raw]", work: "_Work") -> "_Raw":
        try:
            try:
                raw = future.result()
            except NotUtf8:
                self._turn_to_windows(block)
                raw = work(block, _WINDOWS)
        except SourceChanged as error:
            raise self._placed(error, block) from None
        self._not_ascii = self._not_ascii or not block.raw.isascii()
        return raw

    def _turn_to_windows(self, block: Block) -> None:
        """A file that is not UTF-8 is read as Windows-1252, unless it is a mixture of both."""
        if self._encoding == _UTF8:
            if self._not_ascii or _holds_utf8(block.raw):
                raise UnreadableFile(
                    "the file mixes UTF-8 and another encoding",
                    where=f"{self.payload.name}, from line {self._lines + 1}",
                    remedy="Get the file again, or save it as CSV UTF-8.",
                )
            self._encoding = _WINDOWS
            self.notes.append("not UTF-8: read as Windows-1252")

    def _placed(self, error: SourceChanged, block: Block) -> SourceChanged:
        """The same error, with the line of the file."""
        row = error.fields.get("block_row")
        if not isinstance(row, int):
            return error
        assert self.payload.layout is not None
        line = self._lines + 1 + find_records(block).line(row)
        error.where = f"{self.payload.name}, line {line}"
        return error

    def _require_whole_end(self, block: Block, future: "Future[_Raw]", work: "_Work") -> None:
        raw = self._result(block, future, work)
        if raw.ends_short and ends_without_newline(block):
            line = self._lines + 1 + find_records(block).line(raw.rows_read - 1)
            raise UnreadableFile(
                "the file ends in the middle of a row",
                where=f"{self.payload.name}, line {line}",
                remedy="The file is incomplete: get it again.",
            )

    def _whole(self, layout: Layout) -> Share:
        """All rows in one frame, for layouts whose rows explain each other."""
        read = self._columns_read(layout)
        work = _Work(self.source, self.release, layout, read, day_comes_first(layout, self.head))
        blocks = list(cut_blocks(layout, self._hash.update))
        joined = Block(layout.body, b"".join(block.raw for block in blocks))
        self._lines = _lines_of_header(layout)
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work, joined, self._encoding)
            self._require_whole_end(joined, future, work)
            return self._take(joined, future, work)

    def _columns_read(self, layout: Layout) -> tuple[str, ...]:
        declaration = self.source.declaration
        kept = (name for name in layout.columns if name not in declaration.ignores)
        return tuple(dict.fromkeys(kept))

    # --- Parquet -----------------------------------------------------------------------------

    def _parquet(self) -> Iterator[Share]:
        with self.payload.path.open("rb") as file:
            while data := file.read(1 << 20):
                self._hash.update(data)
        frames = parquet_blocks(self.payload)
        if self.source.declaration.whole:
            parts = list(frames)
            frames = iter([pl.concat(parts)] if parts else [])
        done = 0
        for frame in frames:
            numbered = frame.with_columns(
                pl.int_range(frame.height, dtype=pl.Int64).alias("source_row")
            )
            parsed = self.source.parse_rows(Rows(numbered, self.payload.name), self.release)
            rejects = _details(parsed, numbered, {}, self.payload.name)
            raw = _Raw(parsed, frame.height, rejects, lines=0, ends_short=False)
            done += frame.height
            yield replace(_numbered(raw, self._rows, None), bytes_done=done)
            self._rows += frame.height


@dataclass(frozen=True)
class _Raw:
    """What one block gave, numbered within the block."""

    parsed: Parsed
    rows_read: int
    rejects: pl.DataFrame
    lines: int
    ends_short: bool


@dataclass(frozen=True)
class _Work:
    """What is done with one block, in whichever thread."""

    source: Source
    release: Release
    layout: Layout
    columns: tuple[str, ...]
    day_first: bool | None

    def __call__(self, block: Block, encoding: str) -> _Raw:
        layout = self.layout
        frame, ragged = rows_of(block, layout, self.columns, encoding)
        rows = Rows(frame, layout.name, layout.decimal_comma, self.day_first)
        parsed = self.source.parse_rows(rows, self.release)
        total = frame.height + len(ragged)
        rejects = REJECTS.empty()
        if ragged or not (parsed.set_aside.is_empty() and parsed.doubts.is_empty()):
            parsed = replace(parsed, set_aside=_with_ragged(parsed.set_aside, ragged, layout))
            rejects = self._rejects(block, encoding, parsed, frame, ragged)
        lines = int(np.count_nonzero(np.frombuffer(block.raw, np.uint8) == 10))
        short = any(each.row == total - 1 and each.cells < len(layout.columns) for each in ragged)
        return _Raw(parsed, total, rejects, lines, short)

    def _rejects(
        self,
        block: Block,
        encoding: str,
        parsed: Parsed,
        frame: pl.DataFrame,
        ragged: list[Ragged],
    ) -> pl.DataFrame:
        """The few rows that matter, read again with every column."""
        rows = sorted({*parsed.set_aside["source_row"], *parsed.doubts["source_row"]})
        texts = {each.row: each.text for each in ragged}
        records = find_records(block)
        fitting = [row for row in rows if row not in texts]
        few = frame.head(0)
        if len(records.begins) == frame.height + len(ragged):
            everything = tuple(dict.fromkeys(self.layout.columns))
            picked = pick_records(block, records, fitting)
            few, _none = rows_of(picked, self.layout, everything, encoding)
        if few.height != len(fitting):
            # A stray quotation mark: the parser counts otherwise than we, so no line is named.
            return _details(parsed, frame, {}, self.layout.name, texts)
        lines = {row: records.line(row) for row in rows}
        found = few.with_columns(pl.Series("source_row", fitting, dtype=pl.Int64))
        return _details(parsed, found, lines, self.layout.name, texts)


def _with_ragged(aside: pl.DataFrame, ragged: list[Ragged], layout: Layout) -> pl.DataFrame:
    if not ragged:
        return aside
    wanted = len(layout.columns)
    return pl.concat(
        [
            aside,
            pl.DataFrame(
                {
                    "source_row": [each.row for each in ragged],
                    "reason": ["columns_do_not_fit"] * len(ragged),
                    "field": [""] * len(ragged),
                    "value": [f"{each.cells} ≠ {wanted}" for each in ragged],
                },
                schema=FINDINGS,
            ),
        ]
    )


def _details(
    parsed: Parsed,
    frame: pl.DataFrame,
    lines: dict[int, int],
    file: str,
    texts: dict[int, str] | None = None,
) -> pl.DataFrame:
    """`REJECTS` for a block: file, row, line, reason, field, value and the whole row."""
    findings = pl.concat([parsed.set_aside, parsed.doubts])
    if findings.is_empty():
        return REJECTS.empty()
    rows = findings["source_row"].unique()
    concerned = frame.filter(pl.col("source_row").is_in(rows.implode()))
    contents = {
        row.pop("source_row"): msgspec.json.encode(row).decode() for row in concerned.to_dicts()
    }
    contents |= {row: msgspec.json.encode(text).decode() for row, text in (texts or {}).items()}
    numbers = findings["source_row"].to_list()
    return REJECTS.build(
        {
            "file": [file] * len(numbers),
            "row": numbers,
            "line": [lines.get(row) for row in numbers],
            "reason": findings["reason"],
            "field": findings["field"],
            "value": findings["value"],
            "content": [contents.get(row, "")[:_CONTENT] for row in numbers],
        }
    )


def _numbered(raw: _Raw, rows_before: int, lines_before: int | None) -> Share:
    """The block's rows and lines counted from the start of the file; the header is row 1."""
    first = rows_before + 2
    tables = {
        name: frame.with_columns(pl.col("source_row") + first)
        if "source_row" in frame.columns
        else frame
        for name, frame in raw.parsed.tables.items()
    }
    line = pl.col("line") + (lines_before + 1 if lines_before is not None else 0)
    rejects = raw.rejects.with_columns(pl.col("row") + first, line.cast(pl.Int64))
    return Share(replace(raw.parsed, tables=tables), raw.rows_read, rejects, 0)


def _lines_of_header(layout: Layout) -> int:
    with layout.path.open("rb") as file:
        return file.read(layout.body).count(b"\n")


def _holds_utf8(raw: bytes) -> bool:
    """Whether a letter beyond ASCII stands there in UTF-8, as most of Europe's are."""
    data = np.frombuffer(raw, np.uint8)
    lead, follow = data[:-1], data[1:]
    return bool(np.any(((lead == 0xC3) | (lead == 0xC5)) & (follow >= 0x80) & (follow < 0xC0)))
