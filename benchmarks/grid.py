"""A window of the grid, fitted and drawn: 13,110 cells, and all 64,818 on land.

The counts are invented, on open ocean where cells would be missing: what costs is how many cells
there are, how many saw deaths, and how many draws are wanted. The peer does nothing but draw.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context

import numpy as np

from benchmarks.figure import Figure, peak_of_this_process
from tocsin.evaluation import UnitMonths
from tocsin.models import best

CHALLENGE, LAND = 13_110, 64_818
_MONTHS, _DRAWS, _HORIZONS = 334, 1000, tuple(range(3, 15))
_SECONDS, _MEGABYTES = 60.0, 4096.0


def measure() -> list[Figure]:
    """Seconds and peaks of the pool by cells and draws, each in a fresh process."""
    first, half, land = (
        fresh(partial(forecast, cells, draws))
        for cells, draws in ((CHALLENGE, _DRAWS), (CHALLENGE, _DRAWS // 2), (LAND, _DRAWS))
    )
    floor = fresh(partial(only_draw, CHALLENGE))
    return [
        Figure(
            f"forecast a grid window: {CHALLENGE:,} cells x 12 months x {_DRAWS:,} draws",
            _said(first),
            f"<= {_SECONDS:.0f} s",
            f"numpy drawing as many Poisson counts, nothing fitted: {_said(floor)}. The "
            "challenge's trees: 1.5 to 2 weeks on 40 CPUs for all their windows (published)",
            met=first[0] <= _SECONDS,
        ),
        Figure(
            "...peak memory",
            f"{first[2]:.0f} MB",
            f"<= {_MEGABYTES:.0f} MB",
            met=first[2] <= _MEGABYTES,
        ),
        Figure("...with 500 draws", f"{_said(half)}, {half[2]:.0f} MB", "no more than linear"),
        Figure(
            f"...with {LAND:,} cells (4.94 times as many)",
            f"{_said(land)}, {land[2]:.0f} MB",
            "no more than linear",
            f"{land[1] / first[1]:.2f} times the processor time, "
            f"{land[2] / first[2]:.2f} times the memory",
            met=land[1] <= 1.1 * first[1] * LAND / CHALLENGE,
        ),
    ]


def forecast(cells: int, draws: int) -> Callable[[], object]:
    """The pool on the invented grid."""
    panel = invented_grid(cells)
    past = panel.until(panel.last_month)
    return partial(best("priogrid").forecast, past, _HORIZONS, draws, 1)


def only_draw(cells: int) -> Callable[[], object]:
    """As many counts as a window holds, from rates that are given."""

    def draw() -> None:
        rng = np.random.default_rng(1)
        samples = np.zeros((cells, len(_HORIZONS), _DRAWS), np.int32)
        for cell in range(cells):
            samples[cell] = rng.poisson(0.1, samples.shape[1:])

    return draw


def invented_grid(cells: int) -> UnitMonths:
    """Wars of invented places that swell and wane; about a quarter of the cells stay restless."""
    rng = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(cells)))
    rows, columns = np.divmod(np.arange(cells), side)
    values = np.zeros((cells, _MONTHS))
    months = np.arange(_MONTHS)
    for _ in range(cells // 100):
        row, column, begins = rng.integers(0, [side, side, _MONTHS])
        near = np.exp(-np.hypot(rows - row, columns - column) / 0.8)
        at = np.flatnonzero(near > 0.05)
        tide = np.exp(-(((months - begins) / rng.uniform(12, 60)) ** 2))
        rate = near[at, None] * tide * rng.lognormal(0, 1.5)
        values[at] += rng.negative_binomial(0.2, 0.2 / (0.2 + rate))
    gids = tuple(
        str((20 + row) * 720 + column + 1) for row, column in zip(rows, columns, strict=True)
    )
    return UnitMonths("priogrid", "ged_sb", gids, 109, values)


def fresh(prepare: Callable[[], Callable[[], object]]) -> tuple[float, float, float]:
    """Seconds, processor seconds and peak MB of a fresh process that prepares and then works.

    Only the work is timed; the peak is that of all.
    """
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_costs, (prepare,))


def _costs(prepare: Callable[[], Callable[[], object]]) -> tuple[float, float, float]:
    work = prepare()
    before, started = os.times(), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - started, os.times()
    spent = after.user + after.system - before.user - before.system
    return seconds, spent, peak_of_this_process()


def _said(cost: tuple[float, float, float]) -> str:
    return f"{cost[0]:.0f} s ({cost[1]:.0f} s of processor)"
