"""`tocsin watch`: one pass of the watch, or a service that makes one again and again."""

import json
from typing import Annotated, Any

import typer

from tocsin.cli.panel import Reconstruct
from tocsin.cli.warnings import AsJson, At, Rules
from tocsin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add `tocsin watch` to `app`."""
    app.command(
        "watch",
        help=say(
            "Make one pass: raise, update and escalate warnings (--every: again and again).\n\n"
            "A pass that was missed or killed loses nothing and doubles nothing: run it again.\n\n"
            "Example: tocsin watch --every 300"
        ),
    )(watch)


def watch(
    at: At = "",
    reconstruct: Reconstruct = False,
    rules: Rules = None,
    every: Annotated[
        int, typer.Option("--every", min=0, help=say("Seconds between passes; 0: one pass."))
    ] = 0,
    as_json: AsJson = False,
) -> None:
    import time

    from tocsin.workflow import watchkeeping

    while True:
        summary = watchkeeping.watch(at, reconstruct=reconstruct, rules=rules)
        typer.echo(json.dumps(summary, ensure_ascii=False) if as_json else _told(summary))
        if not every:
            return
        time.sleep(every)


def _told(summary: dict[str, Any]) -> str:
    lines = [summary["at"]]
    for name in ("opened", "changed", "escalated", "closed"):
        lines += [f"  {say(name)}: {one}" for one in summary[name]]
    if not summary["counted"]:
        lines.append("  " + say("No counts of events are held: rules over them are unknown."))
    lines.append("  " + say("{open} open warnings: tocsin duty").format(open=summary["open"]))
    return "\n".join(lines)
