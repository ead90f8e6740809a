"""Maps of places: stepped by month, within the clock, from the region down to a cell."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from tests.web.room.test_in_chromium import FLAGS, WORDS

from tocsin.tables.months import month_of
from tocsin.web.room.area_ready import Readying
from tocsin.web.room.map import RoomMap
from tocsin.workflow.answered import visit_after
from tocsin.workflow.map_ground import ground_of
from tocsin.workflow.mapped import Counts

MIRROR = Path(os.environ.get("TOCSIN_MIRROR", "../shared/data")).resolve()
JUNE, NOVEMBER = "2023-06-30", "2023-11-30"


def test_the_trail_runs_from_the_region_to_the_cell() -> None:
    day = datetime(2023, 6, 30, tzinfo=UTC).date()
    cell = ground_of("150114", day)
    assert [unit for unit, _ in cell.trail] == ["SAHEL", "MLI", "MLI.mopti", "150114"]
    area = ground_of("MLI.mopti", day)
    assert area.parts_level == "priogrid"
    assert "150114" in {part.unit_id for part in area.parts}
    country = ground_of("MLI", day)
    assert "MLI.mopti" in {part.unit_id for part in country.parts}
    assert "MLI" in {part.unit_id for part in ground_of("SAHEL", day).parts}


def test_what_nobody_counted_is_hatched_and_never_zero() -> None:
    ground = ground_of("MLI", datetime(2023, 6, 30, tzinfo=UTC).date())
    deaths = {part.unit_id: (None,) * 36 for part in ground.parts} | {"MLI.gao": (0,) * 36}
    until = month_of(datetime(2023, 6, 30, tzinfo=UTC).date())
    drawn = RoomMap(ground, Counts(until - 35, until, until, deaths, {}, {}), "en", str)
    shown = dict(re.findall(r'data-u="([^"]+)"[^>]*aria-label="[^"]*"><path class="(\w+)"',
                            str(drawn.svg)))  # fmt: skip
    assert shown["MLI.gao"] == "land"
    assert shown["MLI.kidal"] == "unknown"


def test_a_place_is_worked_out_once_and_asked_twice() -> None:
    done: list[str] = []
    desk = Readying(lambda name, day, edition: done.append(f"{name} {day} {edition}"))
    for _ in range(2):
        desk.begun("MLI", JUNE, "a").result(5)
    desk.begun("MLI", JUNE, "b").result(5)
    assert done == [f"MLI {JUNE} a", f"MLI {JUNE} b"]


def test_a_visit_ends_after_half_an_hour_without_a_page() -> None:
    noon = datetime(2023, 6, 30, 12, tzinfo=UTC)
    before, noted = visit_after(None, noon)
    assert before is None
    before, noted = visit_after(noted, noon + timedelta(minutes=20))
    assert before is None
    before, noted = visit_after(noted, noon + timedelta(minutes=51))
    assert before == noon + timedelta(minutes=20)
    assert visit_after(noted, noon + timedelta(minutes=60))[0] == noon + timedelta(minutes=20)


# --- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own on counts by area and Candidate events, with one account."""
    if not (MIRROR / "ucdp").is_dir():
        pytest.skip("no data mirror")
    home = tmp_path_factory.mktemp("maps")
    env = os.environ | {
        "TOCSIN_HOME": str(home / "store"), "TOCSIN_LANG": "en", "TOCSIN_ACCOUNT_PASSPHRASE": WORDS,
    }  # fmt: skip
    few = home / "ucdp"
    few.mkdir()
    for name in ("GEDEvent_v23_0_10.csv", "ged_25_1_admin1_month_2010_2024H1.parquet"):
        (few / name).symlink_to(MIRROR / "ucdp" / name)
    for words in (("init", "--org", "node-x"), ("ingest", str(few)),
                  ("account", "add", "d-1", "--role", "duty-officer")):  # fmt: skip
        done = subprocess.run([sys.executable, "-m", "tocsin", *words], env=env, check=False,
                              capture_output=True, text=True)  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
        env=env, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{base}/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield base
    finally:
        running.terminate()
        running.wait(30)


