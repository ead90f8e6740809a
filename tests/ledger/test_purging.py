"""A purged body is on no disk; its hash and two persons' word are, and the log still verifies."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text
from tests.ledger.conftest import PERSONS, SIGNER, figure, new_id, signed_word, words_of

from tocsin.errors import StoreBusy, UnknownName, UsageError
from tocsin.ledger import Ledger, purging
from tocsin.ledger.purging import are_two, digest_of, purge, purged_ids, purges
from tocsin.ledger.verifying import verify
from tocsin.policy import Reader
from tocsin.tables.kinds import Figure, Words

CELL = Reader("cell")
CANARY = "Zanahary Quetzalcoatlus"
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def telltale(**fields: object):
    """A statement whose every text holds the canary, long enough for overflow pages."""
    body = Figure(
        quantity="q",
        title=Words(fr=CANARY, en=CANARY),
        unit="persons",
        value=1,
        note=Words(fr=f"{CANARY} " * 300),
    )
    given = {"subject": f"case:{CANARY.split(maxsplit=1)[0]}", "source": CANARY, "body": body}
    return figure(**(given | fields))


def destroy(ledger: Ledger, statement_id: str, reason: str = "unlawful"):
    """Two persons' purge."""
    return purge(ledger, statement_id, words_of(ledger, statement_id, reason), reason, NOON)


def data_folder(ledger: Ledger) -> Path:
    """Where the database keeps its files."""
    if isinstance(ledger.where, Path):
        return ledger.where.parent
    with ledger.engine.connect() as connection:
        return Path(connection.execute(text("SHOW data_directory")).scalar_one())


def traces(folder: Path) -> list[str]:
    """Files that hold the canary, in any form in which the store writes text."""
    needles = [word.encode() for part in CANARY.split() for word in (part, part.lower())]
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


def test_no_file_holds_a_purged_body(ledger: Ledger):
    target = telltale()
    ledger.append([figure(1), target, figure(2)])
    ledger.append([figure(value) for value in range(50)])
    assert traces(data_folder(ledger))  # the search finds what is there
    done = destroy(ledger, target.id, "names_a_person")
    assert traces(data_folder(ledger)) == []
    result = verify(ledger)
    assert result.is_sound
    assert result.purged == 1
    assert purged_ids(ledger) == {target.id: bytes.fromhex(done.hash)}


def test_a_purged_statement_is_gone_for_every_reader(ledger: Ledger):
    target = telltale()
    ledger.append([target])
    done = destroy(ledger, target.id, "unlawful")
    view = ledger.view(CELL)
    with pytest.raises(UnknownName):
        view.statement(target.id)
    assert view.history(target.subject) == []
    assert view.count(text=CANARY) == 0
    word = view.statement(done.by)
    assert word.body.hash == done.hash
    assert word.body.approved_by == ("duty-1", "release-2")


def test_a_purged_statement_does_not_come_back(ledger: Ledger):
    target = telltale()
    ledger.append([target])
    destroy(ledger, target.id, "unlawful")
    assert ledger.append([target]).known == (target.id,)
    assert traces(data_folder(ledger)) == []


def test_what_a_purged_correction_corrected_does_not_come_back(ledger: Ledger):
    first = figure(1)
    second = telltale(supersedes=first.id, subject=first.subject)
    ledger.append([first, second])
    destroy(ledger, second.id, "unlawful")
    assert ledger.view(CELL).statements("figure") == []


def test_two_persons_are_two(ledger: Ledger):
    one, other = figure(1), figure(2)
    ledger.append([one, other])
    digest = digest_of(ledger, one.id).hex()
    first = signed_word("duty-1", PERSONS["duty-1"], one.id, digest, "unlawful")
    same_key = signed_word("release-2", PERSONS["duty-1"], one.id, digest, "unlawful")
    same_handle = signed_word("duty-1", PERSONS["release-2"], one.id, digest, "unlawful")
    for_another = words_of(ledger, other.id, "unlawful", by=("release-2",))[0]
    other_reason = words_of(ledger, one.id, "entered_by_mistake", by=("release-2",))[0]
    forged = msgspec.structs.replace(first, by="release-2", public=for_another.public)
    for second in (first, same_key, same_handle, for_another, other_reason, forged):
        with pytest.raises(UsageError, match="two different persons"):
            purge(ledger, one.id, [first, second], "unlawful", NOON)
    for too_few in ([first], []):
        with pytest.raises(UsageError, match="two different persons"):
            purge(ledger, one.id, too_few, "unlawful", NOON)
    assert ledger.view(CELL).count() == 2


def test_anybody_can_check_who_approved(ledger: Ledger):
    one = figure(1)
    ledger.append([one])
    destroy(ledger, one.id)
    (body,) = purges(ledger)
    assert body.approved_by == ("duty-1", "release-2")
    assert are_two(body.approvals, body.statement, body.hash, body.reason)
    assert not are_two(body.approvals, new_id(), body.hash, body.reason)


def test_what_cannot_be_purged_says_so(ledger: Ledger):
    one = figure(1)
    ledger.append([one])
    with pytest.raises(UnknownName):
        destroy(ledger, new_id())
    done = destroy(ledger, one.id)
    with pytest.raises(UsageError, match="already"):
        destroy(ledger, one.id)
    with pytest.raises(UsageError, match="no content"):
        destroy(ledger, done.by)


def test_a_reader_at_work_is_waited_for_and_then_named(tmp_path: Path, monkeypatch):
    """On SQLite; PostgreSQL's VACUUM FULL waits for readers by itself."""
    monkeypatch.setattr(purging, "SWEEP_SECONDS", 0.2)
    # How long SQLite itself waits for a lock: a minute at work, a moment here.
    monkeypatch.setattr("tocsin.ledger.locked.WAIT_SECONDS", 0.2)
    ledger = Ledger(tmp_path / "ledger" / "ledger.db", "cell", SIGNER)
    target = telltale()
    ledger.append([target])
    other = Ledger(ledger.where, "cell")
    with other.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM statements")).scalar()
        with pytest.raises(StoreBusy, match="still holds the old bytes"):
            destroy(ledger, target.id, "unlawful")
    other.close()
    purging.sweep(ledger.engine)
    assert traces(data_folder(ledger)) == []
    assert verify(ledger).is_sound
    ledger.close()
