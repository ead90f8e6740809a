"""What a person's need-to-know and another organisation's token leave of the pages."""

from typing import Any

from litestar.testing import TestClient
from tests.web.conftest import Make
from tests.web.test_taxii import OBJECTS, names_in

from tocsin.language import Lang
from tocsin.web.room.asking import Asked
from tocsin.web.room.keeping import question_of
from tocsin.workflow import granting, membership, needing, signing_in
from tocsin.workflow.record_keeping import add_statement

PAGE = {"Accept": "text/html"}
WORDS = "quatre mots sans lien"


def told(number: int, **more: Any) -> str:
    """Write an alias of an invented actor; its id."""
    one = {"kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "invented",
           "tlp": "GREEN", "body": {"name": f"name {number}"}}  # fmt: skip
    return add_statement(one | more).ids[0]


def test_a_limit_on_a_person_holds_on_the_pages_and_over_taxii(
    client: TestClient[Any], bearer: Make
) -> None:
    hidden = told(1, tlp="RED")
    limited, other = bearer("analyst", handle="a-3"), bearer("analyst", handle="a-4")
    path = f"/statements/{hidden}"
    for one in (limited, other):  # both answers are kept in memory from now on
        assert client.get(path, headers=one | PAGE).status_code == 200
        assert names_in(client.get(OBJECTS, headers=one).json()["objects"]) == ["name 1"]
    needing.set_need(person="a-3", ceiling="GREEN")
    assert client.get(path, headers=other | PAGE).status_code == 200
    assert client.get(path, headers=limited | PAGE).status_code == 404
    assert hidden not in client.get("/search?q=name", headers=limited | PAGE).text
    assert names_in(client.get(OBJECTS, headers=other).json()["objects"]) == ["name 1"]
    assert names_in(client.get(OBJECTS, headers=limited).json().get("objects", [])) == []


def test_a_limit_on_a_person_holds_for_who_signed_in(client: TestClient[Any]) -> None:
    hidden = told(1, tlp="RED")
    needing.set_need(person="a-3", ceiling="GREEN")
    signing_in.open_account("a-3", "analyst", WORDS)
    client.post("/sign-in", data={"handle": "a-3", "passphrase": WORDS})
    assert client.get(f"/statements/{hidden}", headers=PAGE).status_code == 404


def asked(handle: str, organisation: str = "node-x", lang: Lang = "en") -> Asked:
    return Asked(handle, organisation, "analyst", lang, "/statements/x")


def test_persons_of_one_role_share_an_answer_only_while_they_may_read_the_same(
    node: object,
) -> None:
    one = told(1)
    assert question_of(asked("a-3")) == question_of(asked("a-4"))
    needing.set_need(person="a-3", records=(one,))
    assert question_of(asked("a-3")) != question_of(asked("a-4"))
    assert question_of(asked("a-4")) != question_of(asked("a-4", "north"))


def test_an_auditor_of_another_organisation_audits_nothing_here(
    client: TestClient[Any], bearer: Make
) -> None:
    assert client.get("/audit", headers=bearer("auditor") | PAGE).status_code == 200
    stranger = bearer("auditor", org="NORTH") | PAGE
    assert client.get("/audit", headers=stranger).status_code == 403
    assert client.get("/audit?check=1", headers=stranger).status_code == 403


def test_another_organisation_is_not_told_with_whom_the_house_shares(
    client: TestClient[Any], bearer: Make
) -> None:
    one = told(1, tlp="CLEAR")
    membership.create_group("border", ("south", "west"), since="2023-01-01")
    stranger, own = bearer("analyst", org="NORTH"), bearer("analyst")
    assert "south" in client.get(f"/share/{one}", headers=own | PAGE).text
    seen = client.get(f"/share/{one}", headers=stranger | PAGE)
    assert seen.status_code == 200
    assert "south" not in seen.text
    assert "west" not in seen.text


def test_forecasts_and_the_watch_are_the_houses_own_business(
    client: TestClient[Any], bearer: Make, monkeypatch: Any
) -> None:
    from tocsin.workflow import issuing, serving

    issue = {"issue_id": "canary-1", "issued_at": "2023-07-01T00:00:00Z", "origin_month": 520,
             "as_of": "2023-07-01", "model_id": "m", "parts": [], "draws": 1}  # fmt: skip
    monkeypatch.setattr(issuing, "issued", lambda: [issue])
    monkeypatch.setattr(serving, "hours_unwatched", lambda: 77.0)
    own, stranger = bearer("analyst"), bearer("analyst", org="NORTH")
    for path, canary in (("/forecasts", "canary-1"), ("/?lang=en", "for 77 hours")):
        assert canary in client.get(path, headers=own | PAGE).text
        assert canary not in client.get(path, headers=stranger | PAGE).text


def test_a_brace_in_the_record_is_shown_as_it_stands(node: object) -> None:
    assert asked("a-3").say("{0.x} }") == "{0.x} }"
    assert granting.requests("node-x:analyst:a-3") == []
