"""Signing in through a provider: code and PKCE, and whatever does not fit lets nobody in."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from tests.web.room.provider import SECRET, Provider, running

from tocsin.errors import SettingsError, UsageError
from tocsin.web.access import COOKIE
from tocsin.workflow import vouching
from tocsin.workflow.letting_in import listed_tokens

BACK = "https://room.example/sign-in/vouched/back"


@pytest.fixture(scope="module")
def shared() -> Iterator[Provider]:
    with running() as made:
        yield made


@pytest.fixture
def provider(shared: Provider, node: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    shared.says, shared.published, shared.signs_with = {}, {}, "its own"
    monkeypatch.setenv("OIDC_SECRET", SECRET)
    written(node, issuer=shared.issuer)
    return shared


def written(node: Path, **more: str) -> None:
    fields = {"issuer": "https://id.example", "client": "tocsin", "back": BACK, "claim": "groups",
              "secret": "env:OIDC_SECRET", "name": "The cell",
              "roles": "{chief: decision-maker, watch: duty-officer}"} | more  # fmt: skip
    lines = [f"{name}: {value}" for name, value in fields.items()]
    (node / "sign-in.yml").write_text("\n".join(lines), "utf-8")


def asked_of(client: TestClient[Any], wanted: str = "/figures") -> dict[str, str]:
    """Go to the provider as a browser would; what it sends back in the address."""
    out = client.get("/sign-in/vouched", params={"next": wanted}, follow_redirects=False)
    assert out.status_code == 303, out.text
    answer = httpx.get(out.headers["location"])
    return dict(httpx.URL(answer.headers["location"]).params)


def came_back(client: TestClient[Any], answered: dict[str, str]) -> Any:
    return client.get("/sign-in/vouched/back", params=answered, follow_redirects=False)


def test_whom_the_provider_vouches_for_is_let_in(
    provider: Provider, client: TestClient[Any]
) -> None:
    assert "The cell" in client.get("/sign-in").text
    answer = came_back(client, asked_of(client))
    assert answer.status_code == 200
    assert 'content="0;url=/figures"' in answer.text
    (made,) = listed_tokens()
    assert (made.role, made.scopes) == ("duty-officer", ("pages",))
    assert made.handle.startswith("o-")
    assert "Canary" not in answer.text + str(made)
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert SECRET not in str(asked)
    # The same person has the same handle; another has another.
    came_back(client, asked_of(client))
    provider.says = {"sub": "person-8"}
    came_back(client, asked_of(client))
    handles = [one.handle for one in listed_tokens()]
    assert len(set(handles)) == 2


@pytest.mark.parametrize(
    "says",
    [
        {"nonce": "of another"}, {"nonce": None}, {"iss": "https://other.example"},
        {"aud": "another"}, {"aud": ["tocsin", "another"]}, {"azp": "another"},
        {"exp": int(time.time()) - 3600}, {"exp": None}, {"iat": int(time.time()) + 3600},
        {"sub": None}, {"sub": ""}, {"groups": ["strangers"]}, {"groups": None}, {"groups": []},
        {"groups": [{"watch": 1}]}, {"groups": "chiefs"},
    ],
)  # fmt: skip
def test_a_word_that_does_not_fit_lets_nobody_in(
    provider: Provider, client: TestClient[Any], says: dict[str, Any]
) -> None:
    provider.says = says
    refused(client, asked_of(client))


@pytest.mark.parametrize("signs_with", ["another key", "nothing", "its public key"])
def test_a_word_that_the_provider_did_not_sign_lets_nobody_in(
    provider: Provider, client: TestClient[Any], signs_with: str
) -> None:
    provider.signs_with = signs_with
    refused(client, asked_of(client))


def test_an_answer_that_was_not_asked_for_lets_nobody_in(
    provider: Provider, client: TestClient[Any]
) -> None:
    good = asked_of(client)
    for changed in ({"state": "guess"}, {"state": ""}, {"code": "guess"}, {"code": ""},
                    {"error": "access_denied"}, {"iss": "https://other.example"}):  # fmt: skip
        refused(client, asked_of(client) | changed)
    client.cookies.clear()  # a browser that asked for nothing
    refused(client, good)
    # A code that was good once is good no more, nor is one of another browser's question.
    mine = asked_of(client)
    assert came_back(client, mine).status_code == 200
    client.cookies.delete(COOKIE)
    refused(client, mine)


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://other.example"}, {"token_endpoint": "http://far.example/token"},
        {"jwks_uri": ""}, {"authorization_endpoint": "javascript:alert(1)"},
    ],
)  # fmt: skip
def test_a_provider_that_is_not_the_one_configured_is_not_asked(
    provider: Provider, client: TestClient[Any], published: dict[str, str]
) -> None:
    provider.published = published
    out = client.get("/sign-in/vouched", follow_redirects=False)
    assert out.status_code == 400
    assert "location" not in out.headers


def refused(client: TestClient[Any], answered: dict[str, str]) -> None:
    answer = came_back(client, answered)
    assert answer.status_code == 400
    assert COOKIE not in client.cookies
    assert listed_tokens() == [] or all(one.note == "session" for one in listed_tokens())
    assert client.get("/", headers={"Accept": "text/html"}).url.path == "/sign-in"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://far.example"}, {"back": "http://room.example/back"},
        {"roles": "{watch: peer}"}, {"roles": "{}"}, {"roles": "{watch: emperor}"},
        {"secret": "written here"}, {"surprise": "x"}, {"issuer": "[1"},
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_closes_this_way_in_and_no_other(
    node: Path, client: TestClient[Any], wrong: dict[str, str]
) -> None:
    written(node, **wrong)
    with pytest.raises(SettingsError):
        vouching.provider()
    assert client.get("/sign-in").status_code == 200
    assert client.get("/sign-in/vouched", follow_redirects=False).status_code == 400


def test_without_a_setting_there_is_no_such_way_in(node: Path, client: TestClient[Any]) -> None:
    assert vouching.provider() is None
    assert "/sign-in/vouched" not in client.get("/sign-in").text
    assert client.get("/sign-in/vouched", follow_redirects=False).status_code == 400
    with pytest.raises(SettingsError):
        vouching.come_back("", {})


def test_a_provider_that_is_down_lets_nobody_in(node: Path, client: TestClient[Any]) -> None:
    written(node, issuer="http://127.0.0.1:9")
    with pytest.raises(UsageError):
        vouching.set_out("/")
    assert client.get("/sign-in/vouched", follow_redirects=False).status_code == 400


def test_going_on_leads_to_no_other_site(provider: Provider, client: TestClient[Any]) -> None:
    answer = came_back(client, asked_of(client, "//evil.example"))
    assert 'content="0;url=/"' in answer.text
