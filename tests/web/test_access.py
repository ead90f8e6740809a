"""Who may call what: the matrix of routes and roles, tokens, limits, headers, the log."""

import base64
import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from litestar import get
from litestar.testing import TestClient
from tests.web.conftest import UNLIMITED, Make

from tocsin.policy.readers import ROLES
from tocsin.vault.tokens import BEGINNING, tokens
from tocsin.web.access import KEY, PUBLIC, only, rules_of
from tocsin.web.app import ROOMS, make_app
from tocsin.web.limits import Limits, Rate
from tocsin.workflow.letting_in import SCOPES, Callers, create_token, withdraw_token
from tocsin.workflow.record_keeping import open_vault


def room(*routes: Any) -> SimpleNamespace:
    return SimpleNamespace(ROUTES=list(routes))


@get("/closed", opt={KEY: only("analyst", "auditor", scope="api")})
async def closed() -> str:
    return "within"


@get("/fails", opt={KEY: PUBLIC})
async def fails() -> str:
    raise ValueError("secret words of somebody")


@get("/forgotten")
async def forgotten() -> str:
    return "open by mistake"


def called(client: TestClient[Any], path: str, method: str, headers: dict[str, str]) -> int:
    filled = path.replace("{name:str}", "x")
    return client.request(method, filled, headers=headers).status_code


def test_a_route_without_a_rule_is_not_served(node: object) -> None:
    with pytest.raises(RuntimeError, match="GET /forgotten"):
        make_app(UNLIMITED, [*ROOMS, room(forgotten)])


def test_the_matrix_of_routes_and_roles(node: object, bearer: Make) -> None:
    """Every route, called by everybody: who is let past the guard is whom its rule names."""
    app = make_app(UNLIMITED, [*ROOMS, room(closed)])
    headers = {role: bearer(role) for role in ROLES}
    seen = 0
    with TestClient(app) as client:
        for path, method, rule in rules_of(app):
            assert rule is not None, path
            if method == "ASGI":
                continue
            nobody = called(client, path, method, {})
            if rule.public:  # signing in answers 401 and 403 of its own
                assert nobody not in (401, 403) or method == "POST", (path, method, nobody)
                continue
            assert nobody == 401, (path, method, nobody)
            for role in ROLES:
                given = bearer(role, scopes=(rule.scope,)) if rule.listed else headers[role]
                status = called(client, path, method, given)
                let_in = role in rule.roles
                if rule.listed:
                    assert called(client, path, method, headers[role]) == 403, (path, role)
                assert (status == 403) is not let_in, (path, method, role, status)
                assert status != 401, (path, method, role)
                seen += 1
    assert seen > len(ROLES)


