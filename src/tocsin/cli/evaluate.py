"""`tocsin evaluate`: how good forecasts have been, as a report in French and English."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.forecast import Draws, Horizons, Seed
from tocsin.cli.panel import Area, AsOf, LevelName, Reconstruct
from tocsin.cli.words import lang as terminal_lang
from tocsin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add `tocsin evaluate` to `app`."""
    app.command("evaluate", help=_EVALUATE)(evaluate)


_EVALUATE = say(
    "Judge past forecasts and report on them: HTML and PDF in each language, every figure as JSON, "
    "every score as CSV.\n\n"
    "What is judged: the store's past (nothing given), the windows of the VIEWS challenge (the "
    "word challenge), or forecasts of your own in its layout (a file or folder).\n\n"
    "Examples: tocsin evaluate --level admin1 --target ged_sb --from 2018-01 --to 2023-12 "
    "--area SAHEL --reconstruct --out report\n\n"
    "tocsin evaluate challenge --data data --level country --windows Y2018,Y2019 --out report\n\n"
    "tocsin evaluate my_forecast.parquet --data data --out report"
)


def evaluate(
    what: Annotated[
        str,
        typer.Argument(
            help=say("challenge, a file or folder of forecasts, or nothing for the store.")
        ),
    ] = "",
    out: Annotated[Path, typer.Option("--out", help=say("Folder to write to."))] = Path(),
    level: LevelName = "country",
    target: Annotated[
        str, typer.Option("--target", help=say("ged_sb, ged_ns, ged_os, or ged_all, their sum."))
    ] = "ged_sb",
    first: Annotated[
        str, typer.Option("--from", help=say("First month to judge, as 2018-01 (store)."))
    ] = "",
    last: Annotated[
        str, typer.Option("--to", help=say("Last month to judge, as 2023-12 (store)."))
    ] = "",
    step: Annotated[int, typer.Option("--step", min=1, help=say("Months between origins."))] = 3,
    horizons: Horizons = "1-12",
    data: Annotated[
        Path | None, typer.Option("--data", help=say("Folder with the challenge's Parquet files."))
    ] = None,
    windows: Annotated[
        str,
        typer.Option(
            "--windows", help=say("Windows, with commas: Y2018,Y2019; or a first month, 2024-07.")
        ),
    ] = "Y2018,Y2019,Y2020,Y2021,Y2022",
    names: Annotated[
        str,
        typer.Option(
            "--models",
            help=say("Models, with commas; the first is judged against the baseline."),
        ),
    ] = "",
    area: Area = "",
    as_of: AsOf = "",
    reconstruct: Reconstruct = False,
    draws: Draws = 1000,
    seed: Seed = 1,
    lang: Annotated[
        str, typer.Option("--lang", help=say("fr, en or both (default: both)."))
    ] = "both",
    as_json: AsJson = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import evaluating
    from tocsin.workflow.judged import keep_evaluation

    if what and data is None:
        raise UsageError(
            "there is nothing to judge these forecasts by",
            remedy="Give the folder of the challenge's data: --data.",
        )
    if not what and not (first and last):
        raise UsageError("no months to judge are given", remedy="Give --from and --to, as 2018-01.")
    with _telling() as told:
        if what == "challenge" and data is not None:
            found, judged = evaluating.evaluate_challenge(
                data, level, windows, models=names, seed=seed, told=told
            )
        elif what and data is not None:
            found, judged = evaluating.evaluate_file(
                Path(what), data, baseline=names, seed=seed, told=told
            )
        else:
            found, judged = evaluating.evaluate_store(
                level,
                target,
                first,
                last,
                models=names,
                horizons=horizons,
                step=step,
                area=area,
                as_of=as_of,
                reconstruct=reconstruct,
                draws=draws,
                seed=seed,
                told=told,
            )
        langs = ("fr", "en") if lang == "both" else (lang or terminal_lang(),)
        paths = evaluating.write_report(found, judged, out, langs)
        if not what:  # the store's own: its pages show it
            keep_evaluation(found, area=area, as_of=as_of, reconstruct=reconstruct)
    if as_json:
        typer.echo(json.dumps(evaluating.summary(found) | {"paths": [str(one) for one in paths]}))
        return
    _show(evaluating.summary(found))
    for path in paths:
        typer.echo(path)


def _show(summary: dict[str, Any]) -> None:
    typer.echo(f"{say('model'):<20} {say('forecasts'):>10} {'CRPS':>10} {'IGN':>8} {'MIS':>10}")
    for name, scores in summary["scores"].items():
        typer.echo(
            f"{name:<20} {summary['rows']:>10} {scores['crps']:>10.4f} "
            f"{scores['ign']:>8.4f} {scores['mis']:>10.3f}"
        )
    if gain := summary["gain"]:
        typer.echo(
            say(
                "Gain of {model} over {baseline} on CRPS: {value:.1%} (90% interval {low:.1%} to "
                "{high:.1%})"
            ).format(model=summary["model"], baseline=summary["baseline"], **gain)
        )


@contextmanager
def _telling() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr that says which model and window is at work; silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("Scoring past forecasts…"), total=None)

        def told(at_work: str, done: int, of: int) -> None:
            words = at_work or say("Writing the report…")
            bar.update(task, completed=done, total=of or None, description=words)

        yield told
