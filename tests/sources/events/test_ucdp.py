"""UCDP's files as published: every layout, its releases, and what each covers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.sources.events.hadaria import Write, row, text

from tocsin.errors import IdentityConflict, UsageError
from tocsin.lake import Lake
from tocsin.sources import Ingest, Outcome, source
from tocsin.sources.declaration import candidate_months
from tocsin.tables import EVENTS, Snapshot
from tocsin.tables.months import parse_month

IngestOne = Callable[..., Outcome]
Frame = Callable[[Snapshot], pl.DataFrame]


def kept(outcome: Outcome) -> Snapshot:
    assert outcome.status == "kept"
    assert outcome.snapshot is not None
    return outcome.snapshot


@pytest.mark.mirror
def test_the_candidate_release_of_october_2023(
    mirror: Path, ingest: IngestOne, events: Frame
) -> None:
    snapshot = kept(ingest(mirror / "ucdp" / "GEDEvent_v23_0_10.csv"))
    frame = events(snapshot)
    assert EVENTS.check(frame) == []
    assert (snapshot.source, snapshot.version) == ("ucdp_candidate", "23.0.10")
    assert snapshot.released_on == date(2023, 11, 20)
    assert (snapshot.rows_read, snapshot.rows_kept, snapshot.set_aside) == (2391, 2391, {})
    assert snapshot.coverage is not None
    assert snapshot.coverage.month_from == snapshot.coverage.month_to == parse_month("2023-10")
    assert snapshot.period == (date(2023, 2, 1), date(2023, 11, 6))
    assert frame["iso3"].null_count() == 0
    raw = pl.read_csv(mirror / "ucdp" / "GEDEvent_v23_0_10.csv", infer_schema=False)
    assert frame["event_id"].to_list() == raw["id"].to_list()
    assert frame["best"].sum() == raw["best"].cast(pl.Int64).sum()
    assert frame["reports"].to_list() == raw["source_article"].to_list()
    assert (frame["low"] <= frame["best"]).all()
    assert (frame["high"] >= frame["best"]).all()


@pytest.mark.mirror
def test_its_rows_under_another_name_are_the_same_release(
    mirror: Path, ingest: IngestOne, tmp_path: Path
) -> None:
    copy = tmp_path / "download(3).csv"
    copy.write_bytes((mirror / "ucdp" / "GEDEvent_v23_0_10.csv").read_bytes())
    snapshot = kept(ingest(copy))
    assert (snapshot.source, snapshot.version) == ("ucdp_candidate", "23.0.10")
    again = ingest(mirror / "ucdp" / "GEDEvent_v23_0_10.csv")
    assert again.status == "already held"
    assert again.snapshot == snapshot


@pytest.mark.mirror
def test_the_layout_of_19_1_inside_its_zip(mirror: Path, ingest: IngestOne, events: Frame) -> None:
    snapshot = kept(ingest(mirror / "ucdp" / "ged191_layout_fixture.zip"))
    frame = events(snapshot)
    assert EVENTS.check(frame) == []
    assert (snapshot.source, snapshot.version) == ("ucdp_ged", "19.1")
    assert snapshot.released_on == date(2019, 6, 30)
    assert (snapshot.rows_read, frame.height, snapshot.places) == (3194, 3194, 2)
    assert snapshot.coverage is not None
    assert snapshot.coverage.units == ("BGD", "MMR")  # an extract speaks for no one else
    assert snapshot.coverage.complete
    assert frame["code_status"].null_count() == 3194


@pytest.mark.mirror
def test_the_slim_table_of_21_1_is_known_to_be_a_part(
    mirror: Path, ingest: IngestOne, events: Frame
) -> None:
    snapshot = kept(ingest(mirror / "ucdp" / "ged_21_1_events_slim_1989_2020.parquet"))
    frame = events(snapshot)
    assert EVENTS.check(frame) == []
    assert (snapshot.source, snapshot.version) == ("ucdp_ged", "21.1")
    assert frame.height == 176_579
    assert snapshot.coverage is not None
    assert not snapshot.coverage.complete
    assert snapshot.coverage.units == ()
    assert snapshot.coverage.month_from == parse_month("1989-01")
    assert snapshot.coverage.month_to == parse_month("2020-12")
    assert frame["date_start"].equals(frame["date_end"].alias("date_start"))
    assert frame["event_id"].str.contains(r"^\d+$").all()
    assert frame["iso3"].null_count() == 0


def test_best_est_of_older_releases(ingest: IngestOne, write: Write, events: Frame) -> None:
    rename = {"best": "best_est", "high": "high_est", "low": "low_est"}
    old = [
        {rename.get(name, name): value for name, value in row(n).items() if name != "code_status"}
        for n in range(3)
    ]
    snapshot = kept(ingest(write(text(old), "ged181.csv"), released_on=date(2024, 1, 1)))
    assert (snapshot.source, snapshot.version) == ("ucdp_ged", "18.1")
    assert events(snapshot)["best"].to_list() == [3, 3, 3]


@pytest.mark.parametrize(
    ("name", "key", "version", "released"),
    [
        ("GEDEvent_v23_0_10.csv", "ucdp_candidate", "23.0.10", date(2023, 11, 20)),
        ("GEDEvent_v24_0_4.csv", "ucdp_candidate", "24.0.4", date(2024, 5, 20)),
        ("GEDEvent_v23_01_23_12.csv", "ucdp_candidate", "23.01.23.12", date(2024, 1, 20)),
        ("ged251-csv.zip", "ucdp_ged", "25.1", date(2025, 6, 30)),
        ("GEDEvent_v25_1.csv", "ucdp_ged", "25.1", date(2025, 6, 30)),
        ("ged-201-csv.zip", "ucdp_ged", "20.1", date(2020, 6, 30)),
        ("ged26_1.csv", "ucdp_ged", "26.1", None),
        ("events.csv", "ucdp_ged", "", None),
    ],
)
def test_releases_by_file_name(name: str, key: str, version: str, released: date | None) -> None:
    versions = source(key).declaration.versions
    assert versions.of_name(name) == version
    assert versions.released_on(version) == released


def test_candidate_months() -> None:
    assert candidate_months("23.01.23.06") == (parse_month("2023-01"), parse_month("2023-06"))
    for wrong in ("23.1", "23.0.13", "October"):
        with pytest.raises(UsageError):
            candidate_months(wrong)


def test_an_unknown_release_is_asked_for(ingest: IngestOne, write: Write) -> None:
    path = write(text([row(n) for n in range(3)]), "ged341.csv")
    with pytest.raises(UsageError, match="--released-on"):
        ingest(path)
    snapshot = kept(ingest(path, released_on=date(2034, 6, 3)))
    assert (snapshot.version, snapshot.released_on) == ("34.1", date(2034, 6, 3))


def test_an_unknown_country_is_kept_without_a_code(
    ingest: IngestOne, write: Write, events: Frame
) -> None:
    snapshot = kept(ingest(write([row(1), row(2, country="Atlantis")])))
    assert snapshot.doubts == {"unknown_place": 1}
    assert events(snapshot).select("country", "iso3").rows()[1] == ("Atlantis", None)


def test_invented_events_are_an_exercise(ingest: IngestOne, write: Write) -> None:
    assert kept(ingest(write([row(1), row(2)]))).exercise


# --- releases beside each other ------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(ingest: IngestOne, write: Write, lake: Lake) -> None:
    path = write([row(n) for n in range(5)])
    first = kept(ingest(path))
    manifest = lake.folder(first.snapshot_id) / "manifest.json"
    stamp = manifest.stat().st_mtime_ns
    again = ingest(path)
    assert (again.status, again.snapshot) == ("already held", first)
    assert manifest.stat().st_mtime_ns == stamp


def test_the_same_rows_written_otherwise_are_already_held(ingest: IngestOne, write: Write) -> None:
    rows = [row(n) for n in range(5)]
    first = kept(ingest(write(rows)))
    again = ingest(write(text(rows, newline="\r\n"), "copy/GEDEvent_v23_0_10.csv"))
    assert (again.status, again.snapshot) == ("already held", first)


def test_a_newer_release_stands_beside_the_older(
    ingest: IngestOne, write: Write, lake: Lake, events: Frame
) -> None:
    older = kept(ingest(write(text([row(1)]), "ged231.csv"), released_on=date(2023, 12, 1)))
    newer = kept(ingest(write(text([row(1, best="4")]), "ged241.csv")))
    assert lake.snapshots() == [older, newer]
    assert lake.snapshots(as_of=date(2024, 1, 1)) == [older]
    assert [events(each)["best"].to_list() for each in lake.snapshots()] == [[3], [4]]


def test_another_content_under_the_same_release_is_a_conflict(
    ingest: IngestOne, write: Write, lake: Lake
) -> None:
    first = kept(ingest(write([row(1), row(2)])))
    other = write([row(1), row(2, best="4")], "other/GEDEvent_v23_0_10.csv")
    with pytest.raises(IdentityConflict, match="such as 102") as caught:
        ingest(other)
    assert first.snapshot_id in str(caught.value)
    assert lake.snapshots() == [first]
    named = kept(ingest(other, release="23.0.10-corrected", released_on=date(2023, 12, 1)))
    assert lake.snapshots() == [first, named]


def test_two_extracts_of_one_release_stand_side_by_side(
    ingest: IngestOne, write: Write, lake: Lake
) -> None:
    ingest(write([row(1)]))
    ingest(write([row(2)], "other/GEDEvent_v23_0_10.csv"))
    assert len(lake.snapshots()) == 2


def test_many_blocks_give_what_one_gives(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(n, best="x" if n % 7 == 3 else "3") for n in range(200)]
    path = write(rows)
    (whole,) = Ingest(Lake(tmp_path / "one")).paths([path])
    from tocsin.sources import delimited

    monkeypatch.setattr(delimited.cut_blocks, "__defaults__", (delimited._unheeded, 3000))
    (parts,) = Ingest(Lake(tmp_path / "many")).paths([path])
    tables = []
    for outcome, name in ((whole, "one"), (parts, "many")):
        snapshot = kept(outcome)
        lake = Lake(tmp_path / name)
        tables.append([lake.scan(snapshot, table).collect() for table in ("events", "rejects")])
    assert tables[0][0].equals(tables[1][0])
    assert tables[0][1].equals(tables[1][1])
    assert tables[0][1].height == sum(n % 7 == 3 for n in range(200))
