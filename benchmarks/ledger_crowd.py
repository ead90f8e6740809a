"""Ten writers and twenty readers of one ledger for a minute, on both databases, a process each.

Nothing that was acknowledged may be lost or be there twice, no reader may see half of a batch or
fewer statements than before, and nobody may be shown an error. `TOCSIN_BENCH_SECONDS` sets how
long (default: 60).
"""

import os
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.ledger import SECRET, postgresql, statement
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader

SECONDS = float(os.environ.get("TOCSIN_BENCH_SECONDS", "60"))
BATCH = 25
_BREATH = 0.05  # seconds between two acts of one of them
_BETWEEN_COUNTS = 20  # a reader counts the whole store once in so many questions
_PATIENCE = 600  # seconds that slow machines are given to start everybody


@dataclass
class Told:
    """What one writer or reader did: how long each act took, and what went wrong."""

    name: str
    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Crowd:
    """How it went: what everybody told, and what the ledger holds afterwards."""

    writers: list[Told]
    readers: list[Told]
    wrong: list[str]

    @property
    def statements(self) -> int:
        """Statements that were acknowledged."""
        return BATCH * sum(len(writer.took) for writer in self.writers)


def measure() -> list[Figure]:
    """Errors, losses and doubles (all promised to be none), and how long people waited."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        figures = _told("SQLite", crowd(Path(folder) / "ledger.db", Path(folder)))
    with tempfile.TemporaryDirectory() as folder, postgresql() as address:
        figures += _told("PostgreSQL", crowd(address, Path(folder)))
    return figures


def crowd(
    where: str | Path, folder: Path, seconds: float = SECONDS, writers: int = 10, readers: int = 20
) -> Crowd:
    """Let everybody loose on one ledger for `seconds`, then look at what is there."""
    witness = folder / "witness.json"
    ledger = Ledger(where, "cell", Signer(SECRET), witness)
    ledger.append([statement(0, "first:0")])
    context = get_context("spawn")
    names = [f"w{number}" for number in range(writers)]
    begin, answers = context.Barrier(writers + readers + 1), context.Queue()
    common = (begin, answers, where, seconds)
    people = [
        *(context.Process(target=_write, args=(*common, witness, name)) for name in names),
        *(context.Process(target=_read, args=(*common, f"r{n}", names)) for n in range(readers)),
    ]
    for person in people:
        person.start()
    begin.wait(_PATIENCE)
    told = [answers.get(timeout=seconds + _PATIENCE) for _ in people]
    for person in people:
        person.join()
    told.sort(key=lambda one: one.name)
    wrote = [one for one in told if one.name in names]
    read = [one for one in told if one.name not in names]
    wrong = [f"{one.name}: {said}" for one in told for said in one.wrong]
    wrong += _look(ledger, wrote)
    ledger.close()
    return Crowd(wrote, read, wrong)


def _write(begin: Any, answers: Any, where: str | Path, seconds: float, *rest: Any) -> None:
    witness, name = rest
    told = Told(name)
    try:
        ledger = Ledger(where, "cell", Signer(SECRET), witness)
        ledger.head()
        begin.wait(_PATIENCE)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            subject = f"{name}:{len(told.took)}"
            batch = [statement(value, subject) for value in range(BATCH)]
            start = time.monotonic()
            ledger.append(batch)
            told.took.append(time.monotonic() - start)
            time.sleep(_BREATH)
        ledger.close()
    except Exception as error:  # whatever it is, it is an error that a user would see
        told.wrong.append(repr(error))
    answers.put(told)


def _read(begin: Any, answers: Any, where: str | Path, seconds: float, *rest: Any) -> None:
    name, writers = rest
    told = Told(name)
    try:
        ledger = Ledger(where, "cell")
        view = ledger.view(Reader("cell"))
        known = view.count()
        begin.wait(_PATIENCE)
        until, asked, batches = time.monotonic() + seconds, int(name[1:]), Counter[str]()
        while time.monotonic() < until:
            asked += 1
            start = time.monotonic()
            if asked % _BETWEEN_COUNTS == 0:
                count = view.count()
                if count < known or count % BATCH != 1:
                    told.wrong.append(f"counted {count} after {known}")
                known = count
            else:
                writer = writers[asked % len(writers)]
                found = view.statements(subject=f"{writer}:{batches[writer]}")
                if found and sorted(one.body.value for one in found) != list(range(BATCH)):
                    told.wrong.append(f"saw {len(found)} of a batch of {BATCH}")
                batches[writer] += bool(found)
            told.took.append(time.monotonic() - start)
            time.sleep(_BREATH)
        ledger.close()
    except Exception as error:
        told.wrong.append(repr(error))
    answers.put(told)


def _look(ledger: Ledger, writers: list[Told]) -> list[str]:
    """What the ledger lacks of what was acknowledged, or holds beyond it."""
    wanted = Counter({("first:0", 0): 1})
    for writer in writers:
        for batch in range(len(writer.took)):
            wanted.update((f"{writer.name}:{batch}", value) for value in range(BATCH))
    there = Counter(
        (one.subject, one.body.value) for one in ledger.view(Reader("cell")).each("figure")
    )
    wrong = [f"lost: {(wanted - there).total()}"] if wanted - there else []
    wrong += [f"doubled or never acknowledged: {(there - wanted).total()}"] * bool(there - wanted)
    if not verify(ledger).is_sound:
        wrong.append("the log is not sound")
    return wrong


def _told(name: str, seen: Crowd) -> list[Figure]:
    wrote = [1000 * took for one in seen.writers for took in one.took]
    read = [1000 * took for one in seen.readers for took in one.took]
    what = f"{name}, {len(seen.writers)} writers, {len(seen.readers)} readers, {SECONDS:.0f} s"
    return [
        Figure(
            f"{what}: errors, losses, doubles",
            "; ".join(seen.wrong[:5]) or f"none in {seen.statements:,} statements",
            "none",
            met=not seen.wrong,
        ),
        Figure(f"{what}: {len(wrote):,} batches of {BATCH} written", _waits(wrote), ""),
        Figure(f"{what}: {len(read):,} questions answered", _waits(read), ""),
    ]


def _waits(milliseconds: list[float]) -> str:
    parts = statistics.quantiles(milliseconds, n=100)
    worst = max(milliseconds)
    return f"median {parts[49]:,.0f} ms, p95 {parts[94]:,.0f} ms, longest {worst:,.0f} ms"
