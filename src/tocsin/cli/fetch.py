"""`tocsin fetch`: official files from their publishers or from a mirror."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.sources.arrivals import Arrival


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("fetch", help=_FETCH)(fetch)


_FETCH = say(
    "Get official files, from the mirror if TOCSIN_MIRROR names one, else from the publisher.\n\n"
    "A line that breaks is taken up where it broke, now or at the next call. A file is in its"
    " place only when it is whole and has the declared hash.\n\n"
    "Examples: tocsin fetch ucdp_ged --version 25.1\n\n"
    "tocsin fetch ucdp_candidate --version 24.0.5 --ingest\n\n"
    "TOCSIN_MIRROR=/media/stick tocsin fetch all"
)


def fetch(
    names: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help=say("Keys of sources (see tocsin sources), or all.")),
    ],
    version: Annotated[
        str,
        typer.Option(
            "--version", help=say("Release, such as 25.1 (default: the newest one known).")
        ),
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help=say("Get files anew even if they are already here."))
    ] = False,
    then_ingest: Annotated[
        bool, typer.Option("--ingest", help=say("Then read the files into the store."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TransferSpeedColumn,
    )

    from tocsin.workflow import arriving

    arrivals: list[Arrival] = []
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    console = Console(stderr=True)
    with Progress(*columns, TransferSpeedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def step(name: str, here: int, whole: int | None) -> None:
            bar.update(task, description=name, completed=here, total=whole, visible=True)

        for arrival in arriving.fetch(
            names, version=version, again=again, on_step=step, translate=say
        ):
            arrivals.append(arrival)
            if not as_json:
                _show(arrival)
    here = [Path(arrival.path) for arrival in arrivals if arrival.path]
    if as_json:
        _print_json(arrivals)
    elif here and not then_ingest:
        typer.echo(say("Read them in with: tocsin ingest {folder}").format(folder=_folder(here)))
    if then_ingest and here:
        from tocsin.cli.ingest import ingest

        ingest(here, as_json=as_json)
    if worst := max((arrival.exit_code for arrival in arrivals), default=0):
        raise typer.Exit(worst)


def _show(arrival: "Arrival") -> None:
    """One line a file; a failure goes to stderr with what to do."""
    from tocsin.language import number

    head = f"{arrival.source} {arrival.version}".strip()
    if arrival.status == "failed":
        typer.secho(f"{head}: {arrival.problem}", fg="red", err=True)
        typer.echo(arrival.remedy, err=True)
        return
    if arrival.status == "not offered":
        text = say("no file at a fixed address; see {home}").format(home=arrival.remedy)
        typer.echo(f"{head}: {text}", err=True)
        return
    size = say("{size} bytes").format(size=number(arrival.bytes, lang()))
    typer.echo(f"{head}: {say(arrival.status)}, {size}, sha256 {arrival.sha256[:12]}…")
    typer.echo(f"  {arrival.path}")


def _folder(paths: list[Path]) -> str:
    """The shortest thing to type that names all the files."""
    if len(paths) == 1:
        return str(paths[0])
    parents = {path.parent for path in paths}
    return str(parents.pop() if len(parents) == 1 else paths[0].parents[1])


def _print_json(arrivals: list["Arrival"]) -> None:
    import json

    import msgspec

    files = msgspec.to_builtins(arrivals)
    typer.echo(json.dumps({"files": files}, ensure_ascii=False, indent=2))
