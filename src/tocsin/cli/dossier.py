"""`tocsin dossier`: what is known about a place, written down with sources: check it, load it."""

from typing import Annotated

import typer

from tocsin.cli.agreeing import Yes, once_looked_at
from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say

_LOAD = say(
    "Check a dossier and write its statements to the ledger; again: no change.\n\n"
    "NAME is a shipped dossier or a folder with a dossier.yml. What an older edition said and "
    "this one does not is retracted.\n\n"
    "Example: tocsin dossier load mali"
)
_CHECK = say(
    "Check a dossier without writing anything: fields, dates, references, both languages.\n\n"
    "Each problem is named by file, line and field, with what was probably meant.\n\n"
    "Example: tocsin dossier check mali"
)
_LIST = say("List the dossiers that come with the package.\n\nExample: tocsin dossier list")
Name = Annotated[str, typer.Argument(help=say("A shipped dossier, or a folder."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin dossier` to `app`."""
    group = typer.Typer(
        name="dossier",
        help=say("Dossiers: what is known about a place, with sources, grades and dates."),
        no_args_is_help=True,
    )
    group.command("load", help=_LOAD)(load)
    group.command("check", help=_CHECK)(check)
    group.command("list", help=_LIST)(list_)
    app.add_typer(group)


def load(name: Name, yes: Yes = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import record_reading

    done = once_looked_at(lambda agreed: record_reading.load_dossier(name, agreed), yes, as_json)
    if as_json:
        print_json(done)
        return
    if not done.added and not done.withdrawn:
        typer.echo(say("{name}: no change, {known} statements are there.").format(**vars(done)))
        return
    told = say("{name}: {added} statements written, {known} were there, {withdrawn} retracted.")
    typer.echo(told.format(**vars(done)))


def check(name: Name, as_json: AsJson = False) -> None:
    from tocsin.workflow import record_reading

    count, problems = record_reading.problems_of_dossier(name)
    if as_json:
        print_json(
            {
                "statements": count,
                "problems": [
                    {
                        "file": one.file,
                        "line": one.line,
                        "field": one.field,
                        "problem": one.error().message(say),
                        "suggestion": one.suggestion,
                    }
                    for one in problems
                ],
            }
        )
    else:
        for one in problems:
            typer.echo(one.error().message(say), err=True)
        typer.echo(say("{count} statements, {wrong} problems").format(
            count=count, wrong=len(problems)
        ))  # fmt: skip
    if problems:
        raise typer.Exit(1)


def list_() -> None:
    from tocsin.dossiers import shipped_dossiers

    for name in shipped_dossiers():
        typer.echo(name)
