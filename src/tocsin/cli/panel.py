"""`tocsin panel`: deaths by area and month, as of a date."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.words import say

LevelName = Annotated[str, typer.Option("--level", help=say("country, admin1 or priogrid."))]
TargetName = Annotated[
    str, typer.Option("--target", help=say("ged_sb, ged_ns, ged_os, or ged_all, their sum."))
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
Area = Annotated[
    str, typer.Option("--area", help=say("A country (ISO3) or a region such as SAHEL."))
]


def register(app: typer.Typer) -> None:
    """Add `tocsin panel` to `app`."""
    app.command(
        "panel",
        help=say(
            "Write deaths by area and month: a number where somebody counted, else unknown.\n\n"
            "Example: tocsin panel --level admin1 --target ged_all --from 2022-01 --to 2022-12 "
            "--area MLI --out mali.csv"
        ),
    )(panel)


def panel(
    target: TargetName,
    first: Annotated[str, typer.Option("--from", help=say("First month, as 2022-01."))],
    last: Annotated[str, typer.Option("--to", help=say("Last month, as 2022-12."))],
    out: Annotated[
        Path, typer.Option("--out", help=say("File to write: .parquet, .csv or .xlsx."))
    ],
    level: LevelName = "country",
    area: Area = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    month_by: Annotated[
        str,
        typer.Option(
            "--month-by", help=say("Month of an event: of its last possible day (end) or first.")
        ),
    ] = "end",
) -> None:
    from tocsin.workflow import counting

    summary = counting.write_panel(
        out,
        level=level,
        target=target,
        first=first,
        last=last,
        area=area,
        as_of=as_of,
        reconstruct=reconstruct,
        month_by=month_by,
    )
    typer.echo(
        say("{rows} rows, {observed} observed and {unknown} unknown: {path}").format(**summary)
    )
    if summary["reconstructed"]:
        typer.echo(
            say(
                "Reconstructed: {reconstructed} rows come from releases later than {as_of}, cut at "
                "what could have been known."
            ).format(**summary)
        )
