"""`tocsin forecast` and `tocsin backtest`: what may come, and how good such words have been."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.panel import Area, AsOf, LevelName, Reconstruct, TargetName
from tocsin.cli.words import say

Horizons = Annotated[
    str, typer.Option("--horizons", help=say("Months after the origin, as 3-14 or 1,3,6."))
]
Draws = Annotated[int, typer.Option("--draws", min=2, max=100_000, help=say("Draws a forecast."))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("The same seed, the same draws."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin forecast` and `tocsin backtest` to `app`."""
    group = typer.Typer(
        name="forecast", help=say("Forecast deaths by area and month."), no_args_is_help=True
    )
    group.command("run", help=_RUN)(run)
    group.command("models", help=say("List the models.\n\nExample: tocsin forecast models"))(models)
    app.add_typer(group)
    app.command("backtest", help=_BACKTEST)(backtest)


_RUN = say(
    "Write the forecasts of one model from one origin: one Parquet file, all draws in one "
    "column.\n\n"
    "Example: tocsin forecast run --level country --target ged_all --origin 2024-04 "
    "--horizons 3-14 --out out"
)
_BACKTEST = say(
    "Score models on past origins, each time with what lay before the origin only.\n\n"
    "Example: tocsin backtest --level country --target ged_all --from 2015-01 --to 2016-12 "
    "--models conflictology12,last"
)


def run(
    target: TargetName,
    origin: Annotated[
        str, typer.Option("--origin", help=say("Last month whose data are used, as 2024-04."))
    ],
    out: Annotated[Path, typer.Option("--out", help=say("Folder to write to."))],
    level: LevelName = "country",
    horizons: Horizons = "1-12",
    model: Annotated[
        str, typer.Option("--model", help=say("Name of the model (default: the best one)."))
    ] = "",
    area: Area = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    draws: Draws = 1000,
    seed: Seed = 1,
) -> None:
    from rich.console import Console

    from tocsin.workflow import forecasting

    with Console(stderr=True).status(say("Forecasting…")):
        done = forecasting.run_forecast(
            out,
            level=level,
            target=target,
            origin=origin,
            horizons=horizons,
            model=model,
            area=area,
            as_of=as_of,
            reconstruct=reconstruct,
            draws=draws,
            seed=seed,
        )
    typer.echo(say("{forecasts} forecasts of {units} areas by {model}: {path}").format(**done))
    if done["left_out"]:
        typer.echo(
            say("{count} areas are left out, because nothing is known of them: {names}").format(
                count=len(done["left_out"]), names=", ".join(done["left_out"][:10])
            ),
            err=True,
        )


def models(level: LevelName = "country") -> None:
    from tocsin.workflow import forecasting

    for name in forecasting.model_names(level):
        typer.echo(name)


def backtest(
    target: TargetName,
    first: Annotated[str, typer.Option("--from", help=say("First origin, as 2015-01."))],
    last: Annotated[str, typer.Option("--to", help=say("Last origin, as 2016-12."))],
    level: LevelName = "country",
    step: Annotated[int, typer.Option("--step", min=1, help=say("Months between origins."))] = 3,
    horizons: Horizons = "1-12",
    names: Annotated[
        str, typer.Option("--models", help=say("Models, with commas (default: all)."))
    ] = "",
    area: Area = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    draws: Draws = 1000,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help=say("CSV file for every single score."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("Print JSON."))] = False,
) -> None:
    from rich.console import Console

    from tocsin.workflow import forecasting

    with Console(stderr=True).status(say("Scoring past forecasts…")):
        rows = forecasting.run_backtest(
            level=level,
            target=target,
            first=first,
            last=last,
            step=step,
            horizons=horizons,
            models=names,
            area=area,
            as_of=as_of,
            reconstruct=reconstruct,
            draws=draws,
            seed=seed,
            out=out,
        )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    typer.echo(f"{say('model'):<20} {say('forecasts'):>10} {'CRPS':>10} {'IGN':>8} {'MIS':>10}")
    for row in rows:
        typer.echo(
            f"{row['model_id']:<20} {row['forecasts']:>10} {row['crps']:>10.4f} "
            f"{row['ign']:>8.4f} {row['mis']:>10.3f}"
        )
