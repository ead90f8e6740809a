"""`tocsin table`: every list of the record as a file for spreadsheets, maps and machines."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, AsOf, Language, On, ReaderName, ask, chosen, print_json
from tocsin.cli.words import say
from tocsin.errors import UsageError

_HELP = say(
    "Write a list of the record as a table file: .csv, .xlsx, .geojson or .hxl.csv, with its "
    "sources and its handling.\n\n"
    "Lists: statements, figures, findings, actors, timeline, calendar, cases, commitments, "
    "reports, warnings, links, areas, sources, forecasts, scorecard, scorecards.\n\n"
    "Examples: tocsin table figures --as-of 2023-06-30 --out figures.xlsx\n\n"
    "tocsin table statements --where kind=figure --where subject=figure:* --out figures.csv\n\n"
    "tocsin table areas --where country=MLI --out areas.geojson"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin table` to `app`."""
    app.command("table", help=_HELP)(table)


def table(
    name: Annotated[str, typer.Argument(help=say("The list."))],
    out: Annotated[
        Path, typer.Option("--out", help=say("The file; its suffix says how it is written."))
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            help=say("What the list is asked with, as kind=figure; repeat it for more."),
        ),
    ] = None,
    as_of: AsOf = "",
    on: On = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import listing, tabling

    words = dict(_pair(one) for one in where or ())
    question = ask(reader, listing.require_past(as_of), on)
    count = tabling.write_list(name, out, question, words, chosen(lang))
    if as_json:
        print_json({"lines": count, "path": str(out)})
        return
    typer.echo(say("{count} lines: {path}").format(count=count, path=out))


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise UsageError("{words} is not NAME=VALUE", remedy="Write it as kind=figure.", words=text)
    return name, value
