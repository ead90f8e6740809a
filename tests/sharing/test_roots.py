"""Corroboration over five nodes: what goes round is one root at each of them."""

from shutil import copytree

import pytest
from tests.sharing.five import NAMES
from tests.sharing.nodes import Node, looked_at

from tocsin.errors import CheckFailed, NotLookedAt, UnknownName, UsageError
from tocsin.workflow import recalling, rooting, tearing
from tocsin.workflow.widening import preview_in

SUBJECT = "actor:invented-column"


class Ring:
    """Nodes in this process, which send each other everything that may go."""

    def __init__(self, nodes: list[Node]):
        self.nodes = {one.name: one for one in nodes}
        self._number = 0

    def says(self, name: str, number: int, to=(), **fields) -> str:
        given = {"subject": SUBJECT, "rel_to": list(to)} | fields
        return self.nodes[name].says(number, **given)

    def carry(self, sender: str, *to: str) -> None:
        for name in to or (one for one in self.nodes if one != sender):
            self._number += 1
            bundle = self.nodes[sender].exports(self.nodes[name], f"{self._number}")
            if bundle.exists():
                taken = self.nodes[name].takes(bundle)
                assert not taken.set_aside, taken.reasons

    def tells(self, name: str, *ids: str, parent: str = "", **more) -> tuple[str, ...]:
        with self.nodes[name].at_work():
            if parent:
                return looked_at(rooting.tell_parent, ids[0], parent, **more)
            return looked_at(rooting.tell_one_root, ids, **more)

    def roots(self, name: str, *ids: str, **more):
        with self.nodes[name].at_work():
            return rooting.roots_behind(ids, **more)


def others(name: str) -> list[str]:
    return [one for one in NAMES if one != name]


def test_a_circular_report_is_one_root_at_every_node(five_nodes, tmp_path, monkeypatch):
    """North tells south, south east, east north: three records, one source, at all five nodes."""
    copytree(five_nodes, tmp_path, dirs_exist_ok=True)
    ring = Ring([Node(name, tmp_path, monkeypatch) for name in NAMES])
    north = ring.says("north", 1, others("north"))
    apart = ring.says("north", 2, ["west"], source="another source")
    ring.carry("north")
    south = ring.says("south", 3, others("south"), derived_from=[north])
    (of_south,) = ring.tells("south", south, parent=north)
    ring.carry("south")
    east = ring.says("east", 4, others("east"), derived_from=[south])
    (of_east,) = ring.tells("east", east, parent=south)
    ring.carry("east")
    for name in NAMES:
        told = ring.roots(name, north)
        apart_too = name in ("north", "west")
        assert (len(told["records"]), told["roots"]) == (3 + apart_too, 1 + apart_too), name
        assert {of_south, of_east} <= {one["statement"] for one in told["ties"]}
        assert ring.roots(name, north, east)["roots"] == 1, "what lies between need not be named"
    before = ring.roots("west", north, as_of="2023-12-31")
    assert (before["roots"], before["ties"]) == (4, []), "nobody had said so then"
    # North writes its own anew from what came back, and south recalls what lay between: no new
    # source comes of either.
    again = ring.says("north", 5, ["west"], derived_from=[east])
    ring.tells("north", again, parent=east)
    ring.carry("north", "west")
    with ring.nodes["south"].at_work():
        recalling.recall(south, "an invented reason")
    ring.carry("south", "north", "east", "west")
    for name in ("north", "east", "west"):
        told = ring.roots(name, north)
        assert south not in {one["id"] for one in told["records"]}
        assert told["roots"] == 1 + (name != "east"), name
    # Contested by one: it counts, and what would be without it is shown to who reads the contest.
    body = {"about": of_east, "text": {"en": "We heard it ourselves."}, "stance": "contests"}
    ring.says("west", 6, kind="annotation", subject=f"root:{east}", body=body)
    told = ring.roots("west", north, east)
    assert (told["roots"], told["roots_if_contested_fall"]) == (1, 2)
    assert ring.roots("coast", north, east)["roots_if_contested_fall"] == 1
    # Taken back by who said it: who was told is told.
    with ring.nodes["east"].at_work():
        rooting.withdraw_root(of_east, "it was another column")
    ring.carry("east", "west")
    assert ring.roots("west", north, east)["roots"] == 2
    assert ring.roots("west", north, apart)["roots"] == 2


@pytest.fixture
def three(five_nodes, tmp_path, monkeypatch):
    names = ("north", "south", "east")
    for name in names:
        copytree(five_nodes / name, tmp_path / name)
    return Ring([Node(name, tmp_path, monkeypatch) for name in names])


