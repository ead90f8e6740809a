"""Originator control: nothing is released unseen, RED by two, and passed on only with a grant."""

import pytest
from tests.sharing.nodes import Node, node, pair

from tocsin.errors import CheckFailed, UnknownName, UsageError
from tocsin.workflow import (
    granting,
    membership,
    recalling,
    record_keeping,
    releasing,
    safe_keeping,
    tearing,
)

__all__ = ["node", "pair"]
WORDS = {"duty-1": "four words nobody joins", "chief-2": "another four odd words"}


@pytest.fixture
def north(node) -> Node:
    return node("north")


def authority(one: Node) -> str:
    return f"{one.name}:release-authority"


def released(one: Node, told: str, *to: str, **more: str) -> granting.Released:
    with one.at_work():
        shown = granting.release(told, to, reader=authority(one), **more).preview
        return granting.release(told, to, agreed=shown.digest, reader=authority(one), **more)


def test_nothing_is_released_without_its_preview(north: Node) -> None:
    told = north.says(1)
    with north.at_work():
        looked = granting.release(told, ["east"], reader=authority(north))
        assert not looked.statement
        assert not north.sees("east:analyst")
        with pytest.raises(CheckFailed):
            granting.release(told, ["east"], agreed="0" * 64, reader=authority(north))
        with pytest.raises(CheckFailed):
            granting.release(told, ["west"], agreed=looked.preview.digest, reader=authority(north))
    done = released(north, told, "east")
    assert [one.id for one in north.sees("east:analyst")] == [done.statement]


def test_only_the_release_authority_releases(north: Node) -> None:
    told = north.says(1)
    with north.at_work():
        for reader in ("", "north:duty-officer", "east:release-authority"):
            with pytest.raises(UsageError):
                granting.release(told, ["east"], reader=reader)


def test_an_audience_that_grew_after_the_preview_must_be_looked_at_again(north: Node) -> None:
    told = north.says(1)
    with north.at_work():
        membership.create_group("border", ("south",), since="2023-01-01")
        to = ["group:north/border"]
        seen = granting.release(told, to, reader=authority(north)).preview.digest
        membership.add_members("border", ("west",), since="2023-01-01")
        with pytest.raises(CheckFailed):
            granting.release(told, to, agreed=seen, reader=authority(north))


def test_red_takes_two_persons_and_then_travels(pair) -> None:
    north, south = pair
    told = north.says(1, tlp="RED", rel_to=["south"])
    north.exports(south, "early")
    with north.at_work():
        for handle, words in WORDS.items():
            safe_keeping.enrol_person(handle, words)
        asked = {"reader": authority(north)}
        digest = granting.release(told, ["south"], **asked).preview.digest
        with pytest.raises(UsageError, match="two persons"):
            granting.release(told, ["south"], agreed=digest, **asked)
        one = {"by": "duty-1", "passphrase": WORDS["duty-1"], "agreed": digest}
        assert granting.release(told, ["south"], **one, **asked).waits
        with pytest.raises(UsageError, match="already"):
            granting.release(told, ["south"], **one, **asked)
        two = {"by": "chief-2", "passphrase": WORDS["chief-2"], "agreed": digest}
        assert granting.release(told, ["south"], **two, **asked).statement == told
    assert north.exported is None or told not in south.ids()
    south.takes(north.exports(south, "late"))
    assert told in south.ids()


def test_red_does_not_travel_on_one_person_s_word(pair) -> None:
    north, south = pair
    told = north.says(1, tlp="RED", rel_to=["south"])
    north.says(2, rel_to=["south"])
    south.takes(north.exports(south))
    assert told not in south.ids()


@pytest.fixture
def three(node) -> tuple[Node, Node, Node]:
    """North's records may be held by south; east knows both."""
    made = tuple(node(name) for name in ("north", "south", "east"))
    for one in made:
        for other in made:
            if one is not other:
                one.trusts(other)
    return made


def granted(one: Node, told: str, holder: str, *to: str, **more: str) -> str:
    with one.at_work():
        asked = {"reader": authority(one)} | more
        seen = granting.grant(told, holder, to, **asked).preview
        return granting.grant(told, holder, to, agreed=seen.digest, **asked).grant


def test_a_holder_passes_on_only_with_the_originators_grant(three) -> None:
    north, south, east = three
    told = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    south.exports(east)
    assert south.exported is None
    granted(north, told, "south", "east")
    south.takes(north.exports(south, "grant"))
    taken = east.takes(south.exports(east, "on"))
    assert told in east.ids(), taken


def test_the_importer_asks_for_the_grant_again(three) -> None:
    north, south, east = three
    told = north.says(1, rel_to=["south", "east"])
    south.takes(north.exports(south))
    (held,) = south.records()
    taken = east.takes(south.forges(east, [held]))
    assert taken.reasons == {"no_grant": 1}
    assert told not in east.ids()


