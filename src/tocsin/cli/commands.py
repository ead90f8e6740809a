"""Every command, in the order in which an analyst meets them, and the module that holds it."""

from collections.abc import Callable
from importlib import import_module

import typer

# Module of `tocsin.cli` -> the commands that it registers.
COMMANDS: dict[str, tuple[str, ...]] = {
    "fetch": ("fetch",),
    "ingest": ("init", "ingest", "snapshots", "sources"),
    "panel": ("panel",),
    "forecast": ("backtest", "forecast"),
    "evaluate": ("evaluate",),
    "brief": ("brief",),
    "products": ("flash", "sitrep", "assessment", "product"),
    "challenge": ("challenge",),
    "demo": ("demo", "exercise"),
    "places": ("places",),
    "ledger": ("ledger",),
    "keeping": ("backup", "restore"),
    "watch": ("watch",),
    "duty": ("duty",),
    "channels": ("channels",),
    "warnings": ("warnings",),
    "dossier": ("dossier",),
    "figures": ("figures",),
    "forms": ("forms",),
    "reports": ("inbox", "reports"),
    "contacts": ("contacts",),
    "actors": ("actors",),
    "timeline": ("timeline",),
    "commitments": ("commitments",),
    "calendar": ("calendar",),
    "cases": ("cases",),
    "record": ("record",),
    "table": ("table",),
    "mission": ("mission", "territory"),
    "replay": ("replay",),
    "scorecard": ("scorecard",),
    "peer": ("peer",),
    "groups": ("groups",),
    "share": ("share",),
    "inquiries": ("ask",),
    "stix": ("stix",),
    "misp": ("misp",),
    "taxii": ("taxii",),
    "serve": ("serve",),
    "doctor": ("doctor",),
    "token": ("token",),
    "account": ("account",),
}


def register(app: typer.Typer, only: str = "") -> None:
    """Add every command to `app`; none of their modules imports anything heavy.

    only : a command; if a module holds it, it alone is added. Typer looks at each parameter of
        each command that it is given, which takes longer than a flash should.
    """
    chosen = [module for module, names in COMMANDS.items() if only in names]
    for module in chosen or COMMANDS:
        import_module(f"tocsin.cli.{module}").register(app)
    if chosen:
        app.registered_commands = [
            one for one in app.registered_commands if only in _names(one.name, one.callback)
        ]
        app.registered_groups = [
            one
            for one in app.registered_groups
            if only in (one.name, one.typer_instance and one.typer_instance.info.name)
        ]


def _names(name: str | None, callback: Callable[..., object] | None) -> tuple[str, ...]:
    """What a command goes by: without a name of its own, its function's."""
    if name:
        return (name,)
    return (callback.__name__.replace("_", "-"),) if callback else ()
