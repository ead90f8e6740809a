"""Policy's predicate as SQL: the store shows what the pure function allows, and nothing else."""

import itertools
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnClause
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import Text

from tocsin.ledger.schema import RELEASES, STATEMENTS
from tocsin.policy import (
    About,
    AllOf,
    Among,
    AnyOf,
    Is,
    LiesIn,
    Never,
    OfKind,
    Predicate,
    ReleasedTo,
    ReleasedWithin,
    Span,
)
from tocsin.policy.predicate import AREA_FIELDS

_AFTER_ALL = "\U0010ffff"


@lru_cache(maxsize=1024)
def as_sql(  # noqa: PLR0911 (one line a part)
    predicate: Predicate,
    markings: FromClause,
    statements: FromClause = STATEMENTS,
    dialect: str = "sqlite",
) -> ColumnElement[bool]:
    """`predicate` over (possibly aliased) tables of markings and statements.

    A reader of a thousand groups must not make a query of a thousand parts: SQLite is handed the
    groups as a function of this process (`know_groups`), PostgreSQL as one array.
    """
    match predicate:
        case Is("understood", values):
            return markings.c.understood.is_(True) if True in values else false()
        case Is(field, values):
            return markings.c[field].in_(sorted(str(value) for value in values))
        case ReleasedTo(names):
            return _released_to(names, markings, dialect)
        case ReleasedWithin(spans):
            return _within(spans, markings, statements, dialect)
        case Among(ids):
            return statements.c.id.in_(sorted(ids))
        case OfKind(kinds):
            return statements.c.kind.in_(sorted(kinds))
        case About(subjects):
            about = (_is_about(one, statements) for one in sorted(subjects))
            return or_(_is_purged(statements), *about)
        case LiesIn(areas):
            lies = (_lies_in(one, statements) for one in sorted(areas))
            return or_(_is_purged(statements), *lies)
        case AllOf(parts):
            return and_(*(as_sql(part, markings, statements, dialect) for part in parts))
        case AnyOf(parts):
            return or_(*(as_sql(part, markings, statements, dialect) for part in parts))
        case Never():
            return false()


class _Held:
    """What a query hands to SQLite's functions by its number, for as long as the query lives."""

    def __init__(self, windows: dict[str, list[tuple[int, int]]]):
        self.windows = windows
        self.number = next(_NUMBERS)
        _HELD[self.number] = self


_NUMBERS = itertools.count(1)
_HELD: WeakValueDictionary[int, _Held] = WeakValueDictionary()


def know_groups(connection: Any) -> None:
    """Teach a SQLite connection the functions that queries of `as_sql` call."""
    connection.create_function("released_to", 2, _is_released_to, deterministic=True)
    connection.create_function("released_within", 3, _is_released_within, deterministic=True)


def _is_released_to(number: int, rel_to: str) -> bool:
    windows = _HELD[number].windows
    return any(name in windows for name in rel_to.split("\n"))


def _is_released_within(number: int, rel_to: str, known: int) -> bool:
    windows = _HELD[number].windows
    return any(
        first <= known <= last
        for name in rel_to.split("\n")
        for first, last in windows.get(name, ())
    )


def _released_to(names: frozenset[str], markings: FromClause, dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        # Behind `unnest` the planner does not weigh a thousand names one by one, which takes longer
        # than the query; and the subquery, which asks nothing of the row, is run once.
        named = select(func.unnest(_texts(sorted(names)), type_=Text()))
        opened = select(RELEASES.c.marking).where(RELEASES.c.name.in_(named))
        return markings.c.id.in_(opened.correlate(None))
    held = _Held({name: [] for name in names})
    return _holding(func.released_to(held.number, markings.c.rel_to, type_=Boolean()), held)


def _within(
    spans: frozenset[Span], markings: FromClause, statements: FromClause, dialect: str
) -> ColumnElement[bool]:
    windows: dict[str, list[tuple[int, int]]] = {}
    for one in sorted(spans):
        windows.setdefault(f"group:{one.group}", []).append((one.first, one.last))
    known = statements.c.known
    if dialect != "postgresql":
        held = _Held(windows)
        asked = func.released_within(held.number, markings.c.rel_to, known, type_=Boolean())
        return _holding(asked, held)
    return or_(false(), *(_in_layer(layer, markings, known) for layer in _layers(windows)))


def _layers(windows: dict[str, list[tuple[int, int]]]) -> list[dict[str, tuple[int, int]]]:
    """Windows with one for each group in each layer: most groups have but one."""
    most = max((len(held) for held in windows.values()), default=0)
    return [
        {name: held[number] for name, held in windows.items() if number < len(held)}
        for number in range(most)
    ]


def _in_layer(
    layer: dict[str, tuple[int, int]], markings: FromClause, known: ColumnElement[int]
) -> ColumnElement[bool]:
    times = cast(layer, postgresql.JSONB)

    def bound(place: str) -> ColumnElement[int]:
        said = func.jsonb_extract_path_text(times, RELEASES.c.name, place, type_=Text())
        return cast(said, BigInteger)

    return _released(markings, known >= bound("0"), known <= bound("1"))


def _texts(names: list[str]) -> ColumnElement[Any]:
    """One text on its way, not a thousand: the driver writes each element of an array apart."""
    return func.string_to_array("\n".join(names), "\n", type_=postgresql.ARRAY(Text()))


def _holding(element: ColumnElement[bool], held: _Held) -> ColumnElement[bool]:
    element.__dict__["held"] = held  # it lives as long as the query's part does
    return element


def _released(markings: FromClause, *named: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(1).where(RELEASES.c.marking == markings.c.id, *named).correlate_except(RELEASES)
    )


def _is_purged(statements: FromClause) -> ColumnElement[bool]:
    """What was purged is never shown, but it still corrects what it corrected."""
    return statements.c.content.is_(None)


def _is_about(subject: str, statements: FromClause) -> ColumnElement[bool]:
    if not subject.endswith("*"):
        return statements.c.subject == subject
    start = subject[:-1]
    return and_(statements.c.subject >= start, statements.c.subject < start + _AFTER_ALL)


def _lies_in(area: str, statements: FromClause) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    for name in AREA_FIELDS:
        said = func.coalesce(_Said(statements.c.content, name), "")
        parts += [said == area, func.substr(said, 1, len(area) + 1) == f"{area}."]
    return or_(*parts)


class _Said(ColumnClause[str]):
    """What a statement's body says in one field, as text."""

    inherit_cache = False

    def __init__(self, content: ColumnElement[Any], field: str):
        super().__init__(field, Text())
        self.content = content
        self.field = field


@compiles(_Said, "sqlite")
def _said_sqlite(said: _Said, compiler: Any, **kw: Any) -> str:
    content = compiler.process(said.content, **kw)
    return f"json_extract(CAST({content} AS TEXT), '$.body.{said.field}')"


@compiles(_Said, "postgresql")
def _said_postgresql(said: _Said, compiler: Any, **kw: Any) -> str:
    content = compiler.process(said.content, **kw)
    return f"(convert_from({content}, 'UTF8')::jsonb #>> '{{body,{said.field}}}')"
