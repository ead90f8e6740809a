"""Delimited text in blocks: every record whole, every oddity named, memory bounded.

A file is cut into blocks of whole records (a newline inside quotation marks ends none), so that
blocks can be parsed side by side, and so that the line of a bad row can be found again by looking
at its block alone.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from tocsin.errors import UnreadableFile

BLOCK_BYTES = 8 << 20
# No record of an event file comes near this; a file without line ends must not fill the memory.
RECORD_BYTES = 32 << 20
HEADER_BYTES = 1 << 20
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_BOM = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True)
class Layout:
    """How a delimited file is written."""

    path: Path
    name: str
    columns: tuple[str, ...]
    delimiter: str
    body: int  # byte at which the rows begin
    decimal_comma: bool


@dataclass(frozen=True)
class Block:
    """Consecutive whole records, and the byte at which they begin in the file."""

    offset: int
    raw: bytes


@dataclass(frozen=True)
class Ragged:
    """A record whose number of cells is not that of the header."""

    row: int  # within the block
    text: str
    cells: int


class NotUtf8(Exception):
    """The block is not UTF-8."""


def read_layout(path: Path, name: str) -> Layout:
    """The header of a delimited file: its columns, its delimiter, where the rows begin.

    Raises
    ------
    UnreadableFile, if the file is empty, binary, UTF-16, or has no end of line within a megabyte.
    """
    with path.open("rb") as file:
        start = file.read(HEADER_BYTES)
    if not start.removeprefix(_BOM).strip():
        raise UnreadableFile("the file is empty", where=name, remedy="Get the file again.")
    if start[:2] in _OTHER_MARKS:
        raise UnreadableFile(
            "the file is written in {encoding}",
            where=name,
            remedy="Save it as CSV UTF-8 and try again.",
            encoding=_OTHER_MARKS[start[:2]],
        )
    if b"\0" in start:
        raise UnreadableFile("the file is not a text table", where=name)
    begin = len(_BOM) if start.startswith(_BOM) else 0
    end = _end_of_record(start, begin)
    if end is None and len(start) == HEADER_BYTES:
        raise UnreadableFile(
            "no end of line in the first {size} bytes: this is not a table of rows",
            where=name,
            remedy="Get the file again.",
            size=HEADER_BYTES,
        )
    header = _decode(start[begin : end or len(start)].strip(b"\r\n"))
    delimiter = max(",;\t|", key=header.count)
    # A carriage return alone ends no header that we know; the columns will be found strange.
    lines = csv.reader(io.StringIO(header.replace("\r", " ")), delimiter=delimiter)
    columns = [column.strip() for column in next(lines, [])]
    return Layout(
        path, name, tuple(columns), delimiter, len(start) if end is None else end, delimiter == ";"
    )


def _unheeded(_data: bytes) -> None:
    """For who needs no hash."""


def cut_blocks(
    layout: Layout, seen: Callable[[bytes], object] = _unheeded, size: int = BLOCK_BYTES
) -> Iterator[Block]:
    """The file after its header, in blocks of whole records; `seen` gets every byte of the file.

    Raises
    ------
    UnreadableFile, if the file ends inside a quoted cell, or a record has no end.
    """
    with layout.path.open("rb") as file:
        seen(file.read(layout.body))
        rest, offset = b"", layout.body
        while fresh := file.read(size):
            seen(fresh)
            data = rest + fresh if rest else fresh
            cut = _last_boundary(data)
            if cut:
                yield Block(offset, data[:cut])
                rest, offset = data[cut:], offset + cut
            elif len(data) > RECORD_BYTES:
                raise UnreadableFile(
                    "a record does not end within {size} bytes: an open quotation mark, or a file"
                    " without line ends",
                    where=f"{layout.name}, line {line_at(layout, offset)}",
                    remedy="Get the file again.",
                    size=RECORD_BYTES,
                )
            else:
                rest = data
    if rest.strip():
        if rest.count(b'"') % 2:
            raise UnreadableFile(
                "the file ends inside a quoted cell",
                where=f"{layout.name}, line {line_at(layout, offset + _open_quote(rest))}",
                remedy="The file is incomplete: get it again.",
            )
        yield Block(offset, rest)


def rows_of(
    block: Block, layout: Layout, columns: tuple[str, ...], encoding: str = "utf-8"
) -> tuple[pl.DataFrame, list[Ragged]]:
    """The block's records as strings (empty cells missing) with `source_row`, from 0.

    Raises
    ------
    NotUtf8, if the bytes are not valid in the encoding that is expected.
    UnreadableFile, if a quotation mark stands where the format allows none.
    """
    raw = block.raw
    if encoding != "utf-8":
        raw = raw.decode(encoding, errors="replace").encode()
    elif not _is_utf8(raw):
        raise NotUtf8
    ragged: list[Ragged] = []

    def keep_aside(row: pa_csv.InvalidRow) -> str:
        number = -1 if row.number is None else row.number - 1
        ragged.append(Ragged(number, row.text, row.actual_columns))
        return "skip"

    if not raw.strip():
        empty = dict.fromkeys(columns, pl.String) | {"source_row": pl.Int64}
        return pl.DataFrame(schema=empty), []
    # Names may repeat or be empty in a damaged header; positions cannot.
    positions = [str(number) for number in range(len(layout.columns))]
    wanted = [positions[layout.columns.index(column)] for column in columns]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(raw),
            pa_csv.ReadOptions(use_threads=False, block_size=len(raw) + 1, column_names=positions),
            pa_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=True,
                invalid_row_handler=keep_aside,
            ),
            pa_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,  # done above, for the whole block
            ),
        )
    except pa.ArrowInvalid as error:
        raise UnreadableFile(
            "the rows cannot be told apart ({why})",
            where=f"{layout.name}, line {line_at(layout, block.offset)} and following",
            remedy="Get the file again.",
            why=str(error).splitlines()[0],
        ) from error
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    frame.columns = list(columns)
    return _number(frame, ragged), ragged


@dataclass(frozen=True)
class Records:
    """Where each record of a block begins and ends, and where its lines do."""

    begins: np.ndarray
    ends: np.ndarray
    newlines: np.ndarray

    def line(self, row: int) -> int:
        """How many lines after the block's first the row (from 0) begins."""
        return int(np.searchsorted(self.newlines, self.begins[row]))


