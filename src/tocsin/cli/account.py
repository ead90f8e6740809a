"""`tocsin account`: who may sign in to the pages."""

import os
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say

_HELP = say("Accounts: who may sign in to the pages of `tocsin serve`.")
_ADD = say(
    "Make an account: a handle, never a name, and a role. The passphrase is asked for, or taken "
    "from TOCSIN_ACCOUNT_PASSPHRASE.\n\n"
    "Examples: tocsin account add a-1 --role analyst\n\n"
    "tocsin account add d-1 --role duty-officer --code"
)
_LIST = say("List accounts: handle, role, since when.\n\nExample: tocsin account list")
_CLOSE = say("Close an account and end its sessions, at once.\n\nExample: tocsin account close a-1")
_PROVIDER = say(
    "Say through which identity provider people may sign in, and which of its roles count here; "
    "with --check, ask it whether it answers.\n\nExample: tocsin account provider --check"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin account` to `app`."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.command("add", help=_ADD)(add)
    group.command("list", help=_LIST)(list_)
    group.command("close", help=_CLOSE)(close)
    group.command("provider", help=_PROVIDER)(provider)
    app.add_typer(group, name="account")


def add(
    handle: Annotated[str, typer.Argument(help=say("The handle, such as a-1; never a name."))],
    role: Annotated[str, typer.Option("--role", help=say("What the person does."))] = "analyst",
    code: Annotated[
        bool, typer.Option("--code", help=say("Ask for a code from an authenticator, too."))
    ] = False,
) -> None:
    from tocsin.workflow import signing_in

    passphrase = os.environ.get("TOCSIN_ACCOUNT_PASSPHRASE") or typer.prompt(
        say("Passphrase"), hide_input=True, confirmation_prompt=True
    )
    made, told = signing_in.open_account(handle, role, str(passphrase), with_code=code)
    typer.echo(say("{handle} may sign in as {role}.").format(handle=made.handle, role=made.role))
    if told:
        import segno

        typer.echo(say("Let the authenticator read this now; it is not shown again."))
        segno.make(told).terminal(compact=True)
        typer.echo(told)


def list_(as_json: AsJson = False) -> None:
    from tocsin.workflow import signing_in

    held = [
        {
            "handle": one.handle,
            "role": one.role,
            "code": bool(one.secret),
            "since": one.made_at.isoformat(),
            "closed": one.closed_at.isoformat() if one.closed_at else "",
        }
        for one in signing_in.listed_accounts()
    ]
    if as_json:
        print_json({"accounts": held})
        return
    for one in held:
        notes = [say("with a code")] if one["code"] else []
        notes += [say("closed")] if one["closed"] else []
        typer.echo(f"{one['handle']:<16} {one['role']:<18} {one['since']}  {', '.join(notes)}")


def close(handle: Annotated[str, typer.Argument(help=say("The handle of the account."))]) -> None:
    from tocsin.workflow import signing_in

    typer.echo(say("{handle} is closed.").format(handle=signing_in.shut_account(handle).handle))


def provider(
    check: Annotated[
        bool, typer.Option("--check", help=say("Ask the provider whether it answers."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import vouching

    held = vouching.provider()
    if check:
        vouching.set_out("/")
    if as_json:
        told = None if held is None else {"issuer": held.issuer, "roles": held.roles}
        print_json({"provider": told})
        return
    if held is None:
        typer.echo(say("None: people sign in with accounts of this node."))
        return
    typer.echo(held.issuer)
    for theirs, ours in held.roles.items():
        typer.echo(f"  {theirs} → {ours}")
    if check:
        typer.echo(say("It answers as it must."))
