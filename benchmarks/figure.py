"""What a benchmark reports, and how it takes a time and a peak of memory."""

import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure, what it was measured against, and what it should be."""

    what: str
    value: str
    target: str
    peer: str = ""  # the named peer, or the hardware, and its own figure in the same run
    met: bool | None = None  # None: nothing was promised


def timed(work: Callable[[], object], runs: int = 5) -> tuple[float, float, float]:
    """Least, median and greatest seconds of `runs` calls, after one that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), statistics.median(seconds), max(seconds)


def peak_of(work: Callable[[], object]) -> float:
    """Peak memory in MB of a fresh process that does nothing but `work` (and its imports).

    A spawned process, so that what this one already holds does not count.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_peak_after, (work,))


def _peak_after(work: Callable[[], object]) -> float:
    work()
    return peak_of_this_process()


def peak_of_this_process() -> float:
    """Peak memory in MB of this process since it began."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Linux hands a new process the `ru_maxrss` of its parent; VmHWM is its own.
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def machine() -> str:
    """One line on what the figures were taken on."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def as_table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    marks = {True: "met", False: "**missed**", None: ""}
    rows = [
        f"| {figure.what} | {figure.value} | {figure.peer} | {figure.target} |"
        f" {marks[figure.met]} |"
        for figure in figures
    ]
    head = ["| What | Measured | Beside | Promised | |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])
