"""What every reading command shares: who asks, as of when, on which day, and how it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.words import lang as terminal_lang
from tocsin.cli.words import say
from tocsin.errors import UsageError
from tocsin.language.text import Lang, text
from tocsin.language.typography import typeset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.knowledge.citing import Cited
    from tocsin.knowledge.remarks import Remark
    from tocsin.workflow.record_reading import Question

AsOf = Annotated[
    str, typer.Option("--as-of", help=say("What was known by the end of that day (UTC)."))
]
On = Annotated[
    str, typer.Option("--on", help=say("The day in the world (default: the as-of date)."))
]
ReaderName = Annotated[
    str,
    typer.Option(
        "--reader", help=say("Who is asking, as ORG or ORG:ROLE (default: the node's analyst).")
    ),
]
Language = Annotated[
    str, typer.Option("--lang", help=say("fr or en (default: the terminal's language)."))
]
At = Annotated[
    str,
    typer.Option(
        "--at", help=say("The moment it is (a date, or 2023-06-30T12:00Z); default: now.")
    ),
]
Rules = Annotated[
    Path | None, typer.Option("--rules", help=say("A folder of rules in place of the store's own."))
]
Kind = Annotated[str, typer.Option("--kind", help=say("Only this kind (see tocsin ledger kinds)."))]
Subject = Annotated[
    str, typer.Option("--subject", help=say("Only this subject, or those that begin so: actor:*."))
]
OutFile = Annotated[
    Path | None, typer.Option("--out", help=say("File to write (default: the terminal)."))
]
AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON."))]


def ask(reader: str, as_of: str, on: str = "") -> Question:
    """The question that the options put."""
    from tocsin.workflow.record_reading import Question

    return Question(reader, as_of, on)


def chosen(lang: str) -> Lang:
    """The language of the answer.

    Raises
    ------
    UsageError, if it is neither French nor English.
    """
    if not lang:
        return terminal_lang()
    if lang == "fr":
        return "fr"
    if lang == "en":
        return "en"
    raise UsageError("no language is named {lang}", remedy="Write fr or en.", lang=lang)


def print_json(answer: Any) -> None:
    """The answer as one JSON document; every text in both languages."""
    import msgspec

    typer.echo(msgspec.json.encode(answer).decode())


def said(template: str, lang: Lang) -> str:
    """A text of the house in the language of the answer, with its typography."""
    return typeset(text(template, lang), lang)


def colon(lang: Lang) -> str:
    """A colon as each language sets it."""
    return "\u00a0: " if lang == "fr" else ": "


def heading(line: str) -> None:
    """A line that opens a part of an answer."""
    typer.secho(line, bold=True)


def cited(found: Iterable[Cited], lang: Lang, indent: str = "    ") -> None:
    """One line a source: who says it, how it is graded, when it became known."""
    from tocsin.knowledge.sentences import dated

    shown = {one.statement: one for one in found}  # a statement is a source once
    for one in shown.values():
        known = said("known {date}", lang).format(date=dated(one.known_at, lang))
        typer.echo(f"{indent}← {one.source} [{one.grade}], {known}  {one.statement}")


def show_remarks(found: Iterable[Remark], lang: Lang) -> None:
    """What others say of it, each with whose word it is."""
    for one in found:
        typer.echo(f"  ≠ {one.said.in_(lang)}{colon(lang)}{one.text.in_(lang)}")
        cited([one.cited], lang)


def quoted(words: str, lang: Lang) -> str:
    """The words of a source, as each language sets them apart."""
    return said(f"« {words} »", "fr") if lang == "fr" else f"“{words}”"


def nothing(lang: Lang) -> None:
    """Say that the record holds nothing on it as of that date."""
    typer.echo(said("The record holds nothing on this as of that date.", lang), err=True)
