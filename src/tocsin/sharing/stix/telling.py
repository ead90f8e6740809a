"""A statement in words, for programs that know nothing of its kind: one line a field."""

from typing import Any

import msgspec

from tocsin.language.text import Lang
from tocsin.tables.bodies import Words
from tocsin.tables.statements import Statement

LONGEST = 20_000
_TITLES = ("title", "name", "text", "place", "reason", "note")


def headline(one: Statement, lang: Lang) -> str:
    """The words that name a statement, or its subject."""
    for name in _TITLES:
        value = getattr(one.body, name, None)
        said = value.in_(lang) if isinstance(value, Words) else value
        if isinstance(said, str) and said.strip():
            return said[:200]
    return one.subject


def content(one: Statement, lang: Lang) -> str:
    """Every field of the body that says something, one a line."""
    lines = [f"{one.kind} · {one.subject}"]
    for field in one.body.__struct_fields__:
        if said := _said(getattr(one.body, field), lang):
            lines.append(f"{field}: {said}")
    lines.append(f"source: {one.source} ({one.reliability}{one.credibility})")
    return "\n".join(lines)[:LONGEST]


def languages(one: Statement) -> tuple[Lang, ...]:
    """The languages in which its words are given, English first."""
    words = [getattr(one.body, name) for name in one.body.__struct_fields__]
    given = [word for word in words if isinstance(word, Words)]
    spoken: list[Lang] = []
    if any(word.en for word in given):
        spoken.append("en")
    if any(word.fr for word in given):
        spoken.append("fr")
    return tuple(spoken)


def _said(value: Any, lang: Lang) -> str:
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, Words):
        return value.in_(lang)
    if isinstance(value, tuple):
        return "; ".join(part for part in (_said(one, lang) for one in value) if part)
    if isinstance(value, msgspec.Struct):
        parts = ((name, _said(getattr(value, name), lang)) for name in value.__struct_fields__)
        return ", ".join(f"{name} {said}" for name, said in parts if said)
    return str(value)
