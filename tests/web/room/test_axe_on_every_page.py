"""axe on every page that has an address, wide and French, narrow and English: no serious fault.

One store, one browser, one context. The server answers in this process: what the browser asks is
handed to it, with its own headers, and its own are given back, so that the policy on content holds.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.conftest import mirror_folder
from tests.web.conftest import AXE, UNLIMITED
from tests.web.room.furnished import DAY, addresses, asked_by_south, furnish
from tests.web.room.test_in_chromium import FLAGS

from tocsin.web.app import make_app
from tocsin.web.room import area_ready
from tocsin.workflow import granting
from tocsin.workflow.letting_in import create_token

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
BASE = "http://room.invalid"
SEEN = (("fr", 1280), ("en", 390))
PAST = ("/areas", "/figures", "/actors", "/cases", "/calendar", "/mission", "/agreements")
LOOK = """async () => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const told = await axe.run({ resultTypes: ["violations"], preload: false });
  const grave = told.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  return [document.documentElement.scrollWidth,
    grave.map((one) => [one.id, one.nodes[0].html.slice(0, 160)])];
}"""
OUTSIDE = ("/sign-in", "/first-run", "/no-such-page")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[str, str]]]:
    """A furnished store, and (address, role) of every page of it."""
    home = tmp_path_factory.mktemp("axe") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_HOME", str(home))
        patch.setattr(area_ready, "PATIENCE", 120)
        named = furnish(home, mirror_folder())
        record = named["/share/{name:str}"][0].rpartition("/")[2]
        patch.setattr(granting, "requests", lambda reader="": [asked_by_south(record)])
        pages = [one for one in addresses(named) if not one[0].startswith("/s/")]  # /statements/
        yield [*pages, *((path, "nobody") for path in OUTSIDE)]


class Handed:
    """What the browser asks, handed to the server as one who holds a role."""

    def __init__(self, client: TestClient[Any]) -> None:
        self.client, self.role = client, "nobody"
        self.tokens = {
            role: {"Authorization": f"Bearer {create_token(role=role, scopes=('pages',))[0]}"}
            for role in ("duty-officer", "release-authority", "auditor")
        }

    def __call__(self, route: Any) -> None:
        asked = route.request
        assert asked.url.startswith(BASE), f"the page asks another for {asked.url}"
        answer = self.client.get(
            asked.url.removeprefix(BASE),
            headers={"Accept": asked.headers.get("accept", "*/*")} | self.tokens.get(self.role, {}),
        )
        given = {
            name: value for name, value in answer.headers.items()
            if name not in ("content-encoding", "content-length")
        }  # fmt: skip
        route.fulfill(status=answer.status_code, headers=given, body=answer.content)


@pytest.fixture(scope="module")
def faults(room: list[tuple[str, str]], chromium_path: str) -> list[tuple[Any, ...]]:
    """What is wrong on any page; looked for here, while the furnished store is the one in use."""
    from playwright.sync_api import sync_playwright

    found: list[tuple[Any, ...]] = []
    with TestClient(make_app(UNLIMITED)) as client, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path, args=FLAGS)
        context = browser.new_context()
        context.add_init_script(path=AXE)
        handed = Handed(client)
        context.route("**/*", handed)
        page = context.new_page()
        for lang, width in SEEN:
            page.set_viewport_size({"width": width, "height": 850})
            for path, role in room:
                handed.role = role
                found += [(lang, width, path, *one) for one in _looked_at(page, path, lang)]
        browser.close()
    return found


def test_no_serious_fault_on_any_page(faults: list[tuple[Any, ...]]) -> None:
    assert not faults, "\n".join(map(str, faults))


def _looked_at(page: Any, path: str, lang: str) -> list[tuple[str, str]]:
    """Faults of one page, with what is folded away opened; to be wider than the window is one."""
    clock = f"&at={DAY}" if path.startswith(PAST) else ""
    answer = page.goto(f"{BASE}{path}{'&' if '?' in path else '?'}lang={lang}{clock}")
    assert answer.status == 200 or path in OUTSIDE, (path, answer.text()[-900:])
    if page.query_selector("svg.map"):
        page.wait_for_selector("figure.ready", timeout=30_000)
    wide, broken = page.evaluate(LOOK)
    too_wide = [("wider than the window", str(wide))] if wide > page.viewport_size["width"] else []
    return too_wide + [(rule, html) for rule, html in broken]
