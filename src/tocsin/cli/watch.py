"""`tocsin watch`: one pass of the watch, or a service that makes one again and again."""

import json
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson, At, Rules
from tocsin.cli.panel import Reconstruct
from tocsin.cli.words import say
from tocsin.errors import TocsinError, UsageError

EVERY = 300  # seconds between the passes of a service


def register(app: typer.Typer) -> None:
    """Add `tocsin watch` to `app`."""
    app.command(
        "watch",
        help=say(
            "Make one pass: raise, update, escalate and deliver (--service: again and again).\n\n"
            "A pass that was missed or killed loses nothing and doubles nothing: run it again.\n\n"
            "Examples: tocsin watch\n\n"
            "tocsin watch --service --every 300"
        ),
    )(watch)


def watch(
    at: At = "",
    reconstruct: Reconstruct = False,
    rules: Rules = None,
    service: Annotated[
        bool,
        typer.Option("--service", help=say("Go on until stopped: a pass every five minutes.")),
    ] = False,
    every: Annotated[
        int, typer.Option("--every", min=0, help=say("Seconds between passes; 0: one pass."))
    ] = 0,
    send: Annotated[
        bool | None,
        typer.Option(
            "--send/--no-send",
            help=say("Whether messages go out (default: yes, unless the clock is set by hand)."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import serving

    def one_pass() -> None:
        from tocsin.workflow import delivering

        summary = delivering.watch(at, reconstruct=reconstruct, rules=rules, send=send)
        typer.echo(json.dumps(summary, ensure_ascii=False) if as_json else _told(summary))

    if at and (service or every):
        raise UsageError(
            "a service goes by the real clock", remedy="Leave out --at, or --service and --every."
        )
    if not (service or every):
        one_pass()
        return
    serving.serve(one_pass, every or EVERY, on_trouble=_tell_trouble)


def _tell_trouble(error: Exception) -> None:
    """A line on what went wrong: the service goes on, and the next pass makes up for this one."""
    known = isinstance(error, TocsinError)
    words = error.message(say) if isinstance(error, TocsinError) else type(error).__name__
    typer.secho(
        words if known else say("unforeseen: {name}").format(name=words), fg="yellow", err=True
    )


def _told(summary: dict[str, Any]) -> str:
    lines = [summary["at"]]
    for name in ("opened", "changed", "escalated", "closed", "silenced"):
        lines += [f"  {say(name)}: {one}" for one in summary[name]]
    lines += [f"  {line}" for line in _told_delivery(summary["delivery"])]
    lines += [
        f"  {say('answered')}: {one['id'][:18]} {say(one['stage'])} "
        f"({one['way']}, {say(one['outcome'])})"
        for one in summary["answers"]["answers"]
    ]
    lines += [
        "  " + say("reporters wait: {problem}").format(problem=one.replace("\n", " "))
        for one in summary["answers"]["waiting"]
    ]
    lines += [
        f"  {say(one['outcome'])}: {one['to']} ({len(one['records'])})"
        for one in summary["notices"]["notices"]
    ]
    lines += [
        "  " + say("not ready: {problem}").format(problem=one.replace("\n", " "))
        for one in summary["notices"]["not_sent"]
    ]
    if not summary["counted"]:
        lines.append("  " + say("No counts of events are held: rules over them are unknown."))
    lines.append("  " + say("{open} open warnings: tocsin duty").format(open=summary["open"]))
    return "\n".join(lines)


def _told_delivery(done: dict[str, Any]) -> list[str]:
    if not done["asked"]:
        return [say("The clock is set by hand: nothing was sent (--send sends it).")]
    if not done["configured"]:
        return [say("Nobody is told: no channels are written down (tocsin channels new).")]
    lines = [
        f"{say(one['outcome'])}: {one['to']} → {', '.join(one['roles'])} "
        f"({len(one['warnings'])}){' ' + one['detail'] if one['detail'] else ''}"
        for one in done["messages"]
    ]
    lines += [
        f"{say('withheld')} ({say(one['why'])}): {one['warning']} → {one['role']}"
        for one in done["withheld"]
    ]
    lines += [
        say("not ready: {problem}").format(problem=one.replace("\n", " "))
        for one in done["not_ready"]
    ]
    if done["unreachable"]:
        roles = ", ".join(done["unreachable"])
        lines.append(say("Roles without a channel: {roles}").format(roles=roles))
    return lines
