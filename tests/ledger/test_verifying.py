"""The auditor's check finds what was done to the log, and names the first bad leaf."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text
from tests.ledger.conftest import SIGNER, figure, new_id, words_of

from tocsin.ledger import Ledger, Signer, spans
from tocsin.ledger.engine import reading
from tocsin.ledger.heads import Witness
from tocsin.ledger.merkle import is_consistent, is_included
from tocsin.ledger.proofs import prove_consistency, prove_inclusion
from tocsin.ledger.purging import purge
from tocsin.ledger.rows import Row, leaf_of
from tocsin.ledger.verifying import Verification, verify
from tocsin.policy import Reader


@pytest.fixture
def full(ledger: Ledger) -> Ledger:
    """Three batches: leaves 0-4, 5-9, 10-14."""
    for batch in range(3):
        ledger.append([figure(10 * batch + value, subject=f"s:{value}") for value in range(5)])
    return ledger


def tamper(ledger: Ledger, *changes: str) -> None:
    """Change the database as somebody with all rights over it would, guards taken off."""
    with ledger.engine.begin() as connection:
        if ledger.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
            for name in names.scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for change in changes:
            connection.execute(text(change))


def found(ledger: Ledger, **how: object) -> tuple[int | None, str]:
    result: Verification = verify(ledger, **how)
    return result.first_bad_leaf, result.findings[0].problem if result.findings else ""


def test_a_sound_log_is_sound(full: Ledger):
    result = verify(full)
    assert result.is_sound
    assert result.size == 15
    assert result.root == full.head().root
    assert result.unchecked == 0


def test_an_empty_log_is_sound(ledger: Ledger):
    assert verify(ledger).size == 0
    assert verify(ledger).is_sound


EDITS = {
    "content": "content = (SELECT content FROM statements WHERE seq = 8)",
    "hash": "hash = (SELECT hash FROM statements WHERE seq = 8)",
    "subject": "subject = 's:other'",
    "kind": "kind = 'case'",
    "known": "known = known - 1",
    "valid_to": "valid_to = 1",
    "folded": "folded = 'nothing to find'",
    "areas": "areas = areas || 'XAA'",
    "replaces": "replaces = id",
    "recorded": "recorded = recorded - 1",
    "derived_from": "derived_from = id",
    "signature": "signature = (SELECT signature FROM statements WHERE seq = 8)",
    "emptied": "content = NULL, folded = NULL, subject = ''",
}


@pytest.mark.parametrize("edit", sorted(EDITS))
@pytest.mark.parametrize("signatures", [True, False])
def test_an_edited_row_is_named(full: Ledger, edit: str, signatures: bool):
    tamper(full, f"UPDATE statements SET {EDITS[edit]} WHERE seq = 7")
    leaf, problem = found(full, signatures=signatures)
    assert leaf == 7, problem


def test_whichever_column_is_edited_the_row_is_named(full: Ledger):
    """Every column of the row, one by one, with the others intact."""
    texts = {"id", "kind", "subject", "replaces", "derived_from", "signature", "folded", "areas"}
    blobs = {"hash", "leaf", "content"}
    for name in Row._fields[1:]:
        other = "'x'" if name in texts else 1
        if name in blobs:
            other = "(SELECT leaf FROM statements WHERE seq = 8)"
        elif name == "marking":
            full.append([figure(99, tlp="CLEAR")])
            other = "(SELECT max(id) FROM markings)"
        # A copy of the log's row is changed, looked at, and put back.
        tamper(full, "CREATE TABLE kept AS SELECT * FROM statements WHERE seq = 7")
        tamper(full, f"UPDATE statements SET {name} = {other} WHERE seq = 7")
        assert found(full, signatures=False)[0] == 7, name
        back = f"UPDATE statements SET {name} = (SELECT {name} FROM kept) WHERE seq = 7"
        tamper(full, back, "DROP TABLE kept")
        assert found(full, signatures=False) == (None, ""), name


def test_a_column_of_another_type_is_named(full: Ledger):
    """SQLite holds anything in any column."""
    if full.engine.dialect.name != "sqlite":
        return
    for name in ("hash", "content", "signature", "leaf", "recorded", "known", "folded"):
        for other in ("3.5", "x'ff00'", "'text'"):
            tamper(full, "CREATE TABLE kept AS SELECT * FROM statements WHERE seq = 7")
            tamper(full, f"UPDATE statements SET {name} = {other} WHERE seq = 7")
            assert found(full)[0] == 7, (name, other)
            back = f"UPDATE statements SET {name} = (SELECT {name} FROM kept) WHERE seq = 7"
            tamper(full, back, "DROP TABLE kept")


def test_a_text_that_is_no_longer_utf_8_is_named(full: Ledger):
    if full.engine.dialect.name == "sqlite":
        tamper(full, "UPDATE statements SET folded = CAST(x'c328' AS TEXT) WHERE seq = 7")
        assert found(full)[0] == 7


@pytest.mark.parametrize("place", ["-4", "7.5", "'seven'", "9000000000000000000"])
def test_a_row_that_was_moved_out_of_the_log_is_named(full: Ledger, place: str):
    if full.engine.dialect.name == "postgresql" and not place.lstrip("-").isdigit():
        return
    tamper(full, f"UPDATE statements SET seq = {place} WHERE seq = 7")
    problems = [(one.leaf, one.problem) for one in verify(full).findings]
    assert (7, "a row is missing here") in problems


@pytest.mark.parametrize("place", ["-4", "15.5", "'seven'"])
def test_a_row_of_ones_own_outside_the_log_is_found(full: Ledger, place: str):
    if full.engine.dialect.name == "postgresql" and not place.lstrip("-").isdigit():
        return
    forge(full, 15, SIGNER)
    tamper(full, f"UPDATE statements SET seq = {place} WHERE seq = 15")
    assert not verify(full).is_sound


def test_a_wider_marking_is_named(full: Ledger):
    full.append([figure(99, tlp="CLEAR")])
    tamper(full, "UPDATE statements SET marking = (SELECT max(id) FROM markings) WHERE seq = 3")
    assert found(full) == (3, "the marking is not the content's")


def test_a_changed_marking_opens_every_row_that_bears_it(full: Ledger):
    tamper(full, "UPDATE markings SET tlp = 'CLEAR'")
    assert found(full)[0] == 0


def test_a_removed_row_is_named(full: Ledger):
    tamper(full, "DELETE FROM statements WHERE seq = 7")
    assert found(full) == (7, "a row is missing here")


def test_rows_that_changed_places_are_named(full: Ledger):
    tamper(
        full,
        "UPDATE statements SET seq = -1 WHERE seq = 6",
        "UPDATE statements SET seq = 6 WHERE seq = 8",
        "UPDATE statements SET seq = 8 WHERE seq = -1",
    )
    assert found(full)[0] == 6


def forge(ledger: Ledger, seq: int, signer: Signer) -> None:
    """Put a row of one's own at `seq`, leaf and all."""
    columns = "kind, subject, known, valid_from, valid_to, recorded, marking, replaces, folded"
    with ledger.engine.begin() as connection:
        row = connection.execute(text("SELECT * FROM statements WHERE seq = 0")).one()
        signature = signer.sign_hash(row.hash)
        leaf = leaf_of(seq, row.hash, signature, row.recorded, "")
        connection.execute(
            text(
                f"INSERT INTO statements (seq, id, hash, signature, derived_from, leaf, content, "
                f"{columns}) SELECT :seq, :id, hash, :signature, '', :leaf, content, {columns} "
                "FROM statements WHERE seq = 0"
            ),
            {"seq": seq, "id": new_id(), "signature": signature, "leaf": leaf},
        )


