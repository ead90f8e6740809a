"""Policy's predicate as SQL: the store shows what the pure function allows, and nothing else.

Policy is decided once for each marking (`Rights`), so that a reader of a thousand groups does not
make a query of a thousand parts: the query holds one text of flags, a byte for each marking.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import count
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import TypeEngine, UserDefinedType

from tocsin.ledger.schema import MARKINGS
from tocsin.policy import (
    About,
    AllOf,
    Among,
    LiesIn,
    Marking,
    Never,
    OfKind,
    Predicate,
)
from tocsin.policy.settling import ByMarking, Part, Times, parted, timer_of

_AFTER_ALL = "\U0010ffff"
_FEW = 8
_OPEN = b"\x01"
_NEVER = (2**63 - 1, -(2**63))


class Rights:
    """What the markings of one store give each reader; read anew when a marking is added.

    Markings are only ever added, one writer at a time, so that the highest id tells whether
    there are new ones. `refresh` is called in the transaction of the question itself: every
    marking that the question can meet has been decided.
    """

    def __init__(self) -> None:
        self._markings: list[tuple[int, Marking]] = []
        # As long as some query of theirs is remembered (`as_sql`).
        self._settled: WeakValueDictionary[ByMarking, Settled] = WeakValueDictionary()
        self._lock = Lock()

    def settled(self, part: ByMarking) -> "Settled":
        """What a part of a rule says of each marking."""
        with self._lock:
            found = self._settled.get(part) or Settled(part)
            self._settled[part] = found
            found.decide(self._markings)
            return found

    def refresh(self, connection: Connection) -> None:
        """Decide on markings that came since; those of this transaction are the newest."""
        last = self._markings[-1][0] if self._markings else -1
        # Asked with every question: past the query builder, which takes longer than the answer.
        newest = connection.exec_driver_sql("SELECT max(id) FROM markings").scalar()
        if newest is None or newest <= last:
            return
        columns = MARKINGS.c
        query = select(columns.id, columns.origin, columns.tlp, columns.rel_to, columns.caveats)
        rows = connection.execute(query.where(columns.id > last).order_by(columns.id)).all()
        with self._lock:
            last = self._markings[-1][0] if self._markings else -1
            self._markings += [
                (row.id, Marking(row.origin, row.tlp, "", _names(row.rel_to), _names(row.caveats)))
                for row in rows
                if row.id > last
            ]
            for one in list(self._settled.values()):
                one.decide(self._markings)


_RIGHTS: WeakKeyDictionary[Engine, Rights] = WeakKeyDictionary()


def rights_of(engine: Engine) -> Rights:
    """The rights of a store that this process has opened."""
    return _RIGHTS.setdefault(engine, Rights())


class Settled:
    """One part of a rule, decided for each marking, and as the query asks for it."""

    def __init__(self, part: ByMarking):
        self.number = next(_NUMBERS)
        self.is_timed = part.is_timed
        self._timer = timer_of(part.predicate)
        self._decided = 0
        self._times: list[Times] = []  # by the marking's id
        self.flags = b""
        self.told: dict[str, BindParameter[Any]] = {}
        self._arrays: dict[str, str] = {}
        _SETTLED[self.number] = self

    def decide(self, markings: Sequence[tuple[int, Marking]]) -> None:
        """Decide on what has been added to `markings`."""
        if self._decided == len(markings):
            return
        for number, marking in markings[self._decided :]:
            self._times += [()] * (number + 1 - len(self._times))
            self._times[number] = self._timer(marking)
        self._decided = len(markings)
        self.flags = b"".join(_OPEN if times else b"\x00" for times in self._times)
        self._arrays = {}

    def holds(self, marking: int, known: int) -> bool:
        """Whether a record of a marking that became known then satisfies the part."""
        times = self._times[marking] if 0 <= marking < len(self._times) else ()
        at = bisect_right(times, (known, 2**63)) - 1
        return at >= 0 and known <= times[at][1]

    def array(self, name: str) -> str:
        """What PostgreSQL is told of the times, as an array of numbers.

        `first` and `last` hold the first window of each marking; the few that have more of them
        have the rest in `marking`, `from` and `until`.
        """
        arrays = self._arrays
        if not arrays:
            arrays = {key: _array(each) for key, each in self._numbers().items()}
            self._arrays = arrays
        return arrays[name]

    def _numbers(self) -> dict[str, Sequence[int]]:
        firsts = [times[0] if times else _NEVER for times in self._times]
        more = [
            (number, *window) for number, times in enumerate(self._times) for window in times[1:]
        ]
        return {
            "first": [one[0] for one in firsts],
            "last": [one[1] for one in firsts],
            "marking": [one[0] for one in more],
            "from": [one[1] for one in more],
            "until": [one[2] for one in more],
        }


_NUMBERS = count(1)
_SETTLED: WeakValueDictionary[int, Settled] = WeakValueDictionary()


def know_markings(connection: Any) -> None:
    """Teach a SQLite connection the function that timed queries of `as_sql` call."""
    connection.create_function("known_within", 3, _is_known_within, deterministic=True)


def _is_known_within(number: int, marking: int, known: int) -> bool:
    return _SETTLED[number].holds(marking, known)


class Rule(ColumnElement[bool]):
    """A part of a query that the query builder takes as one, however much it holds.

    To walk through its parts anew for every question takes longer than to answer it.
    """

    inherit_cache = False
    type = Boolean()

    def __init__(self, inner: ColumnElement[bool]):
        self.inner = inner
        self.number = next(_NUMBERS)

    def _gen_cache_key(self, anon_map: Any, bindparams: Any) -> tuple[Any, ...]:  # noqa: ARG002
        return (Rule, self.number)


@compiles(Rule)
def _inner_sql(rule: Rule, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(rule.inner, **kw)})"


@lru_cache(maxsize=1024)
def as_sql(
    predicate: Predicate,
    statements: FromClause,
    marking: ColumnElement[int],
    rights: Rights,
    dialect: str = "sqlite",
) -> Rule:
    """`predicate` over a (possibly aliased) table of statements; `marking` is the one asked about.

    Before the query runs, in the same transaction, `rights` are refreshed.
    """
    return Rule(_as_sql(predicate, statements, marking, rights, dialect))


def _as_sql(  # noqa: PLR0911 (one line a part)
    predicate: Part,
    statements: FromClause,
    marking: ColumnElement[int],
    rights: Rights,
    dialect: str,
) -> ColumnElement[bool]:
    match predicate:
        case ByMarking():
            return _by_marking(rights.settled(predicate), marking, statements.c.known, dialect)
        case Among(ids):
            return _is_one_of(statements.c.id, ids)
        case OfKind(kinds):
            return _is_one_of(statements.c.kind, kinds)
        case About(subjects):
            about = (_is_about(one, statements) for one in sorted(subjects))
            return or_(_is_purged(statements), *about)
        case LiesIn(areas):
            lies = (_lies_in(one, statements, dialect) for one in sorted(areas))
            return or_(_is_purged(statements), *lies)
        case Never():
            return false()
        case _:
            joined, parts = parted(predicate)
            each = [_as_sql(one, statements, marking, rights, dialect) for one in parts]
            return and_(true(), *each) if joined is AllOf else or_(false(), *each)


def _by_marking(
    settled: Settled, marking: ColumnElement[int], known: ColumnElement[int], dialect: str
) -> ColumnElement[bool]:
    # What a query is told is asked for when it runs, after the rights were refreshed.
    if not settled.is_timed:
        flags = _told(settled, "flags", lambda: settled.flags, LargeBinary())
        is_open = func.substr(flags, marking + 1, 1, type_=LargeBinary())
        return is_open >= literal(_OPEN, LargeBinary())
    if dialect != "postgresql":
        number = _told(settled, "number", lambda: settled.number, BigInteger())
        return func.known_within(number, marking, known, type_=Boolean())

    def array(name: str) -> ColumnElement[Any]:
        told = _told(settled, name, partial(settled.array, name), _AsWritten())
        return Grouping(cast(told, ARRAY(BigInteger)))

    more = func.unnest(array("marking"), array("from"), array("until"))
    rest = more.table_valued("marking", "first", "last", name="more").render_derived()
    in_the_rest = (rest.c.marking == marking, known >= rest.c.first, known <= rest.c.last)
    return or_(
        and_(known >= array("first")[marking + 1], known <= array("last")[marking + 1]),
        exists(select(1).select_from(rest).where(*in_the_rest).correlate_except(rest)),
    )


def _told(
    settled: Settled, name: str, value: Callable[[], Any], kind: TypeEngine[Any]
) -> ColumnElement[Any]:
    """A parameter of the query, the same one wherever the query asks."""
    if name not in settled.told:
        settled.told[name] = bindparam(
            f"{name}_{settled.number}", callable_=value, type_=kind, required=False
        )
    return settled.told[name]


class _AsWritten(UserDefinedType[str]):
    """Text that the database reads as what it is cast to, once, when the query is told it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "TEXT"


def _array(numbers: Sequence[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split("\n")) if text else frozenset()


def _is_one_of(column: ColumnElement[str], values: frozenset[str]) -> ColumnElement[bool]:
    """A few values are written out: a list is unfolded anew whenever the query runs."""
    if len(values) <= _FEW:
        return or_(false(), *(column == one for one in sorted(values)))
    return column.in_(sorted(values))


def _is_purged(statements: FromClause) -> ColumnElement[bool]:
    """What was purged is never shown, but it still corrects what it corrected."""
    return statements.c.content.is_(None)


def _is_about(subject: str, statements: FromClause) -> ColumnElement[bool]:
    if not subject.endswith("*"):
        return statements.c.subject == subject
    start = subject[:-1]
    return and_(statements.c.subject >= start, statements.c.subject < start + _AFTER_ALL)


def _lies_in(area: str, statements: FromClause, dialect: str) -> ColumnElement[bool]:
    """An area is written between two line ends, so that a part of a name is no name."""
    find = func.strpos if dialect == "postgresql" else func.instr
    said = statements.c.areas
    return or_(find(said, f"\n{area}\n") > 0, find(said, f"\n{area}.") > 0)
