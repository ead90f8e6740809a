"""What a room says unasked, such as that the ledger was upgraded: one line, in the language."""

import logging

import typer

from tocsin.cli.words import say


class _InWords(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        template = getattr(record, "template", "")
        fields = getattr(record, "fields", {})
        told = say(template).format_map(fields) if template else record.getMessage()
        typer.secho(told, fg="yellow", err=True)


def tell_unasked() -> None:
    """Let the ledger's own words reach the person at the terminal."""
    log = logging.getLogger("tocsin.ledger")
    log.handlers, log.propagate = [_InWords()], False
