"""The command line. Commands import their work when they run, so that `--help` is instant."""

from tocsin.cli.main import main

__all__ = ["main"]
