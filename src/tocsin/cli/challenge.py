"""`tocsin challenge`: the field's public contest, its baselines, our forecasts and their scores."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.spreading import Scheduler, Workers
from tocsin.cli.words import say

DataFolder = Annotated[
    Path, typer.Option("--data", help=say("Folder with the challenge's Parquet files."))
]
Windows = Annotated[
    str,
    typer.Option(
        "--windows", help=say("Windows, with commas: Y2018,Y2019; or a first month, 2024-07.")
    ),
]
OutFolder = Annotated[Path, typer.Option("--out", help=say("Folder to write to."))]
LevelName = Annotated[str, typer.Option("--level", help=say("Level of area: country or priogrid."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin challenge` to `app`."""
    group = typer.Typer(
        name="challenge",
        help=say("The VIEWS Prediction Challenge: baselines, forecasts, scores."),
        no_args_is_help=True,
    )
    group.command("baselines", help=_BASELINES)(baselines)
    group.command("forecast", help=_FORECAST)(forecast)
    group.command("score", help=_SCORE)(score)
    app.add_typer(group)


_BASELINES = say(
    "Write the challenge's baselines in its own layout.\n\n"
    "Example: tocsin challenge baselines --data data --windows Y2018,Y2019 --out out"
)
_FORECAST = say(
    "Write forecasts of a model in the challenge's layout, also for months not yet known.\n\n"
    "Example: tocsin challenge forecast --data data --level country --windows Y2023 --out out"
)
_SCORE = say(
    "Score a submission: CRPS, log score (IGN) and interval score (MIS) of each window.\n\n"
    "Example: tocsin challenge score out/conflictology12 --actuals actuals.parquet --json"
)


def baselines(
    data: DataFolder, windows: Windows, out: OutFolder, level: LevelName = "country"
) -> None:
    from tocsin.workflow import challenging

    _write(challenging.challenge_baselines(data, level, windows, out))


def forecast(
    data: DataFolder,
    windows: Windows,
    out: OutFolder,
    level: LevelName = "country",
    model: Annotated[
        str, typer.Option("--model", help=say("Name of the model (default: the best one)."))
    ] = "",
    seed: Annotated[int, typer.Option("--seed", help=say("The same seed, the same draws."))] = 1,
    workers: Workers = 1,
    scheduler: Scheduler = "",
) -> None:
    from tocsin.workflow import challenging

    _write(
        challenging.challenge_forecast(data, level, windows, out, model, seed, workers, scheduler)
    )


def score(
    folder: Annotated[Path, typer.Argument(help=say("Folder of one model's submission."))],
    actuals: Annotated[Path, typer.Option("--actuals", help=say("The file of what happened."))],
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import challenging

    rows = challenging.challenge_score(folder, actuals)
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    typer.echo(
        f"{say('model'):<20} {say('window'):<8} {say('rows'):>8} "
        f"{'CRPS':>10} {'IGN':>8} {'MIS':>10}"
    )
    for row in rows:
        typer.echo(
            f"{row['model']:<20} {row['window']:<8} {row['rows']:>8} "
            f"{row['crps']:>10.4f} {row['ign']:>8.4f} {row['mis']:>10.3f}"
        )


def _write(written: Iterator[tuple[str, str, Path]]) -> None:
    """Print each file as it appears; say that work goes on meanwhile."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(say("Forecasting…")):
        for model, window, path in written:
            console.print(f"{model}  {window}  {path}", highlight=False, soft_wrap=True)
