"""A rule that names others releases nothing until somebody has agreed to whom."""

from typing import Any

import msgspec
import pytest
from tests.sharing.nodes import Node
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import CheckFailed, NotLookedAt, UsageError
from tocsin.warning.problems import Release
from tocsin.warning.rulebook import Rulebook, shipped_rulebook
from tocsin.workflow import standing_release, watchkeeping

NAME = "handover-attack"
ASKED = ["warnings", "release", NAME, "--reader", "north:release-authority"]


@pytest.fixture
def north(node) -> Node:
    return node("north")


def rules(**release: Any) -> Rulebook:
    book = shipped_rulebook()
    problem = msgspec.structs.replace(book.problems[NAME], release=Release(**release))
    return Rulebook(book.indicators, book.problems | {NAME: problem}, book.clocks, book.hash)


def raised_for(north: Node, book: Rulebook) -> tuple[str, tuple[str, ...]]:
    """How the watch would mark the problem's warnings now."""
    with north.at_work():
        made = standing_release.kept_in_house(north.ledger(), book).problems[NAME].release
    return made.tlp, made.rel_to


def test_warnings_stay_in_the_house_until_somebody_agreed_to_whom(
    north: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = rules(tlp="AMBER", rel_to=("south",))
    monkeypatch.setattr(watchkeeping, "rulebook", lambda *_: book)
    raised: list[Rulebook] = []
    monkeypatch.setattr(
        watchkeeping, "make_pass", lambda _, __, ___, book, **____: raised.append(book) or []
    )
    with north.at_work():
        watchkeeping.watch()
        assert raised[0].problems[NAME].release.rel_to == ()
    assert raised_for(north, book) == ("AMBER", ())
    with north.at_work():
        looked = CliRunner().invoke(app, ASKED)
        assert isinstance(looked.exception, NotLookedAt)
        assert "✓ south" in looked.output
        assert "until somebody agrees" in CliRunner().invoke(app, ["warnings", "rules"]).output
        wrong = CliRunner().invoke(app, [*ASKED, "--yes", "0" * 16])
        assert isinstance(wrong.exception, CheckFailed)
        other = CliRunner().invoke(app, [*ASKED[:-1], "north:duty-officer"])
        assert isinstance(other.exception, UsageError)
    assert raised_for(north, book) == ("AMBER", ())
    with north.at_work():
        done = CliRunner().invoke(app, [*ASKED, "--yes", looked.exception.fields["digest"]])
        assert done.exit_code == 0, done.exception
        assert "until somebody agrees" not in CliRunner().invoke(app, ["warnings", "rules"]).output
    assert raised_for(north, book) == ("AMBER", ("south",))
    assert raised_for(north, rules(tlp="AMBER", rel_to=("east", "south"))) == ("AMBER", ())


def test_what_is_public_or_red_by_rule_stays_too(north: Node) -> None:
    assert raised_for(north, rules(tlp="CLEAR", pap="CLEAR")) == ("AMBER+STRICT", ())
    red = rules(tlp="RED", rel_to=("south",))
    assert raised_for(north, red) == ("RED", ())
    with north.at_work(), pytest.raises(UsageError, match="two persons"):
        standing_release.release_problem(red, NAME, "north:release-authority")


def test_the_rules_that_come_with_tocsin_are_for_the_house_alone(north: Node) -> None:
    book = shipped_rulebook()
    with north.at_work():
        assert standing_release.kept_in_house(north.ledger(), book) is book
        with pytest.raises(UsageError, match="alone"):
            standing_release.release_problem(book, NAME, "north:release-authority")
