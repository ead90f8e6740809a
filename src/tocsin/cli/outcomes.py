"""How the terminal shows what became of files: one in full, many in a table."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.sources import Outcome
    from tocsin.tables import Snapshot


def show_outcomes(outcomes: "list[Outcome]") -> None:
    """One file in full; several as a row each, with what is owed to their publishers below."""
    if len(outcomes) == 1:
        _show_one(outcomes[0])
    elif outcomes:
        _show_many(outcomes)


def _show_many(outcomes: "list[Outcome]") -> None:
    held = [each for each in outcomes if each.snapshot is not None]
    _table_of(held)
    for outcome in outcomes:
        for note in outcome.notes:
            typer.echo(f"{Path(outcome.path).name}: {note}")
        if outcome.rejects_file:
            typer.echo(f"{say('rejects file')}: {outcome.rejects_file}")
    if strangers := [each.path for each in outcomes if each.status == "not recognised"]:
        names = ", ".join(Path(path).name for path in strangers)
        typer.echo("\n" + say("Not recognised, and left alone: {names}").format(names=names))
    for refused in (each for each in outcomes if each.status == "refused"):
        typer.secho(f"\n{refused.path}: {say(refused.status)}", fg="red")
        typer.echo(f"  {refused.problem}\n  {refused.remedy}")
    _show_terms(each.snapshot for each in held if each.snapshot is not None)


def _table_of(held: "list[Outcome]") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (
        "file",
        "",
        "released",
        "rows read",
        "rows kept",
        "rows set aside",
        "duplicates",
        "period",
    ):
        counted = heading in ("rows read", "rows kept", "rows set aside", "duplicates")
        table.add_column(
            say(heading) if heading else "", justify="right" if counted else "left", overflow="fold"
        )
    for outcome in held:
        each = outcome.snapshot
        assert each is not None
        table.add_row(
            Path(outcome.path).name,
            say(outcome.status),
            each.released_on.isoformat(),
            figure(each.rows_read),
            figure(each.rows_kept),
            figure(sum(each.set_aside.values())),
            figure(each.duplicates),
            period(each),
        )
    stdout().print(table, markup=False)


def _show_terms(held: "Iterable[Snapshot]") -> None:
    """Licence and citation of each source, once."""
    terms = {(each.licence, each.citation): each.publisher for each in held}
    for (licence, citation), publisher in terms.items():
        typer.echo(f"\n{publisher}. {say('Licence')}: {licence}\n  {citation}")


def _show_one(outcome: "Outcome") -> None:
    from rich.table import Table

    typer.echo(f"{outcome.path}: {say(outcome.status)}")
    table = Table(box=None, show_header=False, pad_edge=False)
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
    stdout().print(table, markup=False)
    if outcome.rejects_file:  # on a line of its own, so that the path can be copied
        typer.echo(f"{say('rejects file')}: {outcome.rejects_file}")
    typer.echo()


def _facts(held: "Snapshot") -> list[tuple[str, str]]:
    facts = [
        ("source", held.title),
        ("snapshot", held.snapshot_id),
        ("released", held.released_on.isoformat()),
        ("rows read", figure(held.rows_read)),
        ("rows kept", figure(held.rows_kept)),
        ("rows set aside", _by_reason(held.set_aside)),
        ("values doubted", _by_reason(held.doubts)),
        ("duplicates", figure(held.duplicates)),
        ("period", period(held)),
        ("places", figure(held.places)),
        ("covers", covers(held)),
        ("licence", held.licence),
        ("citation", held.citation),
    ]
    return [fact for fact in facts if fact[1]]


def _by_reason(counts: dict[str, int]) -> str:
    from tocsin.workflow import arriving

    meanings = arriving.reasons()
    lines = [f"{figure(rows)}  {say(meanings.get(code, code))}" for code, rows in counts.items()]
    return "\n".join([figure(sum(counts.values())), *lines])


def period(held: "Snapshot") -> str:
    return " … ".join(day.isoformat() for day in held.period) if held.period else ""


def covers(held: "Snapshot") -> str:
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


def figure(value: int) -> str:
    from tocsin.language import number

    return number(value, lang())


def stdout() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def print_json(content: dict[str, Any]) -> None:
    import msgspec

    typer.echo(json.dumps(msgspec.to_builtins(content), ensure_ascii=False, indent=2))
