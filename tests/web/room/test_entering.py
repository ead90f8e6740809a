"""Signing in: no default password, no hint of what is wrong, no form from elsewhere."""

from typing import Any

import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make

from tocsin.errors import UsageError
from tocsin.vault.accounts import accounts, is_their_word
from tocsin.web.access import COOKIE
from tocsin.web.app import make_app
from tocsin.web.limits import Limits
from tocsin.workflow import signing_in
from tocsin.workflow.letting_in import listed_tokens
from tocsin.workflow.record_keeping import open_vault

WORDS = "quatre mots sans lien"
PAGE = {"Accept": "text/html"}


def enter(client: TestClient[Any], handle: str, passphrase: str, wanted: str = "/") -> Any:
    form = {"handle": handle, "passphrase": passphrase, "next": wanted}
    return client.post("/sign-in", data=form, follow_redirects=False)


def test_the_first_account_needs_the_key_that_the_server_showed(client: TestClient[Any]) -> None:
    key = signing_in.first_run_key()
    form = {"handle": "d-1", "passphrase": WORDS, "role": "duty-officer"}
    assert client.post("/first-run", data=form | {"key": "guess"}).status_code == 400
    assert signing_in.needs_first_account()
    done = client.post("/first-run", data=form | {"key": key}, follow_redirects=False)
    assert done.status_code == 303
    assert client.get("/", headers=PAGE).status_code == 200
    # The key opens nothing a second time.
    again = client.post("/first-run", data=form | {"handle": "d-2", "key": key})
    assert again.status_code == 400
    assert list(accounts(open_vault())) == ["d-1"]


def test_a_short_passphrase_makes_no_account(client: TestClient[Any]) -> None:
    key = signing_in.first_run_key()
    form = {"handle": "d-1", "passphrase": "short", "role": "analyst", "key": key}
    answer = client.post("/first-run", data=form)
    assert answer.status_code == 400
    assert signing_in.needs_first_account()


def test_whatever_is_wrong_the_answer_is_the_same(client: TestClient[Any]) -> None:
    signing_in.open_account("a-1", "analyst", WORDS)
    signing_in.open_account("a-2", "analyst", WORDS)
    signing_in.shut_account("a-2")
    told = {
        (answer.status_code, answer.text.replace(handle, "-"))
        for handle, passphrase in (("a-1", "wrong" * 4), ("a-2", WORDS), ("a-3", WORDS))
        for answer in [enter(client, handle, passphrase)]
    }
    assert len(told) == 1
    assert next(iter(told))[0] == 401


def test_nobody_unknown_sees_a_page_and_a_browser_is_shown_the_way_in(
    client: TestClient[Any],
) -> None:
    answer = client.get("/figures?q=moura", headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Ffigures%3Fq%3Dmoura"
    assert client.get("/figures").status_code == 401


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil", ""])
def test_signing_in_leads_to_no_other_site(client: TestClient[Any], elsewhere: str) -> None:
    signing_in.open_account("a-1", "analyst", WORDS)
    assert enter(client, "a-1", WORDS, elsewhere).headers["location"] == "/"


def test_the_cookie_is_out_of_reach_and_dies_with_the_session(client: TestClient[Any]) -> None:
    signing_in.open_account("a-1", "analyst", WORDS)
    cookie = enter(client, "a-1", WORDS).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/", headers=PAGE).status_code == 200
    secret = client.cookies[COOKIE]
    assert all(secret not in str(one) for one in listed_tokens())
    signing_in.shut_account("a-1")
    client.cookies.set(COOKIE, secret)
    assert client.get("/", headers=PAGE, follow_redirects=False).status_code == 303


def test_a_form_from_elsewhere_does_nothing(client: TestClient[Any]) -> None:
    signing_in.open_account("a-1", "analyst", WORDS)
    enter(client, "a-1", WORDS)
    assert client.post("/sign-out", data={"csrf": "guess"}).status_code == 400
    assert client.get("/", headers=PAGE).status_code == 200


def test_a_guesser_has_to_wait(node: object) -> None:
    signing_in.open_account("a-1", "analyst", WORDS)
    with TestClient(make_app(Limits(by_tries=None))) as client:
        answers = [enter(client, "a-1", "wrong" * 4).status_code for _ in range(9)]
    assert answers[:8] == [401] * 8
    assert answers[8] == 429


def test_the_code_of_an_authenticator_is_asked_for(node: object) -> None:
    from datetime import UTC, datetime

    import pyotp

    made, told = signing_in.open_account("a-1", "analyst", WORDS, with_code=True)
    now = datetime.now(UTC)
    code = pyotp.parse_uri(told).at(now)
    assert is_their_word(made, WORDS, code, now)
    assert not is_their_word(made, WORDS, "", now)
    assert not is_their_word(made, WORDS, f"{(int(code) + 1) % 1_000_000:06d}", now)
    assert WORDS not in made.hashed


def test_a_code_lets_in_once(node: object) -> None:
    """Who reads it over a shoulder has half a minute, and must not get in with it."""
    from concurrent.futures import ThreadPoolExecutor
    from datetime import UTC, datetime, timedelta

    import pyotp

    _, told = signing_in.open_account("a-1", "analyst", WORDS, with_code=True)
    totp = pyotp.parse_uri(told)
    assert isinstance(totp, pyotp.TOTP)
    now = datetime.now(UTC)
    earlier, code = totp.at(now - timedelta(seconds=30)), totp.at(now)
    with ThreadPoolExecutor(4) as together:
        let_in = list(together.map(lambda _: signing_in.sign_in("a-1", WORDS, code), range(4)))
    assert sum(map(bool, let_in)) == 1
    assert not signing_in.sign_in("a-1", WORDS, code)
    assert not signing_in.sign_in("a-1", WORDS, earlier)  # nor one from before it
    assert signing_in.sign_in("a-1", WORDS, totp.at(now + timedelta(seconds=30)))
    assert not signing_in.sign_in("a-2", WORDS, code)


def test_a_handle_is_no_name(node: object) -> None:
    with pytest.raises(UsageError):
        signing_in.open_account("Awa Traore", "analyst", WORDS)
    with pytest.raises(UsageError):
        signing_in.open_account("a-1", "peer", WORDS)


@pytest.mark.parametrize("path", ["/sign-in", "/first-run"])
def test_another_site_lets_nobody_in(client: TestClient[Any], path: str) -> None:
    """Who is signed in unknowingly would write under a name that somebody else chose."""
    form = {"handle": "a-1", "passphrase": WORDS, "role": "analyst"}
    if path == "/sign-in":
        signing_in.open_account("a-1", "analyst", WORDS)
    form["key"] = signing_in.first_run_key()
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(path, data=form, headers=elsewhere, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (400, None)
    assert client.post(path, data=form, follow_redirects=False).status_code == 303


def test_a_password_that_a_browser_sends_by_itself_does_not_make_a_form_ours(
    client: TestClient[Any], bearer: Make
) -> None:
    """Basic goes with every request, as a cookie does: the form must hold what only it knows."""
    from base64 import b64encode

    from tocsin.web.room.tokens import token_of

    secret = bearer("duty-officer")["Authorization"].partition(" ")[2]
    basic = {"Authorization": f"Basic {b64encode(f'x:{secret}'.encode()).decode()}"}
    for csrf, told in ((token_of(""), 400), ("é", 400), (token_of(secret), 404)):
        answer = client.post("/steps/acknowledge/w-1", data={"csrf": csrf}, headers=basic)
        assert answer.status_code == told, csrf
