"""Policy's predicate as SQL: the store shows what the pure function allows, and nothing else."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.sql.selectable import FromClause

from tocsin.ledger.schema import RELEASES
from tocsin.policy import AllOf, AnyOf, Is, Never, Predicate, ReleasedTo


def as_sql(predicate: Predicate, markings: FromClause) -> ColumnElement[bool]:
    """`predicate` over a (possibly aliased) markings table."""
    match predicate:
        case Is("understood", values):
            return markings.c.understood.is_(True) if True in values else false()
        case Is(field, values):
            return markings.c[field].in_(sorted(str(value) for value in values))
        case ReleasedTo(names):
            released = RELEASES.alias()
            return exists(
                select(1).where(
                    released.c.marking == markings.c.id, released.c.name.in_(sorted(names))
                )
            )
        case AllOf(parts):
            return and_(*(as_sql(part, markings) for part in parts))
        case AnyOf(parts):
            return or_(*(as_sql(part, markings) for part in parts))
        case Never():
            return false()
