"""`tocsin contacts`: who the reporters are; opened by two persons, destroyed by one word."""

import sys
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, chosen, nothing, print_json
from tocsin.cli.keeping import passphrase_of
from tocsin.cli.words import say

_HELP = say("Contacts of reporters: never shown but to two persons together.")
_LIST = say(
    "List handles for which a contact is held, the way it is answered and the language; never the "
    "contact.\n\nExample: tocsin contacts list"
)
_OPEN = say(
    "Open one contact, by two persons with a reason, which stays in the record under both their "
    "keys.\n\n"
    "Each types their own passphrase (see tocsin ledger persons); from a pipe, one a line.\n\n"
    'Example: tocsin contacts open r-7k2m9xqa --reason "threatened: must be warned by voice" '
    "--person duty-1 --person release-2"
)
_PURGE = say(
    "Destroy one contact for good, by a person with a reason.\n\n"
    'Example: tocsin contacts purge r-7k2m9xqa --reason "asked for it" --person duty-1'
)
_WIPE = say(
    "Destroy every contact at once and for good: the key first, then what it opened. No passphrase "
    "is asked for, only the word wipe. The record stays readable.\n\n"
    "Example: tocsin contacts wipe --panic"
)
_SPEAK = say(
    "Say in which language a reporter is answered.\n\n"
    "Example: tocsin contacts language r-7k2m9xqa en"
)
Handle = Annotated[str, typer.Argument(help=say("The reporter's handle."))]
Reason = Annotated[str, typer.Option("--reason", help=say("Why; never the contact itself."))]


def register(app: typer.Typer) -> None:
    """Add `tocsin contacts` to `app`."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.command("list", help=_LIST)(list_handles)
    group.command("open", help=_OPEN)(open_one)
    group.command("purge", help=_PURGE)(purge)
    group.command("wipe", help=_WIPE)(wipe)
    group.command("language", help=_SPEAK)(language)
    app.add_typer(group, name="contacts")


def list_handles(as_json: AsJson = False) -> None:
    from tocsin.workflow import contacts

    found = contacts.list_contacts()
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(f"{one['handle']:<16} {one['way'] or '-':<5} {one['lang'] or '-'}")
    if not found:
        nothing(chosen(""))


def open_one(
    handle: Handle,
    reason: Reason,
    person: Annotated[
        list[str], typer.Option("--person", help=say("A person's handle; name two."))
    ],
) -> None:
    from tocsin.workflow import contacts

    persons = [(one, passphrase_of(one)) for one in person]
    typer.echo(contacts.open_contact(handle, reason, persons))


def purge(
    handle: Handle,
    reason: Reason,
    person: Annotated[str, typer.Option("--person", help=say("Your handle, never your name."))],
) -> None:
    from tocsin.workflow import contacts

    contacts.purge_contact(handle, reason, (person, passphrase_of(person)))
    typer.echo(say("The contact of {handle} is destroyed.").format(handle=handle))


def wipe(
    panic: Annotated[
        bool, typer.Option("--panic", help=say("Yes: all of them, now, for good."))
    ] = False,
) -> None:
    from tocsin.errors import UsageError
    from tocsin.workflow import contacts

    if not panic:
        raise UsageError(
            "a wipe destroys every contact for good", remedy="tocsin contacts wipe --panic"
        )
    asked = say("Type wipe to destroy every contact")
    word = typer.prompt(asked) if sys.stdin.isatty() else sys.stdin.readline()
    done = contacts.wipe_contacts(str(word))
    typer.echo(
        say("Wiped: {files} files of contacts, {letters} letters that waited.").format(
            files=len(done.files), letters=done.letters
        )
    )
    if done.older_left:
        typer.secho(
            say("Contacts of an older store lie in the vault, which is closed: destroy its key."),
            fg="red",
            err=True,
        )
        raise typer.Exit(1)


def language(handle: Handle, lang: Annotated[str, typer.Argument(help=say("fr or en."))]) -> None:
    from tocsin.workflow import contacts

    contacts.set_language(handle, lang)
