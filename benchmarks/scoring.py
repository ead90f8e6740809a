"""One grid window of the challenge, read from its long form and scored three ways."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.figure import Figure, peak_of, timed
from tocsin.challenge import parse_windows
from tocsin.challenge.files import from_actuals_file
from tocsin.challenge.long_form import to_long_files
from tocsin.challenge.scoring import score_submission

_SECONDS, _MEGABYTES, _DRAWS = 10.0, 2000.0, 1000


def measure() -> list[Figure]:
    """Seconds and peak for 13,110 cells x 12 months x 1,000 draws; the peer only reads the file."""
    mirror = Path(os.environ.get("TOCSIN_MIRROR", "")) / "views_challenge"
    actuals = mirror / "priogrid_month_actuals_Y2018_Y2020.parquet"
    if not actuals.is_file():
        return [
            Figure("score a grid window", "not measured: no data mirror", f"<= {_SECONDS:.0f} s")
        ]
    with _submission(actuals) as folder:
        work = partial(_score, folder, actuals)
        least, median, most = timed(work, runs=3)
        peak = peak_of(work)
        started = time.perf_counter()
        for file in folder.rglob("*.parquet"):
            pq.read_table(file)
        alone = time.perf_counter() - started
    return [
        Figure(
            "read and score one grid window (157,320 rows x 1,000 draws) on CRPS, IGN and MIS",
            f"{median:.1f} s ({least:.1f} to {most:.1f})",
            f"<= {_SECONDS:.0f} s",
            f"pyarrow reading the same file, no scores: {alone:.1f} s",
            met=median <= _SECONDS,
        ),
        Figure(
            "...peak memory", f"{peak:.0f} MB", f"<= {_MEGABYTES:.0f} MB", met=peak <= _MEGABYTES
        ),
    ]


@contextmanager
def _submission(actuals: Path) -> Iterator[Path]:
    """A submission with the challenge's rows and draws of the shape of real ones: mostly zero."""
    level, truth = from_actuals_file(actuals)
    units = np.unique(truth["unit"].to_numpy())
    draw = np.random.default_rng(1)
    samples = np.zeros((len(units), 12, _DRAWS), np.int32)
    busy = draw.random(len(units)) < 0.05
    samples[busy] = draw.negative_binomial(0.3, 0.05, (int(busy.sum()), 12, _DRAWS))
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "invented"
        (window,) = parse_windows("Y2018")
        to_long_files(model, level, window, tuple(str(unit) for unit in units), samples)
        yield model


def _score(folder: Path, actuals: Path) -> None:
    list(score_submission(folder, actuals))