def test_an_inserted_row_is_named(full: Ledger):
    tamper(full, "UPDATE statements SET seq = seq + 1000 WHERE seq >= 7")
    forge(full, 7, Signer(b"\x09" * 32))
    tamper(full, "UPDATE statements SET seq = seq - 999 WHERE seq >= 1000")
    assert found(full)[0] == 7
    assert found(full, signatures=False)[0] == 7


def test_a_row_behind_the_last_head_is_named(full: Ledger):
    forge(full, 15, SIGNER)
    problems = [(one.leaf, one.problem) for one in verify(full).findings]
    assert (15, "rows stand behind the last signed head") in problems


def test_a_cut_tail_is_named_by_the_heads(full: Ledger):
    tamper(full, "DELETE FROM statements WHERE seq >= 12")
    assert found(full) == (12, "the end of the log is missing")


def test_a_tail_cut_with_its_heads_is_named_by_the_witness(full: Ledger):
    tamper(full, "DELETE FROM statements WHERE seq >= 10", "DELETE FROM heads WHERE size > 10")
    assert found(full) == (10, "the end of the log is missing")
    full.witness = None
    assert found(full) == (None, "")  # which is why there is a witness


def test_a_rewritten_history_is_named(full: Ledger, tmp_path: Path):
    witness = full.witness
    tamper(full, "DELETE FROM statements WHERE seq >= 10", "DELETE FROM heads WHERE size > 10")
    full.witness = Witness(tmp_path / "other.json")
    full.append([figure(value) for value in range(90, 96)])
    assert found(full) == (None, "")
    full.witness = witness
    assert found(full) == (10, "the history was rewritten: an earlier head differs")


