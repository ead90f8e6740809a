"""Who may know: one decision, and what policy's filter adds to an as-of question of the store.

`TOCSIN_BENCH_STATEMENTS` sets the size of the store (default: 100,000; the promise is for
1,000,000). Its statements are released to 1,000 groups; the reader belongs to all of them, once
wholly and once each from its own day of joining, so that every question has the same answer with
and without the filter. Rows are written in bulk, without seals: only reading is measured.
"""

import os
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from benchmarks.figure import Figure, timed
from benchmarks.ledger import postgresql
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.bulk import write_rows
from tocsin.ledger.canonical import canonical
from tocsin.ledger.engine import writing
from tocsin.ledger.identity import uuid7
from tocsin.ledger.reading import StoreView
from tocsin.ledger.rows import Row
from tocsin.ledger.schema import MARKINGS, RELEASES
from tocsin.policy import AllOf, Facts, Marking, Reader, Span, decision, facts_of
from tocsin.policy.readers import Need
from tocsin.tables.kinds import Figure as Said
from tocsin.tables.kinds import Words
from tocsin.tables.statements import Statement
from tocsin.tables.when import micros

SIZE = int(os.environ.get("TOCSIN_BENCH_STATEMENTS", "100000"))
GROUPS = 1000
OF_A_SUBJECT = 100
QUESTIONS = 60
ROUNDS = 5
FIRST = datetime(2014, 1, 1, tzinfo=UTC)
EVERYTHING = AllOf(())  # asks nothing


def measure() -> list[Figure]:
    """Microseconds a decision; per cent that the filter adds, on both databases."""
    figures = _decided()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        figures += _filtered("SQLite", Path(folder) / "ledger.db")
    with postgresql() as address:
        figures += _filtered("PostgreSQL", address)
    return figures


def readers() -> dict[str, Reader]:
    """A member of every group, a member from a day of its own, and one that is limited."""
    names = frozenset(f"north/g-{number}" for number in range(GROUPS))
    spans = frozenset(
        Span(f"north/g-{number}", micros(FIRST - timedelta(days=number + 1)), 2**62)
        for number in range(GROUPS)
    )
    needs = frozenset({Need("AMBER", kinds=frozenset({"figure"}), areas=frozenset({"ZED"}))})
    many = frozenset(
        Need(
            "AMBER",
            kinds=frozenset({"figure", f"kind_{rule}"}),
            subjects=frozenset({f"actor:x-{rule}-{number}*" for number in range(50)}),
            areas=frozenset({"ZED", *(f"ZED.r-{number}" for number in range(300))}),
            records=frozenset({f"record-{rule}-{number}" for number in range(300)}),
        )
        for rule in range(4)
    )
    return {
        "1,000 groups": Reader("partner", "analyst", names),
        "1,000 groups, each from its own day": Reader("partner", "analyst", spans=spans),
        "need-to-know in one organisation": Reader("north", "analyst", names, needs=needs),
        "four rules of need-to-know, 300 areas": Reader("north", "analyst", names, needs=many),
    }


def _asked_of_stores() -> dict[str, Reader]:
    return {name: one for name, one in readers().items() if not name.startswith("four")}


def _decided() -> list[Figure]:
    records = [facts_of(_statement(number)) for number in range(500)]
    # Nothing that releases it; for who is limited inside the house, an area that is not theirs.
    hidden = [
        one._replace(marking=Marking("north", "AMBER"), areas=("YYY.far.away",)) for one in records
    ]
    figures = []
    for name, reader in readers().items():
        decide = decision(reader)
        for what, asked in (("shown", records), ("hidden", hidden)):
            least, middle, most = timed(lambda: _each(decide, asked), runs=20)  # noqa: B023
            of_one = [1e6 * seconds / len(asked) for seconds in (least, middle, most)]
            figures.append(
                Figure(
                    f"a decision, compiled: {name}, a record that is {what}",
                    f"{of_one[1]:.2f} µs ({of_one[0]:.2f} to {of_one[2]:.2f})",
                    "5 µs",
                    met=of_one[1] < 5,
                )
            )
    return figures


def _each(decide: object, records: list[Facts]) -> None:
    for one in records:
        decide(one)  # type: ignore[operator]


