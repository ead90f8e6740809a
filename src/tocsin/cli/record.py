"""`tocsin record`: what the record says of a place, as a sheet to hand on."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, AsOf, Language, ReaderName, ask, chosen, nothing, print_json
from tocsin.cli.words import say

_HELP = say(
    "Write what the record says of a place: new since a day, owed, ahead, contested, each line "
    "with its source.\n\n"
    "It needs no event data. `tocsin brief` writes the same sheet beside its page.\n\n"
    "Example: tocsin record MLI --as-of 2023-06-30 --since 2023-03-31 --lang fr --out notes"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin record` to `app`."""
    app.command("record", help=_HELP)(record)


def record(
    area: Annotated[
        str, typer.Argument(help=say("A country (MLI), an area (MLI.mopti) or a region (SAHEL)."))
    ],
    as_of: AsOf = "",
    since: Annotated[
        str,
        typer.Option("--since", help=say("Day of the last brief (default: three months before).")),
    ] = "",
    tlp: Annotated[
        str, typer.Option("--tlp", help=say("CLEAR, GREEN, AMBER, AMBER+STRICT or RED."))
    ] = "CLEAR",
    out: Annotated[Path, typer.Option("--out", help=say("Folder to write to."))] = Path(),
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import record_reading

    spoken = chosen(lang)
    paths = record_reading.write_record_sheet(
        area, ask(reader, as_of), since=since, lang=spoken, tlp=tlp, out=out
    )
    if as_json:
        print_json([str(path) for path in paths])
        return
    for path in paths:
        typer.echo(path)
    if not paths:
        nothing(spoken)
