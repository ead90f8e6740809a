"""Who may read what: the table of the policy, and that its SQL says the same."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, insert, select

from tocsin.errors import UsageError
from tocsin.ledger.filtering import Rights, as_sql, know_markings
from tocsin.ledger.rows import marking_text
from tocsin.ledger.schema import MARKINGS, METADATA, RELEASES, STATEMENTS
from tocsin.policy import (
    ROLES,
    Marking,
    Reader,
    handle,
    may_read,
    parse_reader,
    readable,
    require_sound,
)

ALL_TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
NAMES = ("north", "south", "group:bloc", "group:other", "nobody")


def marking(tlp: str, *rel_to: str, origin: str = "north", caveats: tuple[str, ...] = ()):
    return Marking(origin, tlp, "AMBER", frozenset(rel_to), frozenset(caveats))


@pytest.mark.parametrize("tlp", ALL_TLP)
def test_an_empty_list_releases_to_nobody_but_the_originator(tlp: str):
    assert may_read(Reader("north"), marking(tlp))
    assert may_read(Reader("south"), marking(tlp)) == (tlp == "CLEAR")


@pytest.mark.parametrize("tlp", ALL_TLP[1:])
def test_a_list_releases_to_those_it_names(tlp: str):
    assert may_read(Reader("south"), marking(tlp, "south"))
    assert may_read(Reader("south", groups=frozenset({"bloc"})), marking(tlp, "group:bloc"))
    assert not may_read(Reader("south"), marking(tlp, "group:bloc"))
    assert not may_read(Reader("south"), marking(tlp, "nobody-knows", "South"))


def test_a_group_is_not_an_organisation_of_the_same_name():
    assert not may_read(Reader("bloc"), marking("GREEN", "group:bloc"))
    assert not may_read(Reader("south", groups=frozenset({"bloc"})), marking("GREEN", "bloc"))


def test_a_caveat_that_is_not_understood_closes_the_record():
    closed = marking("GREEN", "south", caveats=("UNHEARD-OF",))
    assert not may_read(Reader("south"), closed)
    assert may_read(Reader("north"), closed)
    assert not may_read(Reader("south"), marking("CLEAR", caveats=("UNHEARD-OF",)))


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("reporter", ()),
        ("administrator", ()),
        ("auditor", ("CLEAR", "GREEN")),
        ("peer", ALL_TLP[:4]),
        ("verifier", ALL_TLP[:4]),
        ("analyst", ALL_TLP),
        ("duty-officer", ALL_TLP),
        ("release-authority", ALL_TLP),
        ("decision-maker", ALL_TLP),
    ],
)
def test_what_each_role_reads_of_its_own_organisation(role: str, reads: tuple[str, ...]):
    reader = parse_reader(f"north:{role}")
    assert tuple(tlp for tlp in ALL_TLP if may_read(reader, marking(tlp))) == reads


@pytest.mark.parametrize(
    "contradiction",
    [
        marking("CLEAR", "south"),
        marking("CLEAR", caveats=("ORCON",)),
        marking("GREEN", caveats=("UNHEARD-OF",)),
    ],
)
def test_contradictions_are_refused(contradiction: Marking):
    with pytest.raises(UsageError):
        require_sound(contradiction)


@pytest.mark.parametrize("text", ["", ":analyst", "north:king", "north:analyst:x:y"])
def test_a_reader_that_makes_no_sense_is_refused(text: str):
    with pytest.raises(UsageError):
        parse_reader(text)


def test_an_organisation_with_a_long_name_has_a_plain_handle():
    assert parse_reader("Observatoire du Liptako").org == handle("Observatoire du Liptako")
    assert parse_reader("Observatoire du Liptako").org == "observatoire-du-liptako"


READERS = st.builds(
    Reader,
    st.sampled_from(["north", "south", "nobody"]),
    st.sampled_from(ROLES),
    st.frozensets(st.sampled_from(["bloc", "other"])),
)
MARKED = st.builds(
    Marking,
    st.sampled_from(["north", "south"]),
    st.sampled_from(ALL_TLP),
    st.just("AMBER"),
    st.frozensets(st.sampled_from(NAMES), max_size=3),
    st.frozensets(st.sampled_from(["ORCON", "UNHEARD-OF"]), max_size=1),
)


@pytest.fixture(scope="module")
def database() -> Engine:
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: know_markings(connection))
    METADATA.create_all(engine)
    return engine


def test_the_database_decides_as_the_function_does(database: Engine):
    @given(READERS, st.lists(MARKED, unique=True, max_size=8))
    @settings(max_examples=150)
    def agree(reader: Reader, marked: list[Marking]) -> None:
        with database.connect() as connection, connection.begin() as transaction:
            for number, one in enumerate(marked, start=1):
                connection.execute(
                    insert(MARKINGS).values(
                        id=number,
                        origin=one.origin,
                        tlp=one.tlp,
                        pap=one.pap,
                        rel_to=marking_text(one.rel_to),
                        caveats=marking_text(one.caveats),
                        understood=one.understood,
                    )
                )
                for name in one.rel_to:
                    connection.execute(insert(RELEASES).values(marking=number, name=name))
            rights = Rights()
            wanted = as_sql(readable(reader), STATEMENTS, MARKINGS.c.id, rights)
            rights.refresh(connection)
            found = set(connection.execute(select(MARKINGS.c.id).where(wanted)).scalars())
            transaction.rollback()
        assert found == {n for n, one in enumerate(marked, start=1) if may_read(reader, one)}

    agree()


@given(READERS, MARKED)
def test_wider_groups_never_take_away(reader: Reader, marked: Marking):
    wider = Reader(reader.org, reader.role, reader.groups | {"bloc", "other"})
    assert may_read(wider, marked) >= may_read(reader, marked)


def test_what_a_plain_list_shows_follows_the_clock():
    from tests.ledger.conftest import figure

    from tocsin.policy import MemoryView

    view = MemoryView([figure(1, known_at="2023-07")], Reader("cell"), date(2023, 7, 30))
    assert view.count() == 0
