"""Policy's predicate as SQL: the store shows what the pure function allows, and nothing else."""

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.sql.selectable import FromClause

from tocsin.ledger.schema import RELEASES
from tocsin.policy import AllOf, AnyOf, Is, Never, Predicate, ReleasedTo


@lru_cache(maxsize=1024)
def as_sql(predicate: Predicate, markings: FromClause) -> ColumnElement[bool]:
    """`predicate` over a (possibly aliased) markings table."""
    match predicate:
        case Is("understood", values):
            return markings.c.understood.is_(True) if True in values else false()
        case Is(field, values):
            return markings.c[field].in_(sorted(str(value) for value in values))
        case ReleasedTo(names):
            named = RELEASES.c.name.in_(sorted(names))
            return exists(
                select(1).where(RELEASES.c.marking == markings.c.id, named).correlate(markings)
            )
        case AllOf(parts):
            return and_(*(as_sql(part, markings) for part in parts))
        case AnyOf(parts):
            return or_(*(as_sql(part, markings) for part in parts))
        case Never():
            return false()
