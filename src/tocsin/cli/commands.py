"""Every command, in the order in which an analyst meets them."""

import typer

from tocsin.cli import challenge, forecast, ingest, panel


def register(app: typer.Typer) -> None:
    """Add every command to `app`. Modules listed here import nothing heavy."""
    ingest.register(app)
    panel.register(app)
    forecast.register(app)
    challenge.register(app)
