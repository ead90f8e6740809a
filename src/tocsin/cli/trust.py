"""`tocsin ledger trust`: whose signed statements this node takes in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.ledger.trusting import TrustedKey

_GROUP = say("Partners’ keys: whose signed statements this node takes in.")
_ADD = say(
    "Take in what a partner’s key signs, for that partner alone. Read the fingerprint to each "
    "other before you rely on it.\n\n"
    "KEY is the file that the partner’s `tocsin ledger trust own` wrote, or its 64 digits.\n\n"
    "Example: tocsin ledger trust add ECOWAS ecowas.key --note 'read by telephone, 24 November'"
)
_LIST = say(
    "List the node’s own key and its partners’, with since when and until when they are "
    "trusted.\n\n"
    "Example: tocsin ledger trust list"
)
_REMOVE = say(
    "Take in nothing new from a key. What it signed before stays here and still verifies.\n\n"
    "Example: tocsin ledger trust remove '3b6a 27bc' --note 'laptop stolen'"
)
_OWN = say(
    "Write the node’s own public key, for partners to trust, and show its fingerprint.\n\n"
    "Example: tocsin ledger trust own --out our.key"
)
Note = Annotated[str, typer.Option("--note", help=say("How it was checked, or why; recorded."))]


def add_to(group: typer.Typer) -> None:
    """Add `trust` to `tocsin ledger`."""
    keys = typer.Typer(name="trust", help=_GROUP, no_args_is_help=True)
    keys.command("add", help=_ADD)(add)
    keys.command("list", help=_LIST)(list_)
    keys.command("remove", help=_REMOVE)(remove)
    keys.command("own", help=_OWN)(own)
    group.add_typer(keys)


def add(
    organisation: Annotated[str, typer.Argument(help=say("Whose key it is."))],
    key: Annotated[str, typer.Argument(help=say("A key file, or 64 hexadecimal digits."))],
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import trusting

    made = trusting.trust(organisation, key, note)
    if as_json:
        print_json(made)
        return
    typer.echo(line_of(made))
    typer.echo(say("Read this fingerprint to each other before you rely on it."))


def list_(as_json: AsJson = False) -> None:
    from tocsin.workflow import trusting

    found = trusting.keys_and_trust()
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(line_of(one))
        if one.note:
            typer.secho(f"    {one.note}", dim=True)


def remove(
    key: Annotated[str, typer.Argument(help=say("The key’s fingerprint, or its first digits."))],
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import trusting

    gone = trusting.withdraw_trust(key, note)
    if as_json:
        print_json(gone)
        return
    typer.echo(line_of(gone))


def own(
    out: Annotated[Path | None, typer.Option("--out", help=say("File to write."))] = None,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import trusting

    line, shown = trusting.own_key(out)
    if as_json:
        print_json({"key": line.strip(), "fingerprint": shown, "file": str(out) if out else None})
        return
    if out is None:
        typer.echo(line, nl=False)
    typer.echo(say("Fingerprint: {fingerprint}").format(fingerprint=shown), err=out is None)


def line_of(key: "TrustedKey") -> str:
    """A key as one line: fingerprint, whose, since when, until when."""
    from tocsin.language.dates import day
    from tocsin.tables.when import last_moment

    def told(when: str) -> str:
        return day(last_moment(when).date(), lang())

    if key.own:
        state = say("this node’s own, always trusted")
    elif key.until is None:
        state = say("trusted since {since}").format(since=told(key.since))
    else:
        state = say("trusted from {since} to {until}; nothing new since").format(
            since=told(key.since), until=told(key.until)
        )
    return f"{key.fingerprint}  {key.organisation}  {state}"
