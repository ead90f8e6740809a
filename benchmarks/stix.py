"""STIX in and out, and pages of TAXII: invented figures, one process, loopback.

`TOCSIN_BENCH_STATEMENTS` statements are written, told as objects, read back and served. The pages
are asked for over HTTP with a token by two clients on connections that are kept, as a server with
one worker answers them; what the clients cost is in the time.
"""

import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

import httpx
import msgspec

from benchmarks.figure import Figure

COUNT = int(os.environ.get("TOCSIN_BENCH_STATEMENTS", "10000"))
PAGES = 400
PORT = 8797


def measure() -> list[Figure]:
    with TemporaryDirectory() as name:
        os.environ["TOCSIN_HOME"] = name
        os.environ.pop("TOCSIN_LEDGER", None)
        return [*_both_ways(), *_pages()]


def _both_ways() -> list[Figure]:
    from tocsin.sharing.stix.arriving import Arriving
    from tocsin.sharing.stix.reading import objects_in
    from tocsin.workflow import standards

    foreign = [
        {
            "type": "campaign",
            "spec_version": "2.1",
            "id": f"campaign--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
            "created": "2016-04-06T20:03:00.000Z",
            "modified": "2016-04-06T20:03:23.000Z",
            "name": f"invented {number}",
            "description": "x" * 400,
        }
        for number in range(COUNT)
    ]
    text = msgspec.json.encode({"type": "bundle", "id": "bundle--1", "objects": foreign})
    begun = time.perf_counter()
    arriving = Arriving("bench", "analyst", "2024-01-01")
    for one in objects_in(io.BytesIO(text), "bench"):
        arriving.take(one, "bench")
    checked = COUNT / (time.perf_counter() - begun)
    begun = time.perf_counter()
    standards.take_objects(objects_in(io.BytesIO(text), "bench"), "bench")
    written = COUNT / (time.perf_counter() - begun)
    begun = time.perf_counter()
    told = sum(1 for _ in standards.export_stix(None)) - 2
    out = told / (time.perf_counter() - begun)
    return [
        Figure(
            "STIX objects read and validated", f"{checked:,.0f}/s", "5,000/s", met=checked >= 5000
        ),
        Figure("… and written, each signed", f"{written:,.0f}/s", ""),
        Figure("STIX objects told", f"{out:,.0f}/s", ""),
    ]


def _pages() -> list[Figure]:
    from tocsin.web.taxii import COLLECTION, TYPE
    from tocsin.workflow import feeds
    from tocsin.workflow.letting_in import create_token

    secret, token = create_token(role="analyst")
    begun = time.perf_counter()
    feeds.bring_up_to_date(f"{token.org}:{token.role}")
    built = COUNT / (time.perf_counter() - begun)
    server = subprocess.Popen(
        [sys.executable, "-c", _UNLIMITED], env=os.environ | {"PYTHONPATH": "src"}
    )
    address = f"http://127.0.0.1:{PORT}/taxii2/api/collections/{COLLECTION}/objects/"
    headers = {"Authorization": f"Bearer {secret}", "Accept": TYPE}

    def read(_: int) -> list[float]:
        took = []
        with httpx.Client(headers=headers) as client:
            after = ""
            for _ in range(PAGES // 2):
                begun = time.perf_counter()
                answer = client.get(
                    address, params={"limit": 100} | ({"added_after": after} if after else {})
                )
                took.append(time.perf_counter() - begun)
                after = answer.headers.get("X-TAXII-Date-Added-Last", "")
        return took

    try:
        _wait()
        begun = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            took = sorted(one for part in pool.map(read, range(2)) for one in part)
        rate = len(took) / (time.perf_counter() - begun)
    finally:
        server.terminate()
        server.wait()
    late = took[int(len(took) * 0.99)] * 1000
    return [
        Figure("objects put into a feed", f"{built:,.0f}/s", ""),
        Figure("TAXII pages of 100 objects", f"{rate:,.0f}/s", "1,000/s", met=rate >= 1000),
        Figure("TAXII page, 99th percentile", f"{late:.1f} ms", "20 ms", met=late <= 20),
    ]


_UNLIMITED = f"""
import uvicorn
from tocsin.web.app import make_app
from tocsin.web.limits import Limits
uvicorn.run(make_app(Limits(None, None, None)), port={PORT}, log_level="warning")
"""


def _wait() -> None:
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{PORT}/health")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
