"""Crashes and crowds: nothing acknowledged is lost, half of nothing is kept, nothing is doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.ledger.conftest import SIGNER

from tocsin.ledger import Ledger
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader

# What another process does: write batches and say, after each, that it is safe.
WRITER = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tests.ledger.conftest import SIGNER, figure
from tocsin.ledger import Ledger
from tocsin.ledger.identity import uuid7

where, witness, names, batches, size = sys.argv[1:]


def write(name):
    ledger = Ledger(where if "://" in where else Path(where), "cell", SIGNER, Path(witness))
    for batch in range(int(batches)):
        moment, subject = 1_700_000_000_000, f"{name}:{batch}"
        ledger.append(
            [
                figure(value, id=uuid7(moment, os.urandom(10)), subject=subject)
                for value in range(int(size))
            ]
        )
        print("safe", subject, flush=True)
    ledger.close()


with ThreadPoolExecutor(10) as pool:
    list(pool.map(write, names.split(",")))
"""
READER = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tocsin.ledger import Ledger
from tocsin.policy import Reader

where, seconds = sys.argv[1:]


def read(_):
    ledger = Ledger(where if "://" in where else Path(where), "cell")
    until, seen = time.time() + float(seconds), 0
    while time.time() < until:
        count = ledger.view(Reader("cell")).count()
        assert count >= seen, (count, seen)
        assert count % 25 == 0, count
        seen = count
        time.sleep(0.02)
    ledger.close()


with ThreadPoolExecutor(20) as pool:
    list(pool.map(read, range(20)))
"""
CROWD = """
import sys
from pathlib import Path
from benchmarks.ledger_crowd import crowd

where, folder = sys.argv[1:]
where = where if "://" in where else Path(where)
seen = crowd(where, Path(folder), seconds=2, writers=3, readers=4)
assert not seen.wrong, seen.wrong
assert all(one.took for one in [*seen.writers, *seen.readers])
"""
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
@pytest.mark.parametrize("wait", [0.0, 0.03, 0.11])
def test_a_kill_loses_nothing_acknowledged_and_half_of_nothing(
    where: str | Path, tmp_path: Path, wait: float
):
    size = 400
    witness = tmp_path / "witness.json"
    safe = 0
    with running(WRITER, where, witness, "w", 1000, size) as writer:
        for line in writer.stdout:
            if line.startswith("safe"):
                safe += 1
            if safe >= 2:
                break
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        safe += sum(line.startswith("safe") for line in writer.stdout)
    ledger = Ledger(where, "cell", SIGNER, witness)
    view = ledger.view(Reader("cell"))
    assert view.count() >= safe * size
    assert view.count() % size == 0
    result = verify(ledger, signatures=False)
    assert result.is_sound, result.findings
    ledger.close()


def test_ten_writers_and_twenty_readers(where: str | Path, tmp_path: Path):
    """Two processes of five writers and one of twenty readers: no error, no loss, no double."""
    witness = tmp_path / "witness.json"
    Ledger(where, "cell", SIGNER, witness).head()
    names = [f"w{number}" for number in range(10)]
    batches, size = 4, 25
    with (
        running(READER, where, 3) as readers,
        running(WRITER, where, witness, ",".join(names[:5]), batches, size) as first,
        running(WRITER, where, witness, ",".join(names[5:]), batches, size) as second,
    ):
        errors = [process.communicate(timeout=120)[1] for process in (readers, first, second)]
        assert [process.returncode for process in (readers, first, second)] == [0, 0, 0], errors
    ledger = Ledger(where, "cell", SIGNER, witness)
    view = ledger.view(Reader("cell"))
    assert view.count() == len(names) * batches * size
    for name in names:
        for batch in range(batches):
            found = view.statements(subject=f"{name}:{batch}")
            assert sorted(one.body.value for one in found) == list(range(size))
    assert verify(ledger, signatures=False).is_sound
    ledger.close()


@pytest.mark.slow
def test_a_crowd_of_processes(where: str | Path, tmp_path: Path):
    """The benchmark's minute, made short: a process each, all at one ledger."""
    with running(CROWD, where, tmp_path) as crowd:
        errors = crowd.communicate(timeout=300)[1]
        assert crowd.returncode == 0, errors
