"""An older ledger is copied before it is changed, and put back; a shared one waits to be asked."""

import gc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import column, insert, inspect, select
from sqlalchemy import table as sqltable
from tests.ledger.conftest import SIGNER, figure
from typer.testing import CliRunner, Result

from tocsin.cli import words
from tocsin.cli.main import app
from tocsin.errors import StoreError, StoreFull, UsageError
from tocsin.lake.node import name_node
from tocsin.ledger import Ledger, upgrading
from tocsin.ledger.backup import TABLES
from tocsin.ledger.engine import open_engine, upgrade
from tocsin.ledger.inspecting import look_at
from tocsin.ledger.schema import HEAD, STATEMENTS
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.sharing.feeds import Feeds, feeds_file
from tocsin.workflow import record_keeping, safe_keeping

OLD = f"{int(HEAD) - 1:04}"


def made_older(where: str | Path, newest: Ledger) -> None:
    """The same log in the tables of the step before the newest."""
    engine = open_engine(where)
    upgrade(engine, to=OLD)
    with engine.begin() as old, newest.engine.connect() as new:
        held = inspect(old).get_table_names()
        columns = {each["name"] for each in inspect(old).get_columns("statements")}
        for table in TABLES:
            rows = [dict(row._mapping) for row in new.execute(select(table))]
            known = [c for c in table.columns if table is not STATEMENTS or c.name in columns]
            if rows and table.name in held:
                earlier = sqltable(table.name, *(column(c.name, c.type) for c in known))
                names = {c.name for c in known}
                old.execute(insert(earlier), [{n: row[n] for n in names} for row in rows])
    engine.dispose()


def step_of(path: Path) -> str | None:
    seen = look_at(path)
    return None if seen is None else seen.step


@pytest.fixture
def newest(tmp_path: Path) -> Any:
    made = Ledger(tmp_path / "newest.db", "cell", SIGNER)
    made.append([figure(value) for value in range(5)])
    yield made
    made.close()


@pytest.fixture
def older(newest: Ledger, tmp_path: Path) -> Path:
    path = tmp_path / "store" / "ledger.db"
    made_older(path, newest)
    return path


def test_a_copy_is_kept_and_put_back(older: Path, newest: Ledger, caplog: Any) -> None:
    head = newest.head()
    opened = Ledger(older, "cell", SIGNER)
    assert opened.head() == head
    (copy,) = upgrading.copies(older)
    assert "tocsin ledger rollback" in caplog.text
    assert str(copy.path) in caplog.text
    assert copy.path.stat().st_mode & 0o077 == 0
    assert step_of(older) == HEAD
    assert step_of(copy.path) == copy.step == OLD
    with pytest.raises(UsageError, match="has the ledger open"):
        upgrading.put_back(older)
    opened.close()

    done = upgrading.put_back(older)
    assert step_of(older) == OLD
    assert done.now.head == done.before.head == head
    assert step_of(done.aside) == HEAD
    assert step_of(copy.path) == OLD  # it stays, for another time

    again = Ledger(older, "cell", SIGNER)
    assert verify(again).is_sound
    assert again.view(Reader("cell")).statements() == newest.view(Reader("cell")).statements()
    again.close()


def test_what_was_written_later_is_not_left_behind_unasked(older: Path) -> None:
    opened = Ledger(older, "cell", SIGNER)
    opened.append([figure(9)])
    opened.close()
    with pytest.raises(UsageError, match="1 statements were written after"):
        upgrading.put_back(older)
    assert step_of(older) == HEAD
    done = upgrading.put_back(older, losing=True)
    assert (done.before.head and done.before.head.size, done.now.head and done.now.head.size) == (
        6,
        5,
    )