@pytest.mark.parametrize(
    ("holder", "to", "more"),
    [("east", "east", {}), ("south", "west", {}), ("south", "east", {"until": "2023-12-31"})],
)
def test_a_grant_for_others_or_of_the_past_opens_nothing(three, holder, to, more) -> None:
    north, south, east = three
    told = north.says(1, rel_to=["south"])
    granted(north, told, holder, to, **more)
    south.takes(north.exports(south))
    south.exports(east)
    taken = south.exported
    assert taken is None or taken.statements == 0 or told not in east.ids()


def test_somebody_elses_grant_opens_nothing(three) -> None:
    north, south, _ = three
    told = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    with south.at_work(), pytest.raises(UsageError, match="only north"):
        granting.grant(told, "south", ["east"], reader=authority(south))


def test_a_request_is_answered_with_reasons(three) -> None:
    north, south, east = three
    told = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    with south.at_work():
        asked = granting.request(told, ["east"], "a convoy crosses their border")
    north.takes(south.exports(north))
    with north.at_work():
        (seen,) = granting.requests()
        assert (seen.id, seen.reason) == (asked, "a convoy crosses their border")
        looked = granting.answer(asked, granted=True, reason="agreed", reader=authority(north))
        done = granting.answer(
            asked, granted=True, reason="agreed", agreed=looked.preview.digest,
            reader=authority(north),
        )  # fmt: skip
        assert done.grant
    south.takes(north.exports(south, "answer"))
    with south.at_work():
        assert [one.answer for one in granting.requests()] == ["granted"]
    east.takes(south.exports(east))
    assert told in east.ids()


def test_what_is_made_from_a_record_is_marked_no_more_openly(north: Node) -> None:
    parent = north.says(1, caveats=["ORCON"], tlp="AMBER+STRICT")
    child = {
        "kind": "alias", "subject": "actor:child", "known_at": "2023-07-02", "source": "north",
        "body": {"name": "Child"}, "derived_from": [parent],
    }  # fmt: skip
    with north.at_work():
        for wrong in ({"tlp": "AMBER", "caveats": ["ORCON"]}, {"tlp": "RED"}):
            with pytest.raises(UsageError, match="made from"):
                record_keeping.add_statement(child | wrong)
        done = record_keeping.add_statement(child | {"tlp": "RED", "caveats": ["ORCON", "PARTY"]})
    assert done.added == 1


def test_what_is_made_from_anothers_record_goes_no_further_than_it(pair) -> None:
    north, south = pair
    told = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    child = {
        "kind": "alias", "subject": "actor:child", "known_at": "2023-07-02", "source": "south",
        "body": {"name": "Child"}, "derived_from": [told], "tlp": "AMBER",
    }  # fmt: skip
    with south.at_work():
        with pytest.raises(UsageError, match="not released to east"):
            record_keeping.add_statement(child | {"rel_to": ["east"]})
        assert record_keeping.add_statement(child | {"rel_to": ["north"]}).added == 1


def test_a_refusal_says_the_same_of_what_is_hidden_and_what_is_not_there(north: Node) -> None:
    told = north.says(1)
    with north.at_work():
        said = []
        for one in (told, "01890a5d-ac96-774b-bcce-b302099a8057"):
            with pytest.raises(UnknownName) as refused:
                releasing.preview(one, "south:analyst")
            said.append(str(refused.value).replace(one, "ID"))
    assert said[0] == said[1]


def test_another_organisation_learns_of_itself_alone_from_a_preview(north: Node) -> None:
    told = north.says(1, tlp="CLEAR")
    with north.at_work():
        before = releasing.preview(told, "east:analyst")
        membership.create_group("border", ("south", "west"), since="2023-01-01")
        assert releasing.preview(told, "east:analyst") == before
        assert [one.organisation for one in before.seers] == ["east"]
        assert {"south", "west"} <= {one.organisation for one in releasing.preview(told).seers}


@pytest.mark.parametrize("withdraw", ["recall", "retract"])
def test_what_was_withdrawn_is_not_released_under_a_new_id(north: Node, withdraw: str) -> None:
    told = north.says(1)
    with north.at_work():
        if withdraw == "recall":
            recalling.recall(told, "endangers_a_person")
        else:
            record_keeping.retract(told, "entered by mistake")
        for act in (
            lambda: granting.release(told, ["east"], reader=authority(north)),
            lambda: granting.grant(told, "east", ["west"], reader=authority(north)),
            lambda: tearing.tear(told, tlp="AMBER", to=["east"], reader=authority(north)),
        ):
            with pytest.raises(UsageError, match="withdrawn since"):
                act()
