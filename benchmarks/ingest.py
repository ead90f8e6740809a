"""Reading a file of UCDP GED's size: time beside `pyarrow.csv.read_csv`, and peak memory.

The file is made from the rows of a Candidate release under new ids, with text that differs from
row to row, so that nothing compresses better than it would. Its rows are as real as the release:
quoted newlines, lists inside quotation marks, bounds that contradict the best estimate.

`TOCSIN_BENCH_TENFOLD=1` also measures ten times the size (a file of 3 GB), once.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow.csv as pa_csv

from benchmarks.figure import Figure, peak_of
from tocsin.lake import Lake
from tocsin.sources import Ingest

ROWS = 390_000
RUNS = 5
MOST_TIMES = 3.0
MOST_MB = 1000
_VARIED = ("where_description", "source_headline", "source_article", "source_original")
_NAME = "GEDEvent_v23_0_10.csv"


def measure() -> list[Figure]:
    """Ratio and peak at the size of GED; empty where the mirror is not at hand."""
    release = Path(os.environ.get("TOCSIN_MIRROR", "../shared/data")) / "ucdp" / _NAME
    if not release.is_file():
        return [Figure("GED-sized ingest", "not measured: TOCSIN_MIRROR is not set", "")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = _at_size(folder, release, ROWS, RUNS)
        if os.environ.get("TOCSIN_BENCH_TENFOLD"):
            figures += _at_size(folder, release, 10 * ROWS, 1)
    return figures


def _at_size(folder: Path, release: Path, rows: int, runs: int) -> list[Figure]:
    path = folder / _NAME
    make_events(release, rows, path)
    alone, whole = [], []
    for _run in range(runs):  # side by side, so that both meet the same machine
        alone.append(_seconds(partial(_read_alone, path)))
        whole.append(_seconds(partial(_ingest, path, folder / "store")))
    peer, ours = statistics.median(alone), statistics.median(whole)
    peak = peak_of(partial(_ingest, path, folder / "store"))
    size = f"{rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB"
    return [
        Figure(
            f"ingest {size}: read, checked, hashed, written",
            f"{ours:.2f} s = {ours / peer:.2f} times",
            f"at most {MOST_TIMES:g} times",
            f"pyarrow.csv.read_csv alone {peer:.2f} s, median of {runs}",
            ours <= MOST_TIMES * peer,
        ),
        Figure(f"peak of the same, {size}", f"{peak:,.0f} MB", "< 1 GB", met=peak < MOST_MB),
    ]


def make_events(release: Path, rows: int, path: Path) -> None:
    """A file of `rows` events in the release's layout, in portions that fit in memory."""
    model = pl.read_csv(release, infer_schema=False)
    made = 0
    with path.open("wb") as out:
        while made < rows:
            copies = min(40, -(-(rows - made) // model.height))
            portion = pl.concat([model] * copies).head(rows - made)
            number = pl.int_range(made, made + portion.height).cast(pl.String)
            portion = portion.with_columns(
                (pl.lit("1") + number.str.zfill(8)).alias("id"),
                *(
                    pl.concat_str(pl.col(name).fill_null(""), pl.lit(" "), number.alias("n")).alias(
                        name
                    )
                    for name in _VARIED
                ),
            )
            portion.write_csv(out, include_header=made == 0)
            made += portion.height


def _read_alone(path: Path) -> None:
    pa_csv.read_csv(path, parse_options=pa_csv.ParseOptions(newlines_in_values=True))


def _ingest(path: Path, store: Path) -> None:
    shutil.rmtree(store, ignore_errors=True)
    (outcome,) = Ingest(Lake(store)).paths([path])
    assert outcome.status == "kept", outcome


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
