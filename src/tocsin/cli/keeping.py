"""`tocsin backup`, `restore`, and `tocsin ledger purge|sweep`: every copy of the record."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import locking, upgrading
from tocsin.cli.asking import AsJson, ReaderName, print_json
from tocsin.cli.words import say

if TYPE_CHECKING:
    from tocsin.workflow.safe_keeping import PurgeOutcome


def register(app: typer.Typer) -> None:
    """Add `tocsin backup` and `tocsin restore` to `app`."""
    app.command("backup", help=_BACKUP)(backup)
    app.command("restore", help=_RESTORE)(restore)


def add_to(group: typer.Typer) -> None:
    """Add `purge`, `persons` and `sweep` to `tocsin ledger`."""
    people = typer.Typer(name="persons", help=_PERSONS, no_args_is_help=True)
    people.command("add", help=_ENROL)(enrol)
    people.command("list", help=_ENROLLED)(enrolled)
    people.command("remove", help=_DISMISS)(dismiss)
    group.add_typer(people)
    group.command("purge", help=_PURGE)(purge)
    group.command("sweep", help=_SWEEP)(sweep)
    upgrading.add_to(group)
    locking.add_to(group)


_BACKUP = say(
    "Write an encrypted backup of the ledger. The vault's key opens it: keep that key elsewhere "
    "too.\n\n"
    "Examples: tocsin backup\n\n"
    "tocsin backup --out /media/stick/ledger.age --to age1…"
)
_RESTORE = say(
    "Fill an empty ledger from a backup and verify it.\n\n"
    "Example: tocsin restore ledger.age --key vault.key"
)
_PURGE = say(
    "Destroy a statement that should never have been written, by the word of two persons. Its "
    "hash and a signed purge statement stay, and verification passes.\n\n"
    "Each person runs the command and types their own passphrase (see tocsin ledger persons); the "
    "second word destroys it in the store and in every backup within reach.\n\n"
    "Examples: tocsin ledger purge 01890a5d-ac96-774b-bcce-b302099a8057 --by duty-1 "
    "--reason names_a_person\n\n"
    "tocsin ledger purge 01890a5d-ac96-774b-bcce-b302099a8057 --by release-2"
)
_PERSONS = say("Persons who may ask for a purge: each with a passphrase that only they know.")
_ENROL = say(
    "Enrol yourself under a handle, with a passphrase that nobody else knows.\n\n"
    "It is asked for, or read from a pipe; it is kept nowhere. A passphrase that opens another "
    "handle is refused: that would be one person twice.\n\n"
    "Example: tocsin ledger persons add duty-1"
)
_ENROLLED = say("List who is enrolled, and since when.\n\nExample: tocsin ledger persons list")
_DISMISS = say(
    "Take a person out. What they signed stays; what waits for a second word is dropped.\n\n"
    "Example: tocsin ledger persons remove duty-1"
)
Handle = Annotated[str, typer.Argument(help=say("A handle, never a name."))]
_SWEEP = say(
    "Overwrite what an interrupted purge left on disk and in backups.\n\n"
    "Example: tocsin ledger sweep"
)


def backup(
    out: Annotated[
        Path | None, typer.Option("--out", help=say("File to write (default: in the store)."))
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help=say("Another age key that may open it."))
    ] = None,
) -> None:
    from tocsin.workflow import safe_keeping

    path, label = safe_keeping.back_up(out, tuple(to or ()))
    size = label.head.size if label.head else 0
    typer.echo(say("{size} statements backed up: {path}").format(size=size, path=path))


def restore(
    file: Annotated[Path, typer.Argument(help=say("The backup."))],
    key: Annotated[
        Path | None, typer.Option("--key", help=say("Key file (default: the vault's key)."))
    ] = None,
) -> None:
    from tocsin.workflow import safe_keeping

    done = safe_keeping.restore(file, key)
    typer.echo(say("{size} statements restored and verified").format(size=done.verification.size))
    if done.missing_after is not None:
        typer.secho(
            say(
                "The log once went on after statement {size}: what followed is not in this backup."
            ).format(size=done.missing_after),
            fg="yellow",
            err=True,
        )
    if done.purged_again:
        typer.echo(say("Purged again: {ids}").format(ids=", ".join(done.purged_again)))


def purge(
    statement_id: Annotated[str, typer.Argument(help=say("Id of the statement."))],
    by: Annotated[str, typer.Option("--by", help=say("Your handle, never your name."))],
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help=say("names_a_person, endangers_a_person, unlawful or entered_by_mistake."),
        ),
    ] = "",
    reader: ReaderName = "",
) -> None:
    from tocsin.workflow import safe_keeping, viewing

    photo = viewing.file_named_by(statement_id)
    done = safe_keeping.request_purge(statement_id, by, passphrase_of(by), reason, reader)
    if done.purged is None:
        typer.echo(say("Asked by {by}. A second person must run the same command.").format(by=by))
        return
    viewing.forget_file(photo)
    typer.echo(say("Purged. Its hash stays: {hash}").format(hash=done.purged.hash))
    _tell_backups(done)


def enrol(handle: Handle) -> None:
    from tocsin.workflow import safe_keeping

    made = safe_keeping.enrol_person(handle, passphrase_of(handle, new=True))
    typer.echo(say("{handle} is enrolled.").format(handle=made.handle))


def enrolled(as_json: AsJson = False) -> None:
    from tocsin.workflow import safe_keeping

    found = safe_keeping.enrolled_persons()
    if as_json:
        print_json(
            [
                {"handle": one.handle, "public": one.public, "enrolled_at": one.enrolled_at}
                for one in found
            ]
        )
        return
    for one in found:
        typer.echo(f"{one.enrolled_at[:10]}  {one.handle}")


def dismiss(handle: Handle) -> None:
    from tocsin.workflow import safe_keeping

    safe_keeping.dismiss_person(handle)
    typer.echo(say("{handle} is no longer enrolled.").format(handle=handle))


def passphrase_of(handle: str, *, new: bool = False) -> str:
    """A person's own passphrase, typed or from a pipe."""
    # Never an argument: those are in the shell's history and in the list of processes.
    if sys.stdin.isatty():
        asked = say("Passphrase of {handle}").format(handle=handle)
        return str(typer.prompt(asked, hide_input=True, confirmation_prompt=new))
    return sys.stdin.readline().rstrip("\r\n")


def sweep() -> None:
    from tocsin.workflow import safe_keeping

    done = safe_keeping.finish_purges()
    typer.echo(say("Old bytes are overwritten."))
    _tell_backups(done)


def _tell_backups(done: "PurgeOutcome") -> None:
    for path in done.destroyed:
        typer.echo(say("Copy from before an upgrade destroyed: {path}").format(path=path))
    for path in done.renewed:
        typer.echo(say("Backup written anew: {path}").format(path=path))
    for path in done.out_of_reach:
        typer.secho(
            say("This backup is out of reach and must be destroyed by hand: {path}").format(
                path=path
            ),
            fg="yellow",
            err=True,
        )
