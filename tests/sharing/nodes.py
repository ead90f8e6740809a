"""Nodes for tests: each a store of its own, driven through the workflow as a person would."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import msgspec
import pytest

from tocsin.errors import NotLookedAt
from tocsin.lake.node import name_node
from tocsin.ledger import Ledger
from tocsin.ledger.identity import with_id
from tocsin.ledger.merkle import Frontier
from tocsin.ledger.peer_streams import leaf_of_seal
from tocsin.ledger.sealing import content_of, seal
from tocsin.policy import Reader
from tocsin.sharing.blocks import Record, grouped, pack
from tocsin.sharing.bundles import Block, Head, Label, seal_bundle
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow import peering, record_keeping, sending, taking
from tocsin.workflow.widening import preview_in


def looked_at(act: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """Do it as a person would: look at the preview that it asks for, and agree to that one."""
    try:
        return act(*given, **more)
    except NotLookedAt as asked:
        return act(*given, agreed=preview_in(asked).digest, **more)


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
        house = ("peer", "node_key", "receipt", "recall", "group")
        return [one for one in found if one.kind not in house]

    def ids(self) -> set[str]:
        return {one.id for one in self.sees()}

    def forges(
        self, other: "Node", records: list[Record], name: str = "forged", **changes: Any
    ) -> Path:
        """A bundle that this node signs and Tocsin would not make: any records, any label."""
        out = self.folder / f"{name}.tocsin"
        ledger = self.ledger()
        now = datetime.now(UTC)
        stream = Frontier()
        stream.extend(leaf_of_seal(sha256(one.content).digest(), one.signature) for one in records)
        with TemporaryFile() as blocks, other.at_work():
            packed = [pack(group) for group in grouped(records)]
            blocks.write(b"".join(packed))
            fields: dict[str, Any] = {
                "id": os.urandom(16).hex(),
                "sender": self.name,
                "recipient": other.name,
                "key": ledger.signer.key_id,
                "first": 0,
                "head": Head(
                    stream=os.urandom(16).hex(), size=len(records), root=stream.root().hex()
                ),
                "made_at": moment_text(now),
                "expires_at": moment_text(now + timedelta(days=30)),
                "blocks": tuple(
                    Block(
                        size=len(block),
                        sha256=sha256(block).hexdigest(),
                        records=len(group),
                    )
                    for block, group in zip(packed, grouped(records), strict=True)
                ),
            }
            recipient = peering.exchange_identities(record_keeping.open_vault())[0].to_public()
            seal_bundle(Label(**(fields | changes)), blocks, ledger.signer, str(recipient), out)
        return out

    def sealed(self, statement: Statement) -> Record:
        """A statement as this node signs it."""
        ledger = self.ledger()
        blank = msgspec.structs.replace(statement, recorded_at=None, hash="", signature="", salt="")
        made = seal(with_id(blank, ledger.signer), ledger.signer, "0a" * 12)
        return Record(made.content, made.signature)

    def records(self, kind: str = "alias") -> list[Record]:
        """What this node holds of a kind, as it was signed."""
        view = self.ledger().view(Reader(self.name))
        return [Record(content_of(one), one.signature) for one in view.each(kind)]


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
