"""Checks that need the whole dossier: references that lead somewhere, both languages, dates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tocsin.dossiers.problems import Problem, nearest
from tocsin.dossiers.reading import Dossier, read_dossier
from tocsin.tables.bodies import Words
from tocsin.tables.statements import Statement
from tocsin.tables.when import first_moment, last_moment

# Prefixes of subjects that must be declared by a statement of the dossier itself.
_DECLARED = {
    "actor": {"actor"},
    "mission": {"actor"},
    "organisation": {"organisation"},
    "agreement": {"agreement"},
    "case": {"case"},
    "provision": {"provision"},
    "commitment": {"commitment"},
    "calendar": {"calendar_item"},
}


def check_dossier(folder: Path) -> list[Problem]:
    """Everything that is wrong with a dossier, in the order of its files.

    Raises
    ------
    TableError or UnreadableFile, if a file cannot be read at all.
    """
    dossier = read_dossier(folder)
    found = list(dossier.problems)
    for statement in dossier.statements:
        file, line = dossier.places[statement.id]
        for problem in _problems_of(statement, dossier):
            found.append(_placed(problem, file, line))
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.field))


def _placed(problem: Problem, file: str, line: int) -> Problem:
    """`problem` in the place where its statement stands."""
    return Problem(file, line, problem.field, problem.problem, problem.fields, problem.suggestion)


def _problems_of(statement: Statement, dossier: Dossier) -> Iterator[Problem]:
    yield from _dangling(statement, dossier)
    yield from _untranslated(statement)
    if statement.valid_from and first_moment(statement.valid_from) > last_moment(
        statement.known_at
    ):
        # A plan may lie ahead; a fact cannot be known before it begins.
        yield _problem("valid_from", "it begins after it became known")


def _dangling(statement: Statement, dossier: Dossier) -> Iterator[Problem]:
    for name, value in references(statement):
        prefix = value.partition(":")[0]
        kinds = _DECLARED.get(prefix)
        if kinds is None:
            continue
        known = {one.subject for one in dossier.statements if one.kind in kinds}
        if value not in known:
            yield _problem(
                name, "no statement of the dossier declares {value}", nearest(value, known),
                value=value,
            )  # fmt: skip


def references(statement: Statement) -> Iterator[tuple[str, str]]:
    """Subjects that a statement points to, with the field that does so; its own subject first."""
    yield "subject", statement.subject
    for field in msgspec.structs.fields(type(statement.body)):
        value = getattr(statement.body, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and ":" in one and " " not in one:
                yield f"body.{field.name}", one


def _untranslated(statement: Statement) -> Iterator[Problem]:
    for name, words in _words_in(statement.body, "body"):
        if bool(words.fr) != bool(words.en):
            yield _problem(name, "one language is missing")


def _words_in(value: Any, at: str) -> Iterator[tuple[str, Words]]:
    if isinstance(value, Words):
        yield at, value
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(type(value)):
            yield from _words_in(getattr(value, field.name), f"{at}.{field.name}")
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _words_in(one, f"{at}.{index}")


def _problem(field: str, text: str, suggestion: str = "", **fields: object) -> Problem:
    return Problem("", 0, field, text, tuple(fields.items()), suggestion)
