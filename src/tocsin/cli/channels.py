"""`tocsin channels`: how each role is reached, tried out; secrets go into the vault."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson
from tocsin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add `tocsin channels` to `app`."""
    group = typer.Typer(
        name="channels",
        help=say("How each role is reached: mail, webhook, folder, telephone."),
        no_args_is_help=True,
    )
    for name, command, told in (
        ("new", new, _NEW),
        ("list", list_channels, _LIST),
        ("test", try_out, _TEST),
        ("secret", secret, _KEEP),
        ("bounces", bounces, _BOUNCES),
        ("certificate", certificate, _CERTIFICATE),
    ):
        group.command(name, help=say(told))(command)
    app.add_typer(group)


_NEW = (
    "Write an example of a list of channels into the store, to be edited.\n\n"
    "Example: tocsin channels new"
)
_LIST = (
    "The channels, whom they reach, and what keeps one from working; no addresses.\n\n"
    "Example: tocsin channels list"
)
_TEST = (
    "Send a message that says it is a test, by one channel or by each.\n\n"
    "Nothing is written to the ledger. Exit code 3 if one did not get through.\n\n"
    "Example: tocsin channels test duty-mail"
)
_KEEP = (
    "Put a password or a webhook's secret into the vault; it is asked for, or read from a pipe.\n\n"
    "Example: tocsin channels secret post"
)
_BOUNCES = (
    "Note which messages came back, from notices saved as files (.eml); again: nothing new.\n\n"
    "Example: tocsin channels bounces returned/*.eml"
)
_CERTIFICATE = (
    "The certificate with which others check this node's CAP messages.\n\n"
    "Example: tocsin channels certificate --out tocsin-cap.pem"
)


def new() -> None:
    from tocsin.workflow import reaching

    typer.echo(reaching.new_channels())


def list_channels(as_json: AsJson = False) -> None:
    from tocsin.workflow import reaching

    found = reaching.list_channels()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in found["channels"]:
            ready = one["not_ready"].replace("\n", " ") or say("ready")
            roles = ", ".join(one["roles"]) or say("nobody")
            typer.echo(f"{one['name']:<16} {one['says']:<8} {one['lang']}  → {roles}: {ready}")
        if found["without"]:
            typer.echo(
                say("Roles without a channel: {roles}").format(roles=", ".join(found["without"]))
            )
    if any(one["not_ready"] for one in found["channels"]):
        raise typer.Exit(1)


def try_out(
    name: Annotated[str, typer.Argument(help=say("One channel; default: each."))] = "",
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import reaching

    found = reaching.try_channels(name)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in found:
            detail = f" ({one['detail']})" if one["detail"] else ""
            typer.echo(f"{one['name']:<16} {say(one['outcome'])}{detail}")
    if any(one["outcome"] != "sent" for one in found):
        raise typer.Exit(3)


def secret(
    name: Annotated[str, typer.Argument(help=say("Its name, as in vault:NAME."))],
) -> None:
    from tocsin.workflow import reaching

    # Never an argument: those are in the shell's history and in the list of processes.
    value = (
        typer.prompt(say("Secret"), hide_input=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\r\n")
    )
    reaching.keep_secret(name, value)
    typer.echo(say("Kept in the vault as {name}.").format(name=name))


def bounces(
    files: Annotated[list[Path], typer.Argument(help=say("Mails, as files."))],
    as_json: AsJson = False,
) -> None:
    from tocsin.workflow import reaching

    found = reaching.take_bounces(files)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name in found["returned"]:
        typer.echo(say("came back: {name}").format(name=name))
    for name in found["no_notice"]:
        typer.echo(say("no notice of ours: {name}").format(name=name))


def certificate(
    out: Annotated[Path | None, typer.Option("--out", help=say("Write it to this file."))] = None,
) -> None:
    from tocsin.workflow import reaching

    pem = reaching.certificate()
    if out is None:
        typer.echo(pem.decode(), nl=False)
    else:
        out.write_bytes(pem)
        typer.echo(str(out))
