"""What full-text search looks in: every text of a statement, and nothing about other statements."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tocsin.tables.statements import Statement


def searchable(statement: Statement) -> str:
    """Subject, source and every text of the body, one a line (not yet folded)."""
    texts = [statement.subject, statement.source]
    _gather(msgspec.to_builtins(statement.body).values(), texts)
    return "\n".join(texts).replace("\x00", " ")


def _gather(values: Iterable[Any], texts: list[str]) -> None:
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            _gather(value.values(), texts)
        elif isinstance(value, list | tuple):
            _gather(value, texts)
