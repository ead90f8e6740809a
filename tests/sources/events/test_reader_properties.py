"""The reader against whatever a file may hold: what goes in comes out, or a clear refusal does."""

import csv
import io
import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.events.hadaria import row, text

from tocsin.errors import TocsinError
from tocsin.lake import Lake
from tocsin.sources import Ingest
from tocsin.sources.delimited import (
    cut_blocks,
    find_records,
    line_at,
    pick_records,
    read_layout,
    rows_of,
)

# Any character but NUL (which no text table holds) and halves of surrogate pairs.
CELL = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12
) | st.sampled_from(['"', '""', "\n", "\r\n", 'a "b" c', "a,b;c\td", " ", "é", "\n\n\n", '",\n"'])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    line = st.lists(CELL, min_size=width, max_size=width)
    # The first cell is filled: a row of empty cells alone may be written as an empty line.
    return [["x" + cells[0], *cells[1:]] for cells in draw(st.lists(line, min_size=1, max_size=12))]


@given(
    rows=tables(),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.integers(1, 200),
    mark=st.booleans(),
)
def test_every_cell_comes_back_with_its_row_and_line(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    newline: str,
    quoting: int,
    size: int,
    mark: bool,
) -> None:
    if any("\r" in cell for cells in rows for cell in cells):
        quoting = csv.QUOTE_ALL  # Python's writer leaves a lone carriage return bare
    names = [f"column_{number}" for number in range(len(rows[0]))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([names, *rows])
    content = out.getvalue().encode("utf-8-sig" if mark else "utf-8")
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_bytes(content)

    layout = read_layout(path, "t.csv")
    assert layout.columns == tuple(names)
    blocks = list(cut_blocks(layout, size=size))
    assert b"".join(block.raw for block in blocks) == content[layout.body :]
    found: list[list[str]] = []
    for block in blocks:
        frame, ragged = rows_of(block, layout, layout.columns)
        assert ragged == []
        records = find_records(block)
        assert len(records.begins) == frame.height
        for number, cells in enumerate(frame.drop("source_row").rows()):
            found.append([cell or "" for cell in cells])
            line = line_at(layout, block.offset) + records.line(number)
            begins = block.offset + int(records.begins[number])
            assert line == content[:begins].count(b"\n") + 1
        picked = pick_records(block, records, list(range(frame.height)))
        assert rows_of(picked, layout, layout.columns)[0].equals(frame)
    assert found == rows


TABLE = text([row(n) for n in range(40)]).encode()


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), damage=st.integers(1, 12))
def test_a_damaged_file_is_read_or_refused_but_never_corrupts(
    tmp_path_factory: pytest.TempPathFactory, seed: int, damage: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(TABLE)
    for _wound in range(damage):
        at = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(1, 60)]
            case 2:
                content[at:at] = chance.choice([b'"', b",", b"\n", b"\r", b'\n"', b"\xff"])
            case _:
                content[at:at] = content[max(0, at - 700) : at]
    folder = tmp_path_factory.mktemp("damaged")
    path = folder / "GEDEvent_v23_0_10.csv"
    path.write_bytes(bytes(content))
    lake = Lake(folder / "store")
    require_read_or_refused(lake, path)


@settings(max_examples=60)
@given(content=st.binary(max_size=2000))
def test_bytes_that_are_no_table(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "GEDEvent_v23_0_10.csv"
    path.write_bytes(content)
    require_read_or_refused(Lake(folder / "store"), path)


def require_read_or_refused(lake: Lake, path: Path) -> None:
    try:
        (outcome,) = Ingest(lake).paths([path])
    except TocsinError:
        assert lake.snapshots() == []
        return
    snapshot = outcome.snapshot
    assert snapshot is not None
    lake.verify(snapshot)
    events = lake.scan(snapshot, "events").collect()
    assert events.height == snapshot.rows_kept
    assert snapshot.rows_read == (
        snapshot.rows_kept + snapshot.duplicates + sum(snapshot.set_aside.values())
    )
    if snapshot.set_aside:
        rejects = lake.scan(snapshot, "rejects").collect()
        counted = rejects.filter(~pl.col("reason").is_in(list(snapshot.doubts)))
        assert counted.height == sum(snapshot.set_aside.values())
