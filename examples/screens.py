"""Pictures of the pages of the room, for the documentation: `make screens`.

From a store of the demo (`tocsin demo --out demo`), copied, with accounts; and from an exercise
store, for what is released and torn: no invented record ever stands in a real country. Forecasts
and scorecards show what `tocsin evaluate` and `tocsin scorecard` kept in that store. Pictures have
few colours, and none is over 120 kB. Names of pictures, if given, make those alone.

    python -m examples.screens demo/store docs/images/room area areas
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DAY = "2023-06-30"
LARGEST = 120_000  # bytes of a picture
TALLEST = 1500  # pixels: the rest of a long page is more of the same
WORDS = "quatre mots sans lien"
ACCOUNTS = (("d-1", "duty-officer"), ("r-1", "release-authority"), ("u-1", "auditor"))
RECORD = {
    "kind": "control_assessment", "subject": "area:XEX.nord", "source": "le garde du puits",
    "known_at": "2023-06-13", "valid_from": "2023-06-12", "tlp": "AMBER+STRICT",
    "caveats": ["EXERCISE"],
    "body": {
        "area": "XEX.nord", "actor": "actor:x", "level": "contests",
        "note": {"fr": "Le chef Moussa Ag Invente a vu douze hommes entrer dans le village de Tir.",
                 "en": "Chief Moussa Ag Invente saw 12 men enter the village of Tir."},
    },
}  # fmt: skip
# Name of the picture, who looks, and at what.
PAGES = (
    ("duty", "d-1", f"/?at={DAY}"), ("areas", "d-1", f"/areas?at={DAY}"),
    ("area", "d-1", f"/areas/MLI?at={DAY}"), ("warnings", "d-1", f"/warnings?at={DAY}"),
    ("warning", "d-1", f"/warnings?at={DAY} > main a.ttl"),
    ("reports", "d-1", f"/reports?at={DAY}"),
    ("figures", "d-1", f"/figures?at={DAY}"), ("actors", "d-1", f"/actors?at={DAY}"),
    ("actor", "d-1", f"/actors/actor:cma?at={DAY}"), ("agreements", "d-1", f"/agreements?at={DAY}"),
    ("calendar", "d-1", f"/calendar?at={DAY}"), ("cases", "d-1", f"/cases?at={DAY}"),
    ("case", "d-1", f"/cases?at={DAY} > main a[href^='/cases/']"),
    ("mission", "d-1", f"/mission?at={DAY}"), ("timeline", "d-1", f"/timeline?at={DAY}"),
    ("forecasts", "d-1", "/forecasts"), ("scorecard", "d-1", "/scorecard"),
    ("sources", "d-1", f"/sources?at={DAY}"), ("search", "d-1", f"/search?q=moura&at={DAY}"),
    ("statement", "d-1", f"/figures?at={DAY} > .foot li a"), ("audit", "u-1", "/audit"),
)  # fmt: skip
NARROW = ("duty", "area", "actors")


def main(store: Path, out: Path, names: frozenset[str] = frozenset()) -> None:
    """Make pictures anew: every one, or those that are named."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        mali = Path(scratch) / "mali"
        shutil.copytree(store, mali)
        _run(mali, _ACCOUNTS)
        with _served(mali) as base, _browser() as browser:
            for handle, _ in ACCOUNTS:
                page = _signed_in(browser, base, handle, 1280)
                for name, who, path in PAGES:
                    if who == handle and (not names or name in names):
                        _opened(page, base, path)
                        _kept(page, out / f"{name}.png")
            narrow = _signed_in(browser, base, "d-1", 390)
            for name, _, path in PAGES:
                if name in NARROW and (not names or name in names):
                    _opened(narrow, base, path)
                    _kept(narrow, out / f"{name}-narrow.png")
            front = browser.new_context(viewport={"width": 1280, "height": 620}).new_page()
            front.goto(f"{base}/sign-in?lang=fr")
            _kept(front, out / "sign-in.png")
        if not names:
            _sharing(Path(scratch) / "exercise", out)


def _sharing(home: Path, out: Path) -> None:
    """The pages of letting a record out, on an exercise store."""
    told = _run(home, _EXERCISE).strip()
    with _served(home) as base, _browser() as browser:
        page = _signed_in(browser, base, "r-1", 1280)
        for name, path in (
            ("sharing", "/share"), ("preview", f"/share/{told}?others=SUD,OUEST"),
            ("tear", f"/share/{told}/tear"),
        ):  # fmt: skip
            page.goto(base + path)
            _kept(page, out / f"{name}.png")
        for radio in page.query_selector_all("input[type=radio][value=out]"):
            radio.check()
        page.select_option("select[name=tlp]", "AMBER")
        page.fill("input[name=others]", "SUD")
        page.click("form.ask button.btn")
        page.wait_for_selector(".tear")
        _kept(page, out / "torn.png")


_ACCOUNTS = f"""
from tocsin.workflow import signing_in
held = [one.handle for one in signing_in.listed_accounts()]
for handle, role in {ACCOUNTS!r}:
    if handle in held:
        signing_in.shut_account(handle)
    signing_in.open_account(handle, role, {WORDS!r})
"""
_EXERCISE = f"""
import msgspec
from tocsin.lake.node import name_node, read_node
from tocsin.settings import read_settings
home = read_settings().home
name_node(home, "NORD")
path = home / "node.json"
path.write_bytes(msgspec.json.encode(msgspec.structs.replace(read_node(home), exercise=True)))
{_ACCOUNTS}
from tocsin.workflow.record_keeping import add_statement
print(add_statement({RECORD!r}).ids[0])
"""


def _run(home: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=_env(home), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def _env(home: Path) -> dict[str, str]:
    return os.environ | {"TOCSIN_HOME": str(home), "TOCSIN_LANG": "fr"}


@contextmanager
def _served(home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
        env=_env(home), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


def _signed_in(browser: Any, base: str, handle: str, width: int) -> Any:
    size = {"width": width, "height": 860}
    page = browser.new_context(viewport=size, locale="fr-FR").new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{base}/sign-in?lang=fr")
    page.fill("#handle", handle)
    page.fill("#passphrase", WORDS)
    page.click("button.go")
    page.wait_for_selector(".mast")
    return page


def _opened(page: Any, base: str, path: str) -> None:
    """Open a page; `PATH > SELECTOR` opens what the first such link of a page leads to."""
    address, _, selector = path.partition(" > ")
    page.goto(base + address)
    if selector and (found := page.query_selector(selector)):
        page.goto(base + found.get_attribute("href"))
    for _ in range(60):  # a place that draws its forecast says that it is on its way
        page.wait_for_timeout(700)
        if not page.query_selector("[data-again]"):
            return


def _kept(page: Any, path: Path) -> None:
    """A picture of a page in as many colours as fit; shorter if even sixteen are too many."""
    from PIL import Image

    raw = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    height = min(raw.height, TALLEST)
    while True:
        cut = raw.crop((0, 0, raw.width, height))
        for colours in (96, 48, 24, 16):
            made = BytesIO()
            cut.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
            if made.tell() <= LARGEST:
                path.write_bytes(made.getvalue())
                print(path.name, made.tell(), re.sub(r"^https?://[^/]+", "", page.url))
                return
        height = height * 4 // 5


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), frozenset(sys.argv[3:]))
