"""Nothing is written for others unseen: the preview, the question, the digest that answers it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from tocsin.cli.asking import print_json
from tocsin.cli.words import say
from tocsin.errors import NotLookedAt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tocsin.workflow.joining import Joining
    from tocsin.workflow.standing_release import Standing
    from tocsin.workflow.widening import Marked, Reach, Widening

_Done = TypeVar("_Done")
Yes = Annotated[
    str, typer.Option("--yes", help=say("The digest of the preview that you agree to."))
]


def show_widening(shown: Widening) -> None:
    """By marking: how many statements, and who will see them and why."""
    line = say("{wide} of {total} would be read by others than your own organisation:")
    typer.echo(line.format(wide=shown.wide, total=shown.total))
    for one in shown.marked:
        _show_marked(one)
    if shown.content:
        typer.echo(say("Each of them gets this, with its seals, and nothing else:"))
        typer.echo(f"  {shown.content}")


def show_joining(shown: Joining) -> None:
    """What a list of members opens to each."""
    line = say("{groups}: what could be read then and cannot now:")
    typer.secho(line.format(groups=", ".join(shown.groups)), bold=True)
    for one in shown.opened:
        kinds = ", ".join(f"{count} {kind}" for kind, count in one.kinds.items())
        typer.echo(f"  ✓ {one.organisation}  {kinds}")


def show_standing_release(shown: Standing) -> None:
    """Who would read every warning of a problem from now on."""
    line = say("Every warning of {problem} from now on:")
    typer.echo(line.format(problem=shown.problem))
    _show_marked(shown.marked)


def once_looked_at(
    act: Callable[[str], _Done],
    yes: str,
    as_json: bool,
    show: Callable[[Any], None] = show_widening,
) -> _Done:
    """Do what only the own organisation reads at once; what others read once somebody agrees.

    act : does it, given the digest that was agreed to;  show : prints its preview

    Raises
    ------
    NotLookedAt, where there is no terminal to ask, or its answer was no.
    """
    try:
        return act(yes)
    except NotLookedAt as error:
        shown: Any = error.fields["preview"]
        if as_json:
            print_json(shown)
            raise
        show(shown)
        if sys.stdin.isatty() and typer.confirm(say("Write it so?")):
            return act(shown.digest)
        raise


def _show_marked(one: Marked) -> None:
    marking = [f"TLP:{one.tlp}", f"PAP:{one.pap}", *one.caveats]
    kinds = ", ".join(f"{count} {kind}" for kind, count in one.kinds.items())
    typer.secho(f"{' '.join(marking)}  {kinds}", bold=True)
    for each in one.seers:
        _show_reach(each, one)
    for name in one.unknown:
        unknown = say("  {name} has no member that this node knows: it releases to nobody")
        typer.secho(unknown.format(name=name), fg="yellow")
    if one.tlp == "CLEAR":
        typer.secho(say("  and whoever else asks for it: it is public"), fg="yellow")


def _show_reach(each: Reach, of: Marked) -> None:
    from tocsin.workflow.releasing import WHY

    mark = "✓" if each.sees else "·"
    why = say(WHY[each.why]).format(groups=", ".join(each.groups), tlp=of.tlp)
    part = f" {each.sees}/{of.count}" if 0 < each.sees < of.count else ""
    typer.secho(f"  {mark} {each.organisation}{part}  {why}", dim=not each.sees)


def tell_written(written: Sequence[str], as_json: bool) -> None:
    """The ids of what was written; or that nothing was, since it stood there already."""
    if as_json:
        print_json({"written": written})
        return
    for name in written:
        typer.echo(name)
    if not written:
        typer.echo(say("That has been said already."), err=True)