@pytest.fixture
def browser(chromium_path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield made
        made.close()


def signed_in(browser: Any, base: str, width: int) -> Any:
    page = browser.new_context(viewport={"width": width, "height": 850}).new_page()
    page.goto(f"{base}/sign-in")
    page.fill("#handle", "d-1")
    page.fill("#passphrase", WORDS)
    page.click("button.go")
    page.wait_for_url(f"{base}/")
    return page


def stepped(page: Any) -> list[float]:
    """Every month of the slider, one after the other: milliseconds of each, drawn."""
    found: list[float] = page.evaluate(
        """async () => {
          const slider = document.querySelector(".when input"), took = [];
          for (let at = Number(slider.min); at <= Number(slider.max); at++) {
            const begun = performance.now();
            slider.value = at;
            slider.dispatchEvent(new Event("input"));
            document.querySelector("svg.map").getBoundingClientRect();
            took.push(performance.now() - begun);
          }
          return took;
        }"""
    )
    return found


@pytest.mark.chromium
@pytest.mark.slow
def test_stepped_from_june_to_november_within_the_clock(room: str, browser: Any) -> None:
    page = signed_in(browser, room, 1280)
    asked: list[str] = []
    held: dict[str, set[str]] = {}
    page.on("request", lambda request: asked.append(request.url))
    for clock in (JUNE, "2023-10-31", NOVEMBER):
        with page.expect_response("**/months*", timeout=30_000) as told:
            page.goto(f"{room}/areas/MLI?at={clock}")
        answer = told.value.json()
        page.wait_for_selector("figure.ready")
        until = month_of(datetime.fromisoformat(clock).date())
        assert answer["clock"] + answer["first"] == until
        assert all(one[0] + answer["first"] <= until for one in answer["events"])
        assert all(len(part["d"]) == answer["clock"] + 1 for part in answer["parts"].values())
        assert len(stepped(page)) > 12  # how long each takes: `benchmarks/room_browser.py`
        held[clock] = {one[9][:7] for one in answer["events"]}
    # Candidate events of October had been published by the end of November, and not of October.
    assert held[NOVEMBER] == {"2023-10"}
    assert not any(months for clock, months in held.items() if clock != NOVEMBER)
    assert {re.sub(r"^(https?://[^/]+).*", r"\1", one) for one in asked} == {room}


@pytest.mark.chromium
@pytest.mark.slow
def test_from_the_region_to_a_cell_by_keyboard_and_pointer(room: str, browser: Any) -> None:
    page = signed_in(browser, room, 1280)
    page.goto(f"{room}/areas/SAHEL?at={JUNE}")
    for unit in ("MLI", "MLI.mopti", "150114"):
        page.wait_for_selector("figure.ready", timeout=30_000)
        page.evaluate(f"document.querySelector('svg.map a[data-u=\"{unit}\"]').focus()")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/areas/{unit}?at={JUNE}", timeout=30_000)
    page.wait_for_selector("figure.ready", timeout=30_000)
    assert page.locator("nav.kicker a").count() == 4

    page.goto(f"{room}/areas/MLI?at={JUNE}")
    page.wait_for_selector("figure.ready", timeout=30_000)
    slider = page.locator(".when input")
    slider.focus()
    before = page.inner_text(".when output")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".when output") != before
    page.click(".near")
    assert float(page.get_attribute("svg.map", "viewBox").split()[2]) < 390
    # The months ahead are a forecast, and the clock can be set to the end of one that is over.
    page.evaluate("document.querySelector('.when input').value = 40")
    page.dispatch_event(".when input", "input")
    assert "forecast" in page.inner_text(".when output")
    page.click(".setclock")
    page.wait_for_url("**at=2023-11-30*")


@pytest.mark.chromium
@pytest.mark.slow
def test_a_map_is_read_without_script(room: str, browser: Any) -> None:
    held = signed_in(browser, room, 1280).context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=held).new_page()
    for _ in range(40):
        page.goto(f"{room}/areas/MLI?at={JUNE}&lang=en")
        if page.locator("svg.map").count():
            break
        time.sleep(0.5)
    assert page.locator("svg.map a").count() >= 8
    assert not page.locator(".when").is_visible()
    assert "660" in page.inner_text(".partlist")


@pytest.mark.chromium
@pytest.mark.slow
def test_the_board_is_refreshed_and_keeps_the_focus(room: str, browser: Any) -> None:
    page = signed_in(browser, room, 1280)
    page.evaluate("document.querySelector('#board a').focus()")
    address = page.evaluate("document.activeElement.getAttribute('href')")
    page.evaluate("document.getElementById('board').dataset.old = '1'")
    page.evaluate("document.dispatchEvent(new Event('board:refresh'))")
    page.wait_for_selector("#board:not([data-old])")
    assert page.evaluate("document.activeElement.getAttribute('href')") == address


def test_counts_read_by_month_know_their_release() -> None:
    from tocsin.workflow.mapped import _by_month

    held = pl.DataFrame({
        "unit_id": ["MLI.gao", "MLI.gao"], "month": [520, 521], "status": ["observed", "unknown"],
        "best": [7, None], "snapshot": ["a", None],
    })  # fmt: skip
    assert _by_month(held, ["MLI.gao"], 519, 521) == ({"MLI.gao": (None, 7, None)}, {520: "a"})


def test_a_place_is_drawn_by_a_child_once_and_none_is_asked_for_what_is_no_place(
    node: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.errors import TocsinError
    from tocsin.web.room import area_ready, drawn_apart

    asked: list[list[str]] = []

    class Child:
        def __init__(self, words: list[str], **_: object) -> None:
            asked.append(words[3:])
            drawn_apart.main(words[3], words[4:])

        def wait(self, _: float) -> int:
            return 0

    monkeypatch.setattr(drawn_apart.subprocess, "Popen", Child)
    monkeypatch.setattr(drawn_apart.os, "nice", lambda _: 0)
    for _ in range(2):
        drawn_apart.draw_apart(["MLI.kidal"], "2023-06-30")
    assert asked == [["2023-06-30", "MLI.kidal"]]
    area_ready.desk_apart.cache_clear()
    with pytest.raises(TocsinError):
        area_ready.desk_apart().begun("--nowhere", "2023-06-30", "").result(20)
    assert len(asked) == 1
