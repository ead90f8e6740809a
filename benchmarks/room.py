"""The situation room under fifty readers: each opens a page every five seconds, for a minute.

The server is `tocsin serve` itself on the Mali dossier and the mirror's counts; pages are those of
the masthead, live and as of 30 June 2023, after one visit each (what a first reader of the day sees
is a line of its own). Wall time depends on what else the machine does; the processor time that the
server spent, divided by the pages, hardly does. Then a browser looks at two places
(`room_browser`), and the same is asked of a store of `TOCSIN_BENCH_ROOM_STATEMENTS` statements
(default: 1,000,000; 0 for none), which takes seven minutes to fill; `TOCSIN_BENCH_ROOM_STORE` names
one that `room_crowd` has filled already.
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
         "/search?q=moura", "/areas/SAHEL", "/scorecard")  # fmt: skip
READERS, EVERY = 50, 5.0
SECONDS = float(os.environ.get("TOCSIN_BENCH_SECONDS", "60"))
STATEMENTS = int(os.environ.get("TOCSIN_BENCH_ROOM_STATEMENTS", "1000000"))
FILLED = os.environ.get("TOCSIN_BENCH_ROOM_STORE", "")
DAY = "2023-06-30"
WORDS = "quatre mots sans lien"
_P95, _MEMORY, _FIRST = 150.0, 600.0, 150_000  # ms, MB, bytes


def measure() -> list[Figure]:
    """Latency by page, memory, and the weight of a first view; none where there is no mirror."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if not (Path(mirror) / "ucdp").is_dir():
        return [Figure("pages under fifty readers", "not measured: no data mirror", "< 150 ms")]
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        _fill(store, mirror)
        figures = _served(store, "the Mali dossier", browser=True)
        if STATEMENTS:
            crowded = Path(FILLED) if FILLED else store
            if not FILLED:
                _run(store, sys.executable, "-m", "benchmarks.room_crowd", str(STATEMENTS))
            figures += _served(crowded, f"{STATEMENTS:,} statements", browser=False)
    return figures


def _fill(store: Path, mirror: str) -> None:
    for words in (("ingest", f"{mirror}/ucdp"), ("dossier", "load", "mali"),
                  ("account", "add", "a-1"),
                  ("watch", "--at", f"{DAY}T20:40Z", "--reconstruct")):  # fmt: skip
        _run(store, sys.executable, "-m", "tocsin", *words)


def _run(store: Path, *words: str) -> None:
    subprocess.run(words, env=_settings(store), check=True, capture_output=True)


def _settings(store: Path) -> dict[str, str]:
    return os.environ | {"TOCSIN_HOME": str(store), "TOCSIN_LANG": "en",
                         "TOCSIN_ACCOUNT_PASSPHRASE": WORDS}  # fmt: skip


def _served(store: Path, what: str, *, browser: bool) -> list[Figure]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen([sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
                               env=_settings(store), stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        return _visited(f"http://127.0.0.1:{port}", running.pid, what, browser=browser)
    finally:
        running.terminate()
        running.wait(60)


def _visited(base: str, process: int, what: str, *, browser: bool) -> list[Figure]:
    _wait_for(base)
    cookies = _signed_in(base)
    first = {page: _opened(base, page, cookies) for page in _all_pages()}
    spent = _processor(process)
    spans = _read_by_all(base, cookies)
    spent = (_processor(process) - spent) / len(spans)
    times = sorted(span for _, span in spans)
    p95 = times[int(0.95 * len(times))]
    slowest = max(PAGES, key=lambda page: _quantile(spans, page))
    worst = max(first, key=lambda page: first[page])
    memory = _memory(process)
    figures = [
        Figure(f"{what}: {len(times)} pages for {READERS} readers in {SECONDS:g} s, p95",
               f"{p95:.0f} ms (median {statistics.median(times):.0f}, most {times[-1]:.0f})",
               f"< {_P95:g} ms", met=p95 < _P95),
        Figure("…slowest page by its p95", f"{slowest}: {_quantile(spans, slowest):.0f} ms",
               f"< {_P95:g} ms", met=_quantile(spans, slowest) < _P95),
        Figure("…processor time of the server a page", f"{spent:.0f} ms", ""),
        Figure("…load of the machine beside it", f"{os.getloadavg()[0]:.1f}", ""),
        Figure("…the first visit of all, the slowest", f"{worst}: {first[worst]:.0f} ms", ""),
        Figure("…memory of the server", f"{memory:.0f} MB, at most {_peak(process):.0f}",
               f"< {_MEMORY:g} MB", met=memory < _MEMORY),
    ]  # fmt: skip
    if browser:
        from benchmarks import room_browser

        weight = _weight(base, cookies)
        figures.append(
            Figure("a first view of the board, with all it needs, on the wire",
                   f"{weight / 1000:.0f} kB", f"< {_FIRST / 1000:g} kB", met=weight < _FIRST)
        )  # fmt: skip
        figures += room_browser.measure(base, cookies)
    return figures


def _read_by_all(base: str, cookies: dict[str, str]) -> list[tuple[str, float]]:
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
    return spans


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
    """Milliseconds until a page is there, told that it is being made ready or not."""
    begun = time.perf_counter()
    headers = {"Accept": "text/html"}
    while True:
        answer = httpx.get(base + page, cookies=cookies, headers=headers, timeout=300)
        assert answer.status_code == 200, (page, answer.status_code)
        if "data-again" not in answer.text:
            return (time.perf_counter() - begun) * 1000
        time.sleep(0.2)


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


def _quantile(spans: list[tuple[str, float]], page: str) -> float:
    held = sorted(span for name, span in spans if name == page) or [0.0]
    return held[int(0.95 * len(held))]


def _processor(process: int) -> float:
    """Milliseconds of processor time that a process has spent."""
    told = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _peak(process: int) -> float:
    """The most memory that a process has held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


def _weight(base: str, cookies: dict[str, str]) -> int:
    """Bytes that a browser takes for the board, with style, script and letters, as they are sent.

    A face of letters that a page does not use is not fetched by a browser; here all are counted.
    """
    with httpx.Client(cookies=cookies, headers={"Accept": "text/html"}) as client:
        page, total = _sent(client, base + "/")
        for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode()):
            content, size = _sent(client, base + name)
            total += size
            for face in re.findall(rb"url\((/static/[^)]+)\)", content):
                total += _sent(client, base + face.decode())[1]
    return total


def _sent(client: httpx.Client, address: str) -> tuple[bytes, int]:
    """An answer and how many bytes of it went over the line."""
    with client.stream("GET", address) as answer:
        content = answer.read()
        return content, answer.num_bytes_downloaded


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
