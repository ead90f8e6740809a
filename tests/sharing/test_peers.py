"""Peers and their keys: compared once, changed without comparing anew, stolen at a stated time."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tocsin.errors import CheckFailed, TocsinError, UsageError
from tocsin.ledger.sealing import Signer
from tocsin.ledger.verifying import verify
from tocsin.sharing.chains import (
    Charter,
    Compromise,
    NodeCertificate,
    charters,
    compromised,
    node_at,
    parse_documents,
    signed_by,
)
from tocsin.workflow import peering, rotating

ROOTS = [Signer(bytes([n]) * 32) for n in (1, 2, 3)]
ORG, NEXT, NODE = (Signer(bytes([n]) * 32) for n in (11, 12, 21))
AT = datetime(2026, 6, 1, tzinfo=UTC)
RECIPIENT = "age1mvjej7evca0pm60tfev2s4t25vf0phas2a2tlu0xxrhfqyv8kddskqrv7c"


def charter(version=1, key=ORG, signers=ROOTS[:2], roots=ROOTS, **fields):
    given = {
        "organisation": "north",
        "version": version,
        "roots": tuple(one.public.hex() for one in roots),
        "threshold": 2,
        "key": key.public.hex(),
        "valid_from": "2026-01-01",
        "valid_to": "2028-01-01",
    }
    return signed_by(Charter(**(given | fields)), signers)


def certificate(signer=ORG, public=NODE, **fields):
    given = {
        "organisation": "north",
        "public": public.public.hex(),
        "recipient": RECIPIENT,
        "valid_from": "2026-01-01",
        "valid_to": "2027-01-01",
    }
    return signed_by(NodeCertificate(**(given | fields)), [signer])


def is_node(documents, at=AT, anchor=None):
    anchor = anchor or charter().anchor
    return node_at(documents, "north", anchor, NODE.public.hex(), at) is not None


class TestChain:
    def test_two_of_three_roots_are_enough_and_one_is_not(self):
        assert is_node([charter(), certificate()])
        assert not is_node([charter(signers=ROOTS[:1]), certificate()])
        assert not is_node([charter(signers=[ROOTS[0], ORG]), certificate()])

    def test_one_root_signing_twice_is_one(self):
        assert not is_node([charter(signers=[ROOTS[0], ROOTS[0]]), certificate()])

    def test_a_root_listed_twice_is_one(self):
        twice = charter(roots=[ROOTS[0], ROOTS[0]], signers=[ROOTS[0]])
        assert not is_node([twice, certificate()], anchor=twice.anchor)

    def test_dates_hold(self):
        held = [charter(), certificate()]
        for at in (datetime(2025, 12, 31, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)):
            assert not is_node(held, at)

    def test_another_charter_than_the_one_compared_proves_nothing(self):
        strangers = [Signer(bytes([n]) * 32) for n in (31, 32, 33)]
        forged = charter(roots=strangers, signers=strangers)
        assert not is_node([forged, certificate()])

    def test_roots_are_changed_by_the_roots_before(self):
        fresh = [Signer(bytes([n]) * 32) for n in (41, 42, 43)]
        by_both = charter(2, NEXT, signers=[*fresh[:2], *ROOTS[:2]], roots=fresh)
        by_none = charter(2, NEXT, signers=fresh, roots=fresh)
        node = certificate(NEXT)
        assert is_node([charter(), by_both, node])
        assert not is_node([charter(), by_none, node])

    def test_a_compromise_counts_from_its_time(self):
        stolen = signed_by(
            Compromise(organisation="north", public=NODE.public.hex(), since="2026-05-01T00:00Z"),
            [ORG],
        )
        held = [charter(), certificate(), stolen]
        assert not is_node(held)
        assert is_node(held, datetime(2026, 4, 30, tzinfo=UTC))

    def test_an_organisations_key_is_declared_stolen_by_its_roots_alone(self):
        said = Compromise(organisation="north", public=ORG.public.hex(), since="2026-05-01")
        line = charters([charter()], "north", charter().anchor)
        assert not compromised([signed_by(said, [ORG])], "north", line)
        assert not compromised([signed_by(said, ROOTS[:1])], "north", line)
        assert compromised([signed_by(said, ROOTS[1:])], "north", line)
        held = [charter(), certificate(), signed_by(said, ROOTS[:2])]
        assert not is_node(held)
        renewed = [*held, charter(2, NEXT), certificate(NEXT)]
        assert is_node(renewed)

    def test_a_stolen_organisations_key_cannot_declare_others_stolen(self):
        by_roots = signed_by(
            Compromise(organisation="north", public=ORG.public.hex(), since="2026-01-01"), ROOTS
        )
        by_thief = signed_by(
            Compromise(organisation="north", public=NODE.public.hex(), since="2026-01-01"), [ORG]
        )
        line = charters([charter(), charter(2, NEXT)], "north", charter().anchor)
        assert set(compromised([by_roots, by_thief], "north", line)) == {ORG.public.hex()}

    def test_what_is_no_document_proves_nothing(self):
        assert parse_documents([b"{}", b"[", b"x" * 100, b'{"tocsin":"charter 9"}']) == []


def test_a_changed_card_is_refused(node, tmp_path):
    north, south = node("north"), node("south")
    path, _ = north.card()
    card = msgspec.json.decode(path.read_bytes())
    other, _ = south.card()
    card["recipient"] = msgspec.json.decode(other.read_bytes())["recipient"]
    path.write_bytes(msgspec.json.encode(card))
    with south.at_work(), pytest.raises(CheckFailed, match="changed"):
        peering.add_peer(path)


def test_a_rotated_key_is_followed_without_comparing_anew(pair):
    north, south = pair
    first = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    with north.at_work():
        rotating.rotate_own()
    second = north.says(2, rel_to=["south"])
    taken = south.takes(north.exports(south, "second"))
    assert taken.added == 1
    assert south.ids() == {first, second}
    south.says(3, rel_to=["north"])
    assert north.takes(south.exports(north)).added == 1
    assert verify(north.ledger()).is_sound
    assert verify(south.ledger()).is_sound
    again = north.exports(south, "again", again=True)
    assert south.takes(again).reasons == {}, "what the old key signed stays good"


def test_an_old_bundle_still_opens_after_the_recipient_changed_its_key(pair):
    north, south = pair
    north.says(1, rel_to=["south"])
    late = north.exports(south)
    with south.at_work():
        rotating.rotate_own()
    assert south.takes(late).added == 1


def test_the_same_entry_keeps_its_id_when_the_key_is_changed(node):
    north = node("north")
    first = north.says(1)
    with north.at_work():
        rotating.rotate_own()
        from tocsin.workflow import record_keeping

        entered = record_keeping.add_statement(
            {
                "kind": "alias",
                "subject": "actor:invented-1",
                "known_at": "2023-07-01",
                "source": "an invented source",
                "tlp": "AMBER",
                "body": {"name": "Invented 1"},
            }
        )
    assert (entered.added, entered.known) == (0, 1)
    assert first in north.ids()


def test_a_new_key_for_which_nobody_vouches_is_refused(pair, node, tmp_path, monkeypatch):
    north, south = pair
    imposter = type(north)("north", tmp_path / "elsewhere", monkeypatch)
    imposter.trusts(south)
    card, _ = imposter.card()
    with south.at_work():
        with pytest.raises(CheckFailed, match="vouches"):
            rotating.rotate_peer("north", card)
        with pytest.raises(TocsinError, match="another key"):
            peering.add_peer(card)
    imposter.says(1, rel_to=["south"])
    with pytest.raises(CheckFailed, match="trusted here"):
        south.takes(imposter.exports(south))


@pytest.fixture
def chartered(node, tmp_path):
    north, south = node("north"), node("south")
    folders = [tmp_path / f"root-{n}" for n in range(3)]
    with north.at_work():
        rotating.charter(folders)
    north.trusts(south)
    south.trusts(north)
    return north, south, folders


def test_a_stolen_key_brings_in_nothing_new_whatever_its_date(chartered):
    north, south, _ = chartered
    kept = north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    thief = north.ledger()  # who holds the key of now
    north.says(2, rel_to=["south"])
    old = north.exports(south, "old")
    with north.at_work():
        rotating.compromise(f"{datetime.now(UTC) + timedelta(minutes=-1):%Y-%m-%dT%H:%MZ}")
    third = north.says(3, rel_to=["south"])
    assert south.takes(north.exports(south, "new")).added == 1
    with pytest.raises(CheckFailed, match="trusted here"):
        south.takes(old)
    assert south.ids() == {kept, third}
    assert verify(south.ledger()).is_sound
    assert thief.signer.key_id != north.ledger().signer.key_id
    assert south.takes(north.exports(south, "again", again=True)).reasons == {"withdrawn_key": 1}


def test_the_organisations_key_is_replaced_by_two_roots(chartered):
    north, south, folders = chartered
    with north.at_work():
        with pytest.raises(UsageError, match="root keys"):
            rotating.compromise("2026-11-01", folders=folders[:1], organisation=True)
        rotating.compromise("2026-11-01", folders=folders[1:], organisation=True)
    north.says(1, rel_to=["south"])
    assert south.takes(north.exports(south)).added == 1


def test_without_a_charter_a_stolen_key_is_told_by_another_way(pair):
    north, _ = pair
    with north.at_work(), pytest.raises(UsageError, match="without a charter"):
        rotating.compromise("2026-11-01")
