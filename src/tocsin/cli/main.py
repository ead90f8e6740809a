"""The `tocsin` command: options that hold everywhere, and how errors reach a person."""

import gc
import os
import sys
from typing import Annotated, Any

import typer

from tocsin import __version__
from tocsin.cli import commands, frame_words, unasked
from tocsin.cli.words import say
from tocsin.errors import TocsinError
from tocsin.settings import read_settings


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


def _everywhere(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help=say("Print the version.")
        ),
    ] = False,
) -> None:
    del version
    if _is_exercise():
        typer.secho(say("EXERCISE EXERCISE EXERCISE"), bold=True, err=True)


def _is_exercise() -> bool:
    """Whether the store says that it is an exercise: every command on it says so first."""
    try:
        node = read_settings().home / "node.json"
        return node.is_file() and b'"exercise":true' in node.read_bytes()
    except (OSError, TocsinError):
        return False  # the command itself says what is wrong


def make_app(only: str = "") -> typer.Typer:
    """The command line with every command, or with one alone."""
    made = typer.Typer(
        name="tocsin",
        help=say("Early warning for the Sahel: what was known, when, and what may come."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_everywhere)
    commands.register(made, only)
    return made


def __getattr__(name: str) -> Any:
    """`app`, the whole command line, is put together when somebody asks for it."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = made = make_app()
    return made


def main() -> None:
    """Run the command line; a Tocsin error becomes two lines on stderr and its exit code."""
    # A command is over before much can be collected: looking for it takes a tenth of a flash.
    gc.set_threshold(50_000, 20, 20)
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    completing = any(name.endswith("_COMPLETE") and "TOCSIN" in name for name in os.environ)
    unasked.tell_unasked()
    frame_words.speak()
    try:
        make_app("" if completing else asked)()
    except TocsinError as error:
        typer.secho(f"{say('Error:')} {error.message(say)}", fg="red", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has left (such as `| head`): nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # Whatever a command did not foresee of a disk or a path: never a traceback for a person.
        where = f"{error.filename}: " if error.filename else ""
        why = say("the system refuses: {why}").format(why=error.strerror or error)
        typer.secho(f"{say('Error:')} {where}{why}", fg="red", err=True)
        sys.exit(3)
    except KeyboardInterrupt:
        typer.secho(say("Stopped. The store is as it was."), err=True)
        sys.exit(130)
