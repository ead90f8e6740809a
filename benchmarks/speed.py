"""What the forecasts cost: a window of countries, of cells, of all land; the selection."""

import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import grid
from benchmarks.figure import peak_of_this_process
from benchmarks.lines import Line
from tocsin import models
from tocsin.challenge import ChallengeLevel, from_challenge_folder, parse_windows

DRAWS, SEED = 1000, 1
_SELECTIONS = (("selection", ("country",)), ("grid_selection", ()))


def speed_lines(data: Path, parts: Sequence[str]) -> list[Line]:
    """Seconds to fit and draw one window, and for the grid the peak of memory."""
    lines = []
    if "country" in parts:
        seconds, spent, _ = _costs(data, "country", "Y2022", runs=3)
        lines.append(
            Line(
                "speed: a country window, 12 x 1,000 draws, fitted and drawn",
                "–",
                "6-9 s",
                "<= 10 s",
                f"{np.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f}); "
                f"{np.median(spent):.1f} s of processor time",
                float(np.median(seconds)) <= 10,
            )
        )
    if "grid" in parts:
        seconds, spent, peak = _costs(data, "priogrid", "Y2020", runs=1)
        lines.append(
            Line(
                "speed: a grid window, 13,110 cells x 12 x 1,000 draws",
                "trees: 1.5-2 weeks on 40 CPUs",
                "–",
                "<= 60 s and <= 4 GB",
                f"{seconds[0]:.0f} s ({spent[0]:.0f} s of processor time), {peak / 1000:.1f} GB",
                seconds[0] <= 60 and peak <= 4000,
            )
        )
        lines.append(_land_line())
    return lines


def _costs(
    data: Path, level: ChallengeLevel, window: str, runs: int
) -> tuple[list[float], list[float], float]:
    """Seconds, processor seconds and peak MB of forecasts in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_forecast_timed, (data, level, window, runs))


def _forecast_timed(
    data: Path, level: ChallengeLevel, name: str, runs: int
) -> tuple[list[float], list[float], float]:
    (window,) = parse_windows(name)
    history = from_challenge_folder(data, level, window.origin).until(window.origin)
    if runs > 1:  # the first call compiles
        models.best(level).forecast(history, window.horizons, 10, SEED)
    seconds, spent = [], []
    for _ in range(runs):
        before, started = time.process_time(), time.perf_counter()
        models.best(level).forecast(history, window.horizons, DRAWS, SEED)
        seconds.append(time.perf_counter() - started)
        spent.append(time.process_time() - before)
    return seconds, spent, peak_of_this_process()


def _land_line() -> Line:
    """Invented counts on as many cells as a window holds, and on all of those on land."""
    first, land = (
        grid.fresh(partial(grid.forecast, cells, DRAWS)) for cells in (grid.CHALLENGE, grid.LAND)
    )
    times = grid.LAND / grid.CHALLENGE
    spent = land[1] / first[1]
    return Line(
        f"speed: {grid.LAND:,} land cells beside {grid.CHALLENGE:,} ({times:.2f} times as many), "
        "invented counts",
        "–",
        "–",
        "no more than linear",
        f"{first[0]:.0f} s and {first[2] / 1000:.1f} GB to {land[0]:.0f} s and "
        f"{land[2] / 1000:.1f} GB; {first[1]:.0f} s to {land[1]:.0f} s of processor time "
        f"({spent:.2f} times)",
        spent <= 1.1 * times,
    )


def selection_lines(data: Path) -> list[Line]:
    """The choice of all shares on years before 2018, countries and then cells; nothing is kept."""
    seconds, spent, fitted = [], [], []
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        for name, words in _SELECTIONS:
            out = Path(folder) / f"{name}.json"
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}", *words, str(data), "--out", str(out)],
                check=True,
                stdout=sys.stderr,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(time.perf_counter() - started)
            fitted.append(out.read_bytes())
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    used = Path(models.__file__).parent / "shares_country.json"
    again = "as" if fitted[0] == used.read_bytes() else "**not** as"
    return [
        Line(
            "speed: the whole selection before 2018",
            "–",
            "–",
            "<= 15 min",
            f"{sum(seconds) / 60:.1f} min (countries {seconds[0] / 60:.1f}, cells "
            f"{seconds[1] / 60:.1f}); {sum(spent) / 60:.1f} min of processor time; "
            f"the countries' shares came out {again} they are in use",
            sum(seconds) <= 15 * 60,
        )
    ]
