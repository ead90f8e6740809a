"""Policy's predicate as SQL: the store shows what the pure function allows, and nothing else."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
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
    predicate: Predicate, markings: FromClause, statements: FromClause = STATEMENTS
) -> ColumnElement[bool]:
    """`predicate` over (possibly aliased) tables of markings and statements."""
    match predicate:
        case Is("understood", values):
            return markings.c.understood.is_(True) if True in values else false()
        case Is(field, values):
            return markings.c[field].in_(sorted(str(value) for value in values))
        case ReleasedTo(names):
            return _released(markings, RELEASES.c.name.in_(sorted(names)))
        case ReleasedWithin(spans):
            return _within(spans, markings, statements)
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
            return and_(*(as_sql(part, markings, statements) for part in parts))
        case AnyOf(parts):
            return or_(*(as_sql(part, markings, statements) for part in parts))
        case Never():
            return false()


def _released(markings: FromClause, *named: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(1).where(RELEASES.c.marking == markings.c.id, *named).correlate(markings))


def _within(
    spans: frozenset[Span], markings: FromClause, statements: FromClause
) -> ColumnElement[bool]:
    """One condition for all groups with the same time."""
    together: dict[tuple[int, int], list[str]] = {}
    for one in sorted(spans):
        together.setdefault((one.first, one.last), []).append(f"group:{one.group}")
    return or_(
        false(),
        *(
            and_(
                statements.c.known.between(first, last),
                _released(markings, RELEASES.c.name.in_(names)),
            )
            for (first, last), names in together.items()
        ),
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
