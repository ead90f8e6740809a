"""A backup opens for its keys alone; a restore is the same log, on either database."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyrage
import pytest
from sqlalchemy import text
from tests.ledger.conftest import SIGNER, figure, words_of

from tocsin.errors import StoreDamaged, UnreadableFile, UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.backup import _row, restore_backup, write_backup
from tocsin.ledger.purging import purge
from tocsin.ledger.schema import STATEMENTS
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.tables.statements import statement_to_json

KEY = pyrage.x25519.Identity.generate()
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    first = figure(1, tlp="CLEAR")
    doomed = figure(3)
    ledger.append([first, figure(2, rel_to=("north", "group:bloc"), supersedes=None), doomed])
    ledger.append([figure(4, supersedes=first.id), *(figure(value) for value in range(1200))])
    purge(ledger, doomed.id, words_of(ledger, doomed.id, "unlawful"), "unlawful", NOON)
    return ledger


@pytest.fixture
def backup(full: Ledger, tmp_path: Path) -> Path:
    path = tmp_path / "out" / "ledger.age"
    write_backup(full, path, [str(KEY.to_public())], NOON)
    return path


def everything(ledger: Ledger) -> list[list[bytes]]:
    return [
        [statement_to_json(one) for one in ledger.view(Reader(org)).each()]
        for org in ("cell", "north", "stranger")
    ]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restore_is_the_same_log(full: Ledger, backup: Path, kind: str, request, tmp_path: Path):
    target: str | Path = tmp_path / "restored.db"
    if kind == "postgresql":
        target = request.getfixturevalue("another_database")
    restored = Ledger(target, "cell", SIGNER)
    result = restore_backup(backup, [KEY], restored)
    assert result.is_sound
    assert result.purged == 1
    assert restored.head() == full.head()
    assert everything(restored) == everything(full)
    restored.append([figure(9, tlp="GREEN", rel_to=("south",))])  # life goes on
    assert verify(restored).is_sound
    restored.close()


@pytest.fixture
def another_database(postgresql: str):
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
    yield postgresql.replace("/postgres?", "/another?")
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("DROP DATABASE another WITH (FORCE)")


def test_a_backup_shows_nothing_without_its_key(full: Ledger, backup: Path, tmp_path: Path):
    assert b"zed" not in backup.read_bytes()
    empty = Ledger(tmp_path / "restored.db", "cell", SIGNER)
    with pytest.raises(UnreadableFile, match="another key"):
        restore_backup(backup, [pyrage.x25519.Identity.generate()], empty)
    assert empty.head() is None
    empty.close()
    assert [path.name for path in backup.parent.iterdir()] == ["ledger.age"]


def test_a_changed_or_cut_backup_is_refused_and_leaves_nothing(backup: Path, tmp_path: Path):
    content = backup.read_bytes()
    for name, changed in (
        ("cut", content[: len(content) // 2]),
        ("flipped", content[:-50] + bytes([content[-50] ^ 1]) + content[-49:]),
        ("empty", b""),
    ):
        path = tmp_path / f"{name}.age"
        path.write_bytes(changed)
        empty = Ledger(tmp_path / f"{name}.db", "cell", SIGNER)
        with pytest.raises(UnreadableFile):
            restore_backup(path, [KEY], empty)
        assert empty.head() is None
        empty.close()


def test_a_backup_of_a_tampered_log_is_not_believed(full: Ledger, tmp_path: Path):
    with full.engine.begin() as connection:
        if full.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER statements_no_update"))
        connection.execute(text("UPDATE statements SET subject = 'other' WHERE seq = 5"))
    path = tmp_path / "tampered.age"
    write_backup(full, path, [str(KEY.to_public())], NOON)
    target = Ledger(tmp_path / "restored.db", "cell", SIGNER)
    with pytest.raises(StoreDamaged, match="leaf 5"):
        restore_backup(path, [KEY], target)
    target.close()


def test_a_ledger_that_is_not_empty_is_not_overwritten(full: Ledger, backup: Path):
    before = full.head()
    with pytest.raises(UsageError, match="not empty"):
        restore_backup(backup, [KEY], full)
    assert full.head() == before


def test_a_recipient_must_be_a_key(full: Ledger, tmp_path: Path):
    with pytest.raises(UsageError, match="age1"):
        write_backup(full, tmp_path / "x.age", ["somebody"], NOON)


def test_a_backup_made_before_a_statement_s_areas_were_kept_is_restored():
    """Such a row has one value less; where it lies is worked out from its content."""
    one = figure(body=msgspec.structs.replace(figure().body, place="MLI.gao"))
    content = b64encode(statement_to_json(one)).decode()
    values = [0, *[""] * (len(STATEMENTS.columns) - 3), content]
    assert _row(STATEMENTS, values)["areas"] == "\nMLI.gao\n"
    assert _row(STATEMENTS, [*values[:-1], None])["areas"] == ""