def test_without_room_nothing_is_changed(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = older.read_bytes()
    monkeypatch.setattr(upgrading.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(StoreFull, match="0 MB are free"):
        Ledger(older, "cell", SIGNER).head()
    assert step_of(older) == OLD
    assert older.read_bytes() == before
    assert not upgrading.copies(older)


@pytest.mark.parametrize("cut_off", ["_copy_file", "_run_migrations"])
def test_an_upgrade_that_is_cut_off_leaves_an_older_store_whole(
    older: Path, newest: Ledger, monkeypatch: pytest.MonkeyPatch, cut_off: str
) -> None:
    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    module = upgrading if cut_off == "_copy_file" else upgrade.__globals__
    with monkeypatch.context() as patched:
        if isinstance(module, dict):
            patched.setitem(module, cut_off, cut)
        else:
            patched.setattr(module, cut_off, cut)
        with pytest.raises(KeyboardInterrupt):
            Ledger(older, "cell", SIGNER).head()
    assert step_of(older) == OLD
    (older.parent / upgrading.FOLDER / "ledger-half.db.new").write_bytes(b"half")
    opened = Ledger(older, "cell", SIGNER)
    assert opened.head() == newest.head()
    opened.close()
    assert not list((older.parent / upgrading.FOLDER).glob("*.new"))


def test_what_is_written_while_a_copy_is_put_back_is_not_left_behind_unasked(
    older: Path, monkeypatch: Any
) -> None:
    opened = Ledger(older, "cell", SIGNER)
    opened.head()
    opened.close()
    copyfile = upgrading.shutil.copyfile

    def slowly(*given: Any) -> None:
        copyfile(*given)
        other = Ledger(older, "cell", SIGNER)  # a command that runs and ends meanwhile
        other.append([figure(9)])
        other.close()

    monkeypatch.setattr(upgrading.shutil, "copyfile", slowly)
    with pytest.raises(UsageError, match="meanwhile"):
        upgrading.put_back(older)
    assert not list(older.parent.glob("*.back"))
    held = Ledger(older, "cell", SIGNER)
    assert len(held.view(Reader("cell")).statements()) == 6
    held.close()


def test_no_more_copies_stay_than_are_useful(older: Path) -> None:
    from datetime import UTC, datetime

    for second in range(5):
        upgrading.copied(older, OLD, datetime(2024, 1, 1, 0, 0, second, tzinfo=UTC))
    assert [one.made_at[-3:-1] for one in upgrading.copies(older)] == ["04", "03", "02"]


def test_an_older_version_refuses_a_newer_store(older: Path, monkeypatch: Any) -> None:
    opened = Ledger(older, "cell", SIGNER)
    opened.head()
    opened.close()
    for module in (upgrading, upgrade.__globals__):  # as the version before knows itself
        if isinstance(module, dict):
            monkeypatch.setitem(module, "HEAD", OLD)
        else:
            monkeypatch.setattr(module, "HEAD", OLD)
    with pytest.raises(StoreError, match="newer Tocsin"):
        Ledger(older, "cell", SIGNER).head()


def test_a_shared_ledger_is_upgraded_only_on_request_and_alone(
    postgresql: str, newest: Ledger
) -> None:
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE upgraded")
    where = postgresql.replace("/postgres?", "/upgraded?")
    made_older(where, newest)
    with pytest.raises(StoreError, match="is at step"):
        Ledger(where, "cell", SIGNER).head()
    with pytest.raises(UsageError, match="nothing has been copied"):
        upgrading.upgrade_for_all(where, copied=False)
    with psycopg.connect(where), pytest.raises(StoreError, match="1 connections"):
        upgrading.upgrade_for_all(where, copied=True)
    with pytest.raises(StoreError, match="is at step"):
        Ledger(where, "cell", SIGNER).head()
    assert upgrading.upgrade_for_all(where, copied=True) == (OLD, HEAD)
    opened = Ledger(where, "cell", SIGNER)
    assert opened.head() == newest.head()
    opened.close()


def test_up_and_back_with_the_commands(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name_node(own_store, "cell")
    fields = {"kind": "alias", "subject": "actor:x", "known_at": "2023", "source": "s",
              "body": {"name": "X"}}  # fmt: skip
    first = record_keeping.add_statement(fields)
    ledger = record_keeping.open_ledger()
    head = ledger.head()
    path = ledger.where
    assert isinstance(path, Path)
    older = path.with_name("older.db")
    made_older(older, ledger)
    ledger.close()
    older.replace(path)
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)

    monkeypatch.setattr(words, "lang", lambda: "en")

    def run_tocsin(*asked: str) -> Result:
        return CliRunner().invoke(app, list(asked))

    assert f"was at {OLD}" in run_tocsin("ledger", "upgrade").output
    assert "up to date" in run_tocsin("ledger", "upgrade").output
    assert f"step {OLD}, 1 statements" in run_tocsin("ledger", "copies").output
    record_keeping.add_statement(fields | {"source": "later"})
    refused = run_tocsin("ledger", "rollback")
    assert isinstance(refused.exception, UsageError)
    with Feeds(feeds_file(own_store)).building("cell:analyst", "", 1) as feed:
        feed.add(record_keeping.view().statements("alias"))
    gc.collect()  # the connection of what was written above
    told = run_tocsin("ledger", "rollback", "--leave").output
    assert f"at step {OLD} again, with 1 statements" in told
    assert Feeds(feeds_file(own_store)).stands_at("cell:analyst") is None  # it served what is gone
    assert step_of(path) == OLD

    # The earlier version finds its ledger sound, and its witness agrees.
    again = record_keeping.open_ledger()
    assert verify(again).is_sound
    assert again.head() == head
    assert [one.id for one in again.view(Reader("cell")).statements()] == list(first.ids)
    again.close()


def test_a_purge_destroys_the_copies(own_store: Path, newest: Ledger) -> None:
    folder = own_store / "ledger" / upgrading.FOLDER
    folder.mkdir(parents=True)
    (folder / "ledger-0003-20240101T000000Z.db").write_bytes(b"what should be gone")
    done = safe_keeping.finish_purges()
    assert [path.name for path in done.destroyed] == ["ledger-0003-20240101T000000Z.db"]
    assert not list(folder.iterdir())
