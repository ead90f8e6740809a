"""French and English have the same rights: every sentence in the code has its twin."""

import ast
import pkgutil
import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import tocsin
from tocsin import errors
from tocsin.language import french as catalogues
from tocsin.language.text import french

SOURCE = Path(tocsin.__file__).parent
ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.TocsinError)
}
SPEAKERS = {"say", "text"}
SPOKEN = re.compile(r"""\bsay\(\s*(?P<quote>["'])(?P<template>.*?)(?P=quote)\s*[,)]""", re.DOTALL)


COUNTED = re.compile(
    r"""\bsay_count\([^"]*?,\s*"(?P<one>[^"]+)",\s*"(?P<many>[^"]+)"\s*[,)]""", re.DOTALL
)


def reads_a_column(function: ast.expr) -> bool:
    """`cells.text("place")`: what is named there is a column, not a sentence."""
    return getattr(getattr(function, "value", None), "id", "") == "cells"


def templates() -> Iterator[tuple[str, str]]:
    """(where, template) of every literal that a person may read."""
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            where = f"{file.relative_to(SOURCE)}:{call.lineno}"
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ERRORS:
                spoken = call.args[:1] + [kw.value for kw in call.keywords if kw.arg == "remedy"]
            elif (
                name in SPEAKERS and getattr(getattr(call.func, "value", None), "id", "") != "cells"
            ):
                # (`cells.text` reads a column; its argument is a name, not a sentence.)
                spoken = call.args[:1]
            else:
                continue
            yield from (
                (where, part.value)
                for part in spoken
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


def spoken_on_pages() -> Iterator[tuple[str, str]]:
    """(where, template) of every sentence in the templates of pages."""
    for file in sorted(SOURCE.rglob("*.html")):
        for found in SPOKEN.finditer(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(SOURCE)), found["template"]
    for file in sorted((*SOURCE.rglob("*.html"), *SOURCE.rglob("web/**/*.py"))):
        for found in COUNTED.finditer(file.read_text(encoding="utf-8")):
            yield from ((str(file.relative_to(SOURCE)), found[form]) for form in ("one", "many"))


def fields(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


def test_every_sentence_has_its_french() -> None:
    lacking = [
        f"{where}: {template!r}"
        for where, template in (*templates(), *spoken_on_pages())
        if template.strip() and template not in french()
    ]
    assert not lacking, "\n".join(lacking)


def test_a_translation_fills_the_same_fields() -> None:
    differing = [
        english for english, translated in french().items() if fields(english) != fields(translated)
    ]
    assert not differing, "\n".join(differing)


def test_french_uses_typographic_apostrophes() -> None:
    straight = [translated for translated in french().values() if "'" in translated]
    assert not straight, "\n".join(straight)


def test_an_english_word_has_one_french_word() -> None:
    """Catalogues are read as one: a word with two translations would be shown by chance."""
    meanings: dict[str, set[str]] = {}
    for room in pkgutil.iter_modules(catalogues.__path__):
        held = getattr(import_module(f"{catalogues.__name__}.{room.name}"), "TEXT", {})
        for english, translated in held.items():
            meanings.setdefault(english, set()).add(translated)
    assert not {english: found for english, found in meanings.items() if len(found) > 1}
