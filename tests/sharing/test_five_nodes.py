"""Five nodes as separate processes, over ways that drop, delay and reorder."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from tests.sharing.five import NAMES, Five, Post, copied
from tests.sharing.nodes import Node

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def processes():
    """A process a node goes on from store to store: to import takes longer than to run."""
    yield
    Five.close()


@pytest.fixture
def five(five_nodes, tmp_path, monkeypatch):
    nodes = copied(five_nodes, tmp_path / "five")
    yield nodes
    nodes.are_sound(monkeypatch, Node)


def to_all(five, sender, names=NAMES):
    return {name: five.carry(sender, name) for name in names if name != sender}


def bloc(five, members=NAMES, name="bloc"):
    options = [part for one in members for part in ("--member", one)]
    five.run(
        "north", "groups", "create", name, *options, "--since", "2024-01-01", "--history", "all"
    )
    to_all(five, "north", members)


def test_everybody_holds_the_same_in_the_end_whatever_the_ways_do(five):
    bloc(five)
    post = Post(five, seed=3)
    said = set()
    for number, name in enumerate(NAMES):
        said.add(five.says(name, number, rel_to=["group:north/bloc"]))
        for other in NAMES:
            if other != name:
                post.send(name, other)
    post.deliver()
    assert post.dropped > 0
    post.settle(*((one, two) for at, one in enumerate(NAMES) for two in NAMES[at + 1 :]), rounds=1)
    assert {name: five.ids(name) for name in NAMES} == dict.fromkeys(NAMES, said)
    for name in NAMES:
        for other in NAMES:
            if other != name:
                found = five.status(name, other)
                assert not found.get("missing")
                assert not found.get("contradictions")


def test_a_removed_member_gets_nothing_more_from_anyone(five):
    bloc(five)
    before = five.says("south", 1, rel_to=["group:north/bloc"])
    to_all(five, "south")
    five.run("north", "groups", "remove", "bloc", "west")
    to_all(five, "north")
    after = five.says("south", 2, rel_to=["group:north/bloc"])
    brought = to_all(five, "south")
    assert before in five.ids("east")
    assert after in five.ids("east")
    west = brought["west"]
    assert west is None or west["added"] == 0, "south sends the one that left nothing"
    assert after not in five.ids("west")
    assert five.carry("south", "west", "--again") is None or after not in five.ids("west")
    # What the one that left still sends to the group is not taken in by any other.
    five.says("west", 3, rel_to=["group:north/bloc", "south"], tlp="AMBER")
    five.says("west", 4, rel_to=["group:north/bloc"])
    to_all(five, "west")
    assert five.ids("east") == {before, after}


def test_a_bloc_splits_and_each_part_keeps_to_itself(five):
    bloc(five)
    shared = five.says("coast", 1, rel_to=["group:north/bloc"])
    to_all(five, "coast")
    five.run(
        "north", "groups", "split", "bloc",
        "--into", "inland=north,south,east", "--into", "shore=west,coast",
    )  # fmt: skip
    to_all(five, "north")
    inland = five.says("south", 2, rel_to=["group:north/inland"])
    shore = five.says("coast", 3, rel_to=["group:north/shore"])
    to_all(five, "south")
    to_all(five, "coast")
    for name in ("north", "south", "east"):
        assert inland in five.ids(name)
        assert shore not in five.ids(name)
    assert shore in five.ids("west")
    assert inland not in five.ids("west")
    assert shared in five.ids("east"), "what was shared before the split stays shared"


def test_a_recall_reaches_who_holds_the_record_and_a_late_bundle_does_not_undo_it(five):
    bloc(five, ("north", "south", "east", "west"))
    gone = five.says("south", 1, rel_to=["group:north/bloc"])
    late = five.folder / "late"
    five.run("south", "share", "export", "west", "--out", str(late))
    for name in ("north", "east"):
        five.carry("south", name)
    five.run("south", "share", "recall", gone, "--reason", "an invented reason")
    for name in ("north", "east", "west"):
        five.carry("south", name)
    taken = five.json("west", "share", "import", str(late))
    assert taken["reasons"] == {"recalled": 1}
    for name in ("north", "east", "west"):
        assert gone not in five.ids(name)
        assert five.status("south", name)["unconfirmed"][0]["about"] == gone
        if name != "west":
            five.carry(name, "south")
    assert not five.status("south", "north").get("unconfirmed")
    assert [one["about"] for one in five.status("south", "west")["unconfirmed"]] == [gone]


def test_passing_on_needs_the_originators_grant_at_both_ends(five, monkeypatch):
    record = five.says("south", 1, rel_to=["east"])
    five.carry("south", "east")
    five.carry("east", "coast")
    assert record not in five.ids("coast"), "east does not send it"
    # A node that sends it all the same is not believed.
    east = Node("east", five.folder, monkeypatch)
    coast = Node("coast", five.folder, monkeypatch)
    taken = coast.takes(east.forges(coast, east.records()))
    assert set(taken.reasons) <= {"not_for_us", "no_grant"}
    assert record not in five.ids("coast")
    shown = five.json("south", "share", "preview", record)
    grant = (
        "share", "grant", record, "--holder", "east", "--to", "coast",
        "--reader", "south:release-authority",
    )  # fmt: skip
    asked = five.json("south", *grant)
    digest = asked.get("preview", {}).get("digest") or shown.get("digest")
    five.run("south", *grant, "--yes", digest)
    five.carry("south", "east")
    five.carry("east", "coast")
    assert record in five.ids("coast")
    five.carry("coast", "west")
    assert record not in five.ids("west"), "a grant is not handed on"


def test_a_stolen_key_brings_in_nothing_from_the_moment_that_it_is_said(five, monkeypatch):
    kept = five.says("south", 1, rel_to=["east", "north"])
    for name in ("east", "north"):
        five.carry("south", name)
    thief = five.folder / "thief"
    shutil.copytree(five.home("south"), thief / "south")
    since = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%MZ}"
    five.run("south", "peer", "compromise", "--since", since, "--reason", "laptop seized")
    told = five.says("south", 2, rel_to=["east"])
    five.carry("south", "east")
    stolen = Node("south", thief, monkeypatch)
    forged = stolen.says(66, rel_to=["east", "north"])
    out = stolen.exports(Node("east", five.folder, monkeypatch), "forged")
    five.run("east", "share", "import", str(out), code=1)
    assert five.ids("east") == {kept, told}
    # Who has not heard of it yet is deceived until it does: no key can help that.
    out = stolen.exports(Node("north", five.folder, monkeypatch), "forged-2")
    five.run("north", "share", "import", str(out))
    assert forged in five.ids("north")
    five.carry("south", "north")
    assert five.status("north", "south").get("contradictions") or forged in five.ids("north")


def test_a_node_that_tells_two_histories_is_found_out(five, monkeypatch):
    first = five.says("south", 1, rel_to=["east"])
    twin = five.folder / "twin"
    shutil.copytree(five.home("south"), twin / "south")
    five.says("south", 2, rel_to=["east"])
    five.carry("south", "east")
    liar = Node("south", twin, monkeypatch)
    liar.says(3, rel_to=["east"])
    # The copy goes on from the same point with another history of the same stream.
    stream = five.status("south", "east")["sent"]
    assert stream == 2
    second = liar.exports(Node("east", five.folder, monkeypatch), "twin")
    taken = five.json("east", "share", "import", str(second))
    assert not taken["findings"], "a stream of its own is no contradiction"
    again = five.folder / "again"
    shutil.copytree(five.home("south"), again / "south")
    five.says("south", 4, rel_to=["east"])
    five.carry("south", "east")
    liar = Node("south", again, monkeypatch)
    liar.says(5, rel_to=["east"])
    forked = liar.exports(Node("east", five.folder, monkeypatch), "forked")
    told = five.run("east", "share", "import", str(forked), code=1)
    assert "two histories" in told
    found = five.status("east", "south")["contradictions"]
    assert [one["problem"] for one in found] == ["forked"]
    assert "south" in found[0]["evidence"]
    assert first in five.ids("east")


def test_a_report_that_goes_round_stays_one(five):
    """South's public report comes back by two others: it is one record, of one origin."""
    record = five.says("south", 1, tlp="CLEAR", rel_to=[])
    five.carry("south", "east")
    five.carry("east", "west")
    five.carry("west", "coast")
    five.carry("east", "coast")
    back = five.carry("coast", "south")
    assert back is None or back["added"] == 0
    for name in ("south", "east", "west", "coast"):
        assert five.ids(name) == {record}