def test_a_token_with_a_scope_opens_nothing_else(node: object, bearer: Make) -> None:
    with TestClient(make_app(UNLIMITED, [room(closed)])) as client:
        assert client.get("/closed", headers=bearer("analyst")).text == "within"
        assert client.get("/closed", headers=bearer("analyst", scopes=("api",))).text == "within"
        for scope in set(SCOPES) - {"api"}:
            answer = client.get("/closed", headers=bearer("analyst", scopes=(scope,)))
            assert answer.status_code == 403


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(node: object) -> None:
    revoked, gone = create_token(role="analyst")
    withdraw_token(gone.id)
    expired, old = create_token(role="analyst")
    past = msgspec.structs.replace(old, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    open_vault().keep(BEGINNING + old.id, msgspec.json.encode(past))
    with TestClient(make_app(UNLIMITED, [room(closed)])) as client:
        answers = {
            (answer.status_code, answer.text, tuple(sorted(answer.headers.items())))
            for answer in (
                client.get("/closed", headers={"Authorization": f"Bearer {secret}"})
                for secret in (revoked, expired, "tocsin_unknown", "x" * 5000, "")
            )
        }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


def test_a_token_is_revoked_while_the_server_runs(node: object) -> None:
    secret, token = create_token(role="analyst")
    with TestClient(make_app(UNLIMITED, [room(closed)])) as client:
        headers = {"Authorization": f"Bearer {secret}"}
        assert client.get("/closed", headers=headers).status_code == 200
        withdraw_token(token.id)
        assert client.get("/closed", headers=headers).status_code == 401


def test_the_password_of_basic_is_a_token_and_digest_is_not_offered(node: object) -> None:
    secret, _ = create_token(role="analyst")
    pair = base64.b64encode(f"anybody:{secret}".encode()).decode()
    with TestClient(make_app(UNLIMITED, [room(closed)])) as client:
        assert client.get("/closed", headers={"Authorization": f"Basic {pair}"}).text == "within"
        asked = client.get("/closed").headers["WWW-Authenticate"]
    assert asked.startswith("Basic ")
    assert "Digest" not in asked


def test_the_vault_keeps_a_hash_and_never_the_secret(node: object) -> None:
    secret, token = create_token(role="reporter", note="phone 12")
    vault = open_vault()
    held = b"".join(vault.beginning("").values())
    assert secret.encode() not in held
    assert [one.id for one in tokens(vault)] == [token.id]
    assert secret not in repr(token)
    found = Callers(vault).caller(secret)
    assert found is not None
    assert (found.role, found.handle) == ("reporter", token.handle)


def test_too_many_calls_wait_and_tries_do_not_shut_out_a_token(node: object, bearer: Make) -> None:
    now = [0.0]
    limits = Limits(Rate(3, 1), Rate(2, 1), Rate(2, 0.1), clock=lambda: now[0])
    good = bearer("analyst")
    with TestClient(make_app(limits, [*ROOMS, room(closed)])) as client:
        tries = [client.get("/closed", headers={"Authorization": "Bearer x"}) for _ in range(3)]
        assert [one.status_code for one in tries] == [401, 401, 429]
        calls = [client.get("/closed", headers=good) for _ in range(4)]
        assert [one.status_code for one in calls] == [200, 200, 200, 429]
        assert calls[-1].headers["Retry-After"] == "2"
        now[0] = 5
        assert client.get("/closed", headers=good).status_code == 200
        public = [client.get("/health").status_code for _ in range(3)]
        assert public == [200, 200, 429]


def test_every_answer_has_its_headers(node: object) -> None:
    with TestClient(make_app(UNLIMITED, [*ROOMS, room(closed, fails)])) as client:
        for path in ("/health", "/closed", "/nowhere", "/fails", "/static/tokens.css"):
            headers = client.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


def test_what_is_unforeseen_shows_neither_words_nor_traceback(
    node: object, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        TestClient(make_app(UNLIMITED, [room(fails)]), raise_server_exceptions=False) as client,
    ):
        page = client.get("/fails", headers={"Accept": "text/html", "Accept-Language": "fr"})
        told = client.get("/fails").json()
    assert page.status_code == told["status"] == 500
    assert "imprévu" in page.text
    assert "Traceback" not in page.text + str(told)
    assert "secret words" not in page.text + str(told) + caplog.text
    assert "test_access.py" in caplog.text  # the administrator learns where


def test_the_log_holds_routes_and_nothing_that_leads_to_anybody(
    node: object, bearer: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO),
        TestClient(make_app(UNLIMITED, [*ROOMS, room(closed)])) as client,
    ):
        headers = bearer("analyst") | {"User-Agent": "canary-agent"}
        client.get("/static/canary-path?canary=query", headers=headers)
        client.get("/canary-nowhere?lang=en", headers=headers)
        client.get("/closed?canary=1", headers=headers)
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name == "tocsin.web")
    assert "GET /closed 200" in ours
    assert "/static/{name}" in ours
    for canary in ("canary", "tocsin_", "testclient", "127.0.0.1"):
        assert canary not in ours


def test_a_body_that_is_too_large_is_refused(node: object) -> None:
    from litestar import post
    from litestar.params import JSONBody

    @post("/small", opt={KEY: PUBLIC})
    async def small(data: JSONBody[dict[str, Any]]) -> str:
        return "read"

    with TestClient(make_app(UNLIMITED, [room(small)])) as client:
        assert client.post("/small", json={"a": "b" * 2_000_000}).status_code == 413
