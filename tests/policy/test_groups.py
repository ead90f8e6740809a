"""Groups as pure arithmetic over lists and dates: only the steward's word, and only in its time."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.conftest import figure, new_id

from tocsin.policy import Reader, facts_of, may_read
from tocsin.policy.groups import Standing, groups_of, rosters
from tocsin.tables.kinds.sharing import Group, Member
from tocsin.tables.statements import Statement
from tocsin.tables.when import micros, surely_from

DAY = date(2024, 6, 1)


def listed(
    version: int = 1,
    *members: Member,
    name: str = "north/bloc",
    origin: str = "north",
    known: str = "2024-01-01",
    **fields: object,
) -> Statement:
    return Statement(
        id=new_id(),
        kind="group",
        subject=f"group:{name}",
        known_at=known,
        source=origin,
        origin=origin,
        author="administrator",
        body=Group(version=version, members=members, **fields),
    )


def reader(org: str, statements: list[Statement], on: date = DAY) -> Reader:
    standing = groups_of(org, statements, on)
    return Reader(org, "analyst", standing.groups, standing.spans)


def record(known: str, group: str = "north/bloc") -> Statement:
    return figure(known_at=known, origin="east", tlp="AMBER", rel_to=(f"group:{group}",))


def may(org: str, statements: list[Statement], one: Statement, on: date = DAY) -> bool:
    return may_read(reader(org, statements, on), facts_of(one))


SOUTH = Member("south", "2024-02-01")


def test_only_the_stewards_list_counts() -> None:
    forged = listed(9, SOUTH, origin="south")
    assert groups_of("south", [forged], DAY) == Standing()
    nameless = listed(1, SOUTH, name="bloc")
    assert groups_of("south", [nameless], DAY) == Standing()


def test_an_unknown_an_empty_and_an_ended_group_are_nobody() -> None:
    assert not may("south", [], record("2024-03-01"))
    assert not may("south", [listed(1)], record("2024-03-01"))
    ended = listed(1, SOUTH, until="2024-05-31", history="all")
    assert not may("south", [ended], record("2024-03-01"))
    assert may("south", [ended], record("2024-03-01"), date(2024, 5, 30))


@pytest.mark.parametrize(("history", "sees_old"), [("from-joining", False), ("all", True)])
def test_history_is_given_only_if_the_group_says_so(history: str, sees_old: bool) -> None:
    lists = [listed(1, SOUTH, history=history)]
    assert may("south", lists, record("2024-03-01"))
    assert may("south", lists, record("2024-01-15")) == sees_old


def test_who_has_left_gets_nothing_whatever_the_record_s_date() -> None:
    lists = [listed(1, Member("south", "2024-02-01", "2024-04-30"), history="all")]
    for known in ("2024-03-01", "2024-05-15"):
        assert not may("south", lists, record(known))
        assert may("south", lists, record(known), date(2024, 4, 1))


def test_a_list_counts_from_when_it_was_known_and_an_older_one_does_not_come_back() -> None:
    first = listed(1, SOUTH, history="all", known="2024-02-01")
    second = listed(2, history="all", known="2024-05-01")
    for lists in ([first, second], [second, first], [first, second, first]):
        assert may("south", lists, record("2024-03-01"), date(2024, 4, 1))
        assert not may("south", lists, record("2024-03-01"))


def test_a_steward_that_tells_two_stories_lets_in_only_who_stands_in_both() -> None:
    lists = [listed(1, SOUTH, Member("east", "2024-01-01")), listed(1, SOUTH)]
    found = rosters(lists, DAY)["north/bloc"]
    assert set(found.members_on(DAY)) == {"south"}


def test_a_group_splits_in_two_and_its_members_keep_what_they_had() -> None:
    both = (SOUTH, Member("west", "2024-01-01"))
    lists = [
        listed(2, *both, until="2024-05-01"),
        listed(1, Member("south", "2024-05-01"), name="north/east", history="all",
               split_from="group:north/bloc"),
        listed(1, Member("west", "2024-05-01"), name="north/west", history="from-joining",
               split_from="group:north/bloc"),
    ]  # fmt: skip
    assert may("south", lists, record("2024-03-01"))
    assert not may("south", lists, record("2024-01-15"))  # from before it joined the old one
    assert not may("south", lists, record("2024-05-20"))  # the old group has ended
    assert not may("west", lists, record("2024-03-01"))  # its part keeps nothing
    assert may("west", lists, record("2024-05-20", "north/west"))
    assert not may("west", lists, record("2024-05-20", "north/east"))


def test_a_stranger_s_group_cannot_claim_to_be_split_from_another() -> None:
    lists = [
        listed(1, Member("west", "2024-01-01"), SOUTH, history="all"),
        listed(1, Member("south", "2024-05-01"), name="south/mine", origin="south",
               history="all", split_from="group:north/bloc"),
        listed(2, Member("west", "2024-01-01"), history="all"),
    ]  # fmt: skip
    assert not may("south", lists, record("2024-03-01"))


DATES = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(str)


@given(st.lists(st.tuples(DATES, DATES), max_size=3), DATES, DATES, st.booleans())
def test_membership_is_what_a_plain_reading_of_the_dates_says(
    times: list[tuple[str, str]], known: str, on: str, gives_all: bool
) -> None:
    members = tuple(Member("south", min(pair), max(pair)) for pair in times)
    lists = [listed(1, *members, history="all" if gives_all else "from-joining")]
    day = date.fromisoformat(on)
    here = [one for one in members if one.since <= on <= (one.until or "9999")]
    latest = max((one.since for one in members if one in here), default=None)
    expected = latest is not None and (gives_all or known >= here[-1].since)
    assert may("south", lists, record(known), day) == expected


def test_moments_are_compared_as_moments() -> None:
    first = micros(surely_from("2024-02-01"))
    lists = [listed(1, SOUTH)]
    at = datetime(2024, 2, 1, tzinfo=UTC)
    assert {one.first for one in groups_of("south", lists, at).spans} == {first}
