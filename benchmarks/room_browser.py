"""A page of a place in headless Chromium with the CPU slowed four times: its start, its slider."""

import re
import statistics
from typing import Any

from benchmarks.figure import Figure

CHROMIUM = "/usr/bin/chromium"
SLOWED, VISITS, ROUNDS = 4, 5, 3
DAY = "2023-06-30"
_READY, _STEP, _TOUCHED = 1500.0, 100.0, 800_000  # ms, ms, bytes
STEPPED = """() => {
  const slider = document.querySelector(".when input"), took = [];
  for (let at = 0; at <= Number(slider.max); at++) {
    const begun = performance.now();
    slider.value = at;
    slider.dispatchEvent(new Event("input"));
    document.querySelector("svg.map").getBoundingClientRect();
    took.push(performance.now() - begun);
  }
  return took;
}"""


def measure(base: str, cookies: dict[str, str]) -> list[Figure]:
    """Milliseconds until a map answers, of a step of its slider, and bytes once it is touched."""
    from playwright.sync_api import sync_playwright

    figures = []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for place in ("MLI", "MLI.mopti"):
            context = browser.new_context()
            context.add_cookies(
                [{"name": name, "value": value, "url": base} for name, value in cookies.items()]
            )
            figures += _of_place(context, base, place)
            context.close()
        browser.close()
    return figures


def _of_place(context: Any, base: str, place: str) -> list[Figure]:
    page = context.new_page()
    throttle = context.new_cdp_session(page)
    throttle.send("Network.enable")
    sizes: list[float] = []
    throttle.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    address = f"{base}/areas/{place}?at={DAY}"
    _opened(page, address)
    weight = sum(sizes)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    ready = [_opened(page, address) for _ in range(VISITS)]
    steps = [page.evaluate(STEPPED) for _ in range(ROUNDS)]
    least = [min(at) for at in zip(*steps, strict=True)]  # the same step, the least of its rounds
    return [
        Figure(f"{place}: interactive, CPU slowed {SLOWED} times, the least of {VISITS}",
               f"{min(ready):.0f} ms (median {statistics.median(ready):.0f})",
               f"< {_READY:g} ms", met=min(ready) < _READY),
        Figure(f"…a step of the slider so slowed, the longest, the least of {ROUNDS}",
               f"{max(least):.0f} ms (median {statistics.median(least):.0f})",
               f"< {_STEP:g} ms", met=max(least) < _STEP),
        Figure("…everything that it loads, on the wire", f"{weight / 1000:.0f} kB",
               f"< {_TOUCHED / 1000:g} kB", met=weight < _TOUCHED),
    ]  # fmt: skip


def _opened(page: Any, address: str) -> float:
    page.goto(address)
    page.wait_for_selector("figure.ready", timeout=120_000)
    assert re.search("/areas/", page.url), page.url
    return float(page.evaluate("performance.now()"))
