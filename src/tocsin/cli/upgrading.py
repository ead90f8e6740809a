"""`tocsin ledger upgrade|copies|rollback`: from one version to the next, and back."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say

_UPGRADE = say(
    "Bring the ledger's tables up to date with this version.\n\n"
    "A ledger in a file does so by itself when it is first opened, after a copy of it. A team's "
    "ledger on PostgreSQL is only ever changed by this command: stop the other machines and take a "
    "dump first.\n\n"
    "Examples: tocsin ledger upgrade\n\n"
    "tocsin ledger upgrade --copied"
)
_COPIES = say(
    "List the copies that were kept before upgrades, the newest first.\n\n"
    "Example: tocsin ledger copies"
)
_ROLLBACK = say(
    "Put back the ledger as it was before an upgrade; the one of now is kept beside it.\n\n"
    "Stop tocsin serve and tocsin watch first, and switch to the earlier version right after: this "
    "one would upgrade it again.\n\n"
    "Examples: tocsin ledger rollback\n\n"
    "tocsin ledger rollback --leave"
)


def add_to(group: typer.Typer) -> None:
    """Add `upgrade`, `copies` and `rollback` to `tocsin ledger`."""
    group.command("upgrade", help=_UPGRADE)(upgrade)
    group.command("copies", help=_COPIES)(copies)
    group.command("rollback", help=_ROLLBACK)(rollback)


def upgrade(
    copied: Annotated[
        bool, typer.Option("--copied", help=say("Of PostgreSQL: a dump has been taken."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import upgrading

    done = upgrading.upgrade(copied=copied)
    if as_json:
        print_json(done)
    elif done.was == done.now:
        typer.echo(say("The ledger is up to date (step {step}).").format(step=done.now))
    else:
        told = say("The ledger is at step {now}; it was at {was}.")
        typer.echo(told.format(now=done.now, was=done.was or "–"))


def copies(as_json: AsJson = False) -> None:
    from tocsin.workflow import upgrading

    found = upgrading.copies()
    if as_json:
        print_json(found)
        return
    for one in found:
        told = say("step {step}, {statements} statements")
        said = told.format(step=one.step, statements=one.statements)
        typer.echo(f"{one.made_at}  {said}  {one.path}")
    if not found:
        typer.echo(say("No copy is kept: this ledger has not been upgraded here."))


def rollback(
    copy: Annotated[
        Path | None, typer.Argument(help=say("The copy to put back (default: the newest)."))
    ] = None,
    leave: Annotated[
        bool, typer.Option("--leave", help=say("Leave behind what was written after the copy."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import upgrading

    done = upgrading.roll_back(copy, losing=leave)
    if as_json:
        print_json(done)
        return
    told = say("The ledger is at step {now} again, with {statements} statements; it was at {was}.")
    typer.echo(told.format(now=done.now, was=done.was, statements=done.statements))
    typer.echo(say("The ledger of now lies in {path}.").format(path=done.aside))
    if done.left:
        left = say("{count} statements written after the copy are only there.")
        typer.secho(left.format(count=done.left), fg="yellow", err=True)
    typer.echo(say("Switch to the earlier version now: this one would upgrade it again."))
