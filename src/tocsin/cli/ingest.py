"""`tocsin init`, `ingest`, `snapshots`, `sources`: files in, and what the store holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.outcomes import covers, figure, period, print_json, show_outcomes, stdout
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.sources import Outcome

SourceName = Annotated[
    str, typer.Option("--source", help=say("Key of a source (see tocsin sources)."))
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("init", help=_INIT)(init)
    app.command("ingest", help=_INGEST)(ingest)
    app.command("snapshots", help=_SNAPSHOTS)(snapshots)
    app.command("sources", help=_SOURCES)(sources)


_INIT = say(
    "Name the organisation that keeps this store.\n\n"
    "The store is the folder TOCSIN_HOME; it is made on first use.\n\n"
    "Example: tocsin init --org 'Observatoire du Liptako'"
)
_INGEST = say(
    "Read files into the store: each becomes a snapshot that is never changed.\n\n"
    "A file is recognised by its content. What cannot be read is set aside and listed, never"
    " dropped. The same file twice changes nothing; a newer release never erases an older one.\n\n"
    "Examples: tocsin ingest GEDEvent_v23_0_10.csv ged251-csv.zip\n\n"
    "tocsin ingest downloads --json\n\n"
    "tocsin ingest export.csv --released-on 2024-03-01"
)
_SNAPSHOTS = say(
    "List what the store holds, in the order of its release.\n\n"
    "Example: tocsin snapshots --as-of 2023-06-30"
)
_SOURCES = say(
    "List the sources that can be read, their licence and how to cite them.\n\n"
    "Example: tocsin sources"
)


def init(
    org: Annotated[str, typer.Option("--org", help=say("Name of the organisation."))] = "local",
) -> None:
    from tocsin.workflow import arriving

    before = arriving.written_unnamed()
    node, home = arriving.name_store(org)
    if before and node.organisation != before:
        warning = say(
            "What was written before stays under {before}, and {org} does not see it: read it with "
            "--reader {before}:analyst, or begin again in a new store (TOCSIN_HOME)."
        )
        typer.secho(warning.format(before=before, org=node.organisation), fg="yellow", err=True)
    typer.echo(say("This store belongs to {org}: {home}").format(org=node.organisation, home=home))


def ingest(
    paths: Annotated[list[Path], typer.Argument(help=say("Files, archives (zip, gz) or folders."))],
    source: SourceName = "",
    release: Annotated[
        str, typer.Option("--release", help=say("Name of the release, such as 23.1."))
    ] = "",
    released_on: Annotated[
        str,
        typer.Option(
            "--released-on", help=say("Day on which the publisher released it, as 2023-11-20.")
        ),
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help=say("Mapping file for an event table of your own.")),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            help=say(
                "Seconds to wait while another ingest writes (default: until it has finished)."
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    from tocsin.workflow import arriving

    console = Console(stderr=True)
    outcomes: list[Outcome] = []
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=as_json) as bar:
        task = bar.add_task("", total=None)

        def step(name: str, done: int, total: int) -> None:
            bar.update(task, description=name, completed=done, total=total)

        def waiting() -> None:
            console.print(say("Another ingest is writing; waiting for it to finish."))

        for outcome in arriving.ingest(
            paths,
            source=source,
            release=release,
            released_on=released_on,
            mapping=mapping,
            wait=wait,
            translate=say,
            on_step=step,
            on_wait=waiting,
        ):
            outcomes.append(outcome)
    if as_json:
        print_json({"files": outcomes})
    else:
        show_outcomes(outcomes)
    if worst := max((outcome.exit_code for outcome in outcomes), default=0):
        raise typer.Exit(worst)


def snapshots(
    as_of: Annotated[
        str, typer.Option("--as-of", help=say("Only what had been released by this day."))
    ] = "",
    source: SourceName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import arriving

    held = arriving.snapshots(as_of=as_of, source=source)
    if as_json:
        print_json({"snapshots": held})
        return
    if not held:
        typer.echo(
            say("Nothing of this kind had been released by that day.")
            if as_of or source
            else say("The store holds nothing yet. Begin with: tocsin ingest PATH")
        )
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("released", "snapshot", "rows", "period", "covers"):
        table.add_column(say(heading), overflow="fold")
    for each in held:
        table.add_row(
            each.released_on.isoformat(),
            each.snapshot_id,
            figure(each.rows_kept),
            period(each),
            covers(each),
        )
    stdout().print(table)


def sources(as_json: AsJson = False) -> None:
    from tocsin.workflow import arriving

    known = arriving.known_sources()
    if as_json:
        print_json({"sources": known})
        return
    for each in known:
        typer.secho(f"{each.key}  {each.title}", bold=True)
        typer.echo(f"  {each.publisher}. {say('Licence')}: {each.licence}")
        typer.echo(f"  {each.citation}\n  {each.home}\n")
