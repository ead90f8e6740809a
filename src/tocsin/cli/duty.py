"""`tocsin duty`: the board of warnings that wait for somebody."""

import json
from typing import Any

import typer

from tocsin.cli.warnings import AsJson, AsReader, At
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


def duty(at: At = "", reader: AsReader = "", as_json: AsJson = False) -> None:
    from tocsin.workflow import watchkeeping

    lines = watchkeeping.duty(at, reader)
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2, default=str))
        return
    if not lines:
        typer.echo(say("Nobody is waited for: no open warnings."))
        return
    for line in lines:
        typer.echo(_told(line))


def _told(line: dict[str, Any]) -> str:
    """Two lines: level, title and state; name, who must act, by when."""
    level = say("opening") if line["opportunity"] else say(line["level"])
    notes = [
        say(words)
        for words, so in (
            ("window over, never decided", line["lapsed"]),
            ("text held", line["held"]),
            ("dissent", line["dissent"]),
        )
        if so
    ]
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
