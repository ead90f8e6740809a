"""What a sequence of statements holds: bodies by type, what holds on a day, what came last."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Generic, NamedTuple, TypeVar

from tocsin.tables.bodies import Body
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, first_moment, last_moment, precision

B = TypeVar("B", bound=Body)


class Entry(NamedTuple, Generic[B]):
    """A statement with its body, typed."""

    statement: Statement
    body: B


def entries(statements: Iterable[Statement], body: type[B]) -> list[Entry[B]]:
    """Every statement whose body is of this type, in the order of the view."""
    return [Entry(one, one.body) for one in statements if isinstance(one.body, body)]


def begins(statement: Statement) -> datetime | None:
    """From when it surely holds: a partial date counts from its last day."""
    if statement.valid_from is None:
        return None
    when = statement.valid_from
    if precision(when) in ("day", "moment"):
        return first_moment(when)
    return last_moment(when).replace(hour=0, minute=0, second=0, microsecond=0)


def holds_on(statement: Statement, on: date) -> bool:
    """Whether a statement holds in the world on a day; a missing bound is open."""
    start = begins(statement)
    if start is not None and start > end_of(on):
        return False
    ends = statement.valid_to
    return ends is None or last_moment(ends) >= datetime(on.year, on.month, on.day, tzinfo=UTC)


def happened_by(statements: Iterable[Statement], on: date) -> list[Statement]:
    """Statements about what had begun by the end of a day, whether or not it has ended since."""
    return [one for one in statements if (start := begins(one)) is None or start <= end_of(on)]


def in_order(found: Iterable[Entry[B]]) -> list[Entry[B]]:
    """By the moment from which each holds, then by the moment it became known."""
    return sorted(found, key=lambda entry: _order(entry.statement))


def latest(found: Sequence[Entry[B]]) -> Entry[B] | None:
    """The one that holds last; of two from the same day, the one that became known later."""
    return in_order(found)[-1] if found else None


def by_subject(found: Iterable[Entry[B]]) -> dict[str, list[Entry[B]]]:
    """Entries of each subject, subjects in alphabetical order."""
    gathered: dict[str, list[Entry[B]]] = {}
    for entry in found:
        gathered.setdefault(entry.statement.subject, []).append(entry)
    return dict(sorted(gathered.items()))


def _order(statement: Statement) -> tuple[datetime, datetime, str]:
    known = last_moment(statement.known_at)
    return (begins(statement) or known, known, statement.id)
