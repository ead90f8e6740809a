"""Statements picked by where they stand in the log, for indexes that are kept beside the ledger.

An index is derived: it may be thrown away and built again. It is filled from the whole log
(`since`), as the search text of a row is, and answers with places in the log alone. What a reader
gets of them goes through their view (`picked`), so that an index shows nobody anything.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select

from tocsin.ledger.engine import reading
from tocsin.ledger.reading import StoreView
from tocsin.ledger.schema import MARKINGS, PURGES, STATEMENTS
from tocsin.ledger.store import Ledger
from tocsin.policy.visible import part_of_id
from tocsin.tables.statements import Statement, statement_from_json

_T = TypeVar("_T")
_S = STATEMENTS
_AT_ONCE = 400  # names in one question; SQLite takes at least 999
_BATCH = 2000


class Placed(NamedTuple):
    """A statement and its place in the log."""

    seq: int
    statement: Statement


def since(ledger: Ledger, kinds: Sequence[str], seq: int) -> Iterator[list[Placed]]:
    """Statements of some kinds from a place in the log on, purged ones left out, in batches."""
    while True:
        query = (
            select(_S.c.seq, _S.c.content)
            .where(_S.c.kind.in_(sorted(kinds)), _S.c.seq >= seq, _S.c.content.is_not(None))
            .order_by(_S.c.seq)
            .limit(_BATCH)
        )
        with reading(ledger.engine) as connection:
            found = [
                Placed(at, statement_from_json(content))
                for at, content in connection.execute(query)
            ]
        if not found:
            return
        yield found
        seq = found[-1].seq + 1


def standing(ledger: Ledger, ids: Sequence[str]) -> dict[str, Placed]:
    """Where these statements stand, those left out that are not there or were purged."""
    found = {}
    with reading(ledger.engine) as connection:
        for some in _parts(ids):
            query = select(_S.c.id, _S.c.seq, _S.c.content).where(
                _S.c.id.in_(some), _S.c.content.is_not(None)
            )
            for name, seq, content in connection.execute(query):
                found[name] = Placed(seq, statement_from_json(content))
    return found


def origins(ledger: Ledger, ids: Sequence[str]) -> dict[str, str]:
    """Whose statements these are, purged and recalled ones too; those left out that are not there.

    Not for readers: it ignores policy.
    """
    found: dict[str, str] = {}
    with reading(ledger.engine) as connection:
        for some in _parts(ids):
            query = select(_S.c.id, MARKINGS.c.origin).where(
                _S.c.id.in_(some), MARKINGS.c.id == _S.c.marking
            )
            found |= {name: origin for name, origin in connection.execute(query)}  # noqa: C416
    return found


def purges(ledger: Ledger) -> int:
    """How many statements were purged: after each, an index is built again."""
    with reading(ledger.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(PURGES)).scalar_one())


def end_of_log(ledger: Ledger) -> int:
    """The place after the last statement."""
    with reading(ledger.engine) as connection:
        last = connection.execute(select(func.max(_S.c.seq))).scalar()
    return 0 if last is None else int(last) + 1


def hash_at(ledger: Ledger, seq: int) -> str:
    """The hash of the statement at a place; empty if the log does not reach so far."""
    with reading(ledger.engine) as connection:
        found = connection.execute(select(_S.c.hash).where(_S.c.seq == seq)).scalar()
    return "" if found is None else bytes(found).hex()


def picked(view: StoreView, seqs: Sequence[int]) -> list[Statement]:
    """Those at these places that the view shows as current, in no order."""
    found: list[Statement] = []
    for some in _parts(seqs):
        found += view.narrowed(_S.c.seq.in_(some))
    return found


def about(view: StoreView, kind: str | Sequence[str], subjects: Sequence[str]) -> list[Statement]:
    """Current statements of a kind about some subjects, in the order of the view."""
    found: list[Statement] = []
    for some in _parts(subjects):
        found += view.narrowed(_S.c.subject.in_(some), kind=kind)
    found.sort(key=lambda one: (one.known_at, one.id))
    return found


def known_since(view: StoreView, kinds: Sequence[str], moment: int) -> list[Statement]:
    """Current statements of some kinds that became known since, in the order of the view."""
    found = view.narrowed(_S.c.known >= moment, kind=kinds)
    found.sort(key=lambda one: (one.known_at, one.id))
    return found


def lying_in(
    view: StoreView, kinds: Sequence[str], moment: int, area: str, ids: Sequence[str] = ()
) -> list[Statement]:
    """Those of them whose body says that they lie in an area, any for none; and those of `ids`."""
    since = _S.c.known >= moment
    lies = _S.c.areas.contains(f"\n{area}", autoescape=True)
    found = {one.id: one for one in view.narrowed(since, lies, kind=kinds)}
    for some in _parts(ids):
        found |= {one.id: one for one in view.narrowed(since, _S.c.id.in_(some), kind=kinds)}
    return sorted(found.values(), key=lambda one: (one.known_at, one.id))


def called(view: StoreView, name: str, kind: str | Sequence[str]) -> list[Statement]:
    """Up to two current statements whose id begins so, or else ends so: one, if it is enough."""
    part = part_of_id(name)
    if not part:
        return []
    found = view.narrowed(_S.c.id >= part, _S.c.id < part + "~", kind=kind, limit=2)
    return found or view.narrowed(_S.c.id.like(f"%{part}"), kind=kind, limit=2)


def _parts(names: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]
