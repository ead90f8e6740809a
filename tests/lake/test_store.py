"""The lake: what is kept is whole and never changes; what is not kept leaves nothing."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tocsin.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, UnknownName
from tocsin.lake import Draft, Lake, file_sha256
from tocsin.lake.room import room_to_write
from tocsin.tables import FilePart, Snapshot


@pytest.fixture
def lake(own_store: Path) -> Lake:
    return Lake(own_store)


def fill(draft: Draft, version: str, released: date, rows: int = 3) -> Snapshot:
    path = draft.tables / "events.parquet"
    pl.DataFrame({"event_id": [str(n) for n in range(rows)]}).write_parquet(path)
    part = FilePart(table="events", path="events.parquet", rows=rows, sha256=file_sha256(path))
    return Snapshot(
        snapshot_id=f"invented/{version}-0123456789ab",
        source="invented",
        title=f"Invented {version}",
        publisher="Nobody",
        version=version,
        released_on=released,
        licence="none",
        citation="none",
        url="",
        file_name="a.csv",
        file_bytes=1,
        sha256="0" * 64,
        parts=(part,),
    )


def keep(lake: Lake, version: str, released: date, rows: int = 3) -> Snapshot:
    with lake.writing() as draft:
        return draft.keep(fill(draft, version, released, rows))


def test_a_lake_is_not_made_by_looking_at_it(lake: Lake) -> None:
    assert lake.snapshots() == []
    assert not lake.root.exists()


def test_snapshots_come_in_the_order_of_their_release(lake: Lake) -> None:
    for version, day in (("2", date(2024, 6, 1)), ("1", date(2023, 6, 1)), ("3", date(2025, 6, 1))):
        keep(lake, version, day)
    assert [each.version for each in lake.snapshots()] == ["1", "2", "3"]
    assert [each.version for each in lake.snapshots(as_of=date(2024, 6, 1))] == ["1", "2"]
    assert [each.version for each in lake.snapshots(as_of=date(2024, 5, 31))] == ["1"]
    assert lake.snapshots("another") == []
    assert lake.snapshots("invented", "series") == []


def test_what_was_written_is_read(lake: Lake) -> None:
    snapshot = keep(lake, "1", date(2023, 6, 1))
    assert lake.scan(snapshot, "events").collect().height == 3
    assert lake.snapshot(snapshot.snapshot_id) == snapshot
    lake.verify(snapshot)


def test_a_snapshot_is_never_replaced(lake: Lake) -> None:
    first = keep(lake, "1", date(2023, 6, 1), rows=3)
    again = keep(lake, "1", date(2024, 6, 1), rows=9)
    assert again == first
    assert lake.scan(first, "events").collect().height == 3


def test_an_error_while_writing_leaves_nothing(lake: Lake) -> None:
    def write_half() -> None:
        with lake.writing() as draft:
            fill(draft, "1", date(2023, 6, 1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert lake.snapshots() == []
    assert list((lake.root / ".staging").iterdir()) == []


def test_what_a_killed_writer_left_is_swept(lake: Lake) -> None:
    stale = lake.root / ".staging" / "left"
    stale.mkdir(parents=True)
    (stale / "events.parquet").write_bytes(b"half")
    keep(lake, "1", date(2023, 6, 1))
    assert not stale.exists()


def test_unknown_names(lake: Lake) -> None:
    snapshot = keep(lake, "1", date(2023, 6, 1))
    with pytest.raises(UnknownName, match="invented/2"):
        lake.snapshot("invented/2")
    with pytest.raises(UnknownName, match="series"):
        lake.scan(snapshot, "series")


def test_damage_is_found(lake: Lake) -> None:
    snapshot = keep(lake, "1", date(2023, 6, 1))
    path = lake.folder(snapshot.snapshot_id) / "events.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(StoreDamaged, match="does not match"):
        lake.verify(snapshot)
    path.unlink()
    with pytest.raises(StoreDamaged, match="missing"):
        lake.scan(snapshot, "events")
    manifest = path.with_name("manifest.json")
    manifest.write_text("{")
    with pytest.raises(StoreDamaged, match="manifest"):
        lake.snapshots()


def test_a_folder_without_manifest_is_not_overwritten(lake: Lake) -> None:
    folder = lake.folder("invented/1-0123456789ab")
    folder.mkdir(parents=True)
    with pytest.raises(StoreDamaged, match="no manifest"):
        keep(lake, "1", date(2023, 6, 1))


HOLD = """
import sys, time
from pathlib import Path
from tocsin.lake import Lake
with Lake(Path(sys.argv[1])).writing():
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def other_writer(lake: Lake) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock for two seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lake.root.parent), "2"], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()


@pytest.mark.usefixtures("other_writer")
def test_a_second_writer_fails_clearly_when_it_may_not_wait(lake: Lake) -> None:
    told = []
    with (
        pytest.raises(StoreBusy, match="another process"),
        lake.writing(wait=0.1, on_wait=lambda: told.append("waiting")),
    ):
        pass
    assert told == ["waiting"]


@pytest.mark.usefixtures("other_writer")
def test_a_second_writer_waits_its_turn(lake: Lake) -> None:
    told = []
    with lake.writing(on_wait=lambda: told.append("waiting")) as draft:
        draft.keep(fill(draft, "1", date(2023, 6, 1)))
    assert told == ["waiting"]
    assert len(lake.snapshots()) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OSError("IOError: [Errno 28] Error writing bytes: No space left on device"), "full"),
        (PermissionError(errno.EACCES, "Permission denied"), "no permission"),
        (OSError(errno.EROFS, "Read-only file system"), "no permission"),
    ],
)
def test_a_full_or_closed_disk_is_told_as_such(error: OSError, words: str) -> None:
    with pytest.raises(StoreFull, match=words), room_to_write(Path("store")):
        raise error


def test_other_errors_of_the_system_stay_what_they_are() -> None:
    with pytest.raises(OSError, match="strange") as caught, room_to_write(Path("store")):
        raise OSError(errno.EIO, "strange")
    assert not isinstance(caught.value, StoreError)


@pytest.mark.skipif(os.name == "nt", reason="symbolic to POSIX")
def test_a_store_under_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreError, OSError)), Lake(tmp_path / "file").writing():
        pass
