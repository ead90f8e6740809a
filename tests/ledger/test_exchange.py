"""Out of one node, into another and home again: nothing is lost, doubled, revived or rewritten."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import NotLookedAt

FIRST, SECOND = "a lamp under seven rivers", "eleven goats on the moon"
ENTRY = """
defaults: {source: "Bulletin de la vallée", reliability: B, credibility: 2, rel_to: [south]}
statements:
  - kind: figure
    subject: "figure:displaced"
    known_at: 2023-06-23
    body: {quantity: displaced, title: {fr: "Déplacés", en: "Displaced"}, unit: persons, value: 12}
  - {kind: alias, subject: "actor:zed", known_at: 2023-07, body: {name: "Zédistes"}}
  - {kind: alias, subject: "actor:zed", known_at: 2023-08, body: {name: "Zanahary"}}
  - {kind: alias, subject: "actor:zed", known_at: 2023-09, tlp: CLEAR, rel_to: [], body: {name: Z}}
"""


class Node:
    """One node's command line; each has a store and an organisation of its own."""

    def __init__(self, folder: Path, organisation: str, monkeypatch: pytest.MonkeyPatch):
        self.home, self.organisation, self.monkeypatch = folder, organisation, monkeypatch
        self.run("init", "--org", organisation)

    def run(self, *words: object, typed: str = "") -> str:
        self.monkeypatch.setenv("TOCSIN_HOME", str(self.home))
        result = CliRunner().invoke(app, [*map(str, words)], input=typed)
        if isinstance(result.exception, NotLookedAt):  # others would read it: look, then agree
            return self.run(*words, "--yes", result.exception.fields["digest"])
        if result.exception:
            raise result.exception
        return result.stdout

    def shown(self, *words: str) -> list[dict]:
        return json.loads(self.run("ledger", "show", "--json", *words))

    def export(self, path: Path, reader: str = "") -> bytes:
        self.run("ledger", "export", "--out", path, *(["--reader", reader] if reader else []))
        return path.read_bytes()

    def take(self, path: Path) -> tuple[int, int]:
        done = json.loads(self.run("ledger", "import", path, "--json"))
        return done["added"], done["known"]

    def trust(self, other: "Node", tmp_path: Path) -> None:
        path = tmp_path / f"{other.organisation}.key"
        other.run("ledger", "trust", "own", "--out", path)
        self.run("ledger", "trust", "add", other.organisation, path)


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Node, Node]:
    north = Node(tmp_path / "a", "north", monkeypatch)
    south = Node(tmp_path / "b", "south", monkeypatch)
    north.trust(south, tmp_path)
    south.trust(north, tmp_path)
    entry = tmp_path / "entry.yml"
    entry.write_text(ENTRY, encoding="utf-8")
    north.run("ledger", "add", entry)
    return north, south


def test_corrections_and_retractions_travel_and_come_home(nodes, tmp_path: Path) -> None:
    north, south = nodes
    held = {one["body"].get("name", one["kind"]): one["id"] for one in north.shown()}
    correction = ["add", "--kind", "figure", "--subject", "figure:displaced", "--known",
                  "2023-07-21", "--source", "s", "--field", f"supersedes={held['figure']}",
                  "--field", "rel_to=south", "--body", json.dumps({
                      "quantity": "displaced", "title": {"fr": "Déplacés"}, "unit": "persons",
                      "value": 13})]  # fmt: skip
    north.run("ledger", *correction)
    north.run("ledger", "retract", held["Zédistes"], "--reason", "entered twice")
    path = tmp_path / "for-south.jsonl"
    sent = north.export(path, "south")
    assert sent.count(b"\n") == 6
    assert south.take(path) == (6, 0)
    assert south.take(path) == (0, 6)
    taken = [one["id"] for one in south.shown() if one["kind"] != "node_key"]
    assert taken == [one["id"] for one in north.shown("--reader", "south")]
    (figure,) = south.shown("--kind", "figure")
    assert figure["body"]["value"] == 13
    (before,) = south.shown("--kind", "figure", "--as-of", "2023-07-20")
    assert before["body"]["value"] == 12
    # Home again: the same lines, and nothing new.
    assert south.export(tmp_path / "back.jsonl") == sent
    assert north.take(tmp_path / "back.jsonl") == (0, 6)
    for node in nodes:
        assert json.loads(node.run("ledger", "verify", "--json"))["sound"]


def test_what_was_purged_does_not_come_home(nodes, tmp_path: Path) -> None:
    north, south = nodes
    path = tmp_path / "for-south.jsonl"
    north.export(path, "south")
    south.take(path)
    (doomed,) = north.shown("--text", "zanahary")
    north.run("ledger", "persons", "add", "duty-1", typed=FIRST)
    north.run("ledger", "persons", "add", "release-2", typed=SECOND)
    purge = ("ledger", "purge", doomed["id"], "--by")
    north.run(*purge, "duty-1", "--reason", "names_a_person", typed=FIRST)
    north.run(*purge, "release-2", typed=SECOND)
    assert b"Zanahary" in south.export(tmp_path / "back.jsonl")
    assert north.take(tmp_path / "back.jsonl") == (0, 4)
    assert north.shown("--text", "zanahary") == []
    for file in (north.home / "ledger").iterdir():
        assert b"Zanahary" not in file.read_bytes(), file.name
    # What it sends from now on holds the purge's own word for its own readers, and no more of it.
    again = north.export(tmp_path / "again.jsonl")
    assert b"Zanahary" not in again
    assert b'"kind":"purge"' in again
    assert b'"kind":"node_key"' not in again
    assert json.loads(north.run("ledger", "verify", "--json"))["sound"]


def test_a_bundle_cut_in_the_middle_of_a_line_writes_nothing(nodes, tmp_path: Path) -> None:
    north, south = nodes
    path = tmp_path / "for-south.jsonl"
    sent = north.export(path, "south")
    path.write_bytes(sent[: len(sent) // 2])
    with pytest.raises(Exception, match=r"for-south\.jsonl:\d"):
        south.take(path)
    assert south.shown("--kind", "alias") == []
