"""What is wrong with a dossier: file, line, field, and what was probably meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

import msgspec

from tocsin.errors import TableError
from tocsin.tables.kinds import KINDS
from tocsin.tables.statements import Envelope

UNKNOWN_FIELD = re.compile(r"unknown field `(?P<name>[^`]+)`")
_ENUM = re.compile(r"[Ii]nvalid enum value '?(?P<name>[^']+)'?")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place."""

    file: str
    line: int
    field: str
    problem: str  # template in English
    fields: tuple[tuple[str, object], ...] = ()
    suggestion: str = ""

    def error(self) -> TableError:
        """The problem as an error that a person can read."""
        named = dict(self.fields) | {"field": self.field, "suggestion": self.suggestion}
        problem = f"field {{field}}: {self.problem}" if self.field else self.problem
        remedy = "Did you mean {suggestion}?" if self.suggestion else ""
        return TableError(problem, where=f"{self.file}:{self.line}", remedy=remedy, **named)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` was probably meant to be, or nothing.

    >>> nearest("actor:jnmi", ["actor:jnim", "actor:isgs"])
    'actor:jnim'
    """
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def suggestion_for(problem: str, kind: str, path: str) -> str:
    """A correction for what the reader of statements complained about."""
    body = KINDS.get(kind)
    if found := UNKNOWN_FIELD.search(problem):
        owner = body if path.startswith("body") else Envelope
        names = [field.encode_name for field in msgspec.structs.fields(owner)] if owner else []
        return nearest(found["name"], names)
    if path == "kind":
        return nearest(kind, KINDS)
    if found := _ENUM.search(problem):
        owner = body if path.startswith("body") else Envelope
        return nearest(found["name"], words_of(owner, path.removeprefix("body.")))
    return ""


def words_of(owner: type[msgspec.Struct] | None, name: str) -> list[str]:
    """The closed list of a field, if it has one."""
    if owner is None:
        return []
    hints = {field.encode_name: field.type for field in msgspec.structs.fields(owner)}
    return [str(word) for word in _literals(hints.get(name))]


def _literals(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(word for part in get_args(hint) for word in _literals(part))
