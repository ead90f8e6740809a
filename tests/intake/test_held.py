"""Accounts are found again by day and place, whoever reads, and from a file that may be lost."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.ledger.conftest import PERSONS, SIGNER, new_id, words_of

from tocsin.intake.held import HeldAccounts
from tocsin.ledger import Ledger
from tocsin.ledger.purging import purge
from tocsin.policy import Reader
from tocsin.tables.kinds.reports import Placement, Report
from tocsin.tables.statements import Statement
from tocsin.workflow.relating import Tracing

TRACER = Tracing(None)  # places by their own words: no gazetteer is needed here
CELL = Reader("cell")
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def report(place: str = "Old Ford", day: str = "2026-11-06", **more: Any) -> Statement:
    """An invented report."""
    envelope = {name: more.pop(name) for name in ("origin", "tlp", "known_at") if name in more}
    body = {"form_version": "1", "instance": "i", "reporter": "m-1", "way": "sms",
            "how_known": "told", "event": "ambush",
            "received": f"{day}T18:00:00Z"} | more  # fmt: skip
    return Statement(
        id=new_id(), kind="report", subject=f"report:incident/{new_id()}", source="report by m-1",
        author="reporter", body=Report(place=place, day_from=day, **body),
        **({"origin": "cell", "known_at": f"{day}T18:00:00Z"} | envelope),
    )  # fmt: skip


def placement(of: Statement, latitude: float, longitude: float, **more: Any) -> Statement:
    body = Placement(report=of.id, place="Kiln", latitude=latitude, longitude=longitude,
                     precision="exact", likeness=100.0, listed_by="EXERCISE")  # fmt: skip
    fields = {"origin": "cell", "known_at": "2026-11-07"} | more
    return Statement(id=new_id(), kind="placement", subject=of.subject, source="verification",
                     author="analyst", body=body, **fields)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    one = Ledger(
        tmp_path / "ledger.db", "cell", SIGNER, clock=lambda: datetime(2027, 1, 1, tzinfo=UTC)
    )
    yield one
    one.close()


def index(ledger: Ledger, tmp_path: Path, picture: str = "") -> HeldAccounts:
    return HeldAccounts(tmp_path / "index" / "accounts.db", ledger, TRACER.trace, picture)


def near(held: HeldAccounts, ledger: Ledger, asked: Statement, reader: Reader = CELL,
         known: date | None = None) -> set[str]:  # fmt: skip
    trace = TRACER.trace(asked, None)
    assert trace is not None
    return {one.id for one, _ in held.near(trace, ledger.view(reader, known))}


def test_accounts_of_nearby_days_are_found_under_the_sound_of_their_place(ledger, tmp_path) -> None:
    told, other, late = report(), report("Olde Forde", "2026-11-08"), report(day="2026-11-20")
    elsewhere = report("New Mill")
    ledger.append([told, other, late, elsewhere])
    held = index(ledger, tmp_path)
    assert held.refresh() == 4
    assert held.refresh() == 0
    assert near(held, ledger, told) == {other.id}


def test_a_point_meets_what_was_placed_around_it(ledger, tmp_path) -> None:
    at_point = report("by the well", latitude=3.05, longitude=-30.0)
    named = report("Kiln")
    ledger.append([at_point, named])
    held = index(ledger, tmp_path)
    held.refresh()
    assert near(held, ledger, at_point) == set()
    ledger.append([placement(named, 3.0, -30.0)])
    held.refresh()
    assert near(held, ledger, at_point) == {named.id}


def test_a_reader_finds_the_same_whether_or_not_hidden_records_exist(ledger, tmp_path) -> None:
    """Nor does a placement that they may not see bring accounts together for them."""
    ours, theirs = (
        report(tlp="CLEAR"),
        report("by the well", tlp="CLEAR", latitude=3.0, longitude=-30.0),
    )
    shown = report("Kiln", tlp="CLEAR")
    guest = Reader("north")
    ledger.append([ours, theirs, shown])
    held = index(ledger, tmp_path)
    held.refresh()
    before = [near(held, ledger, one, guest) for one in (ours, theirs, shown)]
    ledger.append([report(), placement(shown, 3.0, -30.0)])  # for the cell alone
    held.refresh()
    assert [near(held, ledger, one, guest) for one in (ours, theirs, shown)] == before
    assert len(near(held, ledger, ours)) == 1
    assert near(held, ledger, theirs) == {shown.id}


def test_what_comes_later_is_not_seen_before(ledger, tmp_path) -> None:
    first, later = report(), report(known_at="2026-12-01")
    ledger.append([first, later])
    held = index(ledger, tmp_path)
    held.refresh()
    assert near(held, ledger, first, known=date(2026, 11, 30)) == set()
    assert near(held, ledger, first, known=date(2026, 12, 1)) == {later.id}


def test_a_corrected_account_is_found_by_what_it_says_now(ledger, tmp_path) -> None:
    first = report()
    mended = msgspec.structs.replace(report("New Mill"), supersedes=first.id, subject=first.subject)
    ledger.append([first, mended])
    held = index(ledger, tmp_path)
    held.refresh()
    assert near(held, ledger, report()) == set()
    assert near(held, ledger, report("New Mill")) == {mended.id}


def test_what_was_purged_is_built_anew_without_it(ledger, tmp_path) -> None:
    gone = report("Secret Place")
    ledger.append([gone, report()])
    held = index(ledger, tmp_path)
    held.refresh()
    path = tmp_path / "index" / "accounts.db"
    salt = _salt(path)
    purge(ledger, gone.id, words_of(ledger, gone.id, "names_a_person", tuple(PERSONS)),
          "names_a_person", NOW)  # fmt: skip
    held.refresh()
    assert near(held, ledger, report("Secret Place")) == set()
    assert _salt(path) != salt
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT count(*) FROM held").fetchone() == (1,)


@pytest.mark.parametrize("harm", ["lost", "torn", "of another log", "another gazetteer"])
def test_the_file_is_built_again_when_it_is(harm: str, ledger, tmp_path) -> None:
    told, other = report(), report()
    ledger.append([told, other])
    index(ledger, tmp_path).refresh()
    path = tmp_path / "index" / "accounts.db"
    if harm == "lost":
        path.unlink()
    elif harm == "torn":
        path.write_bytes(b"not a database, " * 300)
    elif harm == "of another log":
        with sqlite3.connect(path) as file:
            file.execute("UPDATE about SET value = 'ff' WHERE name = 'last'")
            file.execute("DELETE FROM held")
    held = index(ledger, tmp_path, "newer" if harm == "another gazetteer" else "")
    held.refresh()
    assert near(held, ledger, told) == {other.id}


def test_the_file_holds_no_words(ledger, tmp_path) -> None:
    ledger.append([report("Canary Crossing", perpetrator="the canary band")])
    index(ledger, tmp_path).refresh()
    held = b"".join(path.read_bytes() for path in (tmp_path / "index").iterdir()).lower()
    assert b"canary" not in held


def _salt(path: Path) -> str:
    with sqlite3.connect(path) as file:
        return str(file.execute("SELECT value FROM about WHERE name = 'salt'").fetchone()[0])
