"""The command line is put together from its modules: all of it, or what one command needs."""

from importlib import import_module

import pytest
import typer
from typer.testing import CliRunner

from tocsin.cli import commands
from tocsin.cli.main import app, make_app


@pytest.mark.parametrize("module", commands.COMMANDS)
def test_each_module_registers_the_commands_that_are_listed_for_it(module: str) -> None:
    made = typer.Typer()
    import_module(f"tocsin.cli.{module}").register(made)
    names = typer.main.get_group(made).commands
    assert sorted(names) == sorted(commands.COMMANDS[module])


def test_one_command_comes_alone_and_an_unknown_word_brings_all() -> None:
    def names(made: typer.Typer) -> set[str]:
        group = typer.main.get_command(made)
        return set(group.commands)  # type: ignore[attr-defined]

    everything = {name for names in commands.COMMANDS.values() for name in names}
    assert names(app) == names(make_app("biref")) == names(make_app("--help")) == everything
    for name in everything:
        assert names(make_app(name)) == {name}


@pytest.mark.parametrize("words", [["flash", "--help"], ["ledger", "--help"]])
def test_a_command_says_the_same_of_itself_alone_and_among_all(words: list[str]) -> None:
    alone, among = (CliRunner().invoke(one, words) for one in (make_app(words[0]), app))
    assert alone.exit_code == among.exit_code == 0
    assert alone.output == among.output
