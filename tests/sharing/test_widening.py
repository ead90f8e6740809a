"""What others would read is shown first; what only the house reads is written at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.sharing.nodes import Node
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import CheckFailed, NotLookedAt, TocsinError, UsageError
from tocsin.workflow import membership, releasing, widening

ONE = [
    "ledger", "add", "--kind", "alias", "--subject", "actor:zed", "--known", "2023-07",
    "--source", "an invented source", "--body", '{"name": "Zed"}',
]  # fmt: skip


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def north(node) -> Node:
    return node("north")


def held(north: Node) -> list[str]:
    return [one.subject for one in north.sees()]


def test_writing_for_the_house_asks_nothing(north: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: Any) -> None:
        raise AssertionError("nobody else reads it: partners need not be looked up")

    monkeypatch.setattr(releasing.Partners, "of", unexpected)
    with north.at_work():
        assert run(*ONE).exit_code == 0
        assert run(*ONE, "--field", "rel_to=north").exit_code == 0
        assert run(*ONE, "--field", "tlp=GREEN").exit_code == 0
    assert held(north) == ["actor:zed"] * 3


@pytest.mark.parametrize("wide", [["rel_to=south"], ["tlp=CLEAR"], ["rel_to=group:north/bloc"]])
def test_what_others_would_read_is_not_written_unseen(north: Node, wide: list[str]) -> None:
    words = [*ONE, *(part for one in wide for part in ("--field", one))]
    with north.at_work():
        membership.create_group("bloc", ("south",), since="2023-01-01")
        looked = run(*words)
        assert isinstance(looked.exception, NotLookedAt)
        assert "✓" in looked.stdout
        assert "Zed" in looked.stdout
        for wrong in ("0" * 64, looked.exception.fields["digest"][:11]):
            assert isinstance(run(*words, "--yes", wrong).exception, CheckFailed)
        assert not held(north)
        assert run(*words, "--yes", looked.exception.fields["digest"]).exit_code == 0
        assert run(*words).exit_code == 0, "it is there already: nothing new would be read"
    assert held(north) == ["actor:zed"]


def test_who_would_see_it_and_what_it_says_are_both_agreed_to(north: Node) -> None:
    with north.at_work():
        membership.create_group("bloc", ("south",), since="2023-01-01")
        to_bloc = {"kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "s",
                   "rel_to": ["group:north/bloc"], "body": {"name": "Zed"}}  # fmt: skip
        with pytest.raises(NotLookedAt) as asked:
            widening.enter_statement(to_bloc)
        agreed = widening.preview_in(asked.value).digest
        with pytest.raises(CheckFailed, match="not that of what would be written"):
            widening.enter_statement(to_bloc | {"body": {"name": "Zed the younger"}}, "", agreed)
        membership.add_members("bloc", ("west",), since="2023-01-01")
        with pytest.raises(CheckFailed, match="not that of what would be written"):
            widening.enter_statement(to_bloc, "", agreed)
    assert not held(north)


def test_many_have_one_preview_by_marking(north: Node, tmp_path: Path) -> None:
    """A member from July on sees what became known since: the preview counts that."""
    entry = {"kind": "alias", "source": "s", "body": {"name": "Z"}, "tlp": "AMBER"}
    lines = [
        *({"subject": f"actor:own-{n}", "known_at": "2023-05"} for n in range(3)),
        *({"subject": f"actor:a-{n}", "known_at": "2023-05", "rel_to": ["group:north/bloc"]}
          for n in range(4)),
        *({"subject": f"actor:b-{n}", "known_at": "2023-08", "rel_to": ["group:north/bloc"]}
          for n in range(2)),
        {"subject": "actor:c", "known_at": "2023-08", "tlp": "CLEAR"},
    ]  # fmt: skip
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps(entry | line) + "\n" for line in lines), encoding="utf-8")
    with north.at_work():
        membership.create_group("bloc", ("south",), since="2023-07-01", history="from-joining")
        looked = run("ledger", "add", str(path), "--json")
        assert isinstance(looked.exception, NotLookedAt)
        assert not held(north)
        shown = json.loads(looked.stdout)
        assert shown["total"] == 10
        amber, clear = shown["marked"]
        assert (amber["tlp"], amber["count"], clear["tlp"], clear["count"]) == (
            "AMBER", 6, "CLEAR", 1,
        )  # fmt: skip
        sees = {one["organisation"]: one["sees"] for one in amber["seers"]}
        assert sees == {"north": 6, "south": 2}
        done = run("ledger", "add", str(path), "--yes", shown["digest"][:12])
        assert done.exit_code == 0, done.output
        assert run("ledger", "add", str(path)).exit_code == 0, "the same file twice asks nothing"
    assert len(held(north)) == 10


def test_a_remark_is_shown_too(north: Node) -> None:
    told = north.says(1, tlp="AMBER")
    words = ["ledger", "annotate", told, "--source", "s", "--text", "No.", "--field"]
    with north.at_work():
        looked = run(*words, "rel_to=south")
        assert isinstance(looked.exception, NotLookedAt)
        digest = looked.exception.fields["digest"]
        assert run(*words, "rel_to=south", "--yes", digest).exit_code == 0, "not for its second"
    assert len(held(north)) == 2


def test_red_for_others_is_no_matter_of_one_person(north: Node) -> None:
    with north.at_work():
        refused = run(*ONE, "--field", "tlp=RED", "--field", "rel_to=south", "--yes", "0" * 16)
    assert isinstance(refused.exception, UsageError)
    assert "two persons" in refused.exception.message()
    assert not held(north)


def test_the_person_at_a_terminal_is_asked(north: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.cli import agreeing

    said = iter([False, True])
    monkeypatch.setattr(agreeing.typer, "confirm", lambda _: next(said))

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(agreeing.sys, "stdin", Terminal())
    with north.at_work():
        fields = {"kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "s",
                  "tlp": "CLEAR", "body": {"name": "Zed"}}  # fmt: skip

        def act(agreed: str) -> Any:
            return widening.enter_statement(fields, "", agreed)

        with pytest.raises(TocsinError):
            agreeing.once_looked_at(act, "", False)
        assert not held(north)
        assert agreeing.once_looked_at(act, "", False).added == 1