def find_records(block: Block) -> Records:
    """The records of a block: lines, but for newlines inside quotation marks and empty lines.

    As in the parser, a carriage return without a newline also ends a record.
    """
    data = np.frombuffer(block.raw, np.uint8)
    newlines = np.flatnonzero(data == _NEWLINE)
    returns = np.flatnonzero(data == _RETURN)
    breaks = np.union1d(newlines, returns) if returns.size else newlines
    inside = np.searchsorted(np.flatnonzero(data == _QUOTE), breaks) % 2 == 1
    ends = np.append(breaks[~inside], len(data))
    starts = np.append(0, ends[:-1] + 1)
    filled = ends > starts  # between a return and its newline there is nothing: no record
    return Records(starts[filled], ends[filled], newlines)


def pick_records(block: Block, records: Records, rows: list[int]) -> Block:
    """Only these rows (from 0) of the block, in this order."""
    spans = (block.raw[records.begins[row] : records.ends[row]] for row in rows)
    return Block(block.offset, b"".join(span + b"\n" for span in spans))


def line_at(layout: Layout, offset: int) -> int:
    """The number of the line that holds the byte at `offset`."""
    line, left = 1, offset
    with layout.path.open("rb") as file:
        while left and (data := file.read(min(left, BLOCK_BYTES))):
            line += data.count(b"\n")
            left -= len(data)
    return line


def ends_without_newline(block: Block) -> bool:
    return not block.raw.endswith((b"\n", b"\r"))


def _is_utf8(raw: bytes) -> bool:
    """Whether the bytes are valid UTF-8, at the speed of memory and without a copy."""
    if raw.isascii():
        return True
    ends = np.array([0, len(raw)], dtype=np.int32)
    whole = pa.Array.from_buffers(pa.binary(), 1, [None, pa.py_buffer(ends), pa.py_buffer(raw)])
    try:
        whole.cast(pa.utf8())
    except pa.ArrowInvalid:
        return False
    return True


def _number(frame: pl.DataFrame, ragged: list[Ragged]) -> pl.DataFrame:
    """`source_row` for the rows that fit, counting those that do not."""
    total = frame.height + len(ragged)
    if not ragged:
        return frame.with_columns(pl.int_range(total, dtype=pl.Int64).alias("source_row"))
    fits = np.ones(total, dtype=bool)
    fits[[each.row for each in ragged]] = False
    return frame.with_columns(pl.Series("source_row", np.flatnonzero(fits), dtype=pl.Int64))


def _end_of_record(data: bytes, begin: int) -> int | None:
    """The byte after the first newline outside quotation marks."""
    at, quotes = begin, 0
    while (newline := data.find(b"\n", at)) >= 0:
        quotes += data.count(b'"', at, newline)
        if quotes % 2 == 0:
            return newline + 1
        at = newline
    return None


def _last_boundary(data: bytes) -> int:
    """The byte after the last newline outside quotation marks; 0 if there is none."""
    quotes = int(np.count_nonzero(np.frombuffer(data, np.uint8) == _QUOTE))
    end = len(data)
    while (newline := data.rfind(b"\n", 0, end)) >= 0:
        quotes -= data.count(b'"', newline, end)
        if quotes % 2 == 0:
            return newline + 1
        end = newline
    return 0


def _open_quote(data: bytes) -> int:
    """Where the record begins that the end of the data leaves open."""
    return _last_boundary(data)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
