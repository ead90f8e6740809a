"""An invented country, Hadaria, with counts and statements that a test writes by hand."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tocsin.ledger import Ledger, Signer
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import Alert
from tocsin.tables.months import last_known_month
from tocsin.tables.statements import Statement
from tocsin.warning.counts import Counts
from tocsin.warning.evidence import Evidence
from tocsin.warning.steps import Author, statement_of

HERE, NEXT, FAR = "XEX.aber", "XEX.brin", "XEX.cole"
ANALYST = Author("cell", "analyst")


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def counts_of(
    rows: dict[str, Sequence[float]], last: int, level: str = "admin1", touching: bool = True
) -> Counts:
    """Counts whose last column is month `last`; NaN is unknown."""
    values = np.array(list(rows.values()), float)
    units = tuple(rows)
    near = {HERE: [NEXT], NEXT: [HERE, FAR], FAR: [NEXT]} if touching else {}
    return Counts(
        level, "ged_all", units, last - values.shape[1] + 1, values, ("src/1-abc",),
        np.where(np.isnan(values), -1, 0).astype(np.int16), np.zeros(values.shape, bool), near,
    )  # fmt: skip


def evidence_of(
    clock: datetime,
    rows: dict[str, Sequence[float]] | None = None,
    statements: Sequence[Statement] = (),
    country: Sequence[float] = (),
    **more: object,
) -> Evidence:
    """Evidence at one clock (the counts end with the last month known then)."""
    last = last_known_month(clock.date())
    counts = {}
    if rows:
        counts["admin1", "ged_all"] = counts_of(rows, last)
        total = country or np.nansum(np.array(list(rows.values()), float), axis=0)
        counts["country", "ged_all"] = counts_of({"XEX": total}, last, "country")
    return Evidence(
        clocks=(clock,), known_month=(last,), counts=counts, statements=statements, **more
    )


_numbers = itertools.count(1)


def alert(
    moment: datetime, area: str = HERE, source: str = "relay-1", **fields: object
) -> Statement:
    """An alert from the field, invented."""
    given = {
        "nature": "prevention",
        "area": area,
        "threat": "attack_on_civilians",
        "text": Words(f"Message {next(_numbers)}", "armed men near the village"),
    }
    body = Alert(**(given | fields))
    return statement_of(body, f"alert:{area}", moment, ANALYST, source=source)


class Clock:
    """The ledger's own clock: follows the simulated time."""

    def __init__(self) -> None:
        self.now = at("2020-02-13T00:00")

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_ledger(tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], Ledger]]:
    """Makes ledgers of the invented organisation `cell`, each in its own file."""
    opened: list[Ledger] = []

    def make(name: str) -> Ledger:
        opened.append(Ledger(tmp_path / f"{name}.db", "cell", Signer(b"\x08" * 32), clock=clock))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def ledger(new_ledger: Callable[[str], Ledger]) -> Ledger:
    return new_ledger("ledger")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
