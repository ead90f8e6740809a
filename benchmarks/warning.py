"""Rules over 24 countries by area: a full replay, one live pass, a crowded duty board."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure, peak_of, timed
from tocsin.dossiers import dossier_folder, require_dossier
from tocsin.ledger import Ledger, Signer
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.months import last_day, parse_month
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.abouts import abouts_of
from tocsin.warning.assessing import entries, judge, ranks
from tocsin.warning.learning import counted
from tocsin.warning.scorecard import replay_rules
from tocsin.warning.steps import Author, statement_of
from tocsin.workflow import evidence, watchkeeping

FIRST, LAST = "2010-01", "2024-06"  # what the mirror holds; 174 months
NOW = "2023-06-30T12:00Z"
CROWD = 10_000
_REPLAY, _MEMORY, _PASS = 60.0, 2000.0, 2.0  # seconds, MB, seconds


def measure() -> list[Figure]:
    """Figures on counts and events of the mirror; none where there is no mirror."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if not (Path(mirror) / "ucdp").is_dir():
        return [Figure("rules over 24 countries", "not measured: no data mirror", "< 60 s")]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "store"
        _tocsin(home, "ingest", str(Path(mirror) / "ucdp"))
        before = os.environ.get("TOCSIN_HOME")
        os.environ["TOCSIN_HOME"] = str(home)
        try:
            return [*_replayed(home), *_passes(home), *_crowded(Path(folder))]
        finally:
            if before is None:
                del os.environ["TOCSIN_HOME"]
            else:
                os.environ["TOCSIN_HOME"] = before


def _replayed(home: Path) -> list[Figure]:
    begun = time.perf_counter()
    full_replay(home)  # builds the panel, which the store keeps
    first = time.perf_counter() - begun
    least, median, most = timed(partial(full_replay, home), runs=1)
    peak = peak_of(partial(full_replay, home))
    return [
        Figure(
            "full replay: nine problems, 24 countries by area, 174 months, each January learned",
            f"{median:.1f} s ({least:.1f} to {most:.1f})",
            f"< {_REPLAY:.0f} s",
            f"the first of a store, which builds the panel: {first:.1f} s",
            met=median < _REPLAY,
        ),
        Figure("  its peak memory", f"{peak:.0f} MB", f"< {_MEMORY:.0f} MB", met=peak < _MEMORY),
    ]


def full_replay(home: Path) -> int:
    """Every problem's rules at every month; how many area-months stood at a level."""
    os.environ["TOCSIN_HOME"] = str(home)
    book = watchkeeping.rulebook()
    today, first = datetime.now(UTC).date(), parse_month(FIRST)
    counts = evidence.counts_known(today, reconstruct=True, last=parse_month(LAST))
    events = evidence.events_known(today, reconstruct=True)
    clocks = evidence.monthly_clocks(first, parse_month(LAST))
    held = evidence.gather(_told(), clocks[-1], book, counts, clocks, events)
    standing = 0
    for name, problem in book.problems.items():
        if counted(problem):
            standing += int((replay_rules(book, name, held, first).rank > 0).sum())
            continue
        abouts = abouts_of(problem, held, held.clocks[-1])
        states = judge(book.used_by(name), book.indicators, abouts, held)
        standing += int((ranks(problem, entries(problem, states), held.micros) > 0).sum())
    return standing


def _told() -> list[Statement]:
    return list(require_dossier(dossier_folder("mali")).statements)


def _passes(home: Path) -> list[Figure]:
    command = partial(_tocsin, home, "watch", "--at", NOW, "--reconstruct")
    begun = time.perf_counter()
    command()
    january = time.perf_counter() - begun
    least, median, most = timed(command, runs=3)
    return [
        Figure(
            "one live pass, the whole command, warm store",
            f"{median:.2f} s ({least:.2f} to {most:.2f})",
            f"< {_PASS:.0f} s",
            met=median < _PASS,
        ),
        Figure("the first pass of a year, which learns", f"{january:.1f} s", "–"),
    ]


def _crowded(folder: Path) -> list[Figure]:
    times = {}
    for number in (0, CROWD):
        ledger = Ledger(folder / f"{number}.db", "bench", Signer(os.urandom(32)))
        try:
            ledger.append([*_told(), *_open_warnings(number)])
            times[number] = timed(partial(_one_pass, ledger), runs=3)
        finally:
            ledger.close()
    alone, crowded = times[0][1], times[CROWD][1]
    return [
        Figure("one pass inside a running service, no warning open", f"{alone:.2f} s", "–"),
        Figure(
            f"the same with {CROWD:,} open warnings on the board",
            f"{crowded:.2f} s ({times[CROWD][0]:.2f} to {times[CROWD][2]:.2f})",
            "at most twice that",
            f"the rules alone: {alone:.2f} s",
            met=crowded <= 2 * alone,
        ),
    ]


def _one_pass(ledger: Ledger) -> None:
    now = last_moment(NOW)
    book = watchkeeping.rulebook()
    watchkeeping.make_pass(
        ledger, now, evidence.counts_known(now.date(), reconstruct=True), book,
        exercise=True, events=evidence.events_known(now.date(), reconstruct=True),
        lessons=evidence.lessons_known(now.date(), book, reconstruct=True),
    )  # fmt: skip


def _open_warnings(number: int) -> Sequence[Statement]:
    """Issued warnings that wait for an answer, on invented areas that no rule looks at."""
    author, issued = Author("bench", "watch", exercise=True), last_moment(NOW) - timedelta(hours=1)
    end = last_day(parse_month("2023-12")).isoformat()
    return [
        statement_of(
            WarningVersion(
                problem="mass-casualty", about=f"XEX.{index}", title=Words("t", "t"),
                level="watch", window_from="2023-06-30", window_to=end, area=f"XEX.{index}",
                country="XEX", clock_from="2023-06-30T11:00:00Z", likelihood_low=0.05,
                likelihood_high=0.2, addressees=("duty-officer",),
            ),
            f"warning:mass-casualty/XEX.{index}/2023-06-30", issued, author, source="rules",
        )
        for index in range(number)
    ]  # fmt: skip


def _tocsin(home: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tocsin", *words],
        env=os.environ | {"TOCSIN_HOME": str(home)},
        check=True,
        capture_output=True,
    )
