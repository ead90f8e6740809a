"""The list of channels: what it says, and what it refuses to be."""

import pytest

from tocsin.errors import SettingsError, UnknownName
from tocsin.sharing.channels import EXAMPLE, Secrets, parse_channels

GOOD = """
sender: watch@cell.example
servers:
  post: {host: smtp.cell.example, user: watch, password: "vault:post"}
channels:
  mail: {kind: mail, server: post, to: duty@cell.example}
  hook: {kind: webhook, url: "https://ops.example/t", secret: "env:OPS"}
roles:
  duty-officer: [mail, hook]
"""


def test_the_example_is_a_list_of_channels() -> None:
    assert set(parse_channels(EXAMPLE.encode()).roles) >= {"duty-officer", "decision-maker"}
    assert parse_channels(b"").channels == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"vault:post"', "hunter2", "a secret stands in the file"),
        ('"env:OPS"', "s3cret", "a secret stands in the file"),
        ("https://ops.example/t", "http://ops.example/t", "https://"),
        ("https://ops.example/t", "https://user:pw@ops.example/t", "without user or password"),
        ("server: post", "server: relay", "no server is named relay"),
        ("[mail, hook]", "[mail, phone]", "no channel is named phone"),
        ("duty@cell.example", '"duty@cell.example, other@x.example"', "not one mail address"),
        ("duty@cell.example", '"duty@cell.example\\nBcc: x@y.example"', "not one mail address"),
        ("sender: watch@cell.example", "sender: watch", "`sender` is not"),
        ("kind: mail", "kind: pigeon", "pigeon"),
        (", to: duty@cell.example", "", "needs to"),
        ("smtp.cell.example,", "smtp.cell.example, tls: none,", "without TLS"),
        ("roles:", "rolls:", "rolls"),
        ("channels:", "channels: [", "not YAML"),
    ],
)
def test_what_would_fail_or_lie_open_is_refused_by_name(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError) as refused:
        parse_channels(GOOD.replace(old, new).encode())
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_secret_comes_from_the_vault_or_the_environment() -> None:
    held = {"channel:post": b"correct horse"}
    secrets = Secrets(held.get, {"OPS": "shared"})
    assert secrets.of("vault:post") == b"correct horse"
    assert secrets.of("env:OPS") == b"shared"
    assert secrets.of("") == b""
    for missing in ("vault:nothing", "env:NOTHING"):
        with pytest.raises(SettingsError):
            secrets.of(missing)


def test_a_channel_nobody_named_is_unknown() -> None:
    with pytest.raises(UnknownName, match="hook, mail"):
        parse_channels(GOOD.encode()).named("phone")
