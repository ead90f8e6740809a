"""The two options that say who does the work of a forecast."""

from typing import Annotated

import typer

from tocsin.cli.words import say

Workers = Annotated[
    int,
    typer.Option("--workers", min=1, help=say("Processes on this machine that share the work.")),
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        help=say("Address of a Dask scheduler whose workers do the work, as tcp://10.0.0.5:8786."),
    ),
]
