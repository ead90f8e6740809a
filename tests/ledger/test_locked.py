"""A ledger becomes an encrypted one, whole or not at all, and nobody opens it without its key."""

import gc
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.ledger.conftest import SIGNER, figure
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import StoreDamaged, StoreError, UsageError
from tocsin.ledger import Ledger, encrypting, locked
from tocsin.ledger.encrypting import encrypt, leftovers
from tocsin.ledger.locked import unlock
from tocsin.ledger.upgrading import FOLDER
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.workflow import doctoring, searching
from tocsin.workflow.record_keeping import add_statement, open_ledger

KEY = b"\x0b" * 32
PASSPHRASE = "four words that differ"


@pytest.fixture
def plain(tmp_path: Path) -> Ledger:
    """A ledger in a plain file, closed."""
    made = Ledger(tmp_path / "ledger" / "ledger.db", "cell", SIGNER)
    made.append(figure(value) for value in range(50))
    made.close()
    return made


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_same_log_comes_out_and_no_word_of_it_lies_on_the_disk(plain: Ledger):
    head = plain.head()
    plain.close()
    folder = Path(plain.where).parent
    (folder / FOLDER).mkdir()
    (folder / FOLDER / "ledger-0003-20240101T000000Z.db").write_bytes(b"as plain as it was")
    assert b"Bulletin de la vall" in bytes_below(folder)
    done = encrypt(plain, KEY)
    assert (done.statements, len(done.destroyed)) == (50, 2)
    held = Ledger(done.path, "cell", SIGNER)
    held.append([figure(99)])
    assert len(held.view(Reader("cell")).statements()) == 51
    assert verify(held, against=head, processes=2).is_sound
    told = bytes_below(folder)  # with its journal
    assert b"Bulletin" not in told
    assert b"SQLite format" not in told
    held.close()


def test_a_crash_at_any_step_leaves_one_whole_ledger(plain: Ledger, monkeypatch):
    path = Path(plain.where)
    for step in ("_written_out", "_require_same", "_synced", "_destroy"):
        with monkeypatch.context() as cut:
            cut.setattr(encrypting, step, _cut_off)
            with pytest.raises(InterruptedError):
                encrypt(plain, KEY)
        in_force = path.with_name(path.name + ".enc")
        assert in_force.exists() == (step == "_destroy")
        held = Ledger(in_force if in_force.exists() else path, "cell", SIGNER)
        assert len(held.view(Reader("cell")).statements()) == 50
        held.close()
    assert leftovers(in_force)  # the plain file, until the next run
    assert path in encrypt(plain, KEY).destroyed
    assert not leftovers(in_force)
    assert list(path.parent.iterdir()) == [in_force]


def _cut_off(*_: object) -> None:
    raise InterruptedError


def test_what_differs_from_the_plain_file_never_takes_its_place(plain: Ledger, monkeypatch):
    path = Path(plain.where)
    monkeypatch.setattr(encrypting, "_counted", lambda connection: {"rows": id(connection)})
    with pytest.raises(StoreDamaged):
        encrypt(plain, KEY)
    assert path.exists()
    assert not path.with_name(path.name + ".enc").exists()


def test_an_unsound_ledger_is_not_encrypted(plain: Ledger):
    with plain.engine.begin() as connection:
        told = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in told.all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE statements SET subject = 'other' WHERE seq = 7")
    with pytest.raises(StoreDamaged):
        encrypt(plain, KEY)
    assert Path(plain.where).exists()


def test_while_another_has_it_open_nothing_is_done(plain: Ledger):
    other = Ledger(plain.where, "cell")
    other.head()
    with other.engine.connect(), pytest.raises(UsageError):
        encrypt(plain, KEY)
    other.close()


WAITS = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], timeout=20)
try:
    file.execute("CREATE TABLE late (said TEXT)")
