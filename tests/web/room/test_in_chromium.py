"""A newcomer's path in a real browser: first run, the board, a warning, a decision.

The server is `tocsin serve` itself, in a process of its own, on a store of its own.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.room.furnished import raise_one_warning

from tocsin.language.text import Lang, text
from tocsin.workflow import record_reading, watchkeeping

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
WORDS = "quatre mots sans lien"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture
def served(own_store: Path) -> Iterator[tuple[str, str]]:
    """The address of a running server, and that of its first account."""
    record_reading.load_dossier("mali")
    raise_one_warning()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
        stderr=subprocess.PIPE, text=True, env=os.environ | {"TOCSIN_LANG": "en"},
    )  # fmt: skip
    try:
        assert running.stderr is not None
        told = running.stderr.readline() + running.stderr.readline()
        found = re.search(r"(http://\S+/first-run\?key=\S+)", told)
        assert found is not None, told
        base = f"http://127.0.0.1:{port}"
        _wait_for(port)
        yield base, found[1]
    finally:
        running.terminate()
        running.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.fixture
def browser(chromium_path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield made
        made.close()


@pytest.mark.parametrize(("lang", "width"), [("en", 1320), ("fr", 390)])
def test_from_first_run_to_a_decided_warning(
    served: tuple[str, str], browser: Any, lang: Lang, width: int
) -> None:
    base, first = served

    def said(english: str) -> str:
        return text(english, lang)

    context = browser.new_context(viewport={"width": width, "height": 900}, locale=f"{lang}-FR")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)

    page.goto(f"{first}&lang={lang}")
    page.fill("#handle", "d-1")
    page.fill("#passphrase", WORDS)
    page.select_option("#role", "duty-officer")
    page.click("button.go")
    page.wait_for_selector("tr[data-open]")
    page.wait_for_load_state("load")
    assert page.get_attribute("html", "lang") == lang

    # The warning that waits is opened by its line, acknowledged and decided in two clicks.
    if width > 800:
        page.keyboard.press("j")
        page.keyboard.press("Enter")
    else:
        page.click("tr[data-open] a.ttl")
    page.wait_for_url("**/warnings/**")
    page.click(f"text=1. {said('Acknowledge')}")
    page.check("input[value=monitor]")
    page.click(f"text={said('Record the decision')}")
    history = page.inner_text(".hist")
    assert said("acknowledgement") in history
    assert said("monitor") in history
    decided = watchkeeping.warnings(everything=True)[0]
    assert decided["state"] == "decided"

    # The clock in the past: nothing can be answered there.
    page.goto(f"{base}/?at=2023-06-30")
    assert "past" in (page.get_attribute(".asof", "class") or "")
    assert page.query_selector("form[action^='/steps']") is None

    # A case opens to its sources, and a number to its own, in one click each.
    page.goto(f"{base}/cases?at=2023-06-30")
    page.click("main a[href^='/cases/'] >> nth=0")
    page.wait_for_url("**/cases/**")
    for start in (page.url, f"{base}/figures?at=2023-06-30"):
        page.goto(start)
        page.click(".foot li a >> nth=0")
        page.wait_for_url("**/statements/**")
        assert page.inner_text("h1")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    # Nothing left the machine, and the browser refused nothing.
    assert {re.sub(r"^(https?://[^/]+).*", r"\1", one) for one in asked} == {base}
    assert not [one for one in errors if "favicon" not in one and "404" not in one], errors
