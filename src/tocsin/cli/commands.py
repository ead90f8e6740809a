"""Every command, in the order in which an analyst meets them."""

import typer

from tocsin.cli import challenge, panel


def register(app: typer.Typer) -> None:
    """Add every command to `app`. Modules listed here import nothing heavy."""
    panel.register(app)
    challenge.register(app)
