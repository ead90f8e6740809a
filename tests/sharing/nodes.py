"""Nodes for tests: each a store of its own, driven through the workflow as a person would."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tocsin.lake.node import name_node
from tocsin.ledger import Ledger
from tocsin.tables.statements import Statement
from tocsin.workflow import peering, record_keeping, sending, taking


class Node:
    """An invented organisation's node."""

    def __init__(self, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.name = name
        self.folder = folder
        self._monkeypatch = monkeypatch
        self.home = folder / name
        name_node(self.home, name)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self._monkeypatch.context() as patch:
            patch.setenv("TOCSIN_HOME", str(self.home))
            patch.delenv("TOCSIN_LEDGER", raising=False)
            yield

    def card(self) -> tuple[Path, str]:
        path = self.folder / f"{self.name}.card"
        with self.at_work():
            _, shown = peering.own_card(path)
        return path, shown

    def trusts(self, other: "Node") -> None:
        path, shown = other.card()
        with self.at_work():
            peering.add_peer(path)
            peering.trust_peer(other.name, shown)

    def says(self, number: int = 0, **fields: Any) -> str:
        """Write an alias of an invented actor; gives back its id."""
        given = {
            "kind": "alias",
            "subject": f"actor:invented-{number}",
            "known_at": "2023-07-01",
            "source": "an invented source",
            "tlp": "AMBER",
            "body": {"name": f"Invented {number}"},
        }
        with self.at_work():
            entered = record_keeping.add_statement(given | fields)
        assert entered.added == 1
        return entered.ids[0]

    def exports(self, other: "Node", name: str = "", **options: Any) -> Path:
        out = self.folder / f"{name or f'{self.name}-{other.name}'}.tocsin"
        with self.at_work():
            self.exported = sending.export_to(other.name, out, **options)
        return out

    def takes(self, bundle: Path) -> taking.Taken:
        with self.at_work():
            return taking.take_bundle(bundle)

    def ledger(self) -> Ledger:
        with self.at_work():
            return record_keeping.open_ledger(to_write=True)

    def sees(self, reader: str = "") -> list[Statement]:
        with self.at_work():
            found = record_keeping.view(reader).statements()
        return [one for one in found if one.kind not in ("peer", "node_key")]

    def ids(self) -> set[str]:
        return {one.id for one in self.sees()}


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    return lambda name: Node(name, tmp_path, monkeypatch)


@pytest.fixture
def pair(node) -> tuple[Node, Node]:
    """Two nodes that trust each other."""
    north, south = node("north"), node("south")
    north.trusts(south)
    south.trusts(north)
    return north, south
