"""What stands behind a line of an answer: the statement, its source, its grade, its dates."""

import msgspec

from tocsin.tables.statements import Statement


class Cited(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A statement as a reader opens it: nothing of its body, everything about its word."""

    statement: str
    source: str
    grade: str  # Admiralty: reliability A-F and credibility 1-6, side by side and never multiplied
    known_at: str
    valid_from: str | None = None
    valid_to: str | None = None


def cite(statement: Statement) -> Cited:
    """The citation of a statement."""
    return Cited(
        statement=statement.id,
        source=statement.source,
        grade=f"{statement.reliability}{statement.credibility}",
        known_at=statement.known_at,
        valid_from=statement.valid_from,
        valid_to=statement.valid_to,
    )
