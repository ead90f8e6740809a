"""Bundles: how fast they are made and taken in, how large they are, and how much memory it takes.

Reports are invented; their narratives are passages of this project's own documentation, 300
characters each and none twice, because invented words would compress unlike prose. Each report
is signed by itself. Export and import run in processes of their own, as the commands do.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
COUNT = int(os.environ.get("TOCSIN_BENCH_STATEMENTS", "10000"))
SMALL = 1000


def measure() -> list[Figure]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        found = _sizes(folder)
        small = _run(folder / "few", COUNT // 5)
        large = _run(folder / "many", COUNT)
    yardstick = _signatures()
    return [
        *found,
        _speed("export, signed and encrypted", large, "export", 5000,
               f"Ed25519 signed alone, one core: {yardstick['sign']:,.0f}/s"),
        _speed("import, every signature checked", large, "import", 4000,
               f"Ed25519 verified alone, one core: {yardstick['verify']:,.0f}/s"),
        _memory("export", small, large),
        _memory("import", small, large),
    ]  # fmt: skip


def _speed(what: str, run: dict[str, float], way: str, promised: int, peer: str) -> Figure:
    wall, core = run[way], run[f"{way}_core"]
    value = f"{wall:,.0f} statements/s; {core:,.0f} a second of one core"
    return Figure(what, value, f"{promised:,}/s", peer, wall >= promised)


def _memory(way: str, small: dict[str, float], large: dict[str, float]) -> Figure:
    few, many = small[f"{way}_mb"], large[f"{way}_mb"]
    return Figure(f"peak memory of the {way} of {COUNT:,}", f"{many:.0f} MB", "flat",
                  f"of {COUNT // 5:,}: {few:.0f} MB", many < few * 1.25)  # fmt: skip


def passages() -> list[str]:
    """300 characters of prose each, in the order of the files, none twice."""
    texts = [path.read_text("utf-8") for path in sorted(ROOT.glob("docs/**/*.md"))]
    texts += [path.read_text("utf-8") for path in sorted(ROOT.glob("*.md"))]
    prose = " ".join(" ".join(text.split()) for text in texts)
    return [prose[at : at + 300] for at in range(0, len(prose) - 300, 300)]


def reports(count: int, recipient: str) -> list[dict[str, object]]:
    """Invented incident reports of an exercise country."""
    chance = random.Random(11)
    prose = passages()
    found: list[dict[str, object]] = []
    for number in range(count):
        # More reports than prose: the passages come again, cut at another place.
        text = prose[number % len(prose)]
        cut = number // len(prose) * 37 % 300
        found.append(
            {
                "kind": "annotation",
                "subject": f"report:{number:06d}",
                "known_at": f"2024-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
                f"T{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}Z",
                "source": f"reporter m-{chance.randint(1, 40)}",
                "reliability": chance.choice("ABCDF"),
                "credibility": chance.randint(1, 6),
                "tlp": "AMBER",
                "rel_to": [recipient],
                "body": {
                    "about": f"01890a5d-ac96-774b-bcce-{chance.getrandbits(48):012x}",
                    "text": {"fr": (text[cut:] + text[:cut])},
                    "stance": "explains",
                },
            }
        )
    return found


def _sizes(folder: Path) -> list[Figure]:
    """A bundle of 1,000 reports, and what its bytes are spent on."""
    from tocsin.ledger.sealing import content_of
    from tocsin.policy import Reader
    from tocsin.sharing.blocks import Record, grouped, sizes
    from tocsin.workflow.record_keeping import open_ledger

    home = _stores(folder / "thousand", SMALL)
    _at(home / "north")
    ledger = open_ledger()
    view = ledger.view(Reader("north"))
    records = [Record(content_of(one), one.signature) for one in view.each("annotation")]
    spent: dict[str, int] = {}
    for group in grouped(records):
        for part in sizes(group):
            spent[part.name] = spent.get(part.name, 0) + part.size
    ledger.close()
    _command(home / "north", "export", home)
    whole = (home / "bundle").stat().st_size
    plain = sum(len(one.content) + len(one.signature) for one in records)
    return [
        Figure(f"a bundle of {SMALL:,} reports of 300 characters", f"{whole / 1000:.1f} kB",
               "300 kB", f"the same in the ledger: {plain / 1000:.1f} kB", whole < 300_000),
        *(Figure(f"- {name}", f"{size / 1000:.1f} kB", "") for name, size in spent.items()),
        Figure("- label, signature, age", f"{(whole - sum(spent.values())) / 1000:.1f} kB", ""),
    ]  # fmt: skip


def _run(folder: Path, count: int) -> dict[str, float]:
    home = _stores(folder, count)
    sent = _command(home / "north", "export", home)
    came = _command(home / "south", "import", home)
    assert sent["count"] == came["count"] == count, (sent, came)
    return {
        "export": count / sent["seconds"],
        "import": count / came["seconds"],
        "export_core": count / sent["core"],
        "import_core": count / came["core"],
        "export_mb": sent["mb"],
        "import_mb": came["mb"],
    }


def _stores(folder: Path, count: int) -> Path:
    """Two nodes that trust each other; north holds the reports."""
    from tocsin.lake.node import name_node
    from tocsin.workflow import peering, record_keeping

    cards = {}
    for name in ("north", "south"):
        _at(folder / name)
        name_node(folder / name, name)
        cards[name] = (folder / f"{name}.card", peering.own_card(folder / f"{name}.card")[1])
    for name, other in (("north", "south"), ("south", "north")):
        _at(folder / name)
        peering.add_peer(cards[other][0])
        peering.trust_peer(other, cards[other][1])
    _at(folder / "north")
    lines = folder / "reports.jsonl"
    lines.write_text("".join(json.dumps(one) + "\n" for one in reports(count, "south")))
    record_keeping.add_statements([lines])
    return folder


def _at(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    os.environ["TOCSIN_HOME"] = str(home)


def _command(home: Path, what: str, folder: Path) -> dict[str, float]:
    environment = os.environ | {"TOCSIN_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sharing", what, str(folder)],
        env=environment, check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    return json.loads(done.stdout)


def _signatures() -> dict[str, float]:
    """What the hardware gives: Ed25519 alone, one core, in this run."""
    from tocsin.ledger.sealing import Signer, is_signed

    signer, digest, count = Signer(bytes(32)), bytes(32), 5000
    start = time.perf_counter()
    for _ in range(count):
        signature = signer.sign_hash(digest)
    middle = time.perf_counter()
    for _ in range(count):
        assert is_signed(signature, digest, {signer.key_id: signer.public})
    return {"sign": count / (middle - start), "verify": count / (time.perf_counter() - middle)}


def main() -> None:
    """`python -m benchmarks.sharing export|import FOLDER`: one side, in this process."""
    from tocsin.workflow import sending, taking

    what, folder = sys.argv[1], Path(sys.argv[2])
    start, before = time.perf_counter(), time.process_time()
    if what == "export":
        made = sending.export_to("south", folder / "bundle")
        count = made.statements if made else 0
    else:
        count = taking.take_bundle(folder / "bundle").added
    seconds, core = time.perf_counter() - start, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": count, "seconds": seconds, "core": core, "mb": peak}))


if __name__ == "__main__":
    main()
