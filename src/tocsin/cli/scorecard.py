"""`tocsin scorecard`: how the rules would have done, and how warnings were answered."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson, Rules
from tocsin.cli.words import lang, say
from tocsin.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add `tocsin scorecard` to `app`."""
    app.command(
        "scorecard",
        help=say(
            "Replay a problem's rules month by month and judge them against what came.\n\n"
            "Each run has its own folder (HTML, PDF, JSON, CSV) and is logged before it begins. "
            "With --responses: how the warnings of this ledger were answered.\n\n"
            "Example: tocsin scorecard --problem mass-casualty --from 2012-01 --to 2023-12 "
            "--out scores"
        ),
    )(scorecard)


def scorecard(
    first: Annotated[str, typer.Option("--from", help=say("First month, as 2012-01."))],
    last: Annotated[str, typer.Option("--to", help=say("Last month, as 2023-12."))],
    out: Annotated[Path, typer.Option("--out", help=say("Folder; each run has its own in it."))],
    problem: Annotated[
        list[str] | None,
        typer.Option("--problem", help=say("The warning problem; once for each, or all.")),
    ] = None,
    responses: Annotated[
        bool, typer.Option("--responses", help=say("How warnings were answered, not the rules."))
    ] = False,
    area: Annotated[
        str, typer.Option("--area", help=say("Judge only these: ISO3 codes, or a region."))
    ] = "",
    dossier: Annotated[
        list[str] | None,
        typer.Option("--dossier", help=say("Dossiers that state a harm that nobody counts.")),
    ] = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import scorecards

    if bool(problem) == responses:
        raise UsageError(
            "say what is to be scored",
            remedy="Name a problem (--problem NAME, or --problem all), or ask for --responses.",
        )
    if responses:
        found = [scorecards.responses(first, last, out)]
    else:
        names = [] if problem == ["all"] else list(problem or ())
        found = scorecards.scorecards(
            names, first, last, out,
            area=area, rules=rules, dossiers=dossier or scorecards.DOSSIERS,
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        typer.echo("\n".join([each["title"][lang()], *_told(each), f"  {each['folder']}", ""]))


def _told(found: dict[str, Any]) -> list[str]:
    match found["kind"]:
        case "unscored":
            return [f"  {say('This problem cannot be scored')}", f"  {found['reason'][lang()]}"]
        case "stated":
            names = ("hits", "false_alarms", "not_known", "misses", "median_lead_days", "brier")
            return [f"  {name}: {found['cases'][name]}" for name in names]
        case "responses":
            return [f"  {name}: {value}" for name, value in found["responses"].items()]
    return [line for name, each in found["groups"].items() for line in _group(name, each)]


def _group(name: str, figures: dict[str, Any]) -> list[str]:
    note = f" ({say('known to the authors')})" if "known_to_the_authors" in figures else ""
    keys = (
        "area_months", "alarms", "alarms_hit", "false_alarms", "alarms_per_analyst_week",
        "precision", "recall", "brier", "skill_over_persistence", "skill_over_seasonal", "onset",
        "continuation", "median_lead_days", "median_usable_lead_days",
    )  # fmt: skip
    return [f"  {name}{note}", *(f"    {key}: {figures[key]}" for key in keys)]
