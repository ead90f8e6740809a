"""Groups between nodes: who is in gets the records, who has left gets none, from anyone."""

import json
from datetime import UTC, datetime

import pytest
from tests.sharing.nodes import Node, node, pair
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import CheckFailed, IdentityConflict, NotLookedAt, UnknownName, UsageError
from tocsin.ledger.membership import known_groups
from tocsin.workflow import membership, releasing

__all__ = ["node", "pair"]


def ran(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.fixture
def north(node) -> Node:
    return node("north")


def test_whoever_leaves_is_not_made_to_stay_longer(north: Node) -> None:
    """A member's time is made longer by `groups add` alone, which shows what that opens."""
    with north.at_work():
        membership.create_group("border", ("south",))
        for end in ("2098-12-31", "2099-12-31", "2097-12-31"):
            membership.remove_members("border", ("south",), until=end)
            (found,) = known_groups(north.ledger(), datetime(2098, 6, 30, tzinfo=UTC)).values()
            held = [one.until for one in found.body.members if one.organisation == "south"]
            assert held == [min("2098-12-31", end)]


def test_a_group_is_created_joined_left_and_shown(north: Node) -> None:
    with north.at_work():
        ran("groups", "create", "border", "--member", "south", "--since", "2023-01-01")
        ran("groups", "add", "border", "east", "--since", "2023-06-01")
        ran("groups", "remove", "border", "south", "--until", "2023-12-31")
        shown = json.loads(ran("groups", "show", "north/border", "--json"))[0]
    assert shown["version"] == 3
    assert [(one["organisation"], one["belongs"]) for one in shown["members"]] == [
        ("east", True),
        ("south", False),
    ]


@pytest.mark.parametrize(("history", "opened"), [("all", 3), ("from-joining", 1)])
def test_what_a_joining_member_could_read_is_shown_first(north: Node, history, opened) -> None:
    """A group's list widens every record that names it: as a release, only after a look."""
    with north.at_work():
        ran("groups", "create", "bloc", "--member", "west", "--since", "2023-01-01",
            "--history", history)  # fmt: skip
    to = {"rel_to": ["group:north/bloc"]}
    for number, known in enumerate(("2023-02", "2023-03", "2023-08")):
        north.says(number, known_at=known, **to)
    north.says(7)
    with north.at_work():
        words = ["groups", "add", "bloc", "east", "--since", "2023-07-01"]
        looked = CliRunner().invoke(app, [*words, "--json"])
        assert isinstance(looked.exception, NotLookedAt)
        (shown,) = json.loads(looked.stdout)["opened"]
        assert shown == {"organisation": "east", "count": opened, "kinds": {"alias": opened}}
        digest = json.loads(looked.stdout)["digest"]
        assert not north.sees("east")
        with pytest.raises(CheckFailed):
            ran(*words, "--yes", "0" * 16)
        ran(*words, "--yes", digest[:12])
        assert len(north.sees("east")) == opened


def test_a_part_that_keeps_what_the_whole_had_opens_nothing(north: Node) -> None:
    with north.at_work():
        ran("groups", "create", "bloc", "--member", "south", "--member", "west", "--since",
            "2023-01-01", "--history", "all")  # fmt: skip
    north.says(1, rel_to=["group:north/bloc"])
    with north.at_work():
        ran("groups", "split", "bloc", "--into", "a=south", "--into", "b=west")


def test_only_its_steward_changes_a_group(north: Node) -> None:
    with north.at_work():
        with pytest.raises(UsageError, match="kept by south"):
            membership.create_group("south/border")
        with pytest.raises(UnknownName):
            membership.add_members("border", ("south",))
        membership.create_group("border", ("south",))
        with pytest.raises(IdentityConflict):
            membership.create_group("border")
        with pytest.raises(UsageError, match="already"):
            membership.add_members("border", ("south",))
        with pytest.raises(UsageError, match="does not belong"):
            membership.remove_members("border", ("east",))


def test_a_reader_has_the_groups_of_its_organisation(north: Node) -> None:
    shared = {"rel_to": ["group:north/border"], "known_at": "2023-07-01"}
    with north.at_work():
        membership.create_group("border", ("south",), since="2023-01-01")
    told = north.says(1, **shared)
    assert told in {one.id for one in north.sees("south:analyst")}
    assert not north.sees("east:analyst")
    with north.at_work():
        membership.remove_members("border", ("south",), until="2023-12-31")
    assert told not in {one.id for one in north.sees("south:analyst")}


def test_a_joining_member_gets_what_was_known_before_only_if_the_group_says_so(north: Node) -> None:
    with north.at_work():
        membership.create_group("new", ("south",), since="2023-08-01")
        membership.create_group("open", ("south",), since="2023-08-01", history="all")
    old = north.says(1, rel_to=["group:north/new"])
    fresh = north.says(2, rel_to=["group:north/new"], known_at="2023-09-01")
    opened = north.says(3, rel_to=["group:north/open"])
    seen = {one.id for one in north.sees("south:analyst")}
    assert old not in seen
    assert {fresh, opened} <= seen


def test_a_preview_says_who_will_see_a_record_and_why(north: Node) -> None:
    with north.at_work():
        membership.create_group("border", ("south", "west"), since="2023-01-01")
        membership.create_group("late", ("late",), since="2023-08-01")
    told = north.says(
        1, rel_to=["group:north/border", "group:north/late", "east", "group:north/nobody"]
    )
    with north.at_work():
        found = releasing.preview(told)
        why = {one.organisation: (one.sees, one.why) for one in found.seers}
        text = ran("share", "preview", told)
    assert why == {
        "north": (True, "its_own"),
        "east": (True, "named"),
        "south": (True, "by_group"),
        "west": (True, "by_group"),
        "late": (False, "before_joining"),
    }
    assert found.unknown == ("group:north/nobody",)
    assert found.audience == ("east", "south", "west")
    assert "belongs to north/border" in text
    assert "releases to nobody" in text


def test_a_preview_of_what_may_not_be_seen_is_a_preview_of_nothing(north: Node) -> None:
    told = north.says(1)
    with north.at_work():
        missing = "01890a5d-ac96-774b-bcce-b302099a8057"
        said = []
        for one in (told, missing):
            with pytest.raises(UnknownName) as refused:
                releasing.preview(one, "south:analyst")
            said.append(str(refused.value).replace(one, "ID"))
    assert said[0] == said[1]


def test_an_agreed_preview_differs_once_the_audience_does(north: Node) -> None:
    with north.at_work():
        membership.create_group("border", ("south",), since="2023-01-01")
    told = north.says(1, rel_to=["group:north/border"])
    with north.at_work():
        before = releasing.preview(told).digest
        assert releasing.preview(told).digest == before
        membership.add_members("border", ("west",), since="2023-01-01")
        assert releasing.preview(told).digest != before


def test_a_group_splits_in_two(north: Node) -> None:
    with north.at_work():
        membership.create_group("bloc", ("south", "west"), since="2023-01-01")
    old = north.says(1, rel_to=["group:north/bloc"])
    with north.at_work():
        ran("groups", "split", "bloc", "--into", "a=south", "--into", "b=west")
    fresh = north.says(2, rel_to=["group:north/a"], known_at="2026-12-31")
    assert {old, fresh} <= {one.id for one in north.sees("south:analyst")}
    seen = {one.id for one in north.sees("west:analyst")}
    assert old in seen
    assert fresh not in seen


def test_the_list_travels_with_the_records_and_a_member_that_left_gets_none(pair) -> None:
    north, south = pair
    with north.at_work():
        membership.create_group("border", ("south",), since="2023-01-01")
    first = north.says(1, rel_to=["group:north/border"])
    taken = south.takes(north.exports(south))
    assert first in south.ids(), taken
    with south.at_work():
        assert [one.name for one in membership.shown_groups()] == ["north/border"]
    with north.at_work():
        membership.remove_members("border", ("south",))
    second = north.says(2, rel_to=["group:north/border"])
    south.takes(north.exports(south, "after"))
    assert second not in south.ids()
    with south.at_work():
        (shown,) = membership.shown_groups()
    assert shown.version == 2
    assert not any(one.belongs for one in shown.members)
