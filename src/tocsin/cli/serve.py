"""`tocsin serve`: the server for reports, partners and pages."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.words import say

_SERVE = say(
    "Serve over HTTP: reports come in from phones, gateways and browsers.\n\n"
    "Who may call has a token (tocsin token create). Stop it with Ctrl-C.\n\n"
    "Examples: tocsin serve\n\n"
    "tocsin serve --host 0.0.0.0 --certificate node.crt --key node.key --workers 2"
)


def register(app: typer.Typer) -> None:
    """Add `tocsin serve` to `app`."""
    app.command("serve", help=_SERVE)(serve)


def serve(
    host: Annotated[
        str, typer.Option("--host", help=say("The address to listen on."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help=say("The port to listen on."))
    ] = 8765,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help=say("How many processes."))
    ] = 1,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", help=say("A TLS certificate (PEM)."), exists=True),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help=say("Its private key (PEM)."), exists=True)
    ] = None,
) -> None:
    from tocsin.web import server
    from tocsin.workflow import letting_in, signing_in

    letting_in.listed_tokens()  # a closed vault is told now, not to the first caller
    server.require_ready(host, port, certificate, key)
    if certificate is None and not server.is_loopback(host):
        typer.secho(
            say(
                "Caution: others can reach this address, and nothing is encrypted: tokens and "
                "reports can be read on the way. Give --certificate and --key, or listen on "
                "127.0.0.1 behind a reverse proxy that encrypts."
            ),
            fg="yellow",
            err=True,
        )
    scheme = "https" if certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    typer.echo(say("Serving at {address}").format(address=f"{scheme}://{shown}:{port}"), err=True)
    if signing_in.needs_first_account():
        once = signing_in.first_run_key()
        typer.echo(
            say("Nobody can sign in yet. Make the first account at {address}").format(
                address=f"{scheme}://{shown}:{port}/first-run?key={once}"
            ),
            err=True,
        )
    server.run(host, port, workers, certificate, key)
