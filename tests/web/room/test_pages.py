"""Every page, in both languages, as of a date: served, translated, within the reader's rights."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make

from tocsin.intake.sms import checksum
from tocsin.lake.node import read_node
from tocsin.web.room import area_ready
from tocsin.web.room.asking import clock_of
from tocsin.web.room.routes import PAGES
from tocsin.workflow import record_reading
from tocsin.workflow.record_keeping import add_statement

PAGE = {"Accept": "text/html"}
DAY = "2023-06-30"
NAMED = {"/actors/{name:str}": "actor:cma", "/cases/{name:str}": "case:moura-2022"}
OPENED = [one.path for one in PAGES if "{" not in one.path and "analyst" in one.access.roles]


@pytest.fixture
def mali(node: object) -> None:
    record_reading.load_dossier("mali")


def page(client: TestClient[Any], path: str, headers: dict[str, str], lang: str = "fr") -> Any:
    return client.get(path, headers=headers | PAGE, params={"at": DAY, "lang": lang})


def said(answer: Any) -> str:
    """A page without the tokens of its forms, which are others each time."""
    return re.sub(r'(name="csrf" value=")\w+', r"\1", answer.text)


@pytest.mark.parametrize("path", OPENED)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_on_the_record_of_mali(
    mali: None, client: TestClient[Any], bearer: Make, path: str, lang: str
) -> None:
    answer = page(client, path, bearer("analyst"), lang)
    assert answer.status_code == 200, answer.text[:500]
    assert f'<html lang="{lang}">' in answer.text
    assert "style=" not in re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL)
    assert "<script>" not in answer.text
    assert len(answer.content) < 300_000


@pytest.mark.parametrize("path", OPENED)
def test_a_page_of_an_empty_store_says_what_to_do(
    node: object, client: TestClient[Any], bearer: Make, path: str
) -> None:
    if path == "/mission":  # there is no mission to ask for
        assert page(client, path, bearer("analyst")).status_code == 404
        return
    assert page(client, path, bearer("analyst")).status_code == 200


def test_the_clock_hides_what_was_not_yet_known(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer("analyst") | PAGE
    before = client.get("/search", headers=headers, params={"q": "S/RES/2690", "at": "2023-06-29"})
    after = client.get("/search", headers=headers, params={"q": "S/RES/2690", "at": "2023-06-30"})
    assert 'href="/statements/' not in before.text
    assert 'href="/statements/' in after.text


def test_the_clock_is_never_in_the_future(client: TestClient[Any], bearer: Make) -> None:
    answer = client.get("/", headers=bearer("analyst") | PAGE, params={"at": "2999-01-01"})
    assert answer.status_code == 400
    from datetime import UTC, datetime

    assert clock_of("2023-06", datetime(2026, 1, 1, tzinfo=UTC)) == "2023-06-30"


def test_a_reader_without_rights_meets_nothing(
    node: object, client: TestClient[Any], bearer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is the same, byte for byte, whether or not a hidden record exists."""
    monkeypatch.setattr(area_ready, "PATIENCE", 60)  # places are drawn before the first look
    verifier, analyst = bearer("verifier"), bearer("analyst")
    before = {path: said(page(client, path, verifier)) for path in OPENED if path != "/mission"}
    made = add_statement(
        {"kind": "alias", "subject": "actor:hidden", "known_at": "2023-06-29", "tlp": "RED",
         "source": "canary-source", "body": {"name": "Canary"}}
    )  # fmt: skip
    for path, content in before.items():
        assert said(page(client, path, verifier)) == content, path
    hidden = page(client, f"/statements/{made.ids[0]}", verifier)
    unknown = page(client, "/statements/01890a5d-ac96-774b-bcce-b302099a8057", verifier)
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace(made.ids[0], "-") == unknown.text.replace(
        "01890a5d-ac96-774b-bcce-b302099a8057", "-"
    )
    assert "canary-source" in page(client, f"/statements/{made.ids[0]}", analyst).text
    last = made.ids[0][-12:]  # as products print it
    assert "canary-source" in page(client, f"/s/{last}", analyst).text
    for who, sees in ((analyst, True), (verifier, False)):
        asked = {"q": last.upper(), "at": "2023-06-30"}
        told = client.get("/search", headers=who | PAGE, params=asked).text
        assert (f"/statements/{made.ids[0]}" in told) is sees
    assert page(client, f"/s/{last}", verifier).text.replace(last, "-") == page(
        client, "/s/0123456789ab", verifier
    ).text.replace("0123456789ab", "-")


