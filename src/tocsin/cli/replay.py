"""`tocsin replay`: drive the system through a past period, with the clock held at each step."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson, Rules
from tocsin.cli.words import lang, say


def register(app: typer.Typer) -> None:
    """Add `tocsin replay` to `app`."""
    app.command(
        "replay",
        help=say(
            "Drive the whole system through a past period, on what was known at each step.\n\n"
            "Nothing is written to the store's own ledger. What it missed is printed too.\n\n"
            "Example: tocsin replay mali --from 2023-06-30 --to 2023-11-30"
        ),
    )(replay)


def replay(
    dossier: Annotated[str, typer.Argument(help=say("A dossier's name, or its folder."))],
    first: Annotated[str, typer.Option("--from", help=say("First day, as 2023-06-30."))],
    last: Annotated[str, typer.Option("--to", help=say("Last day, as 2023-11-30."))],
    step: Annotated[str, typer.Option("--step", help=say("month or week."))] = "month",
    desk: Annotated[
        str,
        typer.Option(
            "--desk",
            help=say("prompt: acknowledges and monitors at once; silent: never answers."),
        ),
    ] = "prompt",
    strict: Annotated[
        bool,
        typer.Option("--strict", help=say("Counts only as released by each day: no later ones.")),
    ] = False,
    rules: Rules = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option("--out", help=say("Write the JSON to this file too."))
    ] = None,
) -> None:
    from tocsin.workflow import rehearsal

    found = rehearsal.replay(
        dossier,
        first,
        last,
        step=step,
        desk=desk,
        reconstruct=not strict,
        rules=rules,
        on_step=lambda day: typer.echo(f"… {day}", err=True),
    )
    text = json.dumps(found, ensure_ascii=False, indent=2)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    typer.echo(text if as_json else _told(found))


def _told(found: dict[str, Any]) -> str:
    lines = [say("EXERCISE EXERCISE EXERCISE")]
    counts = found["counts"]
    if not counts["held"]:
        lines.append(say("No counts of events are held: rules over them are unknown."))
    elif counts["reconstructed"]:
        lines.append(say("Counts are a reconstruction: later releases, cut at what was known."))
    for step in found["steps"]:
        lines += ["", f"== {step['clock']} =="]
        lines += [line for one in step["opened"] for line in _opened(one)]
        lines += [
            f"  {say(one['change'])}: {one['title'][lang()]} — {say(one['level'])}"
            for one in step["changed"]
        ]
        lines += [
            f"  {say('closed')}: {one['id']} — {say(one['outcome'])}" for one in step["closed"]
        ]
        told = say("  {open} open, {escalations} escalations").format(
            open=len(step["open"]), escalations=step["escalations"]
        )
        lines.append(told)
    score = found["score"]
    lines += ["", say("Verdict")]
    lines += [
        f"  {say(one['outcome'])}: {one['id']}"
        + (f" ({say('lead')} {one['lead_days']} d)" if one["lead_days"] is not None else "")
        for one in found["warnings"]
    ]
    lines += ["", say("What it missed")]
    lines += [
        f"  {one['problem']}: {one['name'][lang()]}, {one['when']} ({one['what']})"
        for one in found["missed"]
    ] or [say("  nothing that the dossier or the counts know of")]
    lines += [
        "",
        say(
            "{hits} came true, {false_alarms} did not, {not_yet_known} not yet known, "
            "{misses} missed; Brier score {brier}"
        ).format(**score),
    ]
    return "\n".join(lines)


def _opened(one: dict[str, Any]) -> list[str]:
    because = "; ".join(each["title"][lang()] for each in one["because"])
    return [
        f"  {say('opened')}: {one['title'][lang()]} — {say(one['level'])}",
        f"      {because}",
    ]
