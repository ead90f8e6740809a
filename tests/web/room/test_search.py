"""Search over everything that a reader may read, in groups, in both languages."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make

from tocsin.ledger.words import words_file
from tocsin.settings import read_settings
from tocsin.workflow import record_reading, searching
from tocsin.workflow.record_keeping import add_statement

PAGE = {"Accept": "text/html"}


@pytest.fixture
def mali(node: object) -> None:
    record_reading.load_dossier("mali")


def asked(client: TestClient[Any], headers: dict[str, str], **words: str) -> str:
    answer = client.get("/search", headers=headers | PAGE, params={"lang": "en"} | words)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def groups(text: str) -> list[str]:
    return re.findall(r"<h2>(?:<a [^>]*>)?([^<]+)", text)


def test_everything_is_found_in_its_group(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer("analyst")
    text = asked(client, headers, q="Moura")
    assert {"Cases", "Actors", "Figures"} <= set(groups(text))
    assert 'href="/cases/case:moura"' in text
    assert "More of these" in text
    more = asked(client, headers, q="Moura", **{"in": "cases"})
    assert groups(more)[0] == "Cases"
    assert len(re.findall("<tr data-open", more)) > 6
    for query, group in (
        ("2690", "Commitments"),
        ("coordination azawad", "Actors"),
        ("referendum", "Calendar"),
        ("camp gao", "Mission, camps, control"),
    ):
        assert group in groups(asked(client, headers, q=query)), query
    assert 'href="/calendar"' in asked(
        client, headers, q="calendrier"
    )  # a page, in either language
    assert "Nothing has all these words" in asked(client, headers, q="zzzz")


def test_accents_and_languages_do_not_matter(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer("analyst")

    def found(query: str, lang: str) -> set[str]:
        text = asked(client, headers, q=query, lang=lang, at="2023-06-30")
        return set(re.findall(r'<tr data-open="([^"]+)"', text))

    for one, other in (("Ménaka", "MENAKA"), ("retrait", "Rétrait")):
        assert found(one, "fr") == found(other, "en") != set()
    assert found("withdrawal", "fr") == found("withdrawal", "en") != set()


def test_what_is_hidden_changes_nothing(mali: None, client: TestClient[Any], bearer: Make) -> None:
    """A page is the same, byte for byte, whether or not a hidden record has the words."""
    from tests.web.room.test_pages import said

    reader, analyst = bearer("verifier"), bearer("analyst")
    params = {"q": "moura", "lang": "en", "at": "2026-01-01"}

    def page() -> str:
        return said(client.get("/search", headers=reader | PAGE, params=params))

    before = page()
    made = add_statement(
        {"kind": "alias", "subject": "actor:hidden", "known_at": "2023-06-29", "tlp": "RED",
         "source": "moura canary", "body": {"name": "Moura canary"}}
    )  # fmt: skip
    assert page() == before
    assert made.ids[0] in asked(client, analyst, q="canary")


def test_another_organisation_meets_its_own_and_no_release(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    text = asked(client, bearer("analyst", org="OTHER"), q="sources")
    assert "Sources</a>" not in text.split("<main")[1]
    assert "Releases" not in groups(text)


def test_without_the_file_of_words_the_answer_is_the_same(
    mali: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[tuple[str, set[str], bool]]:
        found = searching.search("moura", most=200)
        return [(one.name, {each.id for each in one.found}, one.more) for one in found]

    held = told()
    assert words_file(read_settings().home).exists()
    monkeypatch.setattr(searching, "_held_words", lambda: None)
    assert told() == held != []


def test_a_torn_file_of_words_is_built_again(
    mali: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, torn = searching.search("moura", most=200), tmp_path / "words.db"
    torn.write_bytes(b"no database" * 1000)
    monkeypatch.setattr(searching, "words_file", lambda _: torn)
    assert [one.name for one in searching.search("moura", most=200)] == [one.name for one in before]
    for thread in threading.enumerate():
        if thread.name == "words":
            thread.join()
    assert torn.read_bytes().startswith(b"SQLite format 3")


def test_a_statement_is_found_by_the_end_of_its_identifier(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    one = searching.search("moura")[0].found[0]
    text = asked(client, bearer("analyst"), q=one.id[-12:])
    assert groups(text)[0] == "By its identifier"
    assert f'href="/statements/{one.id}' in text


def test_what_became_known_is_read_alone_and_told_the_same(mali: None) -> None:
    from tocsin.knowledge.timeline import learned
    from tocsin.tables.months import parse_day

    question = record_reading.Question(as_of="2023-06-30")
    for since in ("2023-05-30", "2010-01-01"):
        told = record_reading.learned_since(question, since)
        assert told == learned(question.held, parse_day(since), question.known_by) != []
