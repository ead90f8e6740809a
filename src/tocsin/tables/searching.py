"""What full-text search looks in: every text of a statement, and nothing about other statements."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tocsin.tables.statements import Statement


def searchable(statement: Statement) -> str:
    """Subject, source and every text of the body, one a line (not yet folded)."""
    texts = [statement.subject, statement.source, *_texts(msgspec.to_builtins(statement.body))]
    return "\n".join(texts).replace("\x00", " ")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
