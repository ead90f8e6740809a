"""`tocsin doctor`: a real store broken in each way, and what it says of it."""

import ast
import json
import os
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import tocsin
from tocsin.cli.main import app
from tocsin.language.text import french
from tocsin.workflow import doctoring, examining, surroundings
from tocsin.workflow.record_keeping import add_statement, open_ledger, open_vault
from tocsin.workflow.safe_keeping import back_up
from tocsin.workflow.serving import note_pass

SOURCE = Path(tocsin.__file__).parent
FIELDS: dict[str, Any] = {
    "kind": "alias",
    "subject": "actor:invented",
    "known_at": "2024-01-01",
    "source": "an invented note",
    "body": {"name": "Invented"},
}


def states(**asked: Any) -> dict[str, str]:
    """How each check stands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = {"port": port} | asked
    return {one.about: one.state for one in doctoring.diagnose(**asked)}


@pytest.fixture
def store(own_store: Path) -> Path:
    """A node in daily use: named, written to, backed up, watched."""
    from tocsin.workflow.arriving import name_store

    name_store("CELL")
    own_store.chmod(0o700)
    assert not add_statement(FIELDS).problems
    back_up()
    note_pass(own_store, datetime.now(UTC))
    return own_store


def test_a_node_in_daily_use_is_well(store: Path) -> None:
    found = states()
    assert "fail" not in found.values(), found
    healthy = {name for name, state in found.items() if state == "ok"}
    assert {"python", "clock", "store", "permissions", "ledger", "backup", "watch", "keys",
            "peers", "port", "fonts"} <= healthy  # fmt: skip


def test_a_look_makes_nothing_and_upgrades_nothing(own_store: Path) -> None:
    assert states()["store"] == "warn"
    assert not own_store.exists()


def test_a_look_changes_no_file(store: Path) -> None:
    def held() -> dict[Path, bytes]:
        files = (one for one in store.rglob("*") if one.is_file())
        return {one: one.read_bytes() for one in files if not one.name.startswith("ledger.db")}

    before, rows = held(), _rows(store)
    states()
    assert (held(), _rows(store)) == (before, rows)


def test_a_newer_ledger_is_told_and_left_alone(store: Path) -> None:
    _at_step(store, "9999")
    found = {one.about: one for one in doctoring.diagnose()}
    assert found["ledger"].state == "fail"
    assert "newer" in found["ledger"].problem


def test_an_older_ledger_is_told_and_left_alone(store: Path) -> None:
    _at_step(store, "0001")
    assert states()["ledger"] == "warn"
    from tocsin.ledger.inspecting import look_at

    seen = look_at(store / "ledger" / "ledger.db")
    assert seen is not None
    assert seen.step == "0001"


def _rows(store: Path) -> list[str]:
    """The database as text: closing a connection may move pages, never what they say."""
    with sqlite3.connect(store / "ledger" / "ledger.db") as plain:
        told = list(plain.iterdump())
    plain.close()
    return told


def _at_step(store: Path, step: str) -> None:
    with sqlite3.connect(store / "ledger" / "ledger.db") as plain:
        plain.execute("UPDATE alembic_version SET version_num = ?", (step,))
    plain.close()


def test_a_log_that_was_cut_is_told(store: Path) -> None:
    import shutil

    for one in (store / "ledger").glob("ledger.db*"):
        shutil.copy(one, store / f"kept-{one.name}")
    assert not add_statement(FIELDS | {"subject": "actor:second"}).problems
    for one in (store / "ledger").glob("ledger.db*"):
        one.unlink()
    for one in store.glob("kept-*"):
        one.rename(store / "ledger" / one.name.removeprefix("kept-"))
    assert states()["ledger"] == "fail"


def test_a_ledger_that_is_no_database_is_told(store: Path) -> None:
    for one in (store / "ledger").glob("ledger.db*"):
        one.unlink()
    (store / "ledger" / "ledger.db").write_bytes(b"rubbish" * 1000)
    assert states()["ledger"] == "fail"


def test_a_closed_vault_is_told(store: Path) -> None:
    (store / "vault" / "vault.key").rename(store / "elsewhere")
    found = states()
    assert found["vault"] == "fail"
    assert found["python"] == "ok"  # the rest is told all the same


def test_a_passphrase_opens_and_a_wrong_one_does_not(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_VAULT_PASSPHRASE", "quatre mots sans lien")
    open_vault().keep("invented", b"1")
    assert states()["vault"] == "ok"
    monkeypatch.setenv("TOCSIN_VAULT_PASSPHRASE", "autre chose")
    assert states()["vault"] == "fail"
    monkeypatch.delenv("TOCSIN_VAULT_PASSPHRASE")
    assert states()["vault"] == "fail"


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a user's folder by its own means")
def test_files_that_others_may_read_are_told(store: Path) -> None:
    store.chmod(0o755)
    assert states()["permissions"] == "warn"
    (store / "vault" / "vault.key").chmod(0o644)
    assert states()["permissions"] == "fail"


def test_a_node_file_that_is_none_is_told(store: Path) -> None:
    (store / "node.json").write_text("{")
    found = {one.about: one for one in doctoring.diagnose()}
    assert found["store"].state == "fail"


def test_a_clock_that_went_back_is_told(store: Path) -> None:
    now = datetime.now(UTC)
    assert states(now=now - timedelta(hours=2))["clock"] == "fail"
    assert states(now=datetime(2001, 1, 1, tzinfo=UTC))["clock"] == "fail"


def test_time_brings_what_is_overdue(store: Path) -> None:
    found = states(now=datetime.now(UTC) + timedelta(days=20))
    assert (found["watch"], found["backup"]) == ("fail", "warn")


def test_a_token_that_ends_soon_is_told(store: Path) -> None:
    from tocsin.vault import make_token

    soon = datetime.now(UTC) + timedelta(days=9)
    _, token = make_token(open_vault(), "cell", "reporter", expires_at=soon)
    found = {one.about: one for one in doctoring.diagnose()}
    assert found["keys"].state == "warn"
    assert token.id in str(found["keys"].fields["names"])


def test_a_damaged_release_is_told(store: Path) -> None:
    folder = store / "lake" / "ged" / "1-abc"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    assert states()["lake"] == "fail"


def test_channels_that_make_no_sense_or_do_not_answer_are_told(store: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    lists = store / "channels.yml"
    lists.touch(0o600)
    lists.write_text("nonsense: 1")
    assert states()["channels"] == "fail"
    lists.write_text(
        "sender: a@cell.example\n"
        f"servers: {{post: {{host: 127.0.0.1, port: {port}, tls: none}}}}\n"
        "channels: {garde: {kind: mail, server: post, to: g@cell.example}}\n"
        "roles: {duty-officer: [garde]}\n"
    )
    assert states()["channels"] == "ok"
    assert states(network=True)["channels"] == "fail"
    with socket.socket() as heard:
        heard.bind(("127.0.0.1", port))
        heard.listen()
        assert states(network=True)["channels"] == "ok"


def test_a_port_that_another_holds_is_told(store: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert states(port=other.getsockname()[1])["port"] == "warn"


def test_a_machine_that_lacks_things_is_told(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.briefs import letters
    from tocsin.geo import built

    monkeypatch.setattr(built, "FOLDER", own_store)
    monkeypatch.setattr(letters, "font_file", lambda _: own_store / "none.ttf")
    monkeypatch.setattr(surroundings, "_is_installed", lambda name: name != "polars")
    monkeypatch.setattr(surroundings, "memory_of_the_machine", lambda: 2_000_000_000)
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _: _Usage(free=100_000_000))
    found = states()
    assert {found[name] for name in ("layers", "fonts", "python", "disk")} == {"fail"}
    assert found["memory"] == "warn"


class _Usage:
    def __init__(self, free: int):
        self.free = free


def test_a_disk_that_says_it_is_encrypted_is_believed(tmp_path: Path) -> None:
    here = tmp_path.stat().st_dev
    device = tmp_path / "block" / f"{os.major(here)}:{os.minor(here)}"
    below = device / "slaves" / "dm-0" / "dm"
    below.mkdir(parents=True)
    assert not surroundings.is_disk_encrypted(tmp_path, tmp_path / "block")
    (below / "uuid").write_text("CRYPT-LUKS2-invented")
    assert surroundings.is_disk_encrypted(tmp_path, tmp_path / "block")


def test_a_check_that_faints_does_not_stop_the_others(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faint(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(examining, "check_lake", faint)
    found = states()
    assert found["lake"] == "fail"
    assert found["port"] == "ok"


def test_nothing_is_told_of_what_is_hidden(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes with and without a record that few may know of."""
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _: _Usage(free=10**10))
    now = datetime.now(UTC) + timedelta(minutes=1)

    def asked() -> str:
        return repr(doctoring.diagnose(now=now, port=1))

    before = asked()
    hidden = FIELDS | {"subject": "actor:hidden", "tlp": "RED", "rel_to": ["nobody-else"]}
    assert not add_statement(hidden).problems
    assert asked() == before


def test_the_command_speaks_both_languages_and_ends_with_a_code(store: Path) -> None:
    run = CliRunner().invoke(app, ["doctor", "--json"])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert {one["state"] for one in told} <= {"ok", "warn", "fail"}
    assert all(one["remedy"] for one in told if one["state"] != "ok")
    (store / "vault" / "vault.key").unlink()
    run = CliRunner().invoke(app, ["doctor"])
    assert run.exit_code == 1
    assert "■ broken" in run.stdout
    assert "→ Put the key file back" in run.stdout


def test_every_finding_has_its_french() -> None:
    lacking = []
    for name in ("surroundings", "examining", "doctoring"):
        tree = ast.parse((SOURCE / "workflow" / f"{name}.py").read_text("utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in (
                "ok",
                "warn",
                "fail",
            ):
                lacking += [
                    part.value
                    for part in call.args[1:]
                    if isinstance(part, ast.Constant) and part.value not in french()
                ]
    assert not lacking, lacking


def test_the_ledger_still_opens_after_a_look(store: Path) -> None:
    states()
    assert open_ledger().head() is not None
