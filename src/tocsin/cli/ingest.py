"""`tocsin init`, `ingest`, `snapshots`, `sources`: files in, and what the store holds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.sources import Outcome
    from tocsin.tables import Snapshot

AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON."))]
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
    from tocsin import workflow

    node, home = workflow.name_store(org)
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

    from tocsin import workflow

    console = Console(stderr=True)
    outcomes: list[Outcome] = []
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=as_json) as bar:
        task = bar.add_task("", total=None)

        def step(name: str, done: int, total: int) -> None:
            bar.update(task, description=name, completed=done, total=total)

        def waiting() -> None:
            console.print(say("Another ingest is writing; waiting for it to finish."))

        for outcome in workflow.ingest(
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
            if not as_json:
                _show(outcome)
    if as_json:
        _print_json({"files": outcomes})
    if worst := max((outcome.exit_code for outcome in outcomes), default=0):
        raise typer.Exit(worst)


def snapshots(
    as_of: Annotated[
        str, typer.Option("--as-of", help=say("Only what had been released by this day."))
    ] = "",
    source: SourceName = "",
    as_json: AsJson = False,
) -> None:
    from tocsin import workflow

    held = workflow.snapshots(as_of=as_of, source=source)
    if as_json:
        _print_json({"snapshots": held})
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
            _number(each.rows_kept),
            _period(each),
            _covers(each),
        )
    _stdout().print(table)


def sources(as_json: AsJson = False) -> None:
    from tocsin import workflow

    known = workflow.known_sources()
    if as_json:
        _print_json({"sources": known})
        return
    for each in known:
        typer.secho(f"{each.key}  {each.title}", bold=True)
        typer.echo(f"  {each.publisher}. {say('Licence')}: {each.licence}")
        typer.echo(f"  {each.citation}\n  {each.home}\n")


# --- how results are shown -----------------------------------------------------------------------


def _show(outcome: "Outcome") -> None:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, title_justify="left")
    table.title = f"{outcome.path}: {say(outcome.status)}"
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if outcome.problem:
        table.add_row(say("problem"), outcome.problem)
        if outcome.remedy:
            table.add_row(say("what to do"), outcome.remedy)
    if outcome.snapshot is not None:
        for name, value in _facts(outcome.snapshot):
            table.add_row(say(name), value)
    for note in outcome.notes:
        table.add_row(say("note"), note)
    _stdout().print(table, markup=False)
    if outcome.rejects_file:  # on a line of its own, so that the path can be copied
        typer.echo(f"{say('rejects file')}: {outcome.rejects_file}")
    typer.echo()


def _facts(held: "Snapshot") -> list[tuple[str, str]]:
    facts = [
        ("source", held.title),
        ("snapshot", held.snapshot_id),
        ("released", held.released_on.isoformat()),
        ("rows read", _number(held.rows_read)),
        ("rows kept", _number(held.rows_kept)),
        ("rows set aside", _by_reason(held.set_aside)),
        ("values doubted", _by_reason(held.doubts)),
        ("duplicates", _number(held.duplicates)),
        ("period", _period(held)),
        ("places", _number(held.places)),
        ("covers", _covers(held)),
        ("licence", held.licence),
        ("citation", held.citation),
    ]
    return [fact for fact in facts if fact[1]]


def _by_reason(counts: dict[str, int]) -> str:
    from tocsin import workflow

    meanings = workflow.reasons()
    lines = [f"{_number(rows)}  {say(meanings.get(code, code))}" for code, rows in counts.items()]
    return "\n".join([_number(sum(counts.values())), *lines])


def _period(held: "Snapshot") -> str:
    return " … ".join(day.isoformat() for day in held.period) if held.period else ""


def _covers(held: "Snapshot") -> str:
    from tocsin.tables.months import month_text

    covered = held.coverage
    if covered is None:
        return ""
    where = ", ".join(covered.units[:8]) + (" …" if len(covered.units) > 8 else "")
    parts = [
        f"{month_text(covered.month_from)} … {month_text(covered.month_to)}",
        where or say("the whole world"),
        "" if covered.complete else say("incomplete"),
        "" if covered.silence_is_zero else say("what it does not list is unknown"),
        say(covered.note) if covered.note else "",
    ]
    return "; ".join(part for part in parts if part)


def _number(value: int) -> str:
    from tocsin.language import number

    return number(value, lang())


def _stdout() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _print_json(content: dict[str, Any]) -> None:
    import msgspec

    typer.echo(json.dumps(msgspec.to_builtins(content), ensure_ascii=False, indent=2))
