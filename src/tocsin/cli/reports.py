"""`tocsin reports` and `tocsin inbox`: received, verified by a second person, linked, closed."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import reports_answers, reports_compared, reports_mail, reports_photos
from tocsin.cli.asking import (
    AsJson,
    AsOf,
    Language,
    ReaderName,
    chosen,
    colon,
    nothing,
    print_json,
    said,
)
from tocsin.cli.rooting import show_ties
from tocsin.cli.words import lang, say
from tocsin.language.text import Lang

_HELP = say("Reports from people: take them in, verify, link, close.")
_IMPORT = say(
    "Take in a file of submissions: Kobo's or ODK's export, a spreadsheet, short messages.\n\n"
    "The same file twice changes nothing. What cannot be read is listed with its row.\n\n"
    "Examples: tocsin reports import kobo.xlsx --form incident\n\n"
    "tocsin reports import table.csv --mapping columns.yml\n\n"
    "tocsin reports import messages.txt"
)
_LIST = say(
    "List reports, the newest first, with their status and grade.\n\n"
    "Example: tocsin reports list --status received"
)
_SHOW = say("Show one report and its history.\n\nExample: tocsin reports show 01890a5d")
_VERIFY = say(
    "Write what a second person made of a report.\n\n"
    'Example: tocsin reports verify 01890a5d verified --verifier v-2 --grade B2 --reason "two '
    'independent callers"'
)
_LINK = say(
    "Link a report with another one, or with an event of a source; they are never merged.\n\n"
    "Examples: tocsin reports link 01890a5d 01890b77 --as retelling\n\n"
    "tocsin reports link 01890a5d ucdp_ged:412345 --as same_event"
)
_CLOSE = say(
    "Close a verified report: what became of it, and whether its reporter heard.\n\n"
    "A reporter who has been told nothing of the verdict needs --told, or a reason: --note.\n\n"
    "Example: tocsin reports close 01890a5d kept_on_record --told"
)
_PLACE = say(
    "Where the place of a report may be: a ranked list; --pick confirms one line of it.\n\n"
    "Examples: tocsin reports place 01890a5d --country MLI\n\n"
    "tocsin reports place 01890a5d --country MLI --pick 1"
)
_ALIKE = say(
    "Reports that may tell of the same thing, with what speaks for and against.\n\n"
    "Example: tocsin reports alike 01890a5d"
)
_INBOX = say(
    "What waits for somebody: reports to triage within two hours, to verify, to answer, to close."
    "\n\nExample: tocsin inbox"
)
Name = Annotated[str, typer.Argument(help=say("The report: its id, or its beginning or end."))]
Reason = Annotated[str, typer.Option("--reason", help=say("Why, in words."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin reports` and `tocsin inbox` to `app`."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.command("import", help=_IMPORT)(import_file)
    group.command("list", help=_LIST)(list_reports)
    group.command("show", help=_SHOW)(show)
    group.command("verify", help=_VERIFY)(verify)
    group.command("place", help=_PLACE)(place)
    group.command("alike", help=_ALIKE)(alike)
    group.command("link", help=_LINK)(link)
    group.command("close", help=_CLOSE)(close)
    reports_answers.add_to(group)
    reports_compared.add_to(group)
    reports_photos.add_to(group)
    app.add_typer(group, name="reports")
    app.command("inbox", help=_INBOX)(inbox)


def import_file(
    file: Annotated[
        Path, typer.Argument(help=say("The file; with --mail, the folder."), exists=True)
    ],
    form: Annotated[str, typer.Option("--form", help=say("The form it holds."))] = "incident",
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help=say("How a plain spreadsheet's columns are named (YAML)."),
                     exists=True, dir_okay=False),
    ] = None,
    mail: Annotated[
        bool,
        typer.Option(
            "--mail",
            help=say("Read a folder of mail: each file once, then moved to done or refused."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    from tocsin.workflow import receiving

    if mail:
        reports_mail.take(file, form, as_json=as_json)
        return
    made = receiving.receive(file, form, mapping)
    if as_json:
        print_json(
            {"added": made.added, "known": made.known, "mended": made.mended, "ids": made.ids,
             "refused": made.refused}
        )  # fmt: skip
    else:
        told = say("Reports received: {added}; known already: {known}; refused: {refused}.")
        typer.echo(told.format(added=made.added, known=made.known, refused=len(made.refused)))
        for one in made.refused:
            typer.echo(f"{say('row {line}:').format(line=one['line'])} {reports_mail.refusal(one)}")
    if made.refused:
        raise typer.Exit(1)


def list_reports(
    status: Annotated[str, typer.Option("--status", help=say("Only of one status."))] = "",
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import forms, verifying

    found = verifying.reports(reader, status, as_of)
    if as_json:
        print_json([verifying.as_plain(one) for one in found])
        return
    spoken = chosen(lang)
    for one in found:
        row = verifying.as_plain(one)
        typer.echo(
            f"{row['id'][:18]}  {row['received'][:16]}  {row['grade']}  "
            f"{said(row['status'], spoken):<22} {forms.told(row['what'], spoken)} · {row['place']}"
        )
    if not found:
        nothing(spoken)


def show(name: Name, reader: ReaderName = "", lang: Language = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import corroborating, forms, verifying

    told = verifying.as_plain(verifying.account(name, reader), whole=True)
    beside = corroborating.behind(told["id"], reader)
    told["doubts"] += beside["doubts"]
    told["behind"] = {key: value for key, value in beside.items() if key != "doubts"}
    if as_json:
        print_json(told)
        return
    spoken = chosen(lang)
    for field, value in told["said"].items():
        if field != "doubts":
            typer.echo(f"{field:<18} {forms.told(value, spoken) if value == str(value) else value}")
    typer.echo(say("accounts: {accounts}, root sources: {roots}").format(**told["behind"]))
    show_ties(told["behind"], spoken)
    for doubt in told["doubts"]:
        typer.echo(f"{said('doubt', spoken)}{colon(spoken)}{said(doubt, spoken)}")
    for step in told["history"]:
        typer.echo(f"{step['when'][:16]}  {said(step['what'], spoken)}  {step['why']}".rstrip())


def verify(
    name: Name,
    status: Annotated[str, typer.Argument(help=say("The verdict, such as verified or false."))],
    verifier: Annotated[str, typer.Option("--verifier", help=say("The verifier's handle."))],
    reason: Reason,
    grade: Annotated[str, typer.Option("--grade", help=say("Admiralty grade, such as B2."))] = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import verifying

    typer.echo(verifying.verify(name, status, verifier, reason, grade, reader))


def place(
    name: Name,
    country: Annotated[str, typer.Option("--country", help=say("Only there (ISO3)."))] = "",
    pick: Annotated[int, typer.Option("--pick", min=0, help=say("Confirm this line."))] = 0,
    on_map: Annotated[
        Path | None, typer.Option("--map", help=say("Draw the list on a map (SVG) as well."))
    ] = None,
    reader: ReaderName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import relating

    if pick:
        typer.echo(relating.confirm_place(name, pick, country, reader))
        return
    if on_map is not None:
        typer.echo(relating.map_places(name, on_map, country, lang(), reader), err=True)
    rows = [
        {
            "name": one.name,
            "area": one.place.unit_id,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "likeness": one.likeness,
            "precision": one.precision,
            "source": one.place.source,
        }
        for one in relating.whereabouts(name, country, reader=reader)
    ]
    if as_json:
        print_json(rows)
        return
    for line, row in enumerate(rows, start=1):
        typer.echo(
            f"{line}  {row['likeness']:5.1f}  {row['name']:<24} {row['area'] or '':<22} "
            f"{row['latitude']:.3f} {row['longitude']:.3f}  {row['source']}"
        )
    if not rows:
        typer.echo(say("No known place has a name like the one in this report."), err=True)


def alike(name: Name, reader: ReaderName = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import relating

    found = relating.alike(name, reader=reader)
    if as_json:
        print_json(found)
        return
    for one in found:
        told = "  ".join(f"{field} {weight:+.1f}" for field, weight in one["evidence"].items())
        typer.echo(f"{one['id'][:18]}  {one['likelihood']:.2f}  {one['place']}  {one['day']}")
        typer.echo(f"    {told}")
    if not found:
        typer.echo(say("No other report seems to tell of the same thing."), err=True)


def link(
    name: Name,
    other: Annotated[str, typer.Argument(help=say("Another report, or SOURCE:EVENT."))],
    relation: Annotated[
        str,
        typer.Option("--as", help=say("same_event, retelling, update, contradicts, unrelated.")),
    ] = "same_event",
    reason: Annotated[str, typer.Option("--reason", help=say("Why, in words."))] = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import verifying

    typer.echo(verifying.link(name, other, relation, reason, reader))


def close(
    name: Name,
    outcome: Annotated[
        str, typer.Argument(help=say("used_in_warning, kept_on_record or not_used."))
    ],
    told: Annotated[bool, typer.Option("--told", help=say("The reporter has been told."))] = False,
    note: Annotated[str, typer.Option("--note", help=say("A remark."))] = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import verifying

    typer.echo(verifying.close(name, outcome, told_reporter=told, note=note, reader=reader))


def inbox(reader: ReaderName = "", lang: Language = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import corroborating, verifying

    held = verifying.inbox(reader)
    odd = corroborating.doubts_seen(reader)
    for task in held["waiting"]:
        task["doubts"] = odd.get(task["id"], [])
    if as_json:
        print_json(held)
        return
    spoken = chosen(lang)
    for task in held["waiting"]:
        what = said(task["task"], spoken) + (f" ({said(task['tell'], spoken)})" if "tell" in task
                                             else "")  # fmt: skip
        typer.echo(
            f"{task['id'][:18]}  {what:<22} {task['due'][:16]}  "
            f"{_clock(task['minutes_left'], spoken):<12} {task['place']}"
        )
    if not held["waiting"]:
        nothing(spoken)


def _clock(minutes: int, lang: Lang) -> str:
    """Time that is left, or `late` and by how much, in the largest unit that says something."""
    size = abs(minutes)
    if size < 180:
        told = f"{size} min"
    else:
        told = f"{size // 60} h" if size < 4320 else f"{size // 1440} {said('days', lang)}"
    return f"{said('late', lang)} {told}" if minutes < 0 else told
