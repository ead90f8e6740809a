"""`tocsin duty`: the board of warnings that wait for somebody."""

import json
from typing import Any

import typer

from tocsin.cli.asking import AsJson, At, ReaderName
from tocsin.cli.warnings import tell_silence
from tocsin.cli.words import lang, say


def register(app: typer.Typer) -> None:
    """Add `tocsin duty` to `app`."""
    app.command(
        "duty",
        help=say(
            "The duty board: open warnings, undecided first, and who must do what by when.\n\n"
            "Example: tocsin duty"
        ),
    )(duty)


def duty(at: At = "", reader: ReaderName = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import serving, watchkeeping

    lines = watchkeeping.duty(at, reader)
    if not at and (hours := serving.hours_unwatched()) is not None:
        _caution(hours)
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2, default=str))
        return
    if not lines:
        typer.echo(say("Nobody is waited for: no open warnings."))
    for line in lines:
        typer.echo(_told(line))
    if quiet := watchkeeping.silences(at) if not reader else []:
        typer.echo(say("Silenced"))
        for one in quiet:
            typer.echo(f"  {tell_silence(one)}")


def _caution(hours: float) -> None:
    """Nothing is raised, escalated or sent while nobody watches: the board must say so."""
    words = (
        say("Nobody has watched yet: run tocsin watch --service.")
        if hours < 0
        else say("Nobody has watched for {hours} hours: run tocsin watch --service.").format(
            hours=round(hours)
        )
    )
    typer.secho(words, fg="yellow", err=True)


def _told(line: dict[str, Any]) -> str:
    """Two lines: level, title and state; name, who must act, by when."""
    level = say("opening") if line["opportunity"] else say(line["level"])
    notes = [
        say(words)
        for words, so in (
            ("window over, never decided", line["lapsed"]),
            ("text held", line["held"]),
            ("dissent", line["dissent"]),
            ("the reporter has heard nothing", line["feedback_owed"]),
        )
        if so
    ]
    if line["silenced_until"]:
        notes.append(
            say("silenced until {until}: {why}").format(
                until=line["silenced_until"], why=line["silenced_why"]
            )
        )
    if line["undelivered"]:
        notes.append(say("{count} messages did not arrive").format(count=line["undelivered"]))
    if line["covered_by"]:
        notes.append(say("covered by {larger}").format(larger=line["covered_by"]))
    if line["escalations"]:
        notes.append(
            say("{count} escalations, the last to {role}").format(
                count=line["escalations"], role=line["last_escalation"]
            )
        )
    due = (
        say("{role} by {due}").format(
            role=line["waits_for"], due=line["due"].strftime("%Y-%m-%d %H:%MZ")
        )
        if line["due"]
        else ""
    )
    told = "; ".join(part for part in (say(line["state"]), due, *notes) if part)
    return f"{level:<10} {line['title_' + lang()]}\n{'':10} {line['id']}\n{'':10} {told}"
