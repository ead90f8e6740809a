"""Links across borders: an invented series of seized arms, seen by each with its own rights."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sharing.nodes import looked_at
from tests.sharing.test_roots import Ring, three  # noqa: F401 - the fixture

from tocsin.errors import NotLookedAt, UnknownName, UsageError
from tocsin.knowledge.linking import COMMON, NEAREST, links_among
from tocsin.ledger.identity import with_id
from tocsin.tables.kinds import Annotation, Words
from tocsin.tables.kinds.sharing import Tag
from tocsin.tables.statements import Statement
from tocsin.workflow import linking, tabling
from tocsin.workflow.record_reading import Question

SEIZURES = {
    "north": ("2024-03-02", "crates with rifles, a lorry from the south"),
    "south": ("2024-03-09", "rifles of the same make under melons"),
    "east": ("2024-03-17", "rifles and ammunition, numbers filed off the same way"),
}


def seized(ring: Ring, name: str, to: list[str]) -> str:
    day, words = SEIZURES[name]
    return ring.says(
        name, 0, to, kind="annotation", subject=f"seizure:{name}", known_at=day, valid_from=day,
        body={"about": "series:rifles", "text": {"en": words}},
    )  # fmt: skip


def tagged(ring: Ring, name: str, record: str, **what) -> tuple[str, ...]:
    with ring.nodes[name].at_work():
        return looked_at(linking.tag, record, **what)


def linked(ring: Ring, name: str, *given, **more):
    with ring.nodes[name].at_work():
        return linking.links(*given, **more)


def test_a_series_over_three_borders_is_linked_for_who_may_see_it(three):  # noqa: F811
    north = seized(three, "north", ["south"])
    south = seized(three, "south", ["north", "east"])
    east = seized(three, "east", ["south"])
    tagged(three, "north", north, goods=["Rifles"], borders=["XEA/XEB:Old Ford"])
    tagged(three, "south", south, goods=["rifles"], borders=["XEB/XEA:old-ford"], routes=["R 4"])
    tagged(three, "east", east, goods=["rifles"], routes=["r4", "r-4"], actors=["The Column"])
    for sender in SEIZURES:
        three.carry(sender)
    pairs = {frozenset((one.one.id, one.other.id)) for one in linked(three, "south")}
    assert pairs == {frozenset(p) for p in ((north, south), (south, east), (north, east))}
    for name, unseen in (("north", east), ("east", north)):
        (one,) = linked(three, name)
        assert unseen not in repr(one)
    first = linked(three, "south")[0]
    assert {one.what for one in first.common} in ({"goods", "border"}, {"goods", "route"})
    # A link opens to its two records and to the words that say what they share.
    with three.nodes["south"].at_work():
        from tocsin.workflow.record_keeping import view

        for one in linked(three, "south"):
            for each in one.common:
                said = [view().statement(name).body for name in each.said_by]
                assert [body.record for body in said] == [one.one.id, one.other.id]
                assert {body.what for body in said} == {each.what}
    (border,) = linked(three, "south", what="border")
    assert {one.value for one in border.common if one.what == "border"} == {"XEA/XEB:Old Ford"}
    assert len(linked(three, "south", east)) == 2
    assert linked(three, "south", as_of="2024-04-30") == [], "nobody had tagged them by then"
    # The same as a table file, under the narrowest marking of what stands in it.
    out = three.nodes["south"].folder / "links.csv"
    with three.nodes["south"].at_work():
        assert tabling.write_list("links", out, Question(""), {}, "en") == 3
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert {frozenset((row["earlier"], row["later"])) for row in rows} == pairs
    assert all(row["handling"].startswith("TLP:AMBER ") for row in rows)
    said = {name for one in linked(three, "south") for each in one.common for name in each.said_by}
    assert {name for row in rows for name in row["sources"].split()} == said | {north, south, east}
    with three.nodes["north"].at_work():
        assert tabling.write_list("links", out, Question(""), {"what": "border"}, "fr") == 1
    # A partner's record may be tagged for the house; nobody else hears of it.
    (own,) = tagged(three, "north", south, actors=["the column"])
    three.carry("north")
    assert own not in {one.id for one in three.nodes["south"].sees()}


def test_what_a_reader_may_not_see_changes_no_link_and_no_word(three):  # noqa: F811
    """The same answer to the byte, whether or not a hidden record and its tags are there."""
    north = seized(three, "north", ["south", "east"])
    tagged(three, "north", north, goods=["rifles"])
    three.carry("north", "east")
    east = seized(three, "east", [])
    readers = ("north", "south", "east:auditor")
    before = [linked(three, "east", reader=one) for one in readers]
    tagged(three, "east", east, goods=["rifles"], routes=["r4"])
    hidden = three.says("east", 9, subject="actor:column", body={"name": "rifles"})
    assert [linked(three, "east", reader=one) for one in readers] == before
    assert len(linked(three, "east")) == 1
    told = []
    for name in (east, hidden, "01890a5d-ac96-774b-bcce-b302099a8057"):
        with pytest.raises(UnknownName) as refused:
            linked(three, "east", name, reader="north")
        told.append(refused.value.message().replace(name, "ID"))
    assert len(set(told)) == 1


def test_what_is_refused(three):  # noqa: F811
    north = seized(three, "north", ["south"])
    with three.nodes["north"].at_work():
        for wrong in ({}, {"borders": ["MLI"]}, {"borders": ["MLI/FRA"]}, {"borders": ["MLI/MLI"]}):
            with pytest.raises(UsageError):
                linking.tag(north, **wrong)
        with pytest.raises(UsageError):
            linking.links(what="weather")
        with pytest.raises(NotLookedAt):
            linking.tag(north, goods=["rifles"])
        assert looked_at(linking.tag, north, borders=["NER/MLI"])
        assert looked_at(linking.tag, north, borders=["MLI/NER"]) == (), "the same, said once"


SIGNER_SECRET = b"\x01" * 32
ORIGINS = ("north", "south")
VALUES = ("BFA/MLI", "MLI/BFA:koro")


def made(number: int, origin: str, day: int) -> Statement:
    from tocsin.ledger.sealing import Signer

    blank = Statement(
        id="00000000-0000-7000-8000-000000000000", kind="annotation", subject=f"seizure:{number}",
        known_at=f"2024-01-{day + 1:02d}", source="x", origin=origin, author="analyst",
        body=Annotation(about="series:x", text=Words(en=f"{number}")),
    )  # fmt: skip
    return with_id(blank, Signer(SIGNER_SECRET))


def tag_of(record: Statement, by: str, what: str, value: str) -> Statement:
    from tocsin.ledger.sealing import Signer

    blank = Statement(
        id="00000000-0000-7000-8000-000000000000", kind="tag", subject=f"tag:{record.id}",
        known_at="2024-01-01", source="x", origin=by, author="analyst",
        body=Tag(record=record.id, what=what, value=value),
    )  # fmt: skip
    return with_id(blank, Signer(SIGNER_SECRET))


def test_nobody_tags_anothers_record_and_common_things_link_the_nearest_alone():
    one, other = made(1, "north", 1), made(2, "south", 2)
    tags = [tag_of(one, "north", "goods", "rifles"), tag_of(other, "north", "goods", "rifles")]
    assert len(links_among([one, other], tags, {}, "north")) == 1, "the reader's own house may"
    assert links_among([one, other], tags, {}, "east") == []
    many = [made(number, ORIGINS[number % 2], number % 28) for number in range(COMMON + 20)]
    tags = [tag_of(each, each.origin, "goods", "rifles") for each in many]
    assert 0 < len(links_among(many, tags, {}, "")) <= len(many) * NEAREST


@given(st.data())
def test_links_do_not_depend_on_order_and_lie_across(data):
    records = [made(number, data.draw(st.sampled_from(ORIGINS)), data.draw(st.integers(0, 27)))
               for number in range(data.draw(st.integers(0, 6)))]  # fmt: skip
    tags = [tag_of(one, one.origin, "border", data.draw(st.sampled_from(VALUES)))
            for one in records if data.draw(st.booleans())]  # fmt: skip
    found = links_among(records, tags, {}, "")
    assert found == links_among(records[::-1], tags[::-1], {}, "")
    assert all(one.one.origin != one.other.origin and one.days_apart >= 0 for one in found)
