"""The commands, as a person on duty types them; on a store of one's own, with real servers."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import TocsinError

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def in_a_process(*words: str) -> Done:
    """The program itself, started as a person starts it."""
    run = subprocess.run(
        [sys.executable, "-m", "tocsin", *words],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    return Done(run.returncode, run.stdout, run.stderr)


@pytest.fixture
def tocsin(own_store: Path):
    """A command in this process, which is quicker; in another with a language of its own."""

    def run(*words: str, given: str | None = None, lang: str = "en") -> Done:
        if lang != "en":
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("TOCSIN_LANG", lang)
                return in_a_process(*words)
        done = CliRunner().invoke(app, words, input=given)
        if isinstance(done.exception, TocsinError):
            return Done(done.exception.exit_code, done.stdout, done.exception.message())
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    assert run("init", "--org", "cell").returncode == 0
    return run


@pytest.fixture
def post(new_post, authority, own_store: Path, tocsin):
    """A mail server that wants TLS and a password, written down as two channels."""
    server = new_post("start")
    (own_store / "channels.yml").write_text(
        f"""
sender: watch@cell.example
servers:
  post: {{host: 127.0.0.1, port: {server.port}, user: watch, password: "vault:post",
          authorities: "{authority.certificate}"}}
channels:
  duty: {{kind: mail, server: post, to: duty@cell.example}}
  chief: {{kind: mail, server: post, to: chief@cell.example}}
roles:
  duty-officer: [duty]
  decision-maker: [chief]
""",
        encoding="utf-8",
    )
    return server


def test_a_new_list_is_an_example_and_is_not_written_over(tocsin, own_store: Path) -> None:
    assert tocsin("channels", "list").returncode == 2
    made = tocsin("channels", "new")
    assert made.returncode == 0
    assert (own_store / "channels.yml").is_file()
    again = tocsin("channels", "new", lang="fr")
    assert again.returncode == 2
    assert "il y a déjà" in again.stderr
    listed = tocsin("channels", "list")
    assert listed.returncode == 1
    assert "tocsin channels secret post" in listed.stdout


@pytest.mark.slow
def test_from_a_field_alert_to_a_mail_and_an_answer(tocsin, post, own_store: Path) -> None:
    assert tocsin("channels", "test").returncode == 3, "the password is not there yet"
    kept = tocsin("channels", "secret", "post", given=f"{PASSWORD}\n")
    assert kept.returncode == 0
    assert tocsin("channels", "test", "duty").returncode == 0
    assert "TEST" in str(post.mails[0]["Subject"]) or "ESSAI" in str(post.mails[0]["Subject"])
    # A pass sees what was known at the start of its tick of five minutes.
    before = (datetime.now(UTC) - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for reporter in ("relay-7", "relay-9"):
        assert tocsin(
            "warnings", "alert", "--area", "MLI.mopti", "--threat", "attack_on_civilians",
            "--text", "armed men", "--reporter", reporter, "--at", before,
        ).returncode == 0  # fmt: skip
    outputs = [in_a_process("watch").stdout for _ in range(2)]
    listed = json.loads(tocsin("warnings", "list", "--json").stdout)
    name = listed[0]["id"]
    assert len(post.to("chief@cell.example")) == 1
    shown = json.loads(tocsin("warnings", "show", name, "--json").stdout)
    assert {(each["role"], each["outcome"]) for each in shown["deliveries"]} == {
        ("duty-officer", "sent"), ("decision-maker", "sent"),
    }  # fmt: skip
    again = tocsin("warnings", "send", name, "--to", "decision-maker")
    assert "sent_before" in again.stdout
    assert tocsin("warnings", "send", name, "--to", "nobody").returncode == 2
    everything = tocsin("ledger", "export").stdout + "".join(outputs)
    for secret in (PASSWORD, "cell.example", "127.0.0.1"):
        assert secret not in everything


@pytest.mark.slow
def test_an_exercise_sends_nothing_unless_told_to(tocsin, post) -> None:
    tocsin("channels", "secret", "post", given=f"{PASSWORD}\n")
    for source in ("relay-7", "relay-9"):
        tocsin(
            "warnings", "alert", "--area", "MLI.mopti", "--threat", "attack_on_civilians",
            "--text", "armed men", "--reporter", source, "--at", "2023-06-30T10:00Z",
        )  # fmt: skip
    held_back = tocsin("watch", "--at", "2023-06-30T12:00Z")
    assert "opened" in held_back.stdout
    assert "nothing was sent" in held_back.stdout
    assert post.taken == []
    told = tocsin("watch", "--at", "2023-06-30T12:00Z", "--send")
    assert "sent" in told.stdout
    assert {str(mail["Subject"])[:10] for mail in post.mails} == {"[EXERCICE]"}
    live = tocsin("watch")
    assert live.returncode == 0
    assert len(post.mails) == 2, "the live watch leaves exercises alone"


def test_a_service_goes_by_the_real_clock_and_no_watch_looks_ahead(tocsin) -> None:
    assert tocsin("watch", "--service", "--at", "2023-06-30").returncode == 2
    ahead = tocsin("watch", "--at", "2099-01-01", lang="fr")
    assert ahead.returncode == 2
    assert "avenir" in ahead.stderr


def test_an_alert_on_an_area_nobody_knows_is_refused(tocsin) -> None:
    run = tocsin(
        "warnings", "alert", "--area", "MLI.moptii", "--threat", "attack_on_civilians",
        "--text", "armed men",
    )  # fmt: skip
    assert run.returncode == 2
    assert "MLI.mopti" in run.stderr
