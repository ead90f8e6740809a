"""The contract of the ledger, the same on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.ledger.conftest import SIGNER, Clock, figure, new_id

from tocsin.errors import IdentityConflict, SettingsError, StoreError, UnknownName, UsageError
from tocsin.ledger import Ledger
from tocsin.policy import Reader
from tocsin.tables.kinds import Figure, Retraction, Words
from tocsin.tables.statements import Statement

CELL = Reader("cell")


def values(statements: list[Statement]) -> list[float]:
    return [one.body.value for one in statements]


def test_what_goes_in_comes_out_sealed(ledger: Ledger):
    one = figure(12.5, derived_from=(new_id(),))
    assert ledger.append([one]).added == (one.id,)
    found = ledger.view(CELL).statement(one.id)
    assert found.hash
    assert found.signature.startswith(SIGNER.key_id)
    assert found.recorded_at == "2024-01-01T00:00:01.000000Z"
    unsealed = {"hash": "", "signature": "", "salt": "", "recorded_at": None}
    assert msgspec.structs.replace(found, **unsealed) == one


def test_the_same_twice_changes_nothing(ledger: Ledger):
    batch = [figure(value) for value in range(5)]
    ledger.append(batch)
    before = ledger.head()
    again = ledger.append([*batch, batch[0]])
    assert again.added == ()
    assert len(again.known) == 6
    assert ledger.head() == before


def test_the_same_id_with_other_content_is_refused_whole(ledger: Ledger):
    one = figure(1)
    ledger.append([one])
    other = figure(2, id=one.id)
    with pytest.raises(IdentityConflict, match=one.id):
        ledger.append([figure(3), other])
    assert values(ledger.view(CELL).statements()) == [1]


def test_an_id_repeated_in_one_batch_must_say_the_same(ledger: Ledger):
    one = figure(1)
    with pytest.raises(IdentityConflict):
        ledger.append([one, figure(2, id=one.id)])
    assert ledger.append([one, one]).known == (one.id,)


def test_a_partial_date_is_known_on_its_last_day(ledger: Ledger):
    ledger.append([figure(1, known_at="2023-07"), figure(2, known_at="2023-07-01")])
    assert values(ledger.view(CELL, known_at=date(2023, 7, 30)).statements()) == [2]
    assert values(ledger.view(CELL, known_at=date(2023, 7, 31)).statements()) == [2, 1]


def test_the_audit_clock_shows_what_had_been_written(ledger: Ledger, clock: Clock):
    ledger.append([figure(1)])
    clock.now = datetime(2024, 5, 1, tzinfo=UTC)
    ledger.append([figure(2)])
    assert values(ledger.view(CELL, recorded_at=date(2024, 4, 30)).statements()) == [1]
    assert ledger.view(CELL, recorded_at=date(2024, 5, 1)).count() == 2


def test_a_correction_replaces_from_the_day_it_was_known(ledger: Ledger):
    first = figure(39.4, known_at="2023-06-23")
    ledger.append([first, figure(38.23, known_at="2023-07-21", supersedes=first.id)])
    assert values(ledger.view(CELL, known_at=date(2023, 6, 30)).statements()) == [39.4]
    assert values(ledger.view(CELL, known_at=date(2023, 8, 1)).statements()) == [38.23]
    assert values(ledger.view(CELL).history("zed:displaced")) == [39.4, 38.23]


def test_a_retraction_takes_away_and_stays_in_the_history(ledger: Ledger):
    one = figure(1)
    ledger.append([one, retraction_of(one)])
    view = ledger.view(CELL)
    assert view.statements() == []
    assert view.subjects() == []
    assert [found.kind for found in view.history(one.subject)] == ["figure", "retraction"]
    assert view.statement(one.id).body.value == 1


def test_only_the_originator_corrects(ledger: Ledger):
    one = figure(1)
    ledger.append([one, figure(2, supersedes=one.id, origin="other", tlp="CLEAR")])
    assert values(ledger.view(CELL).statements()) == [1, 2]


def test_a_correction_that_may_not_be_seen_corrects_nothing(ledger: Ledger):
    one = figure(1, tlp="CLEAR")
    ledger.append([one, figure(2, supersedes=one.id)])
    assert values(ledger.view(Reader("other")).statements()) == [1]
    assert values(ledger.view(CELL).statements()) == [2]


def test_what_holds_on_a_day(ledger: Ledger):
    ledger.append(
        [
            figure(1, valid_to="2019"),
            figure(2, valid_from="2019"),
            figure(3),
            figure(4, valid_from="2020-06-15T12:00Z", valid_to="2020-06-15T13:00Z"),
        ]
    )
    view = ledger.view(CELL)
    assert values(view.statements(on=date(2019, 1, 31))) == [1, 3]
    assert values(view.statements(on=date(2020, 6, 15))) == [2, 3, 4]
    assert view.count(on=date(2020, 6, 16)) == 2


def test_search_folds_accents_case_and_order(ledger: Ledger):
    ledger.append([figure(1), figure(2, source="Ségou, 100 % sûr_")])
    view = ledger.view(CELL)
    assert values(view.statements(text="SEGOU surement")) == []
    assert values(view.statements(text="sur segou")) == [2]
    assert values(view.statements(text="DÉPLACÉES personnes")) == [1, 2]
    assert view.count(text="100 % s_r") == 0  # no wildcard of the database's own


def test_subjects_kinds_and_limits(ledger: Ledger):
    ledger.append([figure(1, subject="a:1"), figure(2, subject="a:2"), figure(3, subject="b:É")])
    view = ledger.view(CELL)
    assert view.subjects() == ["a:1", "a:2", "b:É"]
    assert values(view.statements(subject="a:*")) == [1, 2]
    assert values(view.statements(["figure", "case"], "a:2")) == [2]
    assert view.statements("case") == []
    assert view.counts() == {"figure": 3}
    assert values(view.statements(limit=2)) == [1, 2]
    assert values(list(view.each())) == [1, 2, 3]


def test_what_is_absent_and_what_is_hidden_sound_alike(ledger: Ledger):
    hidden, absent = figure(1), new_id()
    ledger.append([hidden])
    other = ledger.view(Reader("other"))
    with pytest.raises(UnknownName) as of_hidden:
        other.statement(hidden.id)
    with pytest.raises(UnknownName) as of_absent:
        other.statement(absent)
    assert str(of_hidden.value).replace(hidden.id, absent) == str(of_absent.value)


def test_where_a_statement_comes_from_stays_in_the_house(ledger: Ledger):
    ledger.append([figure(1, tlp="CLEAR", derived_from=(new_id(),))])
    assert ledger.view(CELL).statements()[0].derived_from != ()
    assert ledger.view(Reader("other")).statements()[0].derived_from == ()


def test_a_contradictory_marking_is_refused_when_written(ledger: Ledger):
    for marking in (
        {"tlp": "CLEAR", "rel_to": ("other",)},
        {"tlp": "CLEAR", "caveats": ("ORCON",)},
        {"caveats": ("UNHEARD-OF",)},
    ):
        with pytest.raises(UsageError):
            ledger.append([figure(1, **marking)])
    assert ledger.view(CELL).count() == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statements SET subject = 'other'",
        "UPDATE statements SET content = NULL, folded = NULL, subject = ''",
        "DELETE FROM statements",
        "UPDATE heads SET size = 9",
        "DELETE FROM heads",
        "UPDATE markings SET tlp = 'CLEAR'",
        "DELETE FROM keys",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(ledger: Ledger, change: str):
    ledger.append([figure(1)])
    with ledger.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(change))


def test_a_ledger_without_a_key_reads_and_does_not_write(ledger: Ledger):
    ledger.append([figure(1)])
    reader_only = Ledger(ledger.where, "cell")
    assert reader_only.view(CELL).count() == 1
    with pytest.raises(StoreError, match="reading only"):
        reader_only.append([figure(2)])
    reader_only.close()


def test_an_address_that_is_no_database_is_named(tmp_path):
    with pytest.raises(SettingsError, match="TOCSIN_LEDGER"):
        Ledger("mysql://somewhere/db", "cell").head()


def test_statements_of_many_batches_keep_their_order(ledger: Ledger):
    batch = [figure(value, known_at=f"20{value % 20 + 10}-01-01") for value in range(2100)]
    ledger.append(iter(batch))
    expected = sorted(batch, key=lambda one: (one.known_at, one.id))
    assert [one.id for one in ledger.view(CELL).statements()] == [one.id for one in expected]


def retraction_of(one: Statement) -> Statement:
    return figure(
        kind="retraction", subject=one.subject, retracts=one.id, body=Retraction(reason="twice")
    )


def test_a_body_of_another_kind_is_no_statement():
    with pytest.raises(ValueError, match="not of kind"):
        figure(kind="case")
    with pytest.raises(ValueError, match="low is above high"):
        Figure(quantity="q", title=Words(), unit="u", low=2, high=1)
