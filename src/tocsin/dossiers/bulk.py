"""Entry in bulk: a YAML file of statements, without a dossier's cover.

defaults:            # optional: what every entry shares
  source: Bulletin of the valley
  reliability: B
statements:
  - kind: figure
    subject: "figure:displaced"
    known_at: 2023-07-21
    body: {...}
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tocsin.dossiers.pages import At, Page, read_page
from tocsin.dossiers.problems import Problem, nearest
from tocsin.dossiers.reading import problem_of
from tocsin.errors import TableError
from tocsin.tables.statements import Statement, statement_from_fields

_WORDS = ("defaults", "statements")


def read_bulk(path: Path, defaults: Mapping[str, object]) -> tuple[list[Statement], list[Problem]]:
    """Statements of a YAML file, and everything that is wrong with it by line and field.

    `defaults` fill what neither the file's own defaults nor an entry says.

    Raises
    ------
    UnreadableFile, if the file is not YAML at all.
    """
    page = read_page(path)
    entries, shared, problems = _entries_of(page)
    statements: list[Statement] = []
    for at, entry in entries:
        if not isinstance(entry, Mapping):
            problems.append(
                Problem(page.name, page.line(at), "", "an entry must be a mapping of fields")
            )
            continue
        fields = {**defaults, **shared, **entry}
        try:
            statements.append(statement_from_fields(fields))
        except TableError as error:
            problems.append(problem_of(error, fields, page, at))
    return statements, problems


def _entries_of(
    page: Page,
) -> tuple[list[tuple[At, Any]], Mapping[str, Any], list[Problem]]:
    content = page.content
    if isinstance(content, list):
        return [((index,), entry) for index, entry in enumerate(content)], {}, []
    if not isinstance(content, Mapping):
        return [], {}, [Problem(page.name, 1, "statements", "a list of statements is missing")]
    problems = [
        Problem(
            page.name,
            page.line((word,)),
            str(word),
            "unknown field",
            suggestion=nearest(str(word), _WORDS),
        )
        for word in content
        if word not in _WORDS
    ]
    entries = content.get("statements")
    shared = content.get("defaults") or {}
    if not isinstance(entries, list):
        problems.append(Problem(page.name, 1, "statements", "a list of statements is missing"))
        entries = []
    if not isinstance(shared, Mapping):
        problems.append(
            Problem(page.name, page.line(("defaults",)), "defaults", "must be a mapping of fields")
        )
        shared = {}
    return [(("statements", index), entry) for index, entry in enumerate(entries)], shared, problems
