"""What `tocsin forecast` says on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.lake.archive import Remark
    from tocsin.language.text import Lang

_MEASURES = f" {'CRPS':>10} {'IGN':>8} {'MIS':>10}  {say('skill over the best baseline')}"


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the terminal; silent where there is none."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def on_step(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        yield on_step


def tell_remark(remark: "Remark") -> None:
    """What a gate found."""
    told = say(remark.problem).format(unit=remark.unit_id, **remark.fields)
    typer.echo(f"{remark.level} {remark.target}: {told}", err=True)


def tell_waiting() -> None:
    """Another process has the archive."""
    typer.echo(say("Another run is adding forecasts; waiting for it to finish."), err=True)


def tell_absent(pair: tuple[str, str]) -> None:
    """A level and target of which nothing is known."""
    level, target = pair
    typer.echo(
        say("Nothing is known of {target} at level {level}: it is left out.").format(
            level=level, target=target
        ),
        err=True,
    )


def tell_standings(rows: list[dict[str, Any]]) -> None:
    """Each model beside its baselines."""
    from tocsin.briefs.forecast_pages import told_skill

    words = (say("made"), say("level"), say("target"), say("model"), say("forecasts"))
    typer.echo("{:<13} {:<9} {:<8} {:<16} {:>10}".format(*words) + _MEASURES)
    for row in rows:
        made = say("live") if row["live"] else say("in hindsight")
        start = f"{made:<13} {row['level']:<9} {row['target']:<8} "
        typer.echo(
            f"{start}{row['model']:<16} {row['forecasts']:>10} {row['crps']:>10.4f} "
            f"{row['ign']:>8.4f} {row['mis']:>10.3f}  {told_skill(row, lang())}"
        )
        for name, means in row["baselines"].items():
            typer.echo(
                f"{start}{name:<16} {row['forecasts']:>10} {means['crps']:>10.4f} "
                f"{means['ign']:>8.4f} {means['mis']:>10.3f}"
            )


def tell_explanation(found: dict[str, Any], told_in: "Lang") -> None:
    """A forecast explained."""
    from tocsin.briefs import explained
    from tocsin.language import text

    typer.echo(explained.headline(found, told_in))
    typer.echo(explained.outlook(found, told_in))
    typer.echo(f"\n{text('What it is drawn from', told_in)}")
    for line in explained.lines_of(*explained.components_table(found, told_in), words=1):
        typer.echo(line)
    if found["situations"]:
        typer.echo(f"\n{text('The past situations that weigh most', told_in)}")
        typer.echo(explained.situations_note(found, told_in))
        for line in explained.lines_of(*explained.situations_table(found, told_in), words=2):
            typer.echo(line)
    typer.echo(f"\n{explained.change_title(found, told_in)}")
    for line in explained.change_lines(found, told_in):
        typer.echo(f"  {line}")
    typer.echo(f"\n{explained.provenance(found, told_in)}")
    if "path" in found:
        typer.echo(found["path"])


def tell_issued(done: dict[str, Any]) -> None:
    """What was issued, and the units that were left out."""
    own = [part for part in done["parts"] if part["model"] == done["parts"][0]["model"]]
    for part in own:
        typer.echo(say("{forecasts} forecasts of {units} areas by {model}: {path}").format(**part))
    left_out = sorted({name for part in own for name in part["left_out"]})
    if left_out:
        typer.echo(
            say("{count} areas are left out, because nothing is known of them: {names}").format(
                count=len(left_out), names=", ".join(left_out[:10])
            ),
            err=True,
        )
    typer.echo(say("Issued as {issue}.").format(**done))


def tell_issues(issues: list[dict[str, Any]]) -> None:
    """One line an issue."""
    header = (say("issue"), say("as of"), say("issued on"), say("what"), say("draws"))
    typer.echo("{:<34} {:<10} {:<20} {:<34} {:>6}".format(*header))
    for issue in issues:
        what = sorted({f"{part['level']} {part['target']}" for part in issue["parts"]})
        shown = ", ".join(what[:2]) + (f" (+{len(what) - 2})" if len(what) > 2 else "")
        typer.echo(
            f"{issue['issue_id']:<34} {issue['as_of']:<10} {issue['issued_at'][:19]:<20} "
            f"{shown:<34} {issue['draws']:>6}"
        )
        if issue["despite"]:
            typer.echo(say("  published despite the gates: {why}").format(why=issue["despite"]))


def tell_exceeded(found: dict[str, Any]) -> None:
    """The chance of each number, beside the baselines'."""
    from tocsin.language import chance, likelihood, number

    own, *beside = found["models"].items()
    fields = found | {"places": "+".join(found["units"]), "first": found["from"]}
    typer.echo(say("{target} deaths in {places}, {first} to {to}:").format(**fields))
    for place, one in enumerate(own[1]["chances"]):
        others = ", ".join(
            f"{name} {chance(told['chances'][place]['chance'], lang())}" for name, told in beside
        )
        typer.echo(
            say("  more than {number}: {likelihood}   (baselines: {others})").format(
                number=number(one["above"], lang()),
                likelihood=likelihood(one["chance"], lang()),
                others=others,
            )
        )
    low, high = own[1]["ninety"]
    typer.echo(
        say("  median {median}; nine times in ten between {low} and {high}").format(
            median=number(own[1]["median"], lang()),
            low=number(low, lang()),
            high=number(high, lang()),
        )
    )
    typer.echo(
        say("Issue {issue}, from data to {origin}, by {model}, {draws} draws.").format(
            issue=found["issue"], origin=found["origin"], model=own[0], draws=own[1]["draws"]
        )
    )
    if found["exercise"]:
        typer.echo(say("EXERCISE: the counts are invented."))
