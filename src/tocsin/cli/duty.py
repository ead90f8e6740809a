"""`tocsin duty`: the board of warnings that wait for somebody."""

import json

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
    from tocsin import watchkeeping

    lines = watchkeeping.duty(at, reader)
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2, default=str))
        return
    if not lines:
        typer.echo(say("Nobody is waited for: no open warnings."))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=say("Duty board"), title_justify="left")
    for name in ("Level", "Warning", "State", "Waits for", "By", "Escalations"):
        table.add_column(say(name), overflow="fold")
    for line in lines:
        flags = [say("window over")] if line["lapsed"] else []
        flags += [say("text held")] if line["held"] else []
        flags += [say("dissent")] if line["dissent"] else []
        table.add_row(
            say("opening") if line["opportunity"] else say(line["level"]),
            f"{line['title_' + lang()]}\n{line['id']}",
            "\n".join([say(line["state"]), *flags]),
            line["waits_for"],
            line["due"].strftime("%Y-%m-%d %H:%MZ") if line["due"] else "",
            f"{line['escalations']} {line['last_escalation']}".strip()
            if line["escalations"]
            else "",
        )
    Console().print(table)
