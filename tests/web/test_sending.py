"""The forms as pages: with and without script, with and without a line, in both languages."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make, serious_faults
from tests.web.test_openrosa import PHOTO, held

from tocsin.language.text import french
from tocsin.web import sending
from tocsin.workflow import answering, verifying
from tocsin.workflow.letting_in import create_token

TEMPLATES = Path(sending.__file__).parent / "templates"
WHOLE = {"day_from": "2026-11-20", "place": "Old Ford", "event": "threat", "how_known": "told"}
JSON = {"Accept": "application/json"}


def as_parts(fields: dict[str, str], **files: bytes) -> dict[str, Any]:
    """Fields as a browser's form sends them, with a file field even where it was left empty."""
    parts: dict[str, Any] = {key: (None, value) for key, value in fields.items()}
    parts["photo"] = ("", b"", "application/octet-stream")
    return parts | {key: ("canary.jpg", held, "image/jpeg") for key, held in files.items()}


def test_every_sentence_of_the_templates_has_its_french() -> None:
    found = {
        one
        for file in TEMPLATES.glob("*.html")
        for one in re.findall(r'say\(\s*"([^"]+)"', file.read_text("utf-8"))
    }
    assert len(found) > 20
    assert not found - french().keys()


@pytest.mark.parametrize("form", ["incident", "situation"])
def test_a_page_is_light_and_holds_no_script_of_its_own(client: TestClient[Any], form: str) -> None:
    page = client.get(f"/send/{form}?lang=fr")
    weight = len(page.content)
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)):
        weight += len(client.get(address).content)
    assert weight < 60_000, weight
    assert not re.search(r"<script(?![^>]* src=)", page.text)
    assert not re.search(r"\son[a-z]+=|style=", page.text)


def test_both_languages_ask_every_question(client: TestClient[Any]) -> None:
    for lang in ("fr", "en"):
        page = client.get("/send/incident", params={"lang": lang}).text
        for form in sending.submitting.forms_offered()[:1]:
            for question in form.questions:
                assert f'name="{question.name}"' in page
    assert "Que s’est-il passé" in client.get("/send/incident?lang=fr").text


