"""How long one brief takes on a warm store, and how heavy its files are."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, timed

_LIMIT = 10.0  # seconds


def measure() -> list[Figure]:
    """Figures for Mali at 30 June 2023 from the mirror; none where there is no mirror."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if not (Path(mirror) / "ucdp").is_dir():
        return [Figure("brief on Mali", "not measured: no data mirror", f"< {_LIMIT:.0f} s")]
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "store", Path(folder) / "out"
        _tocsin(home, "ingest", str(Path(mirror) / "ucdp"))
        begun = time.perf_counter()
        _brief(home, out)
        first = time.perf_counter() - begun
        least, median, most = timed(lambda: _brief(home, out), runs=3)
        sizes = {path.suffix: path.stat().st_size / 1000 for path in out.iterdir()}
    return [
        Figure(
            "brief on Mali, HTML + PDF + JSON, warm store, whole command",
            f"{median:.1f} s ({least:.1f} to {most:.1f})",
            f"< {_LIMIT:.0f} s",
            met=median < _LIMIT,
        ),
        Figure(
            "the first brief of a store: its model is scored on five past years",
            f"{first:.1f} s",
            "–",
        ),
        Figure("HTML, with its letters", f"{sizes['.html']:.0f} kB", "about 100 kB"),
        Figure("PDF", f"{sizes['.pdf']:.0f} kB", "–"),
    ]


def _brief(home: Path, out: Path) -> None:
    _tocsin(
        home, "brief", "MLI", "--as-of", "2023-06-30", "--reconstruct", "--lang", "fr",
        "--out", str(out),
    )  # fmt: skip


def _tocsin(home: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tocsin", *words],
        env=os.environ | {"TOCSIN_HOME": str(home)},
        check=True,
        capture_output=True,
    )