def test_a_head_that_the_auditor_kept_must_be_in_the_log(full: Ledger):
    kept = full.head()
    full.append([figure(1)])
    assert verify(full, against=kept).is_sound
    for change in ({"root": "00" * 32}, {"size": 99}, {"log": "other"}):
        assert not verify(full, against=msgspec.structs.replace(kept, **change)).is_sound


def test_a_head_signed_by_somebody_else_is_named(full: Ledger):
    tamper(full, "UPDATE heads SET signature = 'nobody:AAAA' WHERE size = 10")
    assert found(full) == (5, "a head of the log is not signed by a known key")


def test_another_process_finds_the_same(full: Ledger):
    tamper(full, f"UPDATE statements SET {EDITS['content']} WHERE seq = 7")
    assert verify(full, processes=2) == verify(full)


@pytest.mark.parametrize("edit", [*sorted(EDITS), "removed", "none"])
def test_spans_and_processes_change_nothing_that_is_found(
    full: Ledger, edit: str, monkeypatch: pytest.MonkeyPatch
):
    change = {"removed": "DELETE FROM statements WHERE seq = 7", "none": "SELECT 1"}
    tamper(full, change.get(edit) or f"UPDATE statements SET {EDITS[edit]} WHERE seq = 7")
    whole = verify(full)
    for width in (1, 4, 7, 8):
        monkeypatch.setattr(spans, "WIDTH", width)
        assert verify(full) == whole, width


def test_a_process_that_sees_a_later_purge_leaves_its_spans_to_the_verifier(
    full: Ledger, monkeypatch: pytest.MonkeyPatch
):
    """The verifier's moment is before the purge, the other process's after it."""
    monkeypatch.setattr("tocsin.ledger.purging.sweep", lambda engine: None)
    with reading(full.engine, steady=True) as connection:
        marks = spans.read_marks(connection)
        one = full.view(Reader("cell")).statements()[3]
        reason = "names_a_person"
        purge(full, one.id, words_of(full, one.id, reason), reason, datetime.now(UTC))
        parts = spans.check_spans(connection, full.where, marks, signatures=True, processes=2)
        assert [part.findings + list(part.emptied) for part in parts] == [[]]
    assert verify(full, processes=2).is_sound


def test_every_byte_of_a_stored_statement_is_guarded(tmp_path: Path):
    """Bytes of the file itself are changed, one at a time, with no help from the database."""
    path = tmp_path / "ledger.db"
    ledger = Ledger(path, "cell", SIGNER)
    ledger.append([figure(value) for value in range(3)])
    ledger.close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = raw.execute("SELECT content FROM statements WHERE seq = 1").fetchone()[0]
    raw.close()
    stored = path.read_bytes()
    start = stored.index(content)
    for at in range(start, start + len(content), 17):
        changed = bytearray(stored)
        changed[at] ^= 1
        path.write_bytes(changed)
        reopened = Ledger(path, "cell")
        assert found(reopened)[0] == 1, at
        reopened.close()


def test_proofs_convince_somebody_who_has_only_heads(full: Ledger):
    old = full.head()
    one = figure(1)
    full.append([one])
    new = full.head()
    proof = prove_inclusion(full, one.id)
    steps = [bytes.fromhex(step) for step in proof.steps]
    leaf, root = bytes.fromhex(proof.leaf), bytes.fromhex(new.root)
    assert is_included(leaf, proof.index, new.size, steps, root)
    steps = prove_consistency(full, old.size)
    assert is_consistent(old.size, new.size, steps, bytes.fromhex(old.root), root)
