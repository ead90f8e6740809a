"""How long products take on a warm store: each, a flash, and a year of weekly reports."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.figure import Figure, timed

_DAY = date(2023, 6, 30)
_ANY, _FLASH, _YEAR = 5.0, 1.0, 120.0  # seconds
_PRODUCTS = (
    ("sitrep", "MLI", {"period": "day"}),
    ("sitrep", "MLI", {"period": "week"}),
    ("assessment", "MLI", {}),
    ("closures", "MLI", {}),
    ("agreement", "MLI", {}),
    ("casefile", "MLI", {"case": "moura"}),
    ("bulletin", "SAHEL", {}),
)


def measure() -> list[Figure]:
    """Figures for Mali from the mirror; none where there is no mirror."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if not (Path(mirror) / "ucdp").is_dir():
        return [Figure("products on Mali", "not measured: no data mirror", f"< {_ANY:.0f} s")]
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "store", Path(folder) / "out"
        os.environ["TOCSIN_HOME"] = str(home)
        _tocsin("ingest", str(Path(mirror) / "ucdp"))
        _tocsin("dossier", "load", "mali")
        _tocsin("watch", "--at", _DAY.isoformat(), "--reconstruct")
        return [*_each(out), *_year(out), *_commands(out, Path(folder) / "compiled")]


def _each(out: Path) -> list[Figure]:
    """Every product in four files, in a process that has made one before."""
    from tocsin.workflow import producing

    def make(name: str, area: str, options: dict[str, str], tables: bool = True) -> None:
        producing.make(
            name, area, as_of=_DAY.isoformat(), reconstruct=True, lang="fr", out=out,
            exercise=True, tables=tables, **options,
        )  # fmt: skip

    begun = time.perf_counter()
    make("flash", "MLI", {}, tables=False)
    cold = time.perf_counter() - begun
    least, median, most = timed(lambda: make("flash", "MLI", {}, tables=False), runs=5)
    figures = [
        Figure("the first product of a store: counts and forecasts are gathered", f"{cold:.1f} s",
               "–"),
        Figure("flash: HTML, PDF, DOCX, JSON", f"{median:.2f} s ({least:.2f} to {most:.2f})",
               f"< {_FLASH:.0f} s", met=median < _FLASH),
    ]  # fmt: skip
    for name, area, options in _PRODUCTS:
        low, mid, high = timed(lambda n=name, a=area, o=options: make(n, a, o), runs=3)
        told = " ".join((name, *options.values()))
        figures.append(
            Figure(f"{told}, with its table files", f"{mid:.2f} s ({low:.2f} to {high:.2f})",
                   f"< {_ANY:.0f} s", met=mid < _ANY)
        )  # fmt: skip
    return figures


def _year(out: Path) -> list[Figure]:
    """52 weekly reports in French, four files each: first from nothing kept, then again."""
    from tocsin.workflow import producing

    def year() -> float:
        begun = time.perf_counter()
        for week in range(52):
            day = _DAY - timedelta(days=7 * week)
            producing.make(
                "sitrep", "MLI", as_of=day.isoformat(), reconstruct=True, lang="fr", out=out,
                exercise=True, period="week",
            )  # fmt: skip
        return time.perf_counter() - begun

    first, again = year(), year()
    return [
        Figure("a year of weekly reports, the first time", f"{first:.0f} s", "–"),
        Figure("a year of weekly reports, made again", f"{again:.0f} s", f"< {_YEAR:.0f} s",
               met=again < _YEAR),
    ]  # fmt: skip


def _commands(out: Path, compiled: Path) -> list[Figure]:
    """Commands as a person runs them: the start of Python and of every library is in it.

    The program is compiled, as an installed one is: some machines that run benchmarks are told
    not to keep what Python compiled, and would compile it anew each time.
    """
    when = ("--as-of", _DAY.isoformat(), "--reconstruct", "--lang", "fr", "--out", str(out))
    found = []
    for name, words, most in (
        ("--help", ("--help",), _FLASH),
        ("flash", ("flash", "MLI", *when), _FLASH),
        ("sitrep", ("sitrep", "MLI", *when), _ANY),
        ("assessment", ("assessment", "MLI", *when), _ANY),
        ("brief", ("brief", "MLI", *when), _ANY),
    ):
        _tocsin(*words, compiled=compiled)
        before = _processor()
        low, mid, high = timed(lambda w=words: _tocsin(*w, compiled=compiled), runs=3)
        used = (_processor() - before) / 4  # one is not counted in the seconds
        found.append(
            Figure(f"tocsin {name}, as a command",
                   f"{mid:.2f} s ({low:.2f} to {high:.2f}), {used:.2f} s of a processor",
                   f"< {most:.0f} s", met=mid < most)
        )  # fmt: skip
    return found


def _processor() -> float:
    """Seconds that commands have used of a processor, whatever else the machine did."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tocsin(*words: str, compiled: Path | None = None) -> None:
    env = dict(os.environ)
    if compiled is not None:
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        env["PYTHONPYCACHEPREFIX"] = str(compiled)
    subprocess.run(
        [sys.executable, "-m", "tocsin", *words], check=True, capture_output=True, env=env
    )
