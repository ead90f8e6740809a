"""Who holds a printed page opens a statement by the end of its id, as far as they may."""

from typing import Any

import msgspec
import pytest
from tests.ledger.conftest import figure
from tests.sharing.nodes import Node
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import TocsinError, UnknownName

LAST = "77aa8899bbcc"
ONE = f"01890a5d-ac96-774b-bcce-{LAST}"
OTHER = f"018a0a5d-ac96-774b-bcce-{LAST}"


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def north(node) -> Node:
    return node("north")


def written(north: Node, *ids: str, **fields: Any) -> None:
    shared = {"origin": "north", "source": "an invented source", "known_at": "2023-07"} | fields
    ledger = north.ledger()
    ledger.append([msgspec.structs.replace(figure(7, **shared), id=one) for one in ids])
    ledger.close()


@pytest.mark.parametrize("part", [LAST, f"…{LAST.upper()}", LAST[-5:], ONE[:11], ONE, f" {LAST} "])
def test_a_part_that_names_one_opens_it(north: Node, part: str) -> None:
    written(north, ONE)
    with north.at_work():
        for words in (["ledger", "show"], ["share", "preview"]):
            done = run(*words, part)
            assert done.exit_code == 0, done.exception
            assert ONE in done.output or "figure" in done.output
        assert run("ledger", "annotate", part, "--source", "s", "--text", "No.").exit_code == 0
        assert run("ledger", "retract", part, "--reason", "entered twice").exit_code == 0


def test_of_several_the_candidates_are_told(north: Node) -> None:
    written(north, ONE, OTHER)
    with north.at_work():
        told = run("ledger", "show", LAST).exception
        assert isinstance(told, UnknownName)
        assert ONE in told.message()
        assert OTHER in told.message()
        assert run("ledger", "show", ONE[:10]).exit_code == 0


def test_what_is_hidden_makes_no_part_ambiguous(north: Node) -> None:
    written(north, ONE, rel_to=("south",), tlp="AMBER")
    written(north, OTHER, tlp="AMBER")
    with north.at_work():
        seen = run("ledger", "show", LAST, "--reader", "south")
        assert seen.exit_code == 0
        assert ONE in seen.output
        said = [
            run("ledger", "show", part, "--reader", "east").exception for part in (LAST, "0" * 12)
        ]
    assert all(isinstance(one, TocsinError) for one in said)
    assert said[0].message().replace(LAST, "") == said[1].message().replace("0" * 12, "")


@pytest.mark.parametrize("part", ["", "7", "bcc", "%", "____", "zzzz", "9" * 80])
def test_what_is_no_part_of_an_id_names_nothing(north: Node, part: str) -> None:
    written(north, ONE)
    with north.at_work():
        asked = run("share", "preview", part)
    assert isinstance(asked.exception, UnknownName)
