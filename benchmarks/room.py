"""The situation room under fifty readers: each opens a page every five seconds, for a minute.

The server is `tocsin serve` itself on the Mali dossier and the mirror's counts; pages are those of
the masthead, live and as of 30 June 2023, after one visit each (what a first reader of the day sees
is a line of its own).
"""

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from benchmarks.figure import Figure

PAGES = ("/", "/areas", "/areas/MLI", "/warnings", "/reports", "/figures", "/actors", "/agreements",
         "/calendar", "/cases", "/mission", "/timeline", "/forecasts", "/share", "/sources",
         "/search?q=moura")  # fmt: skip
READERS, EVERY, SECONDS = 50, 5.0, 60.0
DAY = "2023-06-30"
WORDS = "quatre mots sans lien"
_P95, _MEMORY, _FIRST = 150.0, 600.0, 150_000  # ms, MB, bytes


def measure() -> list[Figure]:
    """Latency by page, memory, and the weight of a first view; none where there is no mirror."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if not (Path(mirror) / "ucdp").is_dir():
        return [Figure("pages under fifty readers", "not measured: no data mirror", "< 150 ms")]
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"TOCSIN_HOME": str(Path(folder) / "store"), "TOCSIN_LANG": "en",
                            "TOCSIN_ACCOUNT_PASSPHRASE": WORDS}  # fmt: skip
        for words in (("ingest", f"{mirror}/ucdp"), ("dossier", "load", "mali"),
                      ("account", "add", "a-1"),
                      ("watch", "--at", f"{DAY}T20:40Z", "--reconstruct")):  # fmt: skip
            subprocess.run([sys.executable, "-m", "tocsin", *words], env=env, check=True,
                           capture_output=True)  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        running = subprocess.Popen([sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
                                   env=env, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            return _visited(f"http://127.0.0.1:{port}", running.pid)
        finally:
            running.terminate()
            running.wait(30)


def _visited(base: str, process: int) -> list[Figure]:
    _wait_for(base)
    cookies = _signed_in(base)
    first = {page: _opened(base, page, cookies) for page in _all_pages()}
    weight = _weight(base, cookies)
    spans: list[tuple[str, float]] = []
    end = time.monotonic() + SECONDS
    readers = [
        threading.Thread(target=_read, args=(base, cookies, seed, end, spans))
        for seed in range(READERS)
    ]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    times = sorted(span for _, span in spans)
    p95 = times[int(0.95 * len(times))]
    slowest = max(PAGES, key=lambda page: _median(spans, page))
    worst = max(first, key=lambda page: first[page])
    return [
        Figure(f"{len(times)} pages for {READERS} readers in {SECONDS:g} s, p95",
               f"{p95:.0f} ms (median {statistics.median(times):.0f}, most {times[-1]:.0f})",
               f"< {_P95:g} ms", met=p95 < _P95),
        Figure("…slowest page by its median", f"{slowest}: {_median(spans, slowest):.0f} ms", ""),
        Figure("the first visit of all, the slowest", f"{worst}: {first[worst]:.0f} ms", ""),
        Figure("…memory of the server", f"{_memory(process):.0f} MB", f"< {_MEMORY:g} MB",
               met=_memory(process) < _MEMORY),
        Figure("a first view of the board, with all it needs, gzip", f"{weight / 1000:.0f} kB",
               f"< {_FIRST / 1000:g} kB", met=weight < _FIRST),
    ]  # fmt: skip


def _all_pages() -> list[str]:
    return [_at(page, day) for page in PAGES for day in ("", DAY)]


def _at(page: str, day: str) -> str:
    return page if not day else f"{page}{'&' if '?' in page else '?'}at={day}"


def _signed_in(base: str) -> dict[str, str]:
    form = {"handle": "a-1", "passphrase": WORDS}
    answer = httpx.post(f"{base}/sign-in", data=form)
    assert answer.status_code == 303, answer.status_code
    return dict(answer.cookies)


def _opened(base: str, page: str, cookies: dict[str, str]) -> float:
    begun = time.perf_counter()
    answer = httpx.get(base + page, cookies=cookies, headers={"Accept": "text/html"}, timeout=120)
    assert answer.status_code == 200, (page, answer.status_code)
    return (time.perf_counter() - begun) * 1000


def _read(
    base: str, cookies: dict[str, str], seed: int, end: float, spans: list[tuple[str, float]]
) -> None:
    chance = random.Random(seed)
    time.sleep(chance.uniform(0, EVERY))
    with httpx.Client(cookies=cookies, headers={"Accept": "text/html"}, timeout=120) as client:
        while time.monotonic() < end:
            page = chance.choice(PAGES)
            begun = time.perf_counter()
            answer = client.get(base + _at(page, chance.choice(("", DAY))))
            spans.append((page, (time.perf_counter() - begun) * 1000))
            assert answer.status_code == 200, (page, answer.status_code)
            time.sleep(max(0.0, EVERY - (time.perf_counter() - begun)))


def _median(spans: list[tuple[str, float]], page: str) -> float:
    return statistics.median([span for name, span in spans if name == page] or [0.0])


def _weight(base: str, cookies: dict[str, str]) -> int:
    """Bytes that a browser takes for the board, with style, script and letters."""
    import gzip

    with httpx.Client(cookies=cookies, headers={"Accept": "text/html"}) as client:
        page = client.get(base + "/")
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        total = len(gzip.compress(page.content))
        for name in files:
            content = client.get(base + name).content
            total += len(gzip.compress(content))
            for face in re.findall(rb"url\((/static/[^)]+)\)", content):
                total += len(client.get(base + face.decode()).content)
    return total


def _memory(process: int) -> float:
    """Resident memory of the server and its children, in MB."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            told = path.read_text()
        except OSError:
            continue
        parent = re.search(r"PPid:\s+(\d+)", told)
        size = re.search(r"VmRSS:\s+(\d+) kB", told)
        if size and (path.parent.name == str(process) or (parent and parent[1] == str(process))):
            total += int(size[1]) / 1000
    return total


def _wait_for(base: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"{base}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")
