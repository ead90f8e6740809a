"""Recalls, corrections and narrower markings reach every holder, and are confirmed."""

from datetime import UTC, datetime

import msgspec
import pytest

from tocsin.errors import UsageError
from tocsin.ledger.verifying import verify
from tocsin.tables.kinds import Recall
from tocsin.workflow import exchange_status, recalling


def recall(node, statement, reason="an invented reason"):
    with node.at_work():
        return recalling.recall(statement, reason)


def unconfirmed(node, peer):
    with node.at_work():
        (standing,) = exchange_status.exchange_status(peer)
    return [one.about for one in standing.unconfirmed]


def test_a_recalled_record_is_in_no_view_of_its_holder(pair):
    north, south = pair
    kept, gone = north.says(1, rel_to=["south"]), north.says(2, rel_to=["south"])
    south.takes(north.exports(south))
    assert recall(north, gone).sent_to == ("south",)
    taken = south.takes(north.exports(south, "recall"))
    assert (taken.added, taken.confirmed) == (1, 1)
    seen = {one.id for one in south.sees() if one.kind == "alias"}
    assert seen == {kept}
    view = south.ledger().view(recalling.Reader("south"))
    assert gone not in {one.id for one in view.each()}
    assert gone not in {one.id for one in view.history("actor:invented-2")}
    assert verify(south.ledger()).is_sound
    own = {one.id for one in north.ledger().view(recalling.Reader("north")).each()}
    assert gone in own, "the originator keeps its own history"


def test_who_has_not_confirmed_is_listed_until_the_receipt_comes(pair):
    north, south = pair
    gone = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    recall(north, gone)
    bundle = north.exports(south, "recall")
    assert unconfirmed(north, "south") == [gone]
    south.takes(bundle)
    assert unconfirmed(north, "south") == [gone]
    north.takes(south.exports(north))
    assert unconfirmed(north, "south") == []


def test_a_lost_receipt_is_asked_for_again(pair):
    north, south = pair
    gone = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    recall(north, gone)
    south.takes(north.exports(south, "recall"))
    south.exports(north, "lost receipt")
    south.takes(north.exports(south, "reminder", again=True))
    north.takes(south.exports(north, "receipt again"))
    assert unconfirmed(north, "south") == []


def test_a_late_bundle_does_not_bring_it_back(pair):
    north, south = pair
    gone = north.says(1, rel_to=["south"])
    late = north.exports(south, "late")
    recall(north, gone)
    south.takes(north.exports(south, "recall"))
    taken = south.takes(late)
    assert (taken.added, taken.reasons) == (0, {"recalled": 1})
    assert gone not in south.ids()
    with south.at_work():
        (standing,) = exchange_status.exchange_status("north")
    assert (standing.received, standing.missing, standing.contradictions) == (2, (), ())


def test_a_recalled_record_is_not_sent_again(pair):
    north, south = pair
    gone = north.says(1, rel_to=["south"])
    north.exports(south, "lost")
    recall(north, gone)
    bundle = north.exports(south, again=True)
    assert (north.exported.statements, north.exported.struck) == (1, 1)
    taken = south.takes(bundle)
    assert taken.added == 1
    assert not [one for one in south.sees() if one.kind == "alias"]


def test_one_recalls_only_what_is_ones_own(pair):
    north, south = pair
    theirs = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    with pytest.raises(UsageError, match="only north may recall"):
        recall(south, theirs)
    recall(north, theirs)
    with pytest.raises(UsageError, match="already"):
        recall(north, theirs)


def test_a_correction_is_confirmed(pair):
    north, south = pair
    first = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    newer = north.says(1, rel_to=["south"], supersedes=first, known_at="2023-07-02")
    assert south.takes(north.exports(south, "second")).confirmed == 1
    north.takes(south.exports(north))
    assert unconfirmed(north, "south") == []
    assert {one.id for one in south.sees() if one.kind == "alias"} == {newer}


def test_a_narrower_marking_recalls_what_was_sent(pair):
    north, south = pair
    first = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    north.says(1, rel_to=[], supersedes=first, known_at="2023-07-02")
    south.takes(north.exports(south, "narrower"))
    assert not [one for one in south.sees() if one.kind == "alias"]


def test_a_forged_recall_recalls_nothing(pair, node):
    """Only the originator's own word withdraws: a third party's recall of it changes nothing."""
    north, south = pair
    west = node("west")
    west.trusts(south)
    south.trusts(west)
    kept = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    own = west.says(2, rel_to=["south"])
    ledger = west.ledger()
    made = recalling.write_recall(ledger, own, "x", datetime.now(UTC))
    word = ledger.view(recalling.Reader("west")).statement(made)
    forged = msgspec.structs.replace(word, body=Recall(statement=kept, reason="x"))
    taken = south.takes(west.forges(south, [west.sealed(forged)]))
    assert taken.added == 1
    assert kept in south.ids()
    late = north.exports(south, "again", again=True)
    assert south.takes(late).reasons == {}
