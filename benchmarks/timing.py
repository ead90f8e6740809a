"""Whether the time of an answer tells a hidden record from one that is not there.

A store of 20,000 statements (`TOCSIN_BENCH_STATEMENTS`); a reader who may see half of it. The same
questions are put in turn for a hidden id and for one that nobody wrote, in random order, and the
two lots of times are compared by rank (Mann and Whitney's U as a share: 0.5 is no difference; what
a coin gives is said beside it). The last column is how often somebody who asks once, and knows the
median, would guess right. A person who may ask a million times over a quiet wire learns more than
one who asks once: the figure says how much a single answer tells.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.figure import Figure
from tocsin.errors import TocsinError
from tocsin.ledger.identity import uuid7

SIZE = int(os.environ.get("TOCSIN_BENCH_STATEMENTS", "20000"))
TURNS = int(os.environ.get("TOCSIN_BENCH_TURNS", "400"))
OWN, READER = "node-x", "south:analyst"
NEAR = 0.10  # of a share: what one answer may tell and still count as nothing


def measure() -> list[Figure]:
    """For each question: share of pairs in which the hidden one took longer, and what it means."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["TOCSIN_HOME"] = folder
        hidden = _filled(Path(folder))
        return [_compared(name, ask, hidden) for name, ask in _questions().items()]


def _filled(home: Path) -> list[str]:
    """A store of which the reader may see every other statement; ids of what is hidden."""
    from tocsin.lake.node import name_node
    from tocsin.tables.kinds import Figure as Said
    from tocsin.tables.kinds import Words
    from tocsin.tables.statements import Statement
    from tocsin.workflow.record_keeping import open_ledger

    name_node(home, OWN)
    statements = [
        Statement(
            id=_id(number), kind="figure", subject=f"figure:s-{number % 500}", origin=OWN,
            known_at="2023-07-01", source="an invented source", author="analyst", tlp="AMBER",
            rel_to=("south",) if number % 2 else (),
            body=Said(
                quantity="displaced", title=Words(fr=f"inventé {number}", en=f"invented {number}"),
                unit="persons", value=number,
            ),
        )
        for number in range(SIZE)
    ]  # fmt: skip
    open_ledger(to_write=True).append(statements)
    return [one.id for one in statements if not one.rel_to]


def _id(number: int) -> str:
    dice = random.Random(number)
    return uuid7(dice.getrandbits(40), dice.randbytes(10))


def _questions() -> dict[str, Callable[[str], object]]:
    from tocsin.workflow import record_keeping, releasing

    view = record_keeping.view(READER)

    def whole(name: str) -> object:
        return view.statement(name)

    def end(name: str) -> object:
        return view.named(name[-12:])

    def preview(name: str) -> object:
        return releasing.preview(name, READER)

    def search(name: str) -> object:
        return view.statements(text=name, limit=5)

    def feed(name: str) -> object:
        from tocsin.sharing.feeds import Asked
        from tocsin.sharing.stix.mapping import object_id
        from tocsin.workflow import feeds

        return feeds.page(READER, Asked(ids=[object_id("figure", name)], versions=["last"]), 5)

    served = _served()

    def page(name: str) -> object:
        return served(f"/s/{name[-12:]}")

    def api(name: str) -> object:
        return served(f"/api/v1/statements/{name}")

    return {
        "one statement by its id": whole,
        "one statement by its last 12 characters": end,
        "a preview, with its opening of the store": preview,
        "a search": search,
        "one object of the TAXII feed": feed,
        "a page of the room, in this process": page,
        "the API, in this process": api,
    }


def _served() -> Callable[[str], object]:
    from litestar.testing import TestClient

    from tocsin.web.app import make_app
    from tocsin.web.limits import Limits
    from tocsin.workflow.letting_in import create_token

    token, _ = create_token(role="analyst", org="south")
    client = TestClient(make_app(Limits(by_token=None, by_address=None, by_tries=None)))
    client.__enter__()
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    return lambda path: client.get(path, headers=headers).content


def _compared(name: str, ask: Callable[[str], object], hidden: list[str]) -> Figure:
    dice = random.Random(name)
    turns = TURNS if "page" not in name and "API" not in name else TURNS // 2
    asked = [(True, dice.choice(hidden)) for _ in range(turns)]
    asked += [(False, _id(SIZE + 1 + dice.getrandbits(40))) for _ in range(turns)]
    dice.shuffle(asked)
    for _, one in asked[:20]:  # nothing of the first times counts
        _time_of(ask, one)
    times: dict[bool, list[float]] = {True: [], False: []}
    for is_hidden, one in asked:
        times[is_hidden].append(_time_of(ask, one))
    share, right = _by_rank(times[True], times[False])
    chance = 1.96 * ((2 * turns + 1) / (12 * turns * turns)) ** 0.5
    medians = [1e3 * statistics.median(times[which]) for which in (True, False)]
    return Figure(
        what=f"{name}: hidden longer than not there",
        value=f"{share:.3f} of pairs (a coin: 0.5 ± {chance:.3f}); medians {medians[0]:.3f} and "
        f"{medians[1]:.3f} ms; one answer guesses {100 * right:.0f} % right",
        target=f"within {NEAR} of 0.5",
        met=abs(share - 0.5) <= NEAR,
    )


def _time_of(ask: Callable[[str], object], name: str) -> float:
    start = time.perf_counter()
    with suppress(TocsinError):
        ask(name)
    return time.perf_counter() - start


def _by_rank(one: list[float], other: list[float]) -> tuple[float, float]:
    """The share of pairs in which the first is greater, and how often one time tells which.

    >>> _by_rank([1.0, 2.0], [1.0, 2.0])
    (0.5, 0.5)
    """
    from bisect import bisect_left, bisect_right

    held = sorted(other)
    above = sum((bisect_left(held, each) + bisect_right(held, each)) / 2 for each in one)
    share = above / (len(one) * len(other))
    middle = statistics.median([*one, *other])
    said = sum(each > middle for each in one) / len(one)
    against = sum(each > middle for each in other) / len(other)
    right = (1 + abs(said - against)) / 2
    return share, right
