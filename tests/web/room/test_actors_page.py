"""Who stood with whom, by month: the graph, the same as a table, and nothing past the clock."""

import re
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make
from tests.web.room.test_pages import said

from tocsin.tables.months import parse_month
from tocsin.workflow import record_reading

PAGE = {"Accept": "text/html"}


@pytest.fixture
def mali(node: object) -> None:
    record_reading.load_dossier("mali")


def page(client: TestClient[Any], headers: dict[str, str], **asked: str) -> str:
    given = {"lang": "en", "at": "2023-06-30"} | asked
    answer = client.get("/actors", headers=headers | PAGE, params=given)
    assert answer.status_code == 200, answer.text[:400]
    return said(answer)


def ties(text: str) -> int:
    found = re.search(r"(\d+) ties? held between", text)
    assert found is not None
    return int(found[1])


def test_the_graph_is_that_of_the_month_and_its_table_says_the_same(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    me = bearer("analyst")
    for month in ("2016-01", "2021-08", "2023-06"):
        text = page(client, me, m=str(parse_month(month)))
        question = record_reading.Question("node-x:analyst", "2023-06-30", month)
        assert ties(text) == len(record_reading.graph(question).edges)
        assert text.count("<tr><td>") == ties(text)  # one row a tie
    early = page(client, me, m=str(parse_month("2016-01")))
    assert ties(early) != ties(page(client, me))


def test_the_slider_does_not_pass_the_clock(
    mali: None, client: TestClient[Any], bearer: Make
) -> None:
    me = bearer("analyst")
    last, beyond = page(client, me), page(client, me, m=str(parse_month("2024-01")))
    assert ties(last) == ties(beyond)
    assert f'max="{parse_month("2023-06")}"' in beyond
    # What became known later is in no month of an earlier clock.
    later = page(client, me, at="2024-06-30", m=str(parse_month("2023-06")))
    assert "June 2023" in later


def test_changes_between_two_days(mali: None, client: TestClient[Any], bearer: Make) -> None:
    me = bearer("analyst")
    text = page(client, me, since="2020-08-31", until="2021-08-31")
    assert "CSP-PSD" in text.partition("What changed")[2].partition("</ul>")[0]
    for wrong in ({"since": "2022-01-01", "until": "2021-01-01"}, {"m": "x"}, {"m": "99999"}):
        answer = client.get("/actors", headers=me | PAGE, params=wrong)
        assert answer.status_code == 400


def test_a_hidden_tie_is_in_no_graph(node: object, client: TestClient[Any], bearer: Make) -> None:
    from tocsin.workflow.record_keeping import add_statement

    verifier = bearer("verifier")
    before = page(client, verifier)
    add_statement({
        "kind": "relation", "subject": "actor:x", "known_at": "2023-01-01", "tlp": "RED",
        "source": "canary", "valid_from": "2023-01-01",
        "body": {"object": "actor:y", "type": "allied", "status": "done"},
    })  # fmt: skip
    assert page(client, verifier) == before
