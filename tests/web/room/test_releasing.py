"""Letting a record out from its page: previewed, by who may, RED by two, torn gap by gap."""

import re
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make

from tocsin.web.room.tokens import token_of
from tocsin.workflow import granting, record_keeping, safe_keeping, seconding
from tocsin.workflow.record_keeping import add_statement

PAGE = {"Accept": "text/html"}
EN = {"lang": "en"}
WORDS = {"r-1": "four words nobody joins", "r-2": "another four odd words"}
SAID = {
    "kind": "control_assessment", "subject": "area:ZED.gao", "source": "le marabout de la vallée",
    "known_at": "2023-07-13", "valid_from": "2023-07-12", "tlp": "AMBER+STRICT",
    "body": {
        "area": "ZED.gao.bourem", "actor": "actor:x", "level": "contests",
        "note": {"fr": "Le chef Moussa Ag Alhassane a vu douze hommes entrer dans le village.",
                 "en": "Chief Moussa Ag Alhassane saw 12 men enter the village."},
    },
}  # fmt: skip


@pytest.fixture
def told(node: object) -> str:
    return add_statement(SAID).ids[0]


def own(bearer: Make, handle: str = "r-1", role: str = "release-authority") -> dict[str, str]:
    return bearer(role, handle=handle, scopes=("pages",)) | PAGE


def form_of(headers: dict[str, str], **more: str) -> dict[str, str]:
    return {"csrf": token_of(headers["Authorization"].partition(" ")[2])} | more


def agreed_in(text: str) -> str:
    found = re.search(r'name="agreed" value="([0-9a-f]+)"', text)
    assert found is not None, text[:800]
    return found[1]


def reads(client: TestClient[Any], bearer: Make, org: str, statement: str) -> bool:
    answer = client.get(f"/statements/{statement}", headers=bearer("analyst", org=org) | PAGE)
    return bool(answer.status_code == 200)