def test_a_token_joins_what_a_reader_sees_and_goes_no_further_than_its_record(three):
    both = three.says("north", 1, ["south", "east"])
    one = three.says("north", 2, ["south"])
    written = three.tells("north", both, one)
    assert len(written) == 2
    assert three.tells("north", both, one) == (), "said once"
    three.carry("north")
    assert three.roots("south", both, one)["roots"] == 1
    assert [each.body.record for each in three.nodes["east"].sees() if each.kind == "root"] == [
        both
    ]
    assert len(three.roots("east", both)["records"]) == 1
    (token,) = {each.body.token for each in three.nodes["south"].sees() if each.kind == "root"}
    # A later record of the same source is joined by naming an earlier one.
    third = three.says("north", 3, ["south"])
    three.tells("north", third, one)
    three.carry("north")
    assert three.roots("south", both, third)["roots"] == 1
    # East takes the token for its own record: it is another's, and joins nothing.
    own = three.says("east", 4, ["south"])
    three.tells("east", own)
    three.carry("east", "south")
    assert three.roots("south", both, own)["roots"] == 2
    assert token not in {
        each.body.token for each in three.nodes["south"].sees()
        if each.kind == "root" and each.origin == "east"
    }  # fmt: skip


def test_records_named_in_short_are_joined_with_what_was_said_of_them_before(three):
    first, second = (three.says("north", number) for number in (1, 2))
    three.tells("north", max(first, second))
    (written,) = three.tells("north", max(first, second)[-10:], min(first, second)[-10:])
    assert three.tells("north", first, first[-10:], second) == (), written
    assert three.roots("north", first, second)["roots"] == 1


def test_it_is_shown_to_whom_it_goes_and_written_only_once_agreed_to(three):
    record = three.says("north", 1, ["south"])
    with three.nodes["north"].at_work():
        with pytest.raises(NotLookedAt) as asked:
            rooting.tell_one_root([record])
        (marked,) = preview_in(asked.value).marked
        assert [one.organisation for one in marked.seers if one.sees] == ["north", "south"]
        with pytest.raises(CheckFailed):
            rooting.tell_one_root([record], agreed="0" * 16)
        private = three.says("north", 2)
        assert rooting.tell_one_root([private]), "for the house alone: nothing to agree to"


def test_a_hidden_parent_is_not_named_and_a_tear_line_bears_no_token_unless_asked(three):
    parent = three.says("north", 1, ["south"])
    child = three.says("north", 2, ["south", "east"])
    with three.nodes["north"].at_work():
        with pytest.raises(UsageError):
            rooting.tell_parent(child, parent)
        how = {"tlp": "AMBER", "to": ["east"], "en": "Somebody was seen.", "keep": ["Somebody"],
               "reader": "north:release-authority"}  # fmt: skip
        torn = tearing.tear(parent, agreed=tearing.tear(parent, **how).digest, **how).statement
        with pytest.raises(UsageError):
            rooting.tell_one_root([torn, parent])
    three.tells("north", torn, parent, tear_line=True)
    three.carry("north")
    seen = [one for one in three.nodes["east"].sees() if one.kind == "root"]
    assert [one.body.record for one in seen] == [torn]
    assert parent not in repr(three.nodes["east"].sees())


def test_a_parent_that_is_marked_more_narrowly_is_not_named(three):
    """Who reads AMBER, here or where it is sent, does not thereby read RED."""
    red = three.says("north", 1, ["south"], tlp="RED")
    with three.nodes["north"].at_work():
        for record in (three.says("north", 2, ["south"]), three.says("north", 3)):
            with pytest.raises(UsageError, match="may read what it stems from"):
                rooting.tell_parent(record, red)


def test_what_a_reader_may_not_see_changes_no_count_and_no_word(three):
    """The same answer to the byte with and without a record and a tie that are hidden."""
    first = three.says("north", 1, ["south"])
    second = three.says("north", 2, ["south"])
    three.tells("north", first)  # routinely: what every record bears tells nothing
    before = three.roots("north", first, reader="south")
    hidden = three.says("north", 3)
    three.tells("north", hidden, first)
    with three.nodes["north"].at_work():
        rooting.tell_parent(hidden, second)
    assert three.roots("north", first, reader="south") == before
    assert before["ties"]
    assert three.roots("north", first, hidden, second)["roots"] == 1, "the house sees its tie"
    errors = []
    for name in (hidden, "01890a5d-ac96-774b-bcce-b302099a8057"):
        with pytest.raises(UnknownName) as raised:
            three.roots("north", name, reader="south")
        errors.append(raised.value.message().replace(name, "ID"))
    assert errors[0] == errors[1]
