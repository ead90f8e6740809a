"""Ingests that are killed, that run out of disk, or that meet another: the store stays whole."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sources.events.hadaria import Write, row

from tocsin.lake import Lake
from tocsin.sources import Ingest, Orders
from tocsin.tables import Snapshot

ENV = os.environ | {"TOCSIN_LANG": "en", "NO_COLOR": "1"}


def command(store: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tocsin", "ingest", *words],
        env=ENV | {"TOCSIN_HOME": str(store)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def large(write: Write) -> Path:
    """Fifteen thousand rows: enough to be killed in the middle of."""
    chance = random.Random(7)
    return write([row(n, where_description=chance.randbytes(40).hex()) for n in range(15_000)])


def require_whole(lake: Lake) -> None:
    """Every snapshot is complete, and nothing but snapshots is visible."""
    for snapshot in lake.snapshots():
        lake.verify(snapshot)
        events = lake.scan(snapshot, "events").collect()
        assert events.height == snapshot.rows_kept
    folders = {path.parent for path in lake.root.glob("*/*/*.parquet")}
    assert folders == {lake.folder(each.snapshot_id) for each in lake.snapshots()}


@pytest.fixture
def before(write: Write, lake: Lake) -> Snapshot:
    """What the store holds before the crash."""
    small = write([row(n) for n in range(5)], "GEDEvent_v23_0_9.csv")
    (outcome,) = Ingest(lake, Orders(release="23.0.9")).paths([small])
    assert outcome.snapshot is not None
    return outcome.snapshot


@pytest.mark.slow
def test_kill_at_any_moment_leaves_the_store_as_it_was(
    large: Path, lake: Lake, own_store: Path, before: Snapshot
) -> None:
    began = time.monotonic()
    command(own_store.with_name("trial"), str(large)).communicate()
    whole = time.monotonic() - began
    chance = random.Random(2023)
    killed = 0
    for _attempt in range(4):
        run = command(own_store, str(large))
        time.sleep(chance.uniform(0.3 * whole, 0.98 * whole))
        run.kill()
        run.communicate()
        killed += run.returncode != 0
        require_whole(lake)
        assert before in lake.snapshots()
    assert killed, "no run was killed while it worked"
    run = command(own_store, str(large))
    _out, err = run.communicate()
    assert run.returncode == 0, err
    assert len(lake.snapshots()) == 2
    require_whole(lake)
    assert list((lake.root / ".staging").iterdir()) == []


DIE_AT = """
import os, signal, sys
from tocsin.cli import main
from tocsin.lake import store
from tocsin.sources import sink

def deadly(function, before):
    def dying(*args, **kwargs):
        if not before:
            function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    return dying

owner, name = {"write": (sink.Sink, "_write"), "hash": (sink.Sink, "parts"),
               "sync": (store, "to_disk"), "rename": (os, "rename"),
               "after": (store, "name_to_disk")}[sys.argv[1]]
setattr(owner, name, deadly(getattr(owner, name), sys.argv[2] == "before"))
sys.argv = ["tocsin", "ingest", sys.argv[3]]
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="needs signals of POSIX")
@pytest.mark.parametrize(
    ("step", "when", "snapshots"),
    [
        ("write", "after", 1),
        ("hash", "after", 1),
        ("sync", "after", 1),
        ("rename", "before", 1),
        ("rename", "after", 2),
        ("after", "before", 2),
    ],
)
def test_kill_at_each_step(
    step: str, when: str, snapshots: int, large: Path, lake: Lake, own_store: Path, before: Snapshot
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", DIE_AT, step, when, str(large)],
        env=ENV | {"TOCSIN_HOME": str(own_store)},
        capture_output=True,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert before in lake.snapshots()
    assert len(lake.snapshots()) == snapshots
    require_whole(lake)
    (again,) = Ingest(lake).paths([large])
    assert again.status == ("kept" if snapshots == 1 else "already held")


def test_two_ingests_at_once_take_turns(large: Path, lake: Lake, own_store: Path) -> None:
    runs = [command(own_store, str(large)) for _each in range(2)]
    results = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], results
    assert sorted("already held" in out for out, _err in results) == [False, True]
    assert len(lake.snapshots()) == 1
    require_whole(lake)


def test_an_impatient_second_ingest_fails_clearly(large: Path, lake: Lake, own_store: Path) -> None:
    with lake.writing():
        run = command(own_store, str(large), "--wait", "0.1")
        _out, err = run.communicate()
    assert run.returncode == 1
    assert "another process is writing" in err
    assert "Traceback" not in err
    assert lake.snapshots() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs the right to mount a tmpfs")
    tried = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_store_as_it_was(
    small_disk: Path, write: Write, large: Path
) -> None:
    lake = Lake(small_disk)
    small = write([row(n) for n in range(5)], "GEDEvent_v23_0_9.csv")
    (before,) = Ingest(lake, Orders(release="23.0.9")).paths([small])
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - (64 << 10)))
    run = command(small_disk, str(large))
    _out, err = run.communicate()
    assert run.returncode == 1
    assert "the disk is full; the store is as it was" in err
    assert "Traceback" not in err
    assert lake.snapshots() == [before.snapshot]
    require_whole(lake)
    filler.unlink()
    run = command(small_disk, str(large))
    _out, err = run.communicate()
    assert run.returncode == 0, err
    assert len(lake.snapshots()) == 2


@pytest.mark.skipif(os.name == "nt", reason="needs limits of POSIX")
def test_a_file_that_may_not_grow_is_a_full_disk(lake: Lake, large: Path, own_store: Path) -> None:
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "from tocsin.cli import main\n"
        f"sys.argv = ['tocsin', 'ingest', {str(large)!r}]\n"
        "main()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=ENV | {"TOCSIN_HOME": str(own_store)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "the disk is full" in run.stderr
    assert lake.snapshots() == []