def test_a_form_is_sent_without_script(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer()
    answers = [
        client.post("/send/incident", headers=headers, files=as_parts(WHOLE, photo=PHOTO))
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 202]
    (report,) = held("report")
    assert report.body.way == "web"
    (photo,) = held("report_media")
    assert report.body.media == (photo.body.key,)
    assert "canary" not in str(report)


def test_what_is_wrong_comes_back_filled_and_marked(client: TestClient[Any], bearer: Make) -> None:
    fields = WHOLE | {"killed": "many", "place": "Old <Ford>"}
    answer = client.post("/send/incident?lang=fr", headers=bearer(), files=as_parts(fields))
    assert answer.status_code == 422
    assert "Old &lt;Ford&gt;" in answer.text
    assert 'id="w-killed"' in answer.text
    assert not held("report")
    told = client.post("/send/incident", headers=bearer() | JSON, files=as_parts(fields)).json()
    assert told["problems"][0]["question"] == "killed"


def test_a_token_is_entered_once_and_only_these_pages_get_it(client: TestClient[Any]) -> None:
    secret, _ = create_token(role="reporter")
    assert client.post("/send/enter", data={"token": "wrong"}).status_code == 401
    answer = client.post("/send/enter", data={"token": secret}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/send"):
        assert part.lower() in cookie.lower()
    assert client.post("/send/incident", files=as_parts(WHOLE)).status_code == 201
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (
        client.post("/send/incident", headers=elsewhere, files=as_parts(WHOLE)).status_code == 401
    )


def test_a_photo_goes_on_where_the_line_broke(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer()
    where = "/send/photo/w-1/p-1"

    def piece(begin: int, end: int) -> Any:
        about = {"Upload-Offset": str(begin), "Upload-Length": str(len(PHOTO))}
        return client.patch(where, headers=headers | about, content=PHOTO[begin:end])

    assert client.head(where, headers=headers).headers["Upload-Offset"] == "0"
    assert piece(0, 40).headers["Upload-Offset"] == "40"
    assert piece(0, 40).status_code == 409  # a repeat of what is held already
    assert piece(90, 100).status_code == 409
    assert client.head(where, headers=headers).headers["Upload-Offset"] == "40"
    assert piece(40, len(PHOTO)).status_code == 204
    (photo,) = held("report_media")
    assert (photo.body.instance, photo.body.key) == ("w-1", "p-1")
    fields = WHOLE | {"instance": "w-1", "photo_key": "p-1"}
    client.post("/send/incident", headers=headers, files=as_parts(fields))
    (report,) = held("report")
    assert report.body.media == ("p-1",)
    assert report.body.instance == "w-1"
    gif = {"Upload-Offset": "0", "Upload-Length": "6"}
    left = client.patch("/send/photo/w-1/p-9", headers=headers | gif, content=b"GIF89a")
    assert left.status_code == 422
    assert "neither a JPEG nor a PNG" in left.json()["left"][0]
    huge = {"Upload-Offset": "0", "Upload-Length": str(2 * 1024**3)}
    refused = client.patch("/send/photo/w-2/p-2", headers=headers | huge, content=b"x")
    assert refused.status_code == 400


@pytest.fixture
def served(node: Path) -> Iterator[str]:
    """A server in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", "--port", str(port)],
        env=os.environ | {"TOCSIN_HOME": str(node)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    yield address
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in log
    assert "tocsin_" not in log


def until(holds: Any, seconds: float = 20) -> None:
    """Wait for something; a strict policy forbids the browser to wait by evaluating text."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.mark.chromium
@pytest.mark.slow
def test_filled_without_a_line_and_sent_once_when_there_is_one(
    served: str, chromium_path: str, tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    secret, _ = create_token(role="reporter")
    (tmp_path / "canary.jpg").write_bytes(PHOTO)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path)
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        troubles: list[str] = []
        page.on("console", lambda one: troubles.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: troubles.append(str(one)))
        page.goto(f"{served}/send/enter?lang=fr")
        page.fill("#token", secret)
        page.click("button")
        page.wait_for_url("**/send")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        kept = (
            "caches.keys().then(all => Promise.all(all.map(n => caches.open(n)"
            ".then(c => c.keys())))).then(all => all.flat().length)"
        )
        until(lambda: page.evaluate(kept) >= 10)
        assert not troubles, troubles
        context.set_offline(True)
        page.goto(f"{served}/send/incident?lang=fr")
        until(lambda: "Pas de réseau" in page.inner_text("#line"))
        page.fill("#q-day_from", "2026-11-20")
        page.fill("#q-place", "Vieux Gué")
        page.select_option("#q-event", "threat")
        page.check("input[name=how_known][value=told]")
        page.set_input_files("#q-photo", str(tmp_path / "canary.jpg"))
        page.click(".do button")
        page.wait_for_selector("#waiting li")
        page.reload()
        page.wait_for_selector("#waiting li")
        assert "Vieux Gué" in page.inner_text("#waiting")
        assert not held("report")
        other = context.new_page()  # a second tab must not send it twice
        other.goto(f"{served}/send/incident?lang=fr")
        context.set_offline(False)
        page.wait_for_selector("#waiting", state="hidden", timeout=40_000)
        other.close()
        (report,) = held("report")
        assert report.body.place == "Vieux Gué"
        assert report.body.created
        (photo,) = held("report_media")
        assert report.body.media == (photo.body.key,)
        page.reload()
        assert page.is_hidden("#waiting")
        assert len(held("report")) == 1
        browser.close()


def test_a_reporter_looks_up_what_became_of_a_report(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer()
    sent = [
        client.post("/send/incident", headers=headers | JSON, files=as_parts(WHOLE)).json()
        for _ in range(2)
    ]
    code = sent[0]["receipt"]
    assert code
    assert sent[1]["receipt"] == code
    (report,) = held("report")
    early = client.post("/send/answer", headers=headers, data={"code": code})
    assert early.status_code == 404
    verifying.verify(report.id, "verified", "v-2", "two callers", "B2", "node-x:verifier")
    answering.answer_due()
    found = client.post("/send/answer?lang=fr", headers=headers, data={"code": code.lower()})
    assert found.status_code == 200
    assert 'class="waiting"' in found.text
    assert report.body.place not in found.text
    assert client.post("/send/answer", data={"code": code}).status_code == 401


@pytest.mark.chromium
@pytest.mark.slow
def test_the_pages_have_no_serious_fault_and_fit_a_phone(served: str, chromium_path: str) -> None:
    from playwright.sync_api import sync_playwright

    secret, _ = create_token(role="reporter")
    found = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path)
        for width in (360, 1280):
            context = browser.new_context(
                viewport={"width": width, "height": 800}, bypass_csp=True, service_workers="block"
            )
            page = context.new_page()
            page.goto(f"{served}/send/enter")
            page.fill("#token", secret)
            page.click("button")
            for lang in ("fr", "en"):
                for path in ("", "/incident", "/situation", "/enter", "/answer"):
                    page.goto(f"{served}/send{path}?lang={lang}")
                    found += [(path, lang, width, *one) for one in serious_faults(page)]
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    assert page.get_attribute("html", "lang") == lang
        browser.close()
    assert not found, found
