"""What the command line's framework says of itself, in the terminal's language.

Typer writes its usage, headings and errors in English only. Its words are found here by their form,
so that a version that words them otherwise speaks English again and breaks nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import typer.core
from typer._click import core as click_core
from typer._click import exceptions, formatting

from tocsin.cli.words import lang, say

_WHOLE = {
    "Arguments": say("Arguments"),
    "Options": say("Options"),
    "Commands": say("Commands"),
    "required": say("required"),
    "default: {default}": say("default: {default}"),
    "env var: {var}": say("environment: {var}"),
    "(dynamic)": say("(as it comes)"),
    "Aborted!": say("Stopped."),
    "Missing command.": say("A command is missing."),
    "No such command {name!r}.": say("There is no command {name!r}."),
    "Show this message and exit.": say("Show this help."),
    "Install completion for the current shell.": say("Set up completion for this shell."),
    "Show completion for the current shell, to copy it or customize the installation.": say(
        "Print the completion of this shell, to copy or change it."
    ),
    "Repeat for confirmation": say("Once more"),
}
_PLACES = ("COMMAND [ARGS]", "[OPTIONS]")
# Errors with names in them: their form, and how they are said here.
_FORMS = (
    (r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.*)\)",
     say("There is no option {name}. Did you mean: {near}")),
    (r"No such option: (?P<name>\S+)(?P<rest>.*)", say("There is no option {name}.{rest}")),
    (r"Option '(?P<name>.*)' requires an argument\.", say("The option {name} needs a value.")),
    (r"Option '(?P<name>.*)' requires (?P<count>\d+) arguments\.",
     say("The option {name} needs {count} values.")),
    (r"Option '(?P<name>.*)' does not take a value\.", say("The option {name} takes no value.")),
    (r"Missing option '(?P<name>.*?)'\.(?P<rest>.*)", say("The option {name} is missing.{rest}")),
    (r"Missing argument '(?P<name>.*?)'\.(?P<rest>.*)",
     say("The argument {name} is missing.{rest}")),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((?P<names>.*)\)",
     say("Nothing more was expected: {names}")),
    (r"Argument '(?P<name>.*)' takes (?P<count>\d+) values\.",
     say("The argument {name} takes {count} values.")),
    (r"Invalid value for '(?P<name>.*?)': (?P<why>.*)",
     say("The value of {name} will not do: {why}")),
    (r"Invalid value: (?P<why>.*)", say("The value will not do: {why}")),
)  # fmt: skip
_WHYS = (
    (r"Input should be a valid integer.*", say("a whole number is needed.")),
    (r"Input should be a valid number.*", say("a number is needed.")),
    (r"Input should be less than or equal to (?P<most>.*)", say("at most {most}.")),
    (r"Input should be greater than or equal to (?P<least>.*)", say("at least {least}.")),
    (r"Input should be (?P<choices>'.*)", say("one of {choices}.")),
    (r"(?:[Pp]ath|[Ff]ile|[Dd]irectory) '(?P<path>.*)' does not exist\.",
     say("there is no {path}.")),
    (r"(?:[Pp]ath|[Ff]ile|[Dd]irectory) '(?P<path>.*)' is not (?:readable|writable)\.",
     say("{path} may not be opened.")),
    (r"[Ff]ile '(?P<path>.*)' is a directory\.", say("{path} is a folder.")),
    (r"[Dd]irectory '(?P<path>.*)' is a file\.", say("{path} is a file.")),
    (r"Value (?P<value>'.*') is not a valid (?P<kind>.*)\.", say("{value} is no {kind}.")),
)  # fmt: skip


def in_words(message: str) -> str:
    """A sentence of the framework in the terminal's language; as it came, if it is unknown."""
    for form, told in _FORMS:
        if found := re.fullmatch(form, message, re.DOTALL):
            fields = found.groupdict()
            if "why" in fields:
                fields["why"] = _why(fields["why"])
            return told.format(**fields)
    return message


def _why(message: str) -> str:
    for form, told in _WHYS:
        if found := re.fullmatch(form, message, re.DOTALL):
            return told.format(**found.groupdict())
    return message


def _word(english: str) -> str:
    return _WHOLE.get(english, english)


@cache
def speak() -> None:
    """Let the framework speak the terminal's language, for the life of the process."""
    if lang() == "en":
        return
    frame: Any = typer.core
    frame._ = _word
    usage = formatting.HelpFormatter.write_usage
    help_option = click_core.Command.get_help_option
    record = typer.core.TyperOption.get_help_record

    def write_usage(self: Any, prog: str, args: str = "", prefix: str | None = None) -> None:
        for words in _PLACES:
            args = args.replace(words, say(words))
        usage(self, prog, args, prefix or say("Usage: "))

    def write_heading(self: Any, words: str) -> None:
        self.write(f"{'':>{self.current_indent}}{words}{say(':')}\n")

    def get_help_record(self: Any, ctx: Any) -> Any:
        self.help = _word(self.help or "")
        return record(self, ctx)

    def show(self: Any, file: Any = None) -> None:
        context = getattr(self, "ctx", None)
        if context is not None:
            typer.echo(context.get_usage(), file=file, err=file is None)
            if help_option(context.command, context) is not None:
                asked = f"{context.command_path} {context.help_option_names[0]}"
                told = say("Help: {asked}").format(asked=asked)
                typer.echo(f"{told}\n", file=file, err=file is None)
        told = in_words(self.format_message())
        typer.echo(f"{say('Error:')} {told}", file=file, err=file is None)

    changed: tuple[tuple[Any, str, Any], ...] = (
        (formatting.HelpFormatter, "write_usage", write_usage),
        (formatting.HelpFormatter, "write_heading", write_heading),
        (typer.core.TyperOption, "get_help_record", get_help_record),
        (exceptions.ClickException, "show", show),
        (exceptions.UsageError, "show", show),
    )
    for kind, name, ours in changed:
        setattr(kind, name, ours)
