"""A reader's answers are the same, byte for byte, with and without what they may not see."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.ledger.conftest import SIGNER, figure, new_id

from tocsin.errors import TocsinError
from tocsin.ledger import Ledger
from tocsin.ledger.filtering import _RIGHTS
from tocsin.ledger.sealing import seal
from tocsin.policy import ROLES, MemoryView, Reader, Span, facts_of, may_read
from tocsin.policy.readers import Need
from tocsin.tables.kinds import Recall, Retraction
from tocsin.tables.statements import Statement, statement_from_json, statement_to_json
from tocsin.tables.views import View
from tocsin.tables.when import micros

ORGS = ("cell", "north", "south")
NAMES = (*ORGS, "group:bloc", "nobody-knows")
DATES = ("2022", "2023-06-30", "2023-07", "2023-07-21T10:00Z")
MOMENT = datetime(2024, 1, 1, tzinfo=UTC)

MARKINGS = st.one_of(
    st.just({"tlp": "CLEAR"}),
    st.fixed_dictionaries(
        {
            "tlp": st.sampled_from(["GREEN", "AMBER", "AMBER+STRICT", "RED"]),
            "rel_to": st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
            "caveats": st.lists(st.sampled_from(["ORCON", "PARTY"]), max_size=1).map(tuple),
        }
    ),
)
ENVELOPES = st.fixed_dictionaries(
    {
        "origin": st.sampled_from(ORGS),
        "subject": st.sampled_from(["zed:displaced", "zed:killed"]),
        "known_at": st.sampled_from(DATES),
        "valid_from": st.sampled_from([None, "2019", "2023-07-01"]),
        "source": st.sampled_from(["Bulletin", "Dépêche du marché"]),
    }
)


@st.composite
def records(draw: st.DrawFn) -> list[Statement]:
    """Statements of three organisations, some of which correct or withdraw earlier ones."""
    written: list[Statement] = []
    for envelope in draw(st.lists(ENVELOPES, max_size=9)):
        given_fields: dict[str, Any] = envelope | draw(MARKINGS)
        if written and draw(st.booleans()):
            earlier = draw(st.sampled_from(written))
            given_fields |= {"subject": earlier.subject, "origin": earlier.origin}
            way = draw(st.sampled_from(["corrects", "withdraws", "recalls"]))
            if way == "corrects":
                given_fields["supersedes"] = earlier.id
            elif way == "recalls":
                body = Recall(statement=earlier.id, reason="a name in it")
                given_fields |= {"kind": "recall", "body": body}
            else:
                given_fields |= {
                    "kind": "retraction",
                    "retracts": earlier.id,
                    "body": Retraction(reason="withdrawn"),
                }
        one = figure(draw(st.integers(0, 99)), **given_fields)
        content, digest, signature = seal(one, SIGNER, "00" * 12)
        signed = {"hash": digest.hex(), "signature": signature}
        written.append(msgspec.structs.replace(statement_from_json(content), **signed))
    return written


FIRST = micros(datetime(2023, 7, 1, tzinfo=UTC))
READERS = st.builds(
    Reader,
    st.sampled_from([*ORGS, "stranger"]),
    st.sampled_from(ROLES),
    st.sampled_from([frozenset(), frozenset({"bloc"})]),
    st.sampled_from([frozenset(), frozenset({Span("bloc", FIRST, 2**62)})]),
    needs=st.sampled_from(
        [
            frozenset(),
            frozenset({Need("AMBER", subjects=frozenset({"zed:k*"}))}),
            frozenset({Need(kinds=frozenset({"figure", "retraction"}))}),
            frozenset({Need(areas=frozenset({"ZED"}))}),
        ]
    ),
)
CLOCKS = st.sampled_from([None, date(2022, 12, 30), date(2023, 7, 1), date(2023, 7, 21)])


def answers(view: View, asked: list[str]) -> bytes:
    """Everything a reader can ask of a view, as one text."""
    searches = ["", "marche", "bulletin personnes", "retire"]
    said: list[Any] = [
        [[plain(one) for one in view.statements(text=words)] for words in searches],
        [view.count(text=words) for words in searches],
        [view.count(on=day) for day in (date(2019, 6, 1), date(2020, 1, 1))],
        [plain(one) for one in view.statements(["figure"], "zed:*", limit=2)],
        view.subjects(),
        view.subjects("retraction"),
        [[plain(one) for one in view.history(subject)] for subject in ("zed:displaced", "no")],
        [outcome(lambda one=one: plain(view.statement(one))) for one in asked],
        [outcome(lambda one=one: plain(view.named(one))) for one in parts_of(asked)],
    ]
    return json.dumps(said).encode()


def parts_of(asked: list[str]) -> list[str]:
    """Ids as a person reads them off paper: some parts are those of several."""
    return [part for one in asked for part in (one, f"…{one[-12:].upper()}", one[:8], one[-4:])]


def plain(statement: Statement) -> str:
    return statement_to_json(statement, without=("derived_from",)).decode()


def outcome(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except TocsinError as error:
        return repr((type(error).__name__, error.message()))


class Swept:
    """One ledger whose rows are swept away, guards and all, before each use."""

    def __init__(self, where: str | Path):
        self.ledger = Ledger(where, "cell", SIGNER, clock=lambda: MOMENT)
        self._postgresql = self.ledger.engine.dialect.name == "postgresql"
        if not self._postgresql:
            with self.ledger.engine.begin() as connection:
                for table in TABLES:
                    connection.execute(text(f"DROP TRIGGER {table}_no_delete"))

    def holding(self, statements: list[Statement]) -> Ledger:
        with self.ledger.engine.begin() as connection:
            if self._postgresql:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in TABLES:
                connection.execute(text(f"DELETE FROM {table}"))
        # No store takes a marking back: what is remembered of them is forgotten by hand.
        self.ledger._markings = type(self.ledger._markings)()
        _RIGHTS.pop(self.ledger.engine, None)
        self.ledger.append(statements)
        return self.ledger


TABLES = ("releases", "statements", "heads", "markings")


@pytest.fixture
def swept(where: str | Path) -> Iterator[Swept]:
    one = Swept(where)
    yield one
    one.ledger.close()


def test_hidden_records_leave_no_trace(swept):
    @given(records(), READERS, CLOCKS)
    @settings(max_examples=30)
    def property_holds(statements: list[Statement], reader: Reader, known_at: date | None) -> None:
        allowed = [one for one in statements if may_read(reader, facts_of(one))]
        asked = [one.id for one in statements] + [new_id()]
        said = []
        for held in (statements, allowed):
            view = swept.holding(held).view(reader, known_at=known_at)
            said.append(
                answers(view, asked)
                + json.dumps(view.counts()).encode()
                + b"\n".join(statement_to_json(one) for one in view.each())
            )
        assert said[0] == said[1]

    property_holds()


def test_the_store_answers_as_the_plain_list_does(swept):
    @given(records(), READERS, CLOCKS)
    @settings(max_examples=30)
    def property_holds(statements: list[Statement], reader: Reader, known_at: date | None) -> None:
        asked = [one.id for one in statements] + [new_id()]
        moment = "2024-01-01T00:00:00.000000Z"
        listed = [msgspec.structs.replace(one, recorded_at=moment) for one in statements]
        oracle = MemoryView(listed, reader, known_at)
        view = swept.holding(statements).view(reader, known_at)
        assert answers(view, asked) == answers(oracle, asked)

    property_holds()


def test_a_member_from_a_day_on_sees_what_became_known_since(swept):
    """On both databases: one group, and one that it belonged to twice."""
    shared = {"origin": "north", "tlp": "AMBER", "rel_to": ("group:north/bloc",)}
    held = [figure(1, known_at=day, **shared) for day in ("2023-03-01", "2023-07-10", "2023-09-01")]
    ledger = swept.holding(held)
    days = [micros(datetime(2023, month, 1, tzinfo=UTC)) for month in (4, 7, 8, 10)]
    since = Reader("south", spans=frozenset({Span("north/bloc", days[1], 2**62)}))
    twice = Reader(
        "south",
        spans=frozenset({Span("north/bloc", 0, days[0]), Span("north/bloc", days[2], days[3])}),
    )
    for reader, wanted in ((since, held[1:]), (twice, [held[0], held[2]])):
        assert [one.id for one in ledger.view(reader).statements()] == [one.id for one in wanted]
        assert [one.id for one in held if may_read(reader, facts_of(one))] == [
            one.id for one in wanted
        ]
