"""`make demo-sharing`: an arms-seizure series shared across three invented borders.

Three invented states' cells and an aid organisation, each a store and a process of its own. A
member leaves half way, a record is recalled, an aid organisation gets a poorer record. What each
node can see is printed before and after. Nothing here happened anywhere.
"""

import json
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.node import Node

CELLS = ("aldera", "bruna", "corvo")  # invented states
BORDER = "XAL/XBR"  # of Aldera with Bruna: codes that no country will ever have
AID = "aid-ring"  # an invented aid organisation
SEIZURES = (
    ("aldera", "crates with 40 rifles, lorry coming from Bruna", "2024-03-02"),
    ("bruna", "18 rifles of the same make, hidden under melons", "2024-03-09"),
    ("corvo", "6 rifles and ammunition, numbers filed off the same way", "2024-03-17"),
)


def digest_in(told: str) -> str:
    """The digest that a command asks somebody to agree to; empty if it asks for none."""
    found = re.search(r"--yes ([0-9a-f]{16})", told)
    return found[1] if found else ""


class Nodes:
    """The nodes of the demonstration, in one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._nodes: dict[str, Node] = {}

    def run(self, name: str, *args: str, shown: bool = False) -> str:
        if name not in self._nodes:
            lang = os.environ.get("TOCSIN_LANG", "en")
            self._nodes[name] = Node(self.folder / name, lang)
        done = self._nodes[name].run(*args)
        if done["code"] and "--yes" not in args and (agreed := digest_in(done["err"])):
            if shown:
                print(done["out"].rstrip())
            return self.run(name, *args, "--yes", agreed, shown=shown)
        if done["code"]:
            sys.exit(f"{name}: tocsin {' '.join(args)}\n{done['err']}")
        if shown:
            print(f"  {name}$ tocsin {' '.join(args)}")
            for line in (done["out"] + done["err"]).strip().splitlines():
                print(f"      {line}")
        return str(done["out"])

    def close(self) -> None:
        """End every node's process."""
        for node in self._nodes.values():
            node.close()

    def meet(self, names: tuple[str, ...]) -> None:
        """Cards are exchanged and fingerprints compared."""
        prints = {}
        for name in names:
            self.run(name, "init", "--org", name)
            said = self.run(name, "peer", "card", "--out", str(self.folder / f"{name}.card"))
            prints[name] = said.partition(": ")[2].strip()
        for name in names:
            for other in names:
                if other != name:
                    self.run(name, "peer", "add", str(self.folder / f"{other}.card"))
                    self.run(name, "peer", "trust", other, prints[other])

    def says(self, name: str, subject: str, words: str, day: str, to: list[str]) -> str:
        path = self.folder / "entry.jsonl"
        entry = {
            "kind": "annotation", "subject": subject, "known_at": day, "source": "border post",
            "reliability": "B", "credibility": 2, "tlp": "AMBER", "rel_to": to,
            "body": {"about": "series:rifles", "text": {"en": words}},
        }  # fmt: skip
        path.write_text(json.dumps(entry) + "\n")
        before = set(self.seen(name))
        self.run(name, "ledger", "add", str(path))
        (fresh,) = set(self.seen(name)) - before
        return fresh

    def seen(self, name: str) -> dict[str, str]:
        """What a node's analyst sees of the series: id and words."""
        rows = json.loads(self.run(name, "ledger", "show", "--json"))
        return {
            one["id"]: f"{one['origin']}: {one['body']['text']['en']}"
            for one in (rows["statements"] if isinstance(rows, dict) else rows)
            if one["kind"] in ("annotation", "tear_line")
        }

    def send(self, sender: str, to: str, name: str = "bundle") -> Path:
        path = self.folder / f"{sender}-{to}-{name}.tocsin"
        self.run(sender, "share", "export", to, "--out", str(path))
        return path

    def carry(self, sender: str, to: str) -> None:
        path = self.send(sender, to)
        if path.exists():
            self.run(to, "share", "import", str(path))
            path.unlink()

    def table(self, title: str, names: tuple[str, ...]) -> None:
        print(f"\n== {title}")
        for name in names:
            print(f"  {name} sees:")
            for words in self.seen(name).values():
                print(f"      {words}")


def main() -> None:
    with TemporaryDirectory() as folder:
        nodes = Nodes(Path(folder))
        play(nodes)
        nodes.close()


def play(nodes: Nodes) -> None:
    everybody = (*CELLS, AID)
    print("Four invented nodes meet: cards are exchanged, fingerprints are compared.")
    nodes.meet(everybody)
    options = [part for one in CELLS for part in ("--member", one)]
    nodes.run(
        "aldera", "groups", "create", "rifles", *options, "--since", "2024-01-01",
        "--history", "all", shown=True,
    )  # fmt: skip
    for other in CELLS[1:]:
        nodes.carry("aldera", other)
    ids = {}
    for number, (name, words, day) in enumerate(SEIZURES[:2]):
        ids[name] = nodes.says(name, f"seizure:{number}", words, day, ["group:aldera/rifles"])
        nodes.run(name, "share", "tag", ids[name], "--goods", "rifles", "--border", BORDER)
    late = nodes.send("bruna", "corvo", "late")
    for name in ("aldera", "bruna"):
        for other in CELLS:
            if other != name:
                nodes.carry(name, other)
    nodes.run("corvo", "share", "import", str(late))
    nodes.table("The group shares the series; the aid organisation is not in it", everybody)
    print("\nCorvo finds that the two seizures belong together, and on whose word.")
    nodes.run("corvo", "share", "links", shown=True)

    print("\nCorvo leaves the group; its steward says so, and everybody is told.")
    nodes.run("aldera", "groups", "remove", "rifles", "corvo", shown=True)
    for other in CELLS[1:]:
        nodes.carry("aldera", other)
    nodes.says("aldera", "seizure:3", "a second lorry, same driver", "2024-04-02",
               ["group:aldera/rifles"])  # fmt: skip
    for other in CELLS[1:]:
        nodes.carry("aldera", other)
    nodes.table("Corvo gets nothing more, from anyone", CELLS)

    print("\nBruna recalls its report: it could lead to a source.")
    nodes.run("bruna", "share", "recall", ids["bruna"], "--reason", "could lead to a source",
              shown=True)  # fmt: skip
    for other in ("aldera", "corvo"):
        nodes.carry("bruna", other)
    nodes.run("bruna", "share", "status", shown=True)
    for other in ("aldera", "corvo"):
        nodes.carry(other, "bruna")
    nodes.run("bruna", "share", "status", shown=True)
    nodes.table("The recalled report is in no view of its holders any more", CELLS)

    print("\nFor the aid organisation Aldera tears a poorer record off its own.")
    tear = (
        "share", "tear", ids["aldera"], "--tlp", "AMBER", "--to", AID, "--en",
        "Arms are being moved on the roads.", "--keep", "Arms",
        "--reader", "aldera:release-authority",
    )  # fmt: skip
    digest = json.loads(nodes.run("aldera", *tear, "--json"))["digest"]
    nodes.run("aldera", *tear, "--yes", digest, shown=True)
    nodes.carry("aldera", AID)
    nodes.table("What the aid organisation gets, and no more", (AID,))


if __name__ == "__main__":
    main()
