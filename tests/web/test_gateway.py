"""Short messages by a gateway: shapes, signatures, repeats, replies that fit; and whatever else."""

import hmac
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from tests.web.conftest import Make
from tests.web.test_openrosa import held

from tocsin.errors import SettingsError, UnreadableFile
from tocsin.intake.gateways import Gateway, parse_gateways, parse_incoming
from tocsin.intake.sms import checksum
from tocsin.workflow.reaching import keep_secret
from tocsin.workflow.texting import LONGEST_REPLY

PHONE = "+1 555 010 0199"
BODY = "I,D2011,LOld Ford,TTH,ST"
MESSAGE = f"{BODY}#{checksum(BODY)}"
CONFIG = """
gateways:
  phone: {sender: from, text: message, id: message_id, lang: fr}
  plain: {sender: data.who, text: data.what, answer: text, lang: en}
  operator: {sender: from, text: text, lang: en, reply: say, secret: "vault:operator"}
  quiet: {answer: none}
"""


@pytest.fixture
def gateways(node: Path) -> Path:
    (node / "gateways.yml").write_text(CONFIG, "utf-8")
    keep_secret("operator", "a shared secret")
    return node


def test_a_message_becomes_a_report_once_however_often_it_comes(
    gateways: Path, client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer(scopes=("gateway",))
    told = [
        client.post(
            "/gateway/phone", headers=headers,
            data={"from": PHONE, "message": MESSAGE, "message_id": name},
        ).json()
        for name in ("1", "1", "2")
    ]  # fmt: skip
    assert [one["status"] for one in told] == ["received", "known", "known"]
    assert told[0]["reply"].startswith("Votre rapport a été reçu. Reçu n° ")
    (report,) = held("report")
    assert report.body.way == "sms"
    assert report.body.reporter.startswith("r-")


def test_a_number_is_nowhere_but_in_the_vault(
    gateways: Path, client: TestClient[Any], bearer: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    headers = bearer(scopes=("gateway",))
    for message in (MESSAGE, "not of ours"):
        client.post("/gateway/phone", headers=headers, data={"from": PHONE, "message": message})
    found = b"".join(
        path.read_bytes()
        for path in gateways.rglob("*")
        if path.is_file() and path.suffix not in (".age", ".key")
    )
    told = "\n".join(one.getMessage() for one in caplog.records if one.name != "httpx")
    for digits in ("0100199", "010 0199"):
        assert digits.encode() not in found
        assert digits not in told


def test_json_within_json_and_a_plain_answer(
    gateways: Path, client: TestClient[Any], bearer: Make
) -> None:
    answer = client.post(
        "/gateway/plain",
        headers=bearer(scopes=("gateway",)),
        json={"data": {"who": PHONE, "what": MESSAGE, "more": [1]}},
    )
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.fullmatch(r"Your report has been received. Receipt: \S{4}-\S{4}\.", answer.text)


def test_a_message_that_is_not_understood_is_asked_back_and_not_guessed(
    gateways: Path, client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer(scopes=("gateway",))
    for wrong in (BODY, f"{BODY}#ZZ", "hello", "I,D9999,LX,TTH,ST#" + checksum("I,D9999,LX,TTH,ST"),
                  "I,LX,TTH,ST#" + checksum("I,LX,TTH,ST"), "🔥" * 500):  # fmt: skip
        told = client.post("/gateway/phone", headers=headers,
                           data={"from": PHONE, "message": wrong}).json()  # fmt: skip
        assert told["status"] == "asked", wrong
        assert "renvoyer" in told["reply"] or told["reply"].endswith("...")
        assert len(told["reply"]) <= LONGEST_REPLY
        assert not set("’\u202f\u00a0") & set(told["reply"])
    assert not held("report")


def test_only_a_token_made_for_gateways_speaks_for_others(
    gateways: Path, client: TestClient[Any], bearer: Make
) -> None:
    fields = {"from": PHONE, "message": MESSAGE}
    for headers in (bearer(), bearer(scopes=("reports",)), bearer("administrator")):
        assert client.post("/gateway/phone", headers=headers, data=fields).status_code == 403
    assert client.post("/gateway/phone", data=fields).status_code == 401
    gate = bearer(scopes=("gateway",))
    assert client.post("/gateway/nothing", headers=gate, data=fields).status_code == 404
    assert client.get("/openrosa/formList", headers=gate).status_code == 403


def test_a_gateway_that_signs_needs_no_token(gateways: Path, client: TestClient[Any]) -> None:
    content = json.dumps({"from": PHONE, "text": MESSAGE}).encode()
    right = hmac.new(b"a shared secret", content, sha256).hexdigest()

    def call(name: str, signature: str, sent: bytes = content) -> Any:
        headers = {"X-Signature": signature, "Content-Type": "application/json"}
        return client.post(f"/gateway/{name}/signed", headers=headers, content=sent)

    assert call("operator", "").status_code == 401
    assert call("operator", right, content + b" ").status_code == 401
    assert call("operator", "x" * 5000).status_code == 401
    assert call("phone", hmac.new(b"", content, sha256).hexdigest()).status_code == 401
    assert call("operator", f"sha256={right}").json()["status"] == "received"
    assert call("operator", right).json()["status"] == "known"


def test_a_sender_cannot_take_a_handle(
    gateways: Path, client: TestClient[Any], bearer: Make
) -> None:
    client.post("/gateway/phone", headers=bearer(scopes=("gateway",)),
                data={"from": "m-17", "message": MESSAGE})  # fmt: skip
    (report,) = held("report")
    assert report.body.reporter != "m-17"


def test_a_secret_in_the_file_is_refused() -> None:
    with pytest.raises(SettingsError, match="never written"):
        parse_gateways(b"gateways: {x: {secret: hunter2}}")
    with pytest.raises(SettingsError):
        parse_gateways(b"gateways: {x: {sneder: from}}")


@given(st.binary(max_size=300), st.sampled_from(["application/json", "a/b", "", "x-www-form"]))
def test_whatever_a_gateway_sends_is_read_or_refused(content: bytes, kind: str) -> None:
    try:
        read = parse_incoming(content, kind, Gateway())
    except UnreadableFile:
        return
    assert read.sender
    assert read.text


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "text", "data", "id"]), inner, max_size=4)
    ),
)


@given(JSONS)
def test_whatever_json_comes_is_read_or_refused(value: Any) -> None:
    try:
        read = parse_incoming(
            json.dumps(value).encode(), "application/json", Gateway(sender="data.from")
        )
    except UnreadableFile:
        return
    assert isinstance(read.sender, str)
