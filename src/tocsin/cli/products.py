"""`tocsin flash`, `sitrep`, `assessment`, `product`: pages that get read, in two languages."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson, At, ReaderName, print_json
from tocsin.cli.progress import waiting
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
Tables = Annotated[
    bool,
    typer.Option("--tables", help=say("Write the tables too, as CSV, XLSX, GeoJSON and HXL.")),
]
_FLASH = say(
    "Write the flash: half a page and 160 characters, as HTML, PDF, DOCX and JSON.\n\n"
    "Example: tocsin flash MLI --as-of 2023-06-30 --reconstruct --lang fr --out notes"
)
_SITREP = say(
    "Write the situation report of a day or a week: what is new, open, counted and ahead.\n\n"
    "Example: tocsin sitrep MLI --period week --as-of 2023-06-30 --lang fr --out notes"
)
_ASSESSMENT = say(
    "Write the early-warning report: what may come, three scenarios, warnings, options.\n\n"
    "Example: tocsin assessment MLI --as-of 2023-06-30 --reconstruct --out notes"
)
_MAKE = say(
    "Write a product: flash, sitrep, assessment, closures, agreement, casefile, bulletin or "
    "brief.\n\n"
    "Examples: tocsin product make closures MLI --out notes\n\n"
    "tocsin product make casefile MLI --case moura --out notes\n\n"
    "tocsin product make bulletin SAHEL --tables --out notes"
)
_EDIT = say(
    "Write a file beside a product for an editor's text, one heading a section; it is kept.\n\n"
    "Example: tocsin product edit flash MLI --as-of 2023-06-30 --lang fr --out notes"
)
_COMPARE = say(
    "Say what one reader's product holds that another's does not, before either is sent.\n\n"
    "Example: tocsin product compare sitrep MLI --reader cell --other partner:peer"
)
_SCHEDULE = say(
    "Show the products that leave by themselves, and how far each has got; --new writes an "
    "example.\n\nExample: tocsin product schedule"
)
_SEND = say(
    "Send the products that are due now by the schedule; `tocsin watch` does it too.\n\n"
    "Example: tocsin product send"
)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("flash", help=_FLASH)(flash)
    app.command("sitrep", help=_SITREP)(sitrep)
    app.command("assessment", help=_ASSESSMENT)(assessment)
    products = typer.Typer(
        help=say("Products: made by name, edited, compared between readers."), no_args_is_help=True
    )
    products.command("make", help=_MAKE)(make)
    products.command("edit", help=_EDIT)(edit)
    products.command("compare", help=_COMPARE)(compare)
    products.command("schedule", help=_SCHEDULE)(schedule)
    products.command("send", help=_SEND)(send)
    app.add_typer(products, name="product")


def flash(
    area: Area,
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    lang: Lang = "",
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    exercise: Exercise = False,
    tables: Tables = False,
    out: Out = Path(),
    as_json: AsJson = False,
) -> None:
    _make(
        "flash", area, as_json, as_of=as_of, reconstruct=reconstruct, lang=lang, reader=reader,
        tlp=tlp, exercise=exercise, tables=tables, out=out,
    )  # fmt: skip


def sitrep(
    area: Area,
    period: Annotated[str, typer.Option("--period", help=say("day or week."))] = "week",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    lang: Lang = "",
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    exercise: Exercise = False,
    tables: Tables = False,
    out: Out = Path(),
    as_json: AsJson = False,
) -> None:
    _make(
        "sitrep", area, as_json, as_of=as_of, reconstruct=reconstruct, lang=lang, reader=reader,
        tlp=tlp, exercise=exercise, tables=tables, out=out, period=period,
    )  # fmt: skip


def assessment(
    area: Area,
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    lang: Lang = "",
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    exercise: Exercise = False,
    tables: Tables = False,
    out: Out = Path(),
    as_json: AsJson = False,
) -> None:
    _make(
        "assessment", area, as_json, as_of=as_of, reconstruct=reconstruct, lang=lang,
        reader=reader, tlp=tlp, exercise=exercise, tables=tables, out=out,
    )  # fmt: skip


def make(
    name: Annotated[str, typer.Argument(help=say("The product."))],
    area: Area,
    period: Annotated[str, typer.Option("--period", help=say("day or week."))] = "",
    case: Annotated[str, typer.Option("--case", help=say("Which case, for a casefile."))] = "",
    mission: Annotated[str, typer.Option("--mission", help=say("Whose camps, for closures."))] = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    lang: Lang = "",
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    exercise: Exercise = False,
    tables: Tables = False,
    out: Out = Path(),
    as_json: AsJson = False,
) -> None:
    _make(
        name, area, as_json, as_of=as_of, reconstruct=reconstruct, lang=lang, reader=reader,
        tlp=tlp, exercise=exercise, tables=tables, out=out, period=period, case=case,
        mission=mission,
    )  # fmt: skip


def edit(
    name: Annotated[str, typer.Argument(help=say("The product."))],
    area: Area,
    period: Annotated[str, typer.Option("--period", help=say("day or week."))] = "",
    case: Annotated[str, typer.Option("--case", help=say("Which case, for a casefile."))] = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    lang: Lang = "",
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    out: Out = Path(),
) -> None:
    from tocsin.workflow import producing

    path = producing.begin_editing(
        name, area, as_of=as_of, reconstruct=reconstruct, lang=lang or terminal_lang(),
        reader=reader, tlp=tlp, out=out, period=period, case=case,
    )  # fmt: skip
    typer.echo(path)


def compare(
    name: Annotated[str, typer.Argument(help=say("The product."))],
    area: Area,
    other: Annotated[
        str, typer.Option("--other", help=say("The other reader, as ORG or ORG:ROLE."))
    ],
    case: Annotated[str, typer.Option("--case", help=say("Which case, for a casefile."))] = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    reader: ReaderName = "",
    tlp: Tlp = "RED",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import producing

    found = producing.compare(
        name, area, reader, other, as_of=as_of, reconstruct=reconstruct, tlp=tlp, case=case
    )
    if as_json:
        import json

        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for side in ("reader", "other"):
        told = found[side]
        typer.secho(f"{told['name'] or '–'}  {told['handling']}", bold=True)
        for line in told["only"]:
            typer.echo(f"  {line}")
    if not found["reader"]["only"] and not found["other"]["only"]:
        typer.echo(say("Both hold the same."))


def schedule(
    new: Annotated[bool, typer.Option("--new", help=say("Write an example."))] = False,
    at: At = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import dispatching

    if new:
        typer.echo(dispatching.new_schedule())
        return
    found = dispatching.scheduled(at)
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(
            f"{one['name']:<16} {one['product']:<10} {one['area']:<8} → {one['to']:<16} "
            f"{one['slot'][:16]}Z  {say(one['outcome'])}"
        )


def send(as_json: AsJson = False) -> None:
    from dataclasses import asdict

    from tocsin.workflow import dispatching

    done = dispatching.dispatch_due()
    if as_json:
        print_json(asdict(done))
    else:
        if not done.configured:
            typer.echo(say("No schedule is written down: tocsin product schedule --new"))
        for one in done.products:
            detail = f" ({one['detail']})" if one["detail"] else ""
            typer.echo(f"{one['name']:<16} → {one['to']:<16} {say(one['outcome'])}{detail}")
        for line in done.not_made:
            typer.secho(line, fg="yellow", err=True)
    if done.not_made or any(one["outcome"] != "sent" for one in done.products):
        raise typer.Exit(3)


def _make(name: str, area: str, as_json: bool, **words: Any) -> None:
    """Make a product and say where it is."""
    from tocsin.workflow import producing

    words["lang"] = words["lang"] or terminal_lang()
    with waiting(say("Counting, forecasting, drawing…")):
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
