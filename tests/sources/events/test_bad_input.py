"""Bad input: each kind has its own clear answer, and the store is as it was."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.sources.events.hadaria import COLUMNS, Write, row, text

from tocsin.errors import (
    SourceChanged,
    TocsinError,
    UnknownFormat,
    UnknownName,
    UnreadableFile,
    UnsafeArchive,
    UsageError,
)
from tocsin.sources import Outcome, delimited, payload

pytestmark = pytest.mark.usefixtures("store_stays_empty")
Ingest = Callable[..., Outcome]


def refusal(ingest: Ingest, path: Path, kind: type[TocsinError], *words: str) -> TocsinError:
    with pytest.raises(kind) as caught:
        ingest(path)
    for word in words:
        assert word in str(caught.value), str(caught.value)
    return caught.value


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


TABLE = text([row(n) for n in range(5)]).encode()


def test_no_such_file(ingest: Ingest, tmp_path: Path) -> None:
    refusal(ingest, tmp_path / "nothing.csv", UnknownName, "no such file", "nothing.csv")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file(ingest: Ingest, write: Write, content: bytes) -> None:
    refusal(ingest, write(content), UnreadableFile, "empty")


def test_header_without_rows(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write(",".join(COLUMNS) + "\n"), UnreadableFile, "no rows")


def test_one_endless_line(ingest: Ingest, write: Write) -> None:
    endless = b"x," * delimited.HEADER_BYTES
    refusal(ingest, write(endless), UnreadableFile, "no end of line")


def test_a_record_without_end(
    ingest: Ingest, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "RECORD_BYTES", 1 << 16)
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1 << 14)
    monkeypatch.setattr(delimited.cut_blocks, "__defaults__", (delimited._unheeded, 1 << 14))
    endless = text([row(1)]) + '102,"' + "words without end\n" * 20_000
    refusal(ingest, write(endless), UnreadableFile, "does not end", "line 4")


def test_binary_file(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write(b"\x89PNG\r\n\x00\x00 not a table"), UnreadableFile, "not a text table")


def test_utf16_from_excel(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write(TABLE.decode().encode("utf-16")), UnreadableFile, "UTF-16", "CSV UTF-8")


def test_mixed_encodings(ingest: Ingest, write: Write) -> None:
    mixed = TABLE + text([row(9)]).split("\n", 1)[1].encode("latin-1")
    refusal(ingest, write(mixed), UnreadableFile, "mixes UTF-8")


def test_ends_inside_a_quoted_cell(ingest: Ingest, write: Write) -> None:
    cut = TABLE[: TABLE.rindex(b"near the harbour")]
    refusal(ingest, write(cut), UnreadableFile, "ends inside a quoted cell", "line 10")


def test_ends_in_the_middle_of_a_row(ingest: Ingest, write: Write) -> None:
    cut = TABLE[: TABLE.rindex(b"Port Sel")]
    refusal(ingest, write(cut), UnreadableFile, "in the middle of a row", "line 10")


def test_missing_column(ingest: Ingest, write: Write) -> None:
    rows = [{name: value for name, value in row().items() if name != "best"}]
    refusal(ingest, write(rows), SourceChanged, "columns are missing: best")


def test_renamed_column_is_guessed(ingest: Ingest, write: Write) -> None:
    rows = [{name.replace("side_b", "sideb"): value for name, value in row().items()}]
    error = refusal(ingest, write(rows), SourceChanged, "side_b")
    assert "side_b → sideb?" in str(error)


def test_unknown_column(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write([row() | {"mood": "grim"}]), SourceChanged, "unknown columns: 'mood'")


def test_repeated_column(ingest: Ingest, write: Write) -> None:
    twice = TABLE.replace(b"best,high", b"best,best", 1)
    refusal(ingest, write(twice), SourceChanged, "best appears twice")


@pytest.mark.parametrize(
    ("column", "code"),
    [("type_of_violence", "4"), ("where_prec", "9"), ("date_prec", "0"), ("event_clarity", "x")],
)
def test_unknown_category(ingest: Ingest, write: Write, column: str, code: str) -> None:
    rows = [row(1), row(2), row(3, **{column: code})]
    # The header is line 1 and each row spans two lines.
    refusal(ingest, write(rows), SourceChanged, column, repr(code), "line 6")


def test_not_a_known_table(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write("a,b,c\n1,2,3\n"), UnknownFormat, "a, b, c", "tocsin sources")


def test_unknown_release_date(ingest: Ingest, write: Write) -> None:
    rows = [row(n, date_end=f"2023-{n:02}-05", date_start=f"2023-{n:02}-05") for n in range(1, 9)]
    refusal(ingest, write(rows, "download.csv"), UsageError, "--released-on")


def test_truncated_zip(ingest: Ingest, write: Write) -> None:
    whole = zipped(("ged231.csv", TABLE * 50))
    refusal(ingest, write(whole[: len(whole) // 2], "a.zip"), UnreadableFile, "truncated")


def test_damaged_zip_member(ingest: Ingest, write: Write) -> None:
    whole = bytearray(zipped(("ged231.csv", random.Random(1).randbytes(5000))))
    whole[600] ^= 0xFF
    refusal(ingest, write(bytes(whole), "a.zip"), UnreadableFile, "damaged")


def test_truncated_gzip(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write(gzip.compress(TABLE)[:-20], "a.csv.gz"), UnreadableFile, "truncated")


@pytest.mark.parametrize("inner", ["inner.zip", "inner.csv"])
def test_nested_archive(ingest: Ingest, write: Write, inner: str) -> None:
    nested = zipped((inner, zipped(("ged231.csv", TABLE))))
    refusal(ingest, write(nested, "a.zip"), UnsafeArchive, "archive inside an archive")


@pytest.mark.parametrize("name", ["../ged231.csv", "/etc/ged231.csv", "C:/ged.csv", "a\\..\\b.csv"])
def test_path_traversal(ingest: Ingest, write: Write, name: str) -> None:
    refusal(ingest, write(zipped((name, TABLE)), "a.zip"), UnsafeArchive, "outside its folder")


def test_zip_bomb(ingest: Ingest, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "_RATIO_FROM", 1 << 20)
    bomb = zipped(("ged231.csv", b"0" * (4 << 20)))
    refusal(ingest, write(bomb, "a.zip"), UnsafeArchive, "unpacks to far more")


def test_a_bomb_that_lies_about_its_size(
    ingest: Ingest, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payload, "_RATIO_FROM", 1 << 20)
    bomb = gzip.compress(b"0" * (4 << 20))  # gzip declares no size that could be trusted
    refusal(ingest, write(bomb, "a.csv.gz"), UnsafeArchive, "unpacks to far more")


def test_archive_without_a_table(ingest: Ingest, write: Write) -> None:
    refusal(ingest, write(zipped(("readme.pdf", b"%PDF")), "a.zip"), UnreadableFile, "no table")


def test_archive_with_a_stranger(ingest: Ingest, write: Write) -> None:
    strange = zipped(("ged231.csv", TABLE), ("run.exe", b"MZ"))
    refusal(ingest, write(strange, "a.zip"), UnreadableFile, "unknown kind", "run.exe")


def test_truncated_parquet(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "ged_21_1.parquet"
    pl.DataFrame({"id": range(1000)}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    refusal(ingest, path, UnreadableFile, "Parquet")


def test_nothing_readable(ingest: Ingest, write: Write) -> None:
    rows = [row(n, date_start="yesterday") for n in range(5)]
    refusal(ingest, write(rows), UnreadableFile, "none of the 5 rows", "not_a_date", "'yesterday'")