def _filtered(name: str, where: str | Path) -> list[Figure]:
    ledger = Ledger(where, "own", Signer(b"\x05" * 32))
    start = time.perf_counter()
    _fill(ledger)
    built = time.perf_counter() - start
    what = f"{name}, {SIZE:,} statements"
    figures = [Figure(f"{what}: built in bulk, no seals", f"{SIZE / built:,.0f}/s", "")]
    for kind, reader in _asked_of_stores().items():
        without, within, added = _compared(ledger, reader)
        figures.append(
            Figure(
                f"{what}: a subject of {OF_A_SUBJECT} as of a day, {kind}",
                f"{added[1]:+.0f} % ({added[0]:+.0f} to {added[2]:+.0f}): {within:.2f} ms",
                "+30 %",
                f"the same question without policy: {without:.2f} ms",
                met=added[1] <= 30,
            )
        )
    ledger.close()
    return figures


def _compared(ledger: Ledger, reader: Reader) -> tuple[float, float, tuple[float, float, float]]:
    """Milliseconds without and with the filter (medians), and the per cent added, by round."""
    bare, full = [], []
    for number in range(ROUNDS + 1):
        without, within = _ask(ledger, reader, number)
        if number:  # the first round fills the caches of both
            bare.append(without)
            full.append(within)
    each = sorted(100 * (b / a - 1) for a, b in zip(bare, full, strict=True))
    return (
        statistics.median(bare),
        statistics.median(full),
        (each[0], statistics.median(each), each[-1]),
    )


def _ask(ledger: Ledger, reader: Reader, turn: int) -> tuple[float, float]:
    """Median milliseconds of the same questions, asked in turn without and with the filter."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    for number in range(QUESTIONS):
        subject = f"figure:zed:{(7919 * number + turn) % (SIZE // OF_A_SUBJECT)}"
        as_of = date(2014, 6, 1) + timedelta(days=40 * number)
        counts = set()
        for filtered in (number % 2 == 0, number % 2 == 1):
            view = ledger.view(reader, as_of)
            if not filtered:
                _without_policy(view)
            start = time.perf_counter()
            counts.add(len(view.statements(subject=subject)))
            taken[filtered].append(1000 * (time.perf_counter() - start))
        assert len(counts) == 1, counts
    return statistics.median(taken[False]), statistics.median(taken[True])


def _without_policy(view: StoreView) -> None:
    view._policy = EVERYTHING


def _statement(number: int) -> Statement:
    known = FIRST + timedelta(hours=number % 100_000)
    return Statement(
        id=uuid7(micros(known) // 1000, number.to_bytes(10, "big")),
        kind="figure",
        subject=f"figure:zed:{number % max(1, SIZE // OF_A_SUBJECT)}",
        known_at=known.strftime("%Y-%m-%dT%H:%MZ"),
        source="Bulletin de la vallée",
        origin="north",
        author="analyst",
        tlp="AMBER",
        rel_to=(f"group:north/g-{number % GROUPS}",),
        body=Said(
            quantity="displaced",
            title=Words(fr="Personnes déplacées", en="Displaced people"),
            unit="persons",
            value=number,
            place="ZED",
        ),
    )


def _fill(ledger: Ledger) -> None:
    engine = ledger.engine
    with writing(engine) as connection:
        for number in range(GROUPS):
            name = f"group:north/g-{number}"
            connection.execute(
                insert(MARKINGS).values(
                    id=number + 1, origin="north", tlp="AMBER", pap="AMBER", rel_to=name,
                    caveats="", understood=True,
                )
            )  # fmt: skip
            connection.execute(insert(RELEASES).values(marking=number + 1, name=name))
    made = _statement(0)
    pattern = canonical(made)
    for start in range(0, SIZE, 20_000):
        rows = [_row(pattern, made, number) for number in range(start, min(SIZE, start + 20_000))]
        with writing(engine) as connection:
            write_rows(connection, rows)
    if engine.dialect.name == "postgresql":  # as its autovacuum does; SQLite is never told to
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()


def _row(pattern: bytes, made: Statement, number: int) -> Row:
    """A row whose content is the pattern's with its own id, subject and day: no encoding anew."""
    known = FIRST + timedelta(hours=number % 100_000)
    name = uuid7(micros(known) // 1000, number.to_bytes(10, "big"))
    subject = f"figure:zed:{number % max(1, SIZE // OF_A_SUBJECT)}"
    content = (
        pattern.replace(made.id.encode(), name.encode())
        .replace(made.subject.encode() + b'"', subject.encode() + b'"')
        .replace(made.known_at.encode(), known.strftime("%Y-%m-%dT%H:%MZ").encode())
    )
    leaf = number.to_bytes(32, "big")
    return Row(
        seq=number, id=name, kind="figure", subject=subject, known=micros(known), valid_from=None,
        valid_to=None, recorded=micros(FIRST), marking=number % GROUPS + 1, replaces=None,
        derived_from="", hash=leaf, signature="", leaf=leaf, folded="personnes deplacees",
        content=content, areas="\nZED\n",
    )  # fmt: skip
