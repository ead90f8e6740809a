"""`tocsin brief`: one dated page on one place, in French or English."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.progress import waiting
from tocsin.cli.words import lang as terminal_lang
from tocsin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add `tocsin brief` to `app`."""
    app.command(
        "brief",
        help=say(
            "Write the one-page brief on a country, an area or a region, as HTML, PDF, DOCX "
            "and JSON.\n\n"
            "Examples: tocsin brief MLI --as-of 2023-06-30 --reconstruct --lang fr --out notes\n\n"
            "tocsin brief MLI.mopti --out notes\n\n"
            "tocsin brief SAHEL --lang en --out notes"
        ),
    )(brief)


def brief(
    area: Annotated[
        str, typer.Argument(help=say("A country (MLI), an area (MLI.mopti) or a region (SAHEL)."))
    ],
    as_of: Annotated[
        str,
        typer.Option("--as-of", help=say("Only what had been released by the end of this day.")),
    ] = "",
    reconstruct: Annotated[
        bool,
        typer.Option(
            "--reconstruct",
            help=say("Use later releases, cut at what could have been known on that day."),
        ),
    ] = False,
    lang: Annotated[
        str, typer.Option("--lang", help=say("fr or en (default: the terminal's language)."))
    ] = "",
    tlp: Annotated[
        str, typer.Option("--tlp", help=say("CLEAR, GREEN, AMBER, AMBER+STRICT or RED."))
    ] = "CLEAR",
    since: Annotated[
        str,
        typer.Option("--since", help=say("Day of the last brief (default: three months before).")),
    ] = "",
    tables: Annotated[
        bool,
        typer.Option("--tables", help=say("Write the tables too, as CSV, XLSX, GeoJSON and HXL.")),
    ] = False,
    out: Annotated[Path, typer.Option("--out", help=say("Folder to write to."))] = Path(),
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import producing
    from tocsin.workflow.record_reading import Question, write_record_sheet

    written = lang or terminal_lang()
    # The first brief of a store also scores the model on past years, which takes a while.
    with waiting(say("Counting, forecasting, drawing…")):
        made = producing.brief(
            area,
            as_of=as_of,
            reconstruct=reconstruct,
            lang=written,
            tlp=tlp,
            out=out,
            tables=tables,
        )
    made["paths"] += [
        str(path)
        for path in write_record_sheet(
            area, Question(as_of=as_of), since=since, lang=written, tlp=tlp, out=out
        )
    ]
    if as_json:
        import json

        typer.echo(json.dumps(made, ensure_ascii=False))
        return
    typer.echo(made["headline"])
    for path in made["paths"]:
        typer.echo(path)
