"""The service: restarts, jumps of the clock, missed runs, passes that fail, and its stop."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tocsin.errors import StoreBusy
from tocsin.workflow.serving import GLANCE, Stop, hours_unwatched, last_pass, note_pass, serve


class Simulated:
    """A clock that sleeping moves, that can jump, and that stops the service in the end."""

    def __init__(self, until: float, jumps: dict[int, float] | None = None):
        self.now, self.until, self.jumps = 0.0, until, jumps or {}
        self.sleeps, self.stop = 0, Stop()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps += 1
        self.now += seconds + self.jumps.get(self.sleeps, 0.0)
        if self.sleeps >= self.until:
            self.stop()


def passes(clock: Simulated, every: float = 60, fail: bool = False) -> list[float]:
    made: list[float] = []
    trouble: list[Exception] = []

    def one_pass() -> None:
        made.append(clock.now)
        if fail:
            raise StoreBusy("another process is writing")

    serve(
        one_pass, every, on_trouble=trouble.append, clock=clock, sleep=clock.sleep,
        stop=clock.stop,
    )  # fmt: skip
    assert len(trouble) == (len(made) if fail else 0)
    return made


def test_a_pass_every_minute() -> None:
    assert passes(Simulated(until=36)) == [0, 60, 120]


def test_a_sleep_of_hours_costs_one_late_pass_and_a_clock_set_back_none() -> None:
    asleep = passes(Simulated(until=30, jumps={14: 7200}))
    assert len(asleep) == 4
    assert asleep[2] - asleep[1] > 7000
    back = Simulated(until=30, jumps={14: -3600})
    made = passes(back)
    assert made[2] < 0, "a clock that went back does not stop the watch for an hour"
    assert [late - early for early, late in pairwise(made[2:])] == [60]


def test_a_pass_that_fails_does_not_end_the_watch() -> None:
    assert len(passes(Simulated(until=36), fail=True)) == 3


def test_the_board_can_tell_that_nobody_watches(own_store: Path) -> None:
    assert hours_unwatched() == -1
    own_store.mkdir(parents=True, exist_ok=True)
    note_pass(own_store, datetime.now(UTC))
    assert hours_unwatched() is None
    note_pass(own_store, datetime(2020, 1, 1, tzinfo=UTC))
    assert (hours_unwatched() or 0) > 1000
    (own_store / "last-pass.json").write_text("{")
    assert last_pass(own_store) is None


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_a_real_service_stops_when_asked_and_can_be_killed(own_store: Path) -> None:
    command = [sys.executable, "-m", "tocsin", "watch", "--service", "--every", "1"]
    env = os.environ | {"TOCSIN_HOME": str(own_store), "TOCSIN_LANG": "en"}
    for how, code in ((signal.SIGKILL, -9), (signal.SIGTERM, 0)):
        (own_store / "last-pass.json").unlink(missing_ok=True)
        service = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        end = time.monotonic() + 90
        while last_pass(own_store) is None and time.monotonic() < end:
            time.sleep(0.2)
        assert last_pass(own_store) is not None
        service.send_signal(how)
        assert service.wait(timeout=60 + GLANCE) == code
