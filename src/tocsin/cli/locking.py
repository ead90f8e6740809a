"""`tocsin ledger encrypt`: the record's file, unreadable without the vault."""

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say

_ENCRYPT = say(
    "Encrypt the ledger's file at rest, under a key that is kept in the vault.\n\n"
    "The encrypted file is written beside the plain one and verified, statement by statement; only "
    "then does it take its place, and the plain one is overwritten and removed, with its copies "
    "from before upgrades. Stop tocsin serve and tocsin watch first. From then on every command "
    "needs the vault: TOCSIN_VAULT_PASSPHRASE or TOCSIN_VAULT_KEY. Without the vault nobody opens "
    "the ledger: make a backup for another key (tocsin backup --to).\n\n"
    "Example: tocsin ledger encrypt"
)


def add_to(group: typer.Typer) -> None:
    """Add `encrypt` to `tocsin ledger`."""
    group.command("encrypt", help=_ENCRYPT)(encrypt)


def encrypt(as_json: AsJson = False) -> None:
    from tocsin.workflow import locking

    done = locking.encrypt_record()
    if as_json:
        print_json(done)
        return
    told = say("The ledger is encrypted: {path}, {count} statements, verified.")
    typer.echo(told.format(path=done.path, count=done.statements))
    for path in done.destroyed:
        typer.echo(say("Overwritten and removed: {path}").format(path=path))
    if done.in_the_clear:
        said = say("Still in the clear in this store: {names}")
        typer.secho(said.format(names=", ".join(done.in_the_clear)), fg="yellow", err=True)