except sqlite3.DatabaseError as error:
    sys.exit(str(error))
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at another's open files")
def test_who_waits_for_the_plain_file_writes_nothing_that_is_then_lost(plain: Ledger, monkeypatch):
    """A command that was begun before the encrypted file was in force."""
    path, same, destroy = Path(plain.where), encrypting._require_same, encrypting._destroy
    others: list[subprocess.Popen[bytes]] = []

    def with_another_waiting(*given: Any) -> None:
        others.append(subprocess.Popen([sys.executable, "-c", WAITS, path], stderr=-1))
        opened = Path(f"/proc/{others[0].pid}/fd")
        until = time.monotonic() + 10
        while path not in [one.resolve() for one in opened.iterdir()]:
            assert time.monotonic() < until
            time.sleep(0.01)
        same(*given)

    def once_the_other_is_done(gone: Path) -> None:
        others[0].wait(30)
        destroy(gone)

    monkeypatch.setattr(encrypting, "_require_same", with_another_waiting)
    monkeypatch.setattr(encrypting, "_destroy", once_the_other_is_done)
    encrypt(plain, KEY)
    _, said = others[0].communicate()
    assert b"not a database" in said
    assert not path.exists()


def test_without_its_key_it_does_not_open(plain: Ledger, monkeypatch, capfd):
    path = encrypt(plain, KEY).path
    monkeypatch.setattr(locked, "_KEYS", {})
    with pytest.raises(StoreError, match="not at hand"):
        Ledger(path, "cell").head()
    unlock(path.parent, bytes(32))
    with pytest.raises(StoreError, match="does not open"):
        Ledger(path, "cell").head()
    said = "".join(capfd.readouterr())
    assert KEY.hex() not in said
    assert said == ""


class TestAStore:
    """A node's store from day to day, with its vault under a passphrase."""

    @pytest.fixture
    def store(self, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("TOCSIN_VAULT_PASSPHRASE", PASSPHRASE)
        assert not add_statement(
            {
                "kind": "alias",
                "subject": "actor:invented",
                "known_at": "2024-01-01",
                "source": "an invented note",
                "body": {"name": "Invented"},
            }
        ).problems
        gc.collect()  # a command ends with its process, and its connections with it
        return own_store

    def test_every_command_goes_on_and_none_without_the_vault(self, store: Path, monkeypatch):
        run = CliRunner().invoke
        assert searching.search("invented")
        assert b"SQLite format" in bytes_below(store / "index")
        gc.collect()
        done = run(app, ["ledger", "encrypt"])
        assert done.exit_code == 0, done.output
        assert not bytes_below(store / "index"), "no word of it lies beside it"
        assert "ledger.db.enc" in done.output
        assert b"Invented" not in bytes_below(store / "ledger")
        assert "Invented" in run(app, ["ledger", "history", "actor:invented"]).output
        assert run(app, ["ledger", "verify"]).exit_code == 0
        found = {(one.about, one.state) for one in doctoring.diagnose(port=1)}
        assert ("encryption", "ok") in found
        assert ("ledger", "ok") in found
        (store / "index").mkdir(exist_ok=True)
        (store / "index" / "accounts.db").write_bytes(b"told")
        told = [one for one in doctoring.diagnose(port=1) if "names" in one.fields]
        assert [one.fields["names"] for one in told if one.about == "encryption"] == ["index/"]
        (store / "ledger" / "ledger.db").write_bytes(b"left")
        assert ("encryption", "fail") in {
            (one.about, one.state) for one in doctoring.diagnose(port=1)
        }
        assert run(app, ["ledger", "encrypt"]).exit_code == 0
        assert not (store / "ledger" / "ledger.db").exists()

        monkeypatch.setattr(locked, "_KEYS", {})
        monkeypatch.delenv("TOCSIN_VAULT_PASSPHRASE")
        shut = run(app, ["ledger", "history", "actor:invented"])
        assert shut.exit_code != 0
        assert "Invented" not in shut.output

    def test_a_key_that_lies_beside_it_is_refused(self, own_store: Path):
        open_ledger(to_write=True).close()  # makes a vault, with its key beside it
        done = CliRunner().invoke(app, ["ledger", "encrypt"])
        assert done.exit_code != 0
        assert not list(own_store.glob("ledger/*.enc"))
