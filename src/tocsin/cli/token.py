"""`tocsin token`: who may call the server, by tokens that are shown once."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import lang, say

if TYPE_CHECKING:
    from tocsin.vault import Token

_HELP = say("Tokens: who may call the server. Each is shown once and can be revoked.")
_CREATE = say(
    "Make a token and print it, once: only its hash is kept.\n\n"
    "It is sent as a Bearer token, or as the password of HTTP Basic with any user name.\n\n"
    "Scopes: reports, gateway (needs it named), exchange, taxii, api, pages.\n\n"
    "Examples: tocsin token create --role reporter --note 'phone 12'\n\n"
    "tocsin token create --org ECOWAS --role peer --scope taxii --expires 2027-12-31"
)
_LIST = say("List tokens: whose, what for, until when.\n\nExample: tocsin token list")
_REVOKE = say(
    "Let a token open nothing any more, at once.\n\nExample: tocsin token revoke 7kq2m9xw"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin token` to `app`."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.command("create", help=_CREATE)(create)
    group.command("list", help=_LIST)(list_)
    group.command("revoke", help=_REVOKE)(revoke)
    app.add_typer(group, name="token")


def create(
    org: Annotated[
        str, typer.Option("--org", help=say("Whose people call with it (default: the node's own)."))
    ] = "",
    role: Annotated[str, typer.Option("--role", help=say("The caller's role."))] = "analyst",
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help=say("Only for this (above); repeat it for more.")),
    ] = None,
    handle: Annotated[
        str, typer.Option("--handle", help=say("An earlier handle of the same reporter."))
    ] = "",
    note: Annotated[str, typer.Option("--note", help=say("What it is for; no names."))] = "",
    expires: Annotated[
        str, typer.Option("--expires", help=say("The last day on which it holds."))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import letting_in

    secret, token = letting_in.create_token(
        org, role, handle=handle, scopes=tuple(scope or ()), note=note, expires=expires
    )
    if as_json:
        print_json({"token": secret} | _plain(token))
        return
    typer.echo(secret)
    typer.echo(_line(token), err=True)
    typer.secho(say("Keep it now: it is not shown again."), err=True, fg="yellow")


def list_(as_json: AsJson = False) -> None:
    from tocsin.workflow import letting_in

    found = letting_in.listed_tokens()
    if as_json:
        print_json([_plain(one) for one in found])
        return
    for one in found:
        typer.echo(_line(one))


def revoke(
    name: Annotated[str, typer.Argument(help=say("The token's id."))], as_json: AsJson = False
) -> None:
    from tocsin.workflow import letting_in

    gone = letting_in.withdraw_token(name)
    if as_json:
        print_json(_plain(gone))
        return
    typer.echo(_line(gone))


def _plain(token: "Token") -> dict[str, Any]:
    """What may be shown of a token: everything but its hash."""
    import msgspec

    shown: dict[str, Any] = msgspec.to_builtins(token)
    del shown["hashed"]
    return shown


def _line(token: "Token") -> str:
    from datetime import UTC, datetime

    from tocsin.language.dates import day

    if token.revoked_at:
        state = say("revoked on {day}").format(day=day(token.revoked_at.date(), lang()))
    elif not token.is_good(datetime.now(UTC)):
        state = say("has expired")
    elif token.expires_at:
        state = say("until {day}").format(day=day(token.expires_at.date(), lang()))
    else:
        state = say("until it is revoked")
    reach = ", ".join(token.scopes) or say("all that the role may do")
    parts = [token.id, f"{token.org}:{token.role}", token.handle, reach, state, token.note]
    return "  ".join(part for part in parts if part)
