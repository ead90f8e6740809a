"""`tocsin forecast` and `tocsin backtest`: what may come, and how good such words have been."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, Language, chosen
from tocsin.cli.forecast_told import (
    progress,
    tell_absent,
    tell_exceeded,
    tell_explanation,
    tell_issued,
    tell_issues,
    tell_remark,
    tell_standings,
    tell_waiting,
)
from tocsin.cli.panel import Area, AsOf, LevelName, Reconstruct, TargetName
from tocsin.cli.progress import waiting
from tocsin.cli.spreading import Scheduler, Workers
from tocsin.cli.words import lang, say

Levels = Annotated[
    str, typer.Option("--level", help=say("country, admin1 or priogrid; several, or all."))
]
Targets = Annotated[
    str, typer.Option("--target", help=say("ged_sb, ged_ns, ged_os, ged_all; several, or all."))
]
IssueName = Annotated[
    str, typer.Option("--issue", help=say("Name of an issue (default: the last that serves)."))
]
AsOfIssue = Annotated[
    str, typer.Option("--as-of", help=say("Only what had been issued from data of this day."))
]
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
    group.command("list", help=_LIST)(listing)
    group.command("exceed", help=_EXCEED)(exceed)
    group.command("score", help=_SCORE)(score)
    group.command("explain", help=_EXPLAIN)(explain)
    group.command("models", help=say("List the models.\n\nExample: tocsin forecast models"))(models)
    app.add_typer(group)
    app.command("backtest", help=_BACKTEST)(backtest)


_RUN = say(
    "Issue the forecasts of one model from one origin into the archive, with two baselines beside "
    "them; areas add up to their country and types of violence to their sum, draw by draw. Gates "
    "stop what needs a look. A run that was cut off goes on where it was.\n\n"
    "Example: tocsin forecast run --level country,admin1 --target all --as-of 2024-05-25 "
    "--horizons 1-12 --out out"
)
_LIST = say("List the forecasts that were issued.\n\nExample: tocsin forecast list")
_EXPLAIN = say(
    "What the forecast of one area leans on: its components, the past situations it was drawn "
    "from and what followed them, what changed since the last one.\n\n"
    "Example: tocsin forecast explain MLI --origin 2023-06 --reconstruct --out mali.html"
)
_SCORE = say(
    "Judge every issued forecast by the truth released so far, beside the baselines issued with "
    "it. Lines are only added: a new vintage of the truth gives a new line.\n\n"
    "Example: tocsin forecast score --as-of 2025-07-01 --out out"
)
_EXCEED = say(
    "The chance that deaths over some areas and months together exceed a number, read off the "
    "draws of an issued forecast.\n\n"
    "Example: tocsin forecast exceed --area MLI,BFA,NER --months 2024-06..2024-08 --above 500,1500"
)
_BACKTEST = say(
    "Score models on past origins, each time with what lay before the origin only.\n\n"
    "Example: tocsin backtest --level country --target ged_all --from 2015-01 --to 2016-12 "
    "--models conflictology12,last"
)


def run(
    target: Targets = "all",
    origin: Annotated[
        str,
        typer.Option(
            "--origin",
            help=say("Last month whose data are used, as 2024-04 (default: the last one counted)."),
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help=say("Folder for copies."))] = None,
    level: Levels = "country",
    horizons: Horizons = "1-12",
    model: Annotated[
        str, typer.Option("--model", help=say("Name of the model (default: the best one)."))
    ] = "",
    area: Area = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    draws: Draws = 1000,
    seed: Seed = 1,
    joint: Annotated[
        bool,
        typer.Option("--joint/--apart", help=say("Have areas and types add up, draw by draw.")),
    ] = True,
    nowcast: Annotated[
        bool,
        typer.Option(
            "--nowcast", help=say("Let late figures be revised as such figures have been.")
        ),
    ] = False,
    despite: Annotated[
        str,
        typer.Option(
            "--despite", help=say("Why to publish although a gate found something; it is kept.")
        ),
    ] = "",
    workers: Workers = 1,
    scheduler: Scheduler = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import issuing

    with progress(say("Forecasting…")) as on_step:
        done = issuing.run_forecast(
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
            joint=joint,
            nowcast=nowcast,
            despite=despite,
            workers=workers,
            scheduler=scheduler,
            on_step=on_step,
            on_remark=tell_remark,
            on_absent=tell_absent,
            on_wait=tell_waiting,
        )
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
        return
    tell_issued(done)


def listing(
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import issuing

    issues = issuing.issued()
    if as_json:
        typer.echo(json.dumps(issues, indent=2, ensure_ascii=False))
        return
    if not issues:
        typer.echo(say("No forecast has been issued yet."))
        return
    tell_issues(issues)


def exceed(
    area: Annotated[
        str,
        typer.Option(
            "--area", help=say("Countries, regions, areas such as MLI.mopti, cells; with commas.")
        ),
    ],
    months: Annotated[str, typer.Option("--months", help=say("Months, as 2024-01..2024-06."))],
    above: Annotated[str, typer.Option("--above", help=say("Deaths; several with commas."))],
    target: TargetName = "ged_all",
    issue: IssueName = "",
    as_of: AsOfIssue = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import foreseeing

    found = foreseeing.exceed(area, months, above, target=target, issue=issue, as_of=as_of)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    tell_exceeded(found)


def score(
    as_of: Annotated[
        str, typer.Option("--as-of", help=say("Only truth released by the end of this day."))
    ] = "",
    issue: Annotated[
        str, typer.Option("--issue", help=say("Judge this issue only (default: all)."))
    ] = "",
    partial: Annotated[
        bool,
        typer.Option(
            "--partial", help=say("Judge by releases that leave out a part of the events, too.")
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=say("Folder for every line as CSV and the page as HTML.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import scoring

    with progress(say("Scoring issued forecasts…")) as on_step:
        found = scoring.score_issued(
            as_of=as_of,
            issue=issue,
            partial=partial,
            out=out,
            lang=lang(),
            on_step=on_step,
            on_wait=tell_waiting,
        )
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    typer.echo(
        say(
            "{issues} issues, {added} lines added, {waiting} forecasts wait for their truth "
            "(as of {as_of})."
        ).format(**found)
    )
    if found["in_part"]:
        typer.echo(
            say(
                "Of {in_part} of these a release holds a part of the events: --partial judges "
                "by it."
            ).format(**found)
        )
    if found["standings"]:
        tell_standings(found["standings"])
    for path in found["paths"]:
        typer.echo(path)


def explain(
    area: Annotated[
        str,
        typer.Argument(help=say("A country, an area such as MLI.mopti, or a cell such as 154257.")),
    ],
    origin: Annotated[
        str,
        typer.Option(
            "--origin",
            help=say("Last month whose data are used, as 2024-04 (default: the last one counted)."),
        ),
    ] = "",
    target: TargetName = "ged_all",
    horizons: Horizons = "1-6",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    issue: IssueName = "",
    top: Annotated[
        int, typer.Option("--top", min=1, max=1000, help=say("How many past situations to show."))
    ] = 10,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help=say("File to write: .html, or .svg for the chart."))
    ] = None,
    language: Language = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import explaining

    told_in = chosen(language)
    with progress(say("Explaining…")):
        found = explaining.explain_forecast(
            area,
            origin=origin,
            target=target,
            horizons=horizons,
            as_of=as_of,
            reconstruct=reconstruct,
            issue=issue,
            top=top,
            seed=seed,
            lang=told_in,
            out=out,
        )
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    tell_explanation(found, told_in)


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
    workers: Workers = 1,
    scheduler: Scheduler = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import forecasting

    with waiting(say("Scoring past forecasts…")):
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
            workers=workers,
            scheduler=scheduler,
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
