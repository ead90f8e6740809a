"""`tocsin timeline`: what happened, in order, and when it became known."""

from typing import Annotated

import typer

from tocsin.cli.asking import (
    AsJson,
    AsOf,
    Language,
    ReaderName,
    ask,
    chosen,
    nothing,
    print_json,
    said,
)
from tocsin.cli.words import say

_HELP = say(
    "Show everything about a subject in the order in which it happened, one line each.\n\n"
    "The first date is when it holds; the second, where it differs, when it became known.\n\n"
    "Examples: tocsin timeline --subject MINUSMA --as-of 2023-08-31\n\n"
    "tocsin timeline --subject case:moura --lang fr\n\n"
    "tocsin timeline --learned-since 2023-07-31 --as-of 2023-08-31"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin timeline` to `app`."""
    app.command("timeline", help=_HELP)(timeline)


def timeline(
    subject: Annotated[
        str, typer.Option("--subject", help=say("A name or subject; camp:* for all that begin so."))
    ] = "",
    since: Annotated[str, typer.Option("--since", help=say("First day of what happened."))] = "",
    until: Annotated[str, typer.Option("--until", help=say("Last day of what happened."))] = "",
    learned_since: Annotated[
        str, typer.Option("--learned-since", help=say("Only what became known after this day."))
    ] = "",
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import record_reading

    if learned_since and (subject or since or until):
        raise UsageError(
            "--learned-since goes by when things became known, the other options by when they "
            "happened",
            remedy="Use one or the other.",
        )
    question = ask(reader, as_of)
    found = (
        record_reading.learned_since(question, learned_since)
        if learned_since
        else record_reading.events_of(question, subject, since, until)
    )
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for one in found:
        known = one.cited.known_at
        when = one.on if known == one.on else f"{one.on} ({said('known', spoken)} {known})"
        grade = f"[{one.cited.grade}]"
        typer.echo(f"{when}  {one.text.in_(spoken)}  {grade} {one.cited.source}")
    if not found:
        nothing(spoken)
