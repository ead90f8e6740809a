"""`tocsin scorecard`: how the rules would have done, against persistence and the season."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.warnings import AsJson, Rules
from tocsin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add `tocsin scorecard` to `app`."""
    app.command(
        "scorecard",
        help=say(
            "Replay a problem's rules month by month and judge them against what came.\n\n"
            "Example: tocsin scorecard --problem mass-casualty --from 2012-01 --to 2023-12 "
            "--out scores"
        ),
    )(scorecard)


def scorecard(
    problem: Annotated[str, typer.Option("--problem", help=say("The warning problem."))],
    first: Annotated[str, typer.Option("--from", help=say("First month, as 2012-01."))],
    last: Annotated[str, typer.Option("--to", help=say("Last month, as 2023-12."))],
    out: Annotated[Path, typer.Option("--out", help=say("Folder; each run has its own in it."))],
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import rehearsal

    found = rehearsal.scorecard(problem, first, last, out, rules=rules)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, figures in found["groups"].items():
        note = f" ({say('known to the authors')})" if "known_to_the_authors" in figures else ""
        typer.echo(f"{name}{note}")
        for key in (
            "alarms", "alarms_hit", "false_alarms", "alarms_per_analyst_week", "precision",
            "recall", "brier", "skill_over_persistence", "skill_over_seasonal", "onset",
            "continuation",
        ):  # fmt: skip
            typer.echo(f"  {key}: {figures[key]}")
    typer.echo(found["folder"])
