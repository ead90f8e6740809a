"""Odd input that can be read is read; single rows that cannot are kept aside with their line."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.sources.events.hadaria import Write, row, text

from tocsin.lake import Lake
from tocsin.sources import Outcome
from tocsin.tables import EVENTS, REJECTS, Snapshot

Ingest = Callable[..., Outcome]
Frame = Callable[[Snapshot], pl.DataFrame]


def held(outcome: Outcome) -> Snapshot:
    assert outcome.snapshot is not None, outcome
    assert outcome.status == "kept"
    snapshot = outcome.snapshot
    assert snapshot.rows_read == (
        snapshot.rows_kept + snapshot.duplicates + sum(snapshot.set_aside.values())
    )
    return snapshot


PLAIN = [row(n) for n in range(4)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(text(PLAIN).encode("utf-8-sig"), id="byte order mark"),
        pytest.param(text(PLAIN, newline="\r\n").encode(), id="CRLF"),
        pytest.param(text(PLAIN, delimiter="\t").encode(), id="tabs"),
        pytest.param(text(PLAIN).encode().rstrip(b"\n"), id="no last newline"),
        pytest.param(text(PLAIN).encode() + b"\n\n", id="empty lines at the end"),
        pytest.param(gzip.compress(text(PLAIN).encode()), id="gzip"),
    ],
)
def test_ways_of_writing_the_same_table(
    ingest: Ingest, write: Write, events: Frame, content: bytes
) -> None:
    frame = events(held(ingest(write(content))))
    assert EVENTS.check(frame) == []
    assert frame["source_row"].to_list() == [2, 3, 4, 5]
    assert frame["place_note"].to_list() == ["près du marché"] * 4
    assert frame["best"].sum() == 12


def test_latin1_is_read_and_said(ingest: Ingest, write: Write, events: Frame) -> None:
    outcome = ingest(write(text(PLAIN).encode("latin-1")))
    assert outcome.notes == ("not UTF-8: read as Windows-1252",)
    assert events(held(outcome))["place_note"].to_list() == ["près du marché"] * 4


def test_semicolons_and_decimal_commas_from_excel(
    ingest: Ingest, write: Write, events: Frame
) -> None:
    rows = [row(n, latitude="-30,25", longitude="-20,75", best="3,0") for n in range(3)]
    frame = events(held(ingest(write(text(rows, delimiter=";").encode("cp1252")))))
    assert frame["latitude"].to_list() == [-30.25] * 3
    assert frame["best"].to_list() == [3] * 3


def test_mixed_date_formats(ingest: Ingest, write: Write, events: Frame) -> None:
    forms = [
        "2023-10-05",
        "2023-10-05 00:00:00.000",
        "2023-10-05T00:00:00Z",
        "05/10/2023",
        "5/10/2023 0:00:00",
        "05.10.2023",
        "5 October 2023",
        "05-Oct-2023",
        "25/10/2023",  # which gives the order of the others away
    ]
    rows = [row(n, date_start=form, date_end=form) for n, form in enumerate(forms)]
    frame = events(held(ingest(write(rows))))
    assert frame["date_start"].dt.to_string().to_list() == ["2023-10-05"] * 8 + ["2023-10-25"]


def test_month_first_dates(ingest: Ingest, write: Write, events: Frame) -> None:
    rows = [
        row(n, date_start=form, date_end=form)
        for n, form in enumerate(["10/05/2023", "10/25/2023"])
    ]
    frame = events(held(ingest(write(rows))))
    assert frame["date_start"].dt.to_string().to_list() == ["2023-10-05", "2023-10-25"]


def test_dates_that_do_not_tell_day_from_month(ingest: Ingest, write: Write, events: Frame) -> None:
    rows = [
        row(1, date_start="05/10/2023", date_end="05/10/2023"),
        row(2, date_start="10/10/2023", date_end="10/10/2023"),
        row(3),
    ]
    snapshot = held(ingest(write(rows)))
    assert snapshot.set_aside == {"ambiguous_date": 1}
    assert events(snapshot)["event_id"].to_list() == ["102", "103"]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"best": "-3"}, "negative", "best"),
        ({"best": "2.5"}, "not_whole", "best"),
        ({"best": "many"}, "not_a_number", "best"),
        ({"best": "2,5"}, "not_a_number", "best"),
        ({"best": "99999999999999999999"}, "too_large", "best"),
        ({"best": "4000000"}, "too_large", "best"),
        ({"best": ""}, "missing", "best"),
        ({"deaths_civilians": "-1"}, "negative", "deaths_civilians"),
        ({"id": ""}, "missing", "id"),
        ({"id": "x1"}, "not_a_number", "id"),
        ({"country": ""}, "missing", "country"),
        ({"latitude": "91"}, "latitude_out_of_range", "latitude"),
        ({"longitude": "-180.5"}, "longitude_out_of_range", "longitude"),
        ({"latitude": "nan"}, "latitude_out_of_range", "latitude"),
        ({"latitude": "north"}, "not_a_number", "latitude"),
        ({"latitude": "-20.75", "longitude": "-30.25"}, "coordinates_swapped", "latitude"),
        ({"date_start": "2023-13-05"}, "not_a_date", "date_start"),
        ({"date_start": "2023-02-30"}, "not_a_date", "date_start"),
        ({"date_start": "2023-10-05 or so"}, "not_a_date", "date_start"),
        ({"date_start": ""}, "missing", "date_start"),
        ({"date_end": "2024-10-05"}, "date_out_of_range", "date_end"),
        ({"date_start": "1923-10-05"}, "date_out_of_range", "date_start"),
        ({"date_end": "2023-09-01"}, "dates_swapped", "date_end"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_aside(
    ingest: Ingest,
    write: Write,
    events: Frame,
    rejects: Frame,
    changes: dict[str, str],
    reason: str,
    field: str,
) -> None:
    path = write([row(1), row(2, **changes), row(3)])
    snapshot = held(ingest(path))
    assert snapshot.set_aside == {reason: 1}
    assert events(snapshot)["event_id"].to_list() == ["101", "103"]
    aside = rejects(snapshot)
    assert REJECTS.check(aside) == []
    found = aside.row(0, named=True)
    # The header is line 1; each row holds a quoted newline and so takes two lines.
    assert (found["file"], found["row"], found["line"]) == (path.name, 3, 4)
    assert (found["reason"], found["field"]) == (reason, field)
    assert json.loads(found["content"])[field] == (changes[field] or None)
    assert path.read_text(encoding="utf-8").splitlines()[3].startswith(found_id(changes))


def found_id(changes: dict[str, str]) -> str:
    return changes.get("id", "102")


def test_too_many_or_too_few_cells(
    ingest: Ingest, write: Write, events: Frame, rejects: Frame
) -> None:
    first, third = text([row(1)]), text([row(3)]).split("\n", 1)[1].rstrip("\n")
    damaged = f"{first}102,short,row\n{third}\n{third},more\n{third.replace('103', '104')}\n"
    snapshot = held(ingest(write(damaged)))
    assert snapshot.set_aside == {"columns_do_not_fit": 2}
    short, long = rejects(snapshot).rows(named=True)
    assert (short["row"], short["line"], short["content"]) == (3, 4, '"102,short,row"')
    assert (long["row"], long["line"], long["value"]) == (5, 7, "50 ≠ 49")
    assert events(snapshot)["source_row"].to_list() == [2, 4, 6]


def test_bounds_that_contradict_the_best_estimate(
    ingest: Ingest, write: Write, events: Frame, rejects: Frame
) -> None:
    rows = [row(1, high="1"), row(2, low="9"), row(3)]
    snapshot = held(ingest(write(rows)))
    assert snapshot.set_aside == {}
    assert snapshot.doubts == {"high_below_best": 1, "low_above_best": 1}
    frame = events(snapshot).select("low", "best", "high")
    assert frame.rows() == [(2, 3, 3), (3, 3, 5), (2, 3, 5)]
    assert sorted(rejects(snapshot).select("row", "field", "value").rows()) == [
        (2, "high", "1"),
        (3, "low", "9"),
    ]


def test_the_same_row_twice_is_a_duplicate(ingest: Ingest, write: Write, events: Frame) -> None:
    snapshot = held(ingest(write([row(1), row(2), row(1)])))
    assert (snapshot.duplicates, snapshot.rows_kept) == (1, 2)
    assert events(snapshot)["event_id"].to_list() == ["101", "102"]


def test_the_same_id_with_other_content(
    ingest: Ingest, write: Write, events: Frame, rejects: Frame
) -> None:
    snapshot = held(ingest(write([row(1), row(2), row(1, best="4")])))
    assert snapshot.set_aside == {"same_id": 1}
    assert events(snapshot)["best"].to_list() == [3, 3]
    aside = rejects(snapshot).row(0, named=True)
    assert (aside["row"], aside["reason"], aside["value"]) == (4, "same_id", "101")
    assert json.loads(aside["content"])["best"] == 4


def test_sources_not_counted_are_missing_not_minus_one(
    ingest: Ingest, write: Write, events: Frame
) -> None:
    frame = events(held(ingest(write([row(1, number_of_sources="-1"), row(2)]))))
    assert frame["number_of_sources"].to_list() == [None, 1]


def test_rejects_open_in_a_spreadsheet(ingest: Ingest, write: Write, lake: Lake) -> None:
    outcome = ingest(write([row(1), row(2, best="x")]))
    listed = Path(outcome.rejects_file).read_text(encoding="utf-8-sig")
    assert listed.startswith("file,row,line,reason,field,value,content\n")
    assert "not_a_number,best,x" in listed
    lake.verify(held(outcome))
