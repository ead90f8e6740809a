"""Five nodes, each a store and a process that runs `tocsin` on it, and bad ways between them."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from examples.node import Node as Process
from tests.sharing.nodes import Node

from tocsin.ledger.verifying import verify

NAMES = ("north", "south", "east", "west", "coast")
HOUSE = ("peer", "node_key", "receipt", "recall", "group", "release_grant")


class Post:
    """Bundles on their way: some are dropped, the others come late and in another order."""

    def __init__(self, five: "Five", seed: int, share_dropped: float = 0.3):
        self._five = five
        self._random = random.Random(seed)
        self._share = share_dropped
        self._under_way: list[tuple[str, Path]] = []
        self.dropped = 0
        self._number = 0

    def send(self, sender: str, to: str, *options: str) -> Path | None:
        """A bundle leaves; by a stick now and then."""
        self._number += 1
        out = self._five.folder / f"{self._number:03d}-{sender}-{to}"
        by_stick = self._number % 4 == 0
        way = ("--to", str(out)) if by_stick else ("--out", str(out))
        self._five.run(sender, "share", "export", to, *way, *options)
        if not out.exists():
            return None
        if self._random.random() < self._share:
            self.dropped += 1
        else:
            self._under_way.append((to, out))
        return out

    def deliver(self) -> None:
        """What is under way comes, in any order."""
        self._random.shuffle(self._under_way)
        for to, path in self._under_way:
            self._five.run(to, "share", "import", str(path))
        self._under_way.clear()

    def settle(self, *pairs: tuple[str, str], rounds: int = 3) -> None:
        """Both ways between these, again and again: what was lost comes in the end."""
        for _ in range(rounds):
            for one, other in pairs:
                self.send(one, other, "--again")
                self.send(other, one, "--again")
            self.deliver()
        self._share = 0.0
        for one, other in (*pairs, *pairs):
            self.send(one, other, "--again")
            self.deliver()
            self.send(other, one, "--again")
            self.deliver()


class Five:
    """Five invented organisations' nodes that know each other."""

    _running: ClassVar[dict[str, Process]] = {}  # a process a node, for one test after another

    def __init__(self, folder: Path):
        self.folder = folder
        self._moved: set[str] = set()

    def home(self, name: str) -> Path:
        return self.folder / name

    def run(self, name: str, *args: str, code: int = 0) -> Any:
        """Run a command at a node, in the node's own process; its text."""
        if name not in self._running:
            self._running[name] = Process(self.home(name))
        elif name not in self._moved:
            self._running[name].move(self.home(name))
        self._moved.add(name)
        done = self._running[name].run(*args)
        assert done["code"] == code, (name, args, done["out"], done["err"])
        return done["out"] if code == 0 else done["err"]

    @classmethod
    def close(cls) -> None:
        """End every node's process."""
        while cls._running:
            cls._running.popitem()[1].close()

    def json(self, name: str, *args: str) -> Any:
        return json.loads(self.run(name, *args, "--json"))

    def says(self, name: str, number: int, **fields: Any) -> str:
        """An invented alias, entered at a node; its id."""
        given = {
            "kind": "alias",
            "subject": f"actor:{name}-{number}",
            "known_at": "2024-02-01",
            "source": "an invented source",
            "tlp": "AMBER",
            "body": {"name": f"Invented {name} {number}"},
        }
        path = self.folder / f"{name}-{number}.jsonl"
        path.write_text(json.dumps(given | fields) + "\n")
        before = self.ids(name)
        entry = ("ledger", "add", str(path))
        if fields.get("rel_to") or fields.get("tlp") == "CLEAR":
            told = self.run(name, *entry, code=1)
            entry = (*entry, "--yes", told.rsplit(maxsplit=1)[-1])
        self.run(name, *entry)
        (fresh,) = self.ids(name) - before
        return fresh

    def ids(self, name: str) -> set[str]:
        """What a node's own analyst sees."""
        found = json.loads(self.run(name, "ledger", "show", "--json"))
        rows = found["statements"] if isinstance(found, dict) else found
        return {one["id"] for one in rows if one["kind"] not in HOUSE}

    def carry(self, sender: str, to: str, *options: str) -> Any:
        """A bundle by a good way; what became of it, or None if there was nothing to say."""
        out = self.folder / f"good-{sender}-{to}-{os.urandom(3).hex()}"
        self.run(sender, "share", "export", to, "--out", str(out), *options)
        return self.json(to, "share", "import", str(out)) if out.exists() else None

    def status(self, name: str, peer: str) -> Any:
        (found,) = self.json(name, "share", "status", peer)
        return found

    def are_sound(self, monkeypatch: pytest.MonkeyPatch, factory: Callable[..., Node]) -> None:
        """Every node's final ledger verifies, seal by seal."""
        for name in NAMES:
            node = factory(name, self.folder, monkeypatch)
            assert verify(node.ledger()).is_sound, name


def made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five stores whose nodes have compared their cards; all have a charter."""
    from tocsin.workflow import rotating

    nodes = [Node(name, folder, monkeypatch) for name in NAMES]
    for one in nodes:
        with one.at_work():
            rotating.charter([folder / f"roots-{one.name}-{n}" for n in range(3)])
    for one in nodes:
        for other in nodes:
            if one is not other:
                one.trusts(other)


def copied(template: Path, folder: Path) -> Five:
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return Five(folder)
