"""In a real browser: a tear line previewed and released to one partner and not to another; RED by
two who sign in one after the other; the slider of actors; no fault that axe finds."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import serious_faults
from tests.web.room.test_in_chromium import _wait_for, browser
from tests.web.room.test_releasing import SAID, WORDS

from tocsin.lake.node import name_node
from tocsin.web.access import COOKIE
from tocsin.workflow import record_reading, safe_keeping, signing_in
from tocsin.workflow.letting_in import create_token
from tocsin.workflow.record_keeping import add_statement

__all__ = ["browser"]
pytestmark = [pytest.mark.chromium, pytest.mark.slow]
PASS = "quatre mots sans lien"


@pytest.fixture
def served(own_store: Path) -> Iterator[str]:
    """The address of a server whose accounts are made already."""
    name_node(own_store, "node-x")
    record_reading.load_dossier("mali")
    for handle in ("r-1", "r-2"):
        signing_in.open_account(handle, "release-authority", PASS)
        safe_keeping.enrol_person(handle, WORDS[handle])
    signing_in.open_account("u-1", "auditor", PASS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
        stderr=subprocess.DEVNULL, env=os.environ | {"TOCSIN_LANG": "en"},
    )  # fmt: skip
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)


def signed_in(browser: Any, base: str, handle: str, width: int = 1320) -> Any:
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB").new_page()
    page.goto(f"{base}/sign-in?lang=en")
    page.fill("#handle", handle)
    page.fill("#passphrase", PASS)
    page.click("button.go")
    page.wait_for_selector(".mast")
    return page


def of_partner(browser: Any, base: str, org: str) -> Any:
    """A browser that carries the token of a partner's analyst."""
    secret, _ = create_token(org, "analyst", scopes=("pages",))
    context = browser.new_context()
    context.add_cookies([{"name": COOKIE, "value": secret, "url": base}])
    return context.new_page()


def test_a_tear_line_for_one_partner_and_red_by_two(served: str, browser: Any) -> None:
    told = add_statement(SAID).ids[0]
    red = add_statement(SAID | {"tlp": "RED", "rel_to": ["EAST"], "source": "another"}).ids[0]
    page = signed_in(browser, served, "r-1")
    faults = []

    # Every gap that rules propose is confirmed or struck; the result is previewed; then written.
    page.goto(f"{served}/share/{told}/tear")
    faults += serious_faults(page)
    for radio in page.query_selector_all("input[type=radio][value=out]"):
        radio.check()
    page.select_option("select[name=tlp]", "AMBER")
    page.fill("input[name=others]", "SOUTH")
    page.click("text=Show the tear line")
    page.wait_for_selector("text=The original and the tear line")
    faults += serious_faults(page)
    assert "Moussa" not in page.inner_text(".tear .tr:last-child p:last-child")
    page.click("text=I have read it")
    page.wait_for_url("**done=torn")
    made = re.search(r"/share/([0-9a-f-]{36})", page.url)
    assert made is not None

    # One partner reads it, another meets nothing, and neither meets the record it was made from.
    for org, status in (("SOUTH", 200), ("WEST", 404)):
        theirs = of_partner(browser, served, org)
        assert theirs.goto(f"{served}/statements/{made[1]}").status == status
        assert theirs.goto(f"{served}/statements/{told}").status == 404
        text = theirs.goto(f"{served}/search?q=village").text()
        assert (made[1] in text) is (org == "SOUTH")
        assert told not in text

    # RED: the first word waits; the second person signs in, sees it waiting, and confirms.
    page.goto(f"{served}/share/{red}?others=SOUTH")
    page.fill("input[name=passphrase]", WORDS["r-1"])
    page.click("text=Sign the release")
    page.wait_for_url("**done=waits")
    assert of_partner(browser, served, "SOUTH").goto(f"{served}/statements/{red}").status == 404
    second = signed_in(browser, served, "r-2", width=390)
    second.goto(f"{served}/share")
    faults += serious_faults(second)
    second.click(".act a")
    second.wait_for_selector("input[name=passphrase]")
    faults += serious_faults(second)
    assert second.evaluate("document.documentElement.scrollWidth") <= 390
    second.fill("input[name=passphrase]", WORDS["r-2"])
    second.click("text=Sign the release")
    second.wait_for_url("**done=released")

    # The slider steps without a click on a button, and the page reads the same without it.
    page.goto(f"{served}/actors?at=2023-06-30")
    before = page.inner_text("h1")
    page.focus("input[type=range]")
    page.keyboard.press("Home")
    page.wait_for_url("**m=**")
    assert page.inner_text("h1") != before
    faults += serious_faults(page)
    auditor = signed_in(browser, served, "u-1")
    auditor.goto(f"{served}/audit")
    faults += serious_faults(auditor)
    for path in ("/forecasts", "/scorecard", "/share"):
        page.goto(served + path)
        faults += [(path, *one) for one in serious_faults(page)]
    assert not faults, "\n".join(map(str, faults))