def test_a_statement_opens_with_grade_marking_and_history(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer("analyst")
    found = re.search(r'href="(/statements/[^"?]+)', page(client, "/figures", headers).text)
    assert found is not None
    answer = page(client, found[1], headers, "en")
    for words in ("Grade", "Handling", "Everything on this subject", "TLP:"):
        assert words in answer.text


@pytest.mark.parametrize(("path", "name"), NAMED.items())
def test_a_card_of_the_record(
    mali: None, client: TestClient[Any], bearer: Make, path: str, name: str
) -> None:
    listed = page(client, path.partition("/{")[0], bearer("analyst")).text
    found = re.search(rf'href="({path.partition("{")[0]}[^"?]+)', listed)
    assert found is not None
    assert page(client, found[1], bearer("analyst")).status_code == 200


def test_no_english_on_a_french_page(mali: None, client: TestClient[Any], bearer: Make) -> None:
    """Words of our own templates, outside of what the record quotes."""
    english = (
        "Sign out", "Set the clock", "Back to the present", "Duty board", "What waits for you",
        "Known", "Grade", "Sources:", "Waits for", "Level", "Steps:", "open warnings",
    )  # fmt: skip
    for path in OPENED:
        text = re.sub(r"<[^>]+>", " ", page(client, path, bearer("duty-officer")).text)
        assert not [one for one in english if re.search(rf"\b{re.escape(one)}\b", text)], path


def test_the_auditor_sees_seals_and_no_bodies(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    answer = client.get(
        "/audit", headers=bearer("auditor") | PAGE, params={"check": "1", "lang": "en"}
    )
    assert "Sound: " in answer.text
    assert "moura" not in answer.text.lower()
    assert client.get("/audit", headers=bearer("analyst") | PAGE).status_code == 403


def test_a_preview_says_who_sees_a_record_and_why(
    node: object, client: TestClient[Any], bearer: Make
) -> None:
    made = add_statement(
        {"kind": "alias", "subject": "actor:x", "known_at": "2023-06-29", "tlp": "AMBER",
         "rel_to": ["EAST"], "source": "a note", "body": {"name": "X"}}
    )  # fmt: skip
    text = client.get(
        f"/share/{made.ids[0]}", headers=bearer("analyst") | PAGE, params={"lang": "en"}
    ).text
    assert "EAST" in text
    assert "What each of them gets" in text


def test_every_page_of_an_exercise_says_so(
    own_store: Path, client: TestClient[Any], bearer: Make
) -> None:
    node = read_node(own_store)
    assert node is not None
    (own_store / "node.json").write_bytes(
        msgspec.json.encode(msgspec.structs.replace(node, exercise=True))
    )
    for path in OPENED:
        answer = page(client, path, bearer("analyst"), "en")
        if answer.status_code == 200:
            assert "EXERCISE EXERCISE EXERCISE" in answer.text, path


def test_the_last_reports_stand_first(node: Path, tmp_path: Path, monkeypatch: Any) -> None:
    from tocsin.web.room import finding
    from tocsin.web.room.asking import Asked
    from tocsin.workflow.receiving import receive

    monkeypatch.setattr(finding, "MOST", 2)
    for day in ("01", "02", "03"):
        told = f"I,D{day}11,LTown {day},TAV,K5,SS"
        sent = tmp_path / f"{day}.txt"
        sent.write_text(f"m-1\t{told}#{checksum(told)}\n", "utf-8")
        receive(sent, at=f"2025-11-{day}T12:00:00Z")
    asked = Asked("a-1", "node-x", "analyst", "fr", "/reports")
    lines = finding.reports(asked)["lines"]
    assert [one["place"] for one in lines] == ["Town 03", "Town 02"]


def test_a_forecast_that_is_issued_makes_a_new_edition(node: Path) -> None:
    from tocsin.web.room.keeping import lake_edition

    before = lake_edition()
    (node / "forecasts" / "issued" / "an-issue").mkdir(parents=True)
    assert lake_edition() != before


def test_a_place_that_a_search_names_is_one_click_away(
    node: object, client: TestClient[Any], bearer: Make
) -> None:
    answer = client.get("/search", headers=bearer("analyst") | PAGE, params={"q": "Gao"})
    assert 'href="/areas/MLI"' in answer.text
