"""Every command, in the order in which an analyst meets them."""

import typer

from tocsin.cli import brief, challenge, demo, fetch, forecast, ingest, panel, places


def register(app: typer.Typer) -> None:
    """Add every command to `app`. Modules listed here import nothing heavy."""
    fetch.register(app)
    ingest.register(app)
    panel.register(app)
    forecast.register(app)
    brief.register(app)
    challenge.register(app)
    demo.register(app)
    places.register(app)
