"""Every command, in the order in which an analyst meets them."""

import typer


def register(app: typer.Typer) -> None:
    """Add every command to `app`. Modules listed here import nothing heavy."""
    del app
