"""`tocsin flash`: products that get read, each from the record and in two languages."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson, ReaderName
from tocsin.cli.words import lang as terminal_lang
from tocsin.cli.words import say

Area = Annotated[
    str, typer.Argument(help=say("A country (MLI), an area (MLI.mopti) or a region (SAHEL)."))
]
AsOf = Annotated[
    str, typer.Option("--as-of", help=say("Only what had been released by the end of this day."))
]
Reconstruct = Annotated[
    bool,
    typer.Option(
        "--reconstruct",
        help=say("Use later releases, cut at what could have been known on that day."),
    ),
]
Lang = Annotated[
    str, typer.Option("--lang", help=say("fr or en (default: the terminal's language)."))
]
Tlp = Annotated[
    str,
    typer.Option("--tlp", help=say("Leave out what is marked more narrowly than this.")),
]
Out = Annotated[Path, typer.Option("--out", help=say("Folder to write to."))]
Exercise = Annotated[
    bool,
    typer.Option(
        "--exercise", help=say("Show the warnings raised under a clock set by hand, and say so.")
    ),
]
_FLASH = say(
    "Write the flash: half a page and 160 characters, as HTML, PDF, DOCX and JSON.\n\n"
    "Example: tocsin flash MLI --as-of 2023-06-30 --reconstruct --lang fr --out notes"
)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("flash", help=_FLASH)(flash)


def flash(
    area: Area,
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    lang: Lang = "",
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    exercise: Exercise = False,
    out: Out = Path(),
    as_json: AsJson = False,
) -> None:
    _make("flash", area, as_json, as_of=as_of, reconstruct=reconstruct, lang=lang, reader=reader,
          tlp=tlp, exercise=exercise, out=out)  # fmt: skip


def _make(name: str, area: str, as_json: bool, **words: Any) -> None:
    """Make a product and say where it is."""
    from rich.console import Console

    from tocsin.workflow import producing

    words["lang"] = words["lang"] or terminal_lang()
    with Console(stderr=True).status(say("Counting, forecasting, drawing…")):
        made = producing.make(name, area, **words)
    if as_json:
        import json

        typer.echo(json.dumps(made, ensure_ascii=False))
        return
    typer.echo(made["headline"])
    typer.echo(made["handling"])
    if made["short"]:
        typer.echo(made["short"])
    for path in made["paths"]:
        typer.echo(path)
