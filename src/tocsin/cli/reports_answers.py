"""`tocsin reports answer|lookup|coverage`: what reporters hear, and where nobody could look."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson, AsOf, Language, ReaderName, chosen, nothing, print_json, said
from tocsin.cli.words import say
from tocsin.language.numbers import number
from tocsin.language.text import Lang

_ANSWER = say(
    "Tell reporters what became of their reports, each step once, by the way they came; the watch "
    "does it by itself.\n\n"
    "Whom it goes to is known only while it leaves. --text says something of your own to one "
    "reporter.\n\n"
    "Examples: tocsin reports answer 01890a5d --dry-run\n\n"
    "tocsin reports answer 01890a5d\n\n"
    'tocsin reports answer 01890a5d --text "which day was it?"'
)
_LOOKUP = say(
    "What a reporter sees by the code of a receipt.\n\nExample: tocsin reports lookup VK7J-E6FM"
)
_COVERAGE = say(
    "Where and when somebody looked: areas by week, with the reason of each gap, and how soon "
    "reports were judged.\n\n"
    "Silence is a gap, never a calm.\n\n"
    "Examples: tocsin reports coverage --weeks 8\n\n"
    "tocsin reports coverage --area MLI --out coverage.csv"
)


def add_to(group: typer.Typer) -> None:
    """Add the commands to `tocsin reports`."""
    group.command("answer", help=_ANSWER)(answer)
    group.command("lookup", help=_LOOKUP)(lookup)
    group.command("coverage", help=_COVERAGE)(coverage)


def answer(
    name: Annotated[
        str, typer.Argument(help=say("The report: its id, or its beginning or end; none: all."))
    ] = "",
    words: Annotated[str, typer.Option("--text", help=say("Words of your own."))] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Only show what would be said."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import answering

    if not name and (words or dry_run):
        raise UsageError("name the report", remedy="tocsin reports answer ID")
    words = answering.require_words(words)
    if dry_run:
        told = answering.preview(name, words)
        if as_json:
            print_json({"fr": told.fr, "en": told.en} if told else {})
        elif told:
            typer.echo(f"fr  {told.fr}\nen  {told.en}")
        else:
            nothing(chosen(""))
        return
    done = answering.answer_due(name=name, words=words)
    if as_json:
        print_json({"answers": done.answers, "waiting": done.waiting})
    else:
        for one in done.answers:
            typer.echo(
                f"{one['id'][:18]}  {say(one['stage'])}  {one['way']}  {say(one['outcome'])} "
                f"{one['detail']}".rstrip()
            )
        for problem in done.waiting:
            typer.secho(problem, fg="yellow", err=True)
        if not done.answers and not done.waiting:
            nothing(chosen(""))
    if done.waiting:
        raise typer.Exit(3)


def lookup(
    code: Annotated[str, typer.Argument(help=say("The code of the receipt."))],
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import answering

    found = answering.look_up(code)
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(f"{one['at'][:16]}  {one[chosen(lang)]}")


def coverage(
    area: Annotated[str, typer.Option("--area", help=say("A country or area, such as MLI."))] = "",
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=520, help=say("How many."))] = 4,
    out: Annotated[
        Path | None, typer.Option("--out", help=say("A CSV file to write the rows to."))
    ] = None,
    as_of: AsOf = "",
    reader: ReaderName = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import covering

    found = covering.coverage(reader, area, weeks, as_of, out)
    if as_json:
        print_json(found)
        return
    spoken = chosen(lang)
    for row in found["rows"]:
        why = f" ({said(row['reason'], spoken)})" if row["reason"] else ""
        typer.echo(f"{row['area']:<24} {row['week']}  {said(row['state'], spoken)}{why}")
    if not found["rows"]:
        nothing(spoken)
    _tell_times(found, spoken)


def _tell_times(found: dict[str, Any], spoken: Lang) -> None:
    typer.echo(
        said("{observed} of {all} area-weeks observed; {unplaced} reports without a place.", spoken)
        .format(observed=found["observed"], all=found["area_weeks"],
                unplaced=found["without_place"])
    )  # fmt: skip
    shares = found["verified"]
    for hours in (24, 72):
        if (share := shares[f"within_{hours}h"]) is not None:
            template = said(
                "judged within {hours} h: {share} % of {due}, of {mark} % asked", spoken
            )
            typer.echo(
                template.format(hours=hours, share=round(100 * share), due=shares[f"due_{hours}h"],
                                mark=round(100 * shares["mark"]))
            )  # fmt: skip
    for name, lag in found["lags_hours"].items():
        if lag["number"]:
            template = said("{step}: half within {median} h, nine of ten within {ninth} h", spoken)
            typer.echo(
                template.format(step=said(name, spoken), median=number(lag["median"], spoken, 1),
                                ninth=number(lag["ninth_decile"], spoken, 1))
            )  # fmt: skip
