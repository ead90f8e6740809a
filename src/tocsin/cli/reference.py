"""The reference pages, written from the code: `python -m tocsin.cli.reference FOLDER`.

Commands come from the command tree, tables from their declarations, sources from their
`source.yml`. A test compares the committed pages with what this writes, so they cannot drift.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from tocsin.cli import frame_words
from tocsin.cli.words import lang, say
from tocsin.tables import TABLES, Column, Table


def main() -> None:
    """Write every page into the folder named on the command line."""
    frame_words.speak()
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")


def pages() -> dict[str, str]:
    """File name to content, in the terminal's language where the page has one."""
    if lang() == "fr":
        return {"commandes.md": commands_page()}
    return {
        "commands.md": commands_page(),
        "tables.md": tables_page(),
        "sources.md": sources_page(),
        "openapi.json": openapi_page(),
    }


def openapi_page() -> str:
    """The description of the JSON API, as the server gives it at /api/v1/openapi.json."""
    from tocsin.web.api.describing import description

    return json.dumps(description(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def commands_page() -> str:
    """Every command with its help, as the terminal shows it."""
    from tocsin.cli.main import app

    parts = [f"# {say('Commands')}", ""]
    for path, command in walk("tocsin", typer.main.get_command(app)):
        context = typer.Context(command, info_name=path, terminal_width=88, max_content_width=88)
        parts += [f"## `{path}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(parts)


def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command below `command`, itself first, each with the words that call it."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from walk(f"{path} {name}", child)


def tables_page() -> str:
    """Every declared table: columns, types, units, meaning, keys."""
    parts = [
        "# Tables",
        "",
        "What passes between rooms, and what Parquet files hold. Declared once in `tables/`.",
        "",
    ]
    for table in TABLES:
        parts += _table_section(table)
    return "\n".join(parts)


def _table_section(table: Table) -> list[str]:
    rows = [_column_row(column) for column in table.columns]
    return [
        f"## {table.name}",
        "",
        table.meaning,
        "",
        f"Key: {', '.join(f'`{name}`' for name in table.key)}",
        "",
        "| Column | Type | Unit | Meaning |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _column_row(column: Column) -> str:
    meaning = column.meaning
    if column.one_of:
        meaning += ": " + ", ".join(f"`{value}`" for value in column.one_of)
    if not column.required:
        meaning += " (may be missing)"
    return f"| `{column.name}` | {column.dtype} | {column.unit} | {meaning} |"


def sources_page() -> str:
    """Every source: what it publishes, its licence and how it is cited."""
    from tocsin.sources import registry

    parts = ["# Sources", "", "One folder each in `sources/`; `tocsin sources` lists them.", ""]
    for source in registry.sources():
        told = source.declaration
        parts += [
            f"## `{told.key}`",
            "",
            f"{told.title}. {told.publisher}. Licence: {told.licence}.",
            "",
            f"> {told.citation}",
            "",
        ]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