def test_a_record_is_released_as_it_was_previewed(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    me = own(bearer)
    shown = client.get(f"/share/{told}", headers=me, params=EN | {"to1": "SOUTH"})
    assert "1 organisation more would see it" in shown.text
    assert not reads(client, bearer, "SOUTH", told)
    form = form_of(me, to1="SOUTH", agreed=agreed_in(shown.text), reason="the border")
    done = client.post(f"/share/{told}/release", data=form, headers=me, follow_redirects=False)
    assert done.status_code == 303, done.text
    made = done.headers["location"].partition("?")[0].rpartition("/")[2]
    assert reads(client, bearer, "SOUTH", made)
    assert not reads(client, bearer, "WEST", made)
    (word,) = record_keeping.view("node-x:auditor").statements("release") or [None]
    assert word is None or word.signature


@pytest.mark.parametrize("agreed", ["", "0" * 64, "of another audience"])
def test_nothing_is_released_that_was_not_looked_at(
    told: str, client: TestClient[Any], bearer: Make, agreed: str
) -> None:
    me = own(bearer)
    if agreed.startswith("of"):
        other = client.get(f"/share/{told}", headers=me, params={"to1": "WEST"})
        agreed = agreed_in(other.text)
    form = form_of(me, to1="SOUTH", agreed=agreed)
    answer = client.post(f"/share/{told}/release", data=form, headers=me, follow_redirects=False)
    assert answer.status_code in (400, 422)
    assert not reads(client, bearer, "SOUTH", told)


def test_who_does_not_release_meets_no_form_and_no_route(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    digest = granting.release(told, ["SOUTH"], reader="node-x:release-authority").preview.digest
    for role, org in (("analyst", "node-x"), ("duty-officer", "node-x"),
                      ("release-authority", "NORTH")):  # fmt: skip
        me = bearer(role, org=org, scopes=("pages",)) | PAGE
        page = client.get(f"/share/{told}", headers=me, params={"to1": "SOUTH"})
        assert "/release" not in page.text
        form = form_of(me, to1="SOUTH", agreed=digest)
        for path in (f"/share/{told}/release", f"/share/{told}/tear", "/share/requests/x"):
            assert client.post(path, data=form, headers=me).status_code == 403
        assert client.get(f"/share/{told}/tear", headers=me).status_code == 403
    assert not reads(client, bearer, "SOUTH", told)


def test_red_waits_for_a_second_person_who_signs_in(client: TestClient[Any], bearer: Make) -> None:
    told = add_statement(SAID | {"tlp": "RED", "rel_to": ["EAST"]}).ids[0]
    for handle, words in WORDS.items():
        safe_keeping.enrol_person(handle, words)
    asked = {"to1": "SOUTH", "lang": "en"}

    def give(handle: str, passphrase: str) -> Any:
        me = own(bearer, handle)
        page = client.get(f"/share/{told}", headers=me, params=asked)
        form = form_of(me, to1="SOUTH", passphrase=passphrase, agreed=agreed_in(page.text))
        return client.post(f"/share/{told}/release", data=form, headers=me, follow_redirects=False)

    assert give("r-1", WORDS["r-2"]).status_code == 400  # another's passphrase is not one's own
    assert give("r-1", WORDS["r-1"]).headers["location"].endswith("done=waits")
    assert not granting_words("release")
    assert [one.by for one in seconding.waiting("node-x:release-authority")] == ["r-1"]
    # The first is offered nothing more; the second sees who has agreed, and to what.
    first = client.get(f"/share/{told}", headers=own(bearer), params=asked)
    assert 'name="agreed"' not in first.text
    board = client.get("/share", headers=own(bearer, "r-2"), params=EN)
    assert "Waits for a second person" in board.text
    assert give("r-2", WORDS["r-2"]).headers["location"].endswith("done=released")
    assert seconding.waiting("node-x:release-authority") == []
    (word,) = granting_words("release")
    assert {one.by for one in word.body.approvals} == {"r-1", "r-2"}


def granting_words(kind: str) -> list[Any]:
    return record_keeping.view("node-x:release-authority").statements(kind)


def test_a_tear_line_goes_to_one_partner_and_not_to_another(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    me = own(bearer)
    page = client.get(f"/share/{told}/tear", headers=me, params=EN).text
    numbers = sorted(set(re.findall(r'name="(w\d+)"', page)))
    assert numbers
    choices = dict.fromkeys(numbers, "out")
    asked = form_of(me, tlp="AMBER", to1="SOUTH", place="country", time="month", **choices)

    # One gap of which nobody has said anything: nothing is shown, and nothing can be written.
    lacking = {name: value for name, value in asked.items() if name != numbers[0]}
    halted = client.post(f"/share/{told}/tear?lang=en", data=lacking, headers=me)
    assert "nobody has said yet" in halted.text
    assert 'name="agreed"' not in halted.text

    shown = client.post(f"/share/{told}/tear?lang=en", data=asked, headers=me)
    assert shown.status_code == 200
    digest = agreed_in(shown.text)
    assert not granting_words("tear_line")
    done = client.post(
        f"/share/{told}/tear", data=asked | {"agreed": digest}, headers=me, follow_redirects=False
    )
    assert done.status_code == 303, done.text
    (made,) = granting_words("tear_line")
    assert reads(client, bearer, "SOUTH", made.id)
    assert not reads(client, bearer, "WEST", made.id)
    assert not reads(client, bearer, "SOUTH", told)
    south = client.get(f"/statements/{made.id}", headers=bearer("analyst", org="SOUTH") | PAGE)
    for canary in ("Moussa", "bourem", "marabout", told, "douze", "12 men"):
        assert canary not in south.text
    search = {"q": "Moussa", "lang": "en"}
    for org in ("SOUTH", "WEST"):
        found = client.get("/search", headers=bearer("analyst", org=org) | PAGE, params=search)
        assert told not in found.text


def test_a_tear_line_that_changed_since_it_was_read_is_not_written(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    me = own(bearer)
    page = client.get(f"/share/{told}/tear", headers=me).text
    choices = dict.fromkeys(re.findall(r'name="(w\d+)"', page), "out")
    asked = form_of(me, tlp="AMBER", to1="SOUTH", **choices)
    digest = agreed_in(client.post(f"/share/{told}/tear", data=asked, headers=me).text)
    changed = asked | {"to1": "WEST", "agreed": digest}
    assert client.post(f"/share/{told}/tear", data=changed, headers=me).status_code == 422
    assert not granting_words("tear_line")


@pytest.mark.parametrize("said", ["granted", "refused"])
def test_a_request_is_answered_from_its_page(
    client: TestClient[Any], bearer: Make, monkeypatch: Any, said: str
) -> None:
    told = add_statement(SAID | {"tlp": "AMBER", "rel_to": ["SOUTH"]}).ids[0]
    asked = granting.Asked(
        id="req-1", record=told, asked_by="south", to=("west",), reason="their border", on="2023-08"
    )
    monkeypatch.setattr(granting, "requests", lambda reader="": [asked])
    answered: list[dict[str, Any]] = []
    monkeypatch.setattr(granting, "answer", lambda name, **more: answered.append(more))
    me = own(bearer)
    page = client.get("/share/requests/req-1", headers=me, params=EN).text
    assert "asks to pass a record on to west" in page
    form = form_of(me, answer=said, reason="agreed", agreed=agreed_in(page))
    path = "/share/requests/req-1"
    assert client.post(path, data=form, headers=me, follow_redirects=False).status_code == 303
    assert answered[0]["granted"] is (said == "granted")
    assert bool(answered[0]["agreed"]) is (said == "granted")
    silent = form | {"reason": ""}
    assert client.post(path, data=silent, headers=me).status_code == 400


def test_a_form_from_elsewhere_releases_nothing(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    me = own(bearer)
    digest = agreed_in(client.get(f"/share/{told}", headers=me, params={"to1": "SOUTH"}).text)
    form = {"csrf": "guess", "to1": "SOUTH", "agreed": digest}
    assert client.post(f"/share/{told}/release", data=form, headers=me).status_code == 400
    assert not reads(client, bearer, "SOUTH", told)


def test_what_the_house_holds_is_for_its_own_people(client: TestClient[Any], bearer: Make) -> None:
    stranger, mine = bearer("analyst", org="NORTH") | PAGE, bearer("analyst") | PAGE
    for path in ("/areas", "/areas/MLI", "/sources", "/forecasts"):
        assert client.get(path, headers=stranger).status_code == 403
    for path in ("/areas", "/sources", "/forecasts"):
        assert client.get(path, headers=mine).status_code == 200
        masthead = client.get("/", headers=stranger).text.partition("</nav>")[0]
        assert f'href="{path}"' not in masthead


def test_a_record_is_recalled_as_its_page_showed_it(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    me = own(bearer)
    link = f"/share/{told}/recall"
    assert link in client.get(f"/statements/{told}", headers=me, params=EN).text
    shown = client.get(link, headers=me, params=EN)
    assert "sent it to nobody" in shown.text
    agreed = agreed_in(shown.text)
    whole = {"agreed": agreed, "reason": "names a person"}

    def sent(**more: str) -> int:
        form = form_of(me) | whole | more
        return client.post(link, data=form, headers=me, follow_redirects=False).status_code

    # Without a reason, without what was shown, as another's form, or of another state: nothing.
    assert sent(reason="") == sent(agreed="") == sent(agreed="0" * 64) == sent(csrf="x") == 400
    past = client.get(link, headers=me, params=EN | {"at": "2023-08-01"})
    assert "Sign the recall" not in past.text
    assert not granting_words("recall")
    assert sent() == 303
    (word,) = granting_words("recall")
    assert (word.body.statement, word.body.reason) == (told, "names a person")
    assert word.author == "release-authority"
    assert sent() == 400  # a second time there is nothing to recall


def test_who_does_not_release_recalls_nothing(
    told: str, client: TestClient[Any], bearer: Make
) -> None:
    agreed = agreed_in(client.get(f"/share/{told}/recall", headers=own(bearer)).text)
    for role, org in (("analyst", "node-x"), ("duty-officer", "node-x"),
                      ("release-authority", "NORTH")):  # fmt: skip
        me = bearer(role, org=org, scopes=("pages",)) | PAGE
        form = form_of(me, agreed=agreed, reason="r")
        assert client.get(f"/share/{told}/recall", headers=me).status_code == 403
        assert client.post(f"/share/{told}/recall", data=form, headers=me).status_code == 403
        assert "/recall" not in client.get(f"/statements/{told}", headers=me).text
    assert not granting_words("recall")
