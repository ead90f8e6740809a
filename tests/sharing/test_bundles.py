"""Bundles between two nodes: what travels, once, in any order, and to nobody else."""

import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import msgspec
import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import CheckFailed, TocsinError, UnreadableFile
from tocsin.ledger.canonical import canonical
from tocsin.ledger.verifying import verify
from tocsin.sharing.blocks import RECORDS, Record, grouped, pack, sizes, unpack
from tocsin.sharing.bundles import MAGIC, parse_label
from tocsin.workflow import exchange_status, peering, taking

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
BODIES = st.dictionaries(
    st.sampled_from(["id", "salt", "name", "a"]), st.one_of(TEXTS, st.lists(TEXTS, max_size=2))
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A statement's canonical JSON, whatever stands in its texts, and a signature."""
    number = draw(st.binary(min_size=16, max_size=16)).hex()
    name = "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:]))
    fields = {
        "author": draw(TEXTS),
        "body": draw(BODIES),
        "id": draw(st.sampled_from([name, name.upper(), "short", ""])),
        "source": draw(TEXTS),
    }
    if draw(st.booleans()):
        fields["salt"] = draw(st.sampled_from([os.urandom(12).hex(), "00", "", "zz" * 12]))
    key = draw(st.sampled_from(["0" * 16, "ab" * 8]))
    raw = draw(st.binary(min_size=64, max_size=64))
    return Record(canonical(fields), f"{key}:{b64encode(raw).decode()}")


@given(st.lists(records(), min_size=1, max_size=8))
def test_a_block_gives_back_every_byte(found):
    assert unpack(pack(found)) == found
    assert pack(found) == pack(list(found))
    assert sum(part.size for part in sizes(found)) == len(pack(found))


def test_groups_are_bounded_by_number_and_by_text():
    small = Record(b'{"id":""}', "0" * 16 + ":" + b64encode(bytes(64)).decode())
    large = small._replace(content=b'"' + b"x" * 900_000 + b'"')
    assert [len(group) for group in grouped([small] * 2500)] == [RECORDS, RECORDS, 500]
    assert [len(group) for group in grouped([large] * 5)] == [2, 2, 1]


def test_only_what_is_released_travels(pair):
    north, south = pair
    shared = north.says(1, rel_to=["south"])
    public = north.says(2, tlp="CLEAR")
    north.says(3)
    north.says(4, rel_to=["west"])
    north.says(5, rel_to=["south"], tlp="RED")
    taken = south.takes(north.exports(south))
    assert (taken.added, taken.known, taken.set_aside) == (2, 0, 0)
    assert south.ids() == {shared, public}
    assert verify(south.ledger()).is_sound


def test_a_bundle_holds_only_what_is_new(pair):
    north, south = pair
    north.says(1, rel_to=["south"])
    south.takes(north.exports(south))
    north.says(2, rel_to=["south"])
    second = north.exports(south)
    assert north.exported.statements == 1
    assert south.takes(second).added == 1
    north.exports(south)
    assert north.exported is None


def test_the_same_bundle_twice_changes_nothing(pair):
    north, south = pair
    north.says(1, rel_to=["south"])
    bundle = north.exports(south)
    south.takes(bundle)
    head = south.ledger().head()
    again = south.takes(bundle)
    assert again.was_known
    assert south.ledger().head() == head


def test_bundles_arrive_in_any_order(pair):
    north, south = pair
    bundles = []
    for number in range(4):
        north.says(number, rel_to=["south"])
        bundles.append(north.exports(south, f"b{number}"))
    for at in (2, 0):
        south.takes(bundles[at])
    with south.at_work():
        (standing,) = exchange_status.exchange_status("north")
    assert standing.received == 1
    assert [(gap.first, gap.last) for gap in standing.missing] == [(1, 1)]
    south.takes(bundles[3])
    south.takes(bundles[1])
    with south.at_work():
        (standing,) = exchange_status.exchange_status("north")
    assert (standing.received, standing.missing, standing.contradictions) == (4, (), ())
    assert len(south.ids()) == 4


def test_what_was_lost_is_sent_again(pair):
    north, south = pair
    north.says(1, rel_to=["south"])
    north.exports(south, "lost")
    north.says(2, rel_to=["south"])
    south.takes(north.exports(south, "came"))
    north.takes(south.exports(north))
    again = north.exports(south, "again", again=True)
    assert north.exported.statements == 2
    taken = south.takes(again)
    assert (taken.added, taken.known) == (1, 1)
    north.takes(south.exports(north, "thanks"))
    with north.at_work():
        (standing,) = exchange_status.exchange_status("south")
    assert (standing.sent, standing.confirmed) == (2, 2)


def test_what_was_corrected_is_not_sent_again(pair):
    north, south = pair
    first = north.says(1, rel_to=["south"])
    north.exports(south, "lost")
    newer = north.says(1, rel_to=["south"], supersedes=first, known_at="2023-07-02")
    taken = south.takes(north.exports(south, again=True))
    assert north.exported.struck == 1
    assert taken.added == 1
    assert south.ids() == {newer}
    with south.at_work():
        (standing,) = exchange_status.exchange_status("north")
    assert (standing.received, standing.missing, standing.contradictions) == (2, (), ())


def test_an_expired_bundle_is_refused(pair, monkeypatch):
    north, south = pair
    north.says(1, rel_to=["south"])
    bundle = north.exports(south, days=2)

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=3)

    monkeypatch.setattr(taking, "datetime", Later)
    with pytest.raises(CheckFailed, match="expired"):
        south.takes(bundle)


def test_a_bundle_from_the_future_is_refused(pair, monkeypatch):
    north, south = pair
    north.says(1, rel_to=["south"])
    bundle = north.exports(south)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(days=3)

    monkeypatch.setattr(taking, "datetime", Earlier)
    with pytest.raises(CheckFailed, match="still to come"):
        south.takes(bundle)


def test_nobody_else_opens_a_bundle_nor_learns_for_whom_it_is(pair, node):
    north, south = pair
    west = node("west")
    west.trusts(north)
    secret = "Invented 77"
    north.says(77, rel_to=["south"])
    bundle = north.exports(south)
    with pytest.raises(UnreadableFile):
        west.takes(bundle)
    content = bundle.read_bytes()
    for word in (b"north", b"south", secret.encode()):
        assert word not in content


def test_an_untrusted_sender_brings_in_nothing(pair, node):
    _, south = pair
    west = node("west")
    west.trusts(south)
    west.says(1, rel_to=["south"])
    bundle = west.exports(south)
    with pytest.raises(CheckFailed, match="trusted here"):
        south.takes(bundle)
    card, _ = west.card()
    with south.at_work():
        from tocsin.workflow import peering

        peering.add_peer(card)
        with pytest.raises(CheckFailed, match="compared"):
            taking.take_bundle(bundle)
        with pytest.raises(CheckFailed, match="the fingerprint"):
            peering.trust_peer("west", "0000")
    assert south.ids() == set()


def test_a_removed_peer_is_sent_nothing_and_brings_in_nothing(pair):
    from tocsin.workflow import peering

    north, south = pair
    north.says(1, rel_to=["south"])
    bundle = north.exports(south)
    with south.at_work():
        peering.remove_peer("north", "left the bloc")
    with pytest.raises(CheckFailed, match="no longer a peer"):
        south.takes(bundle)
    with pytest.raises(CheckFailed, match="no longer a peer"):
        south.exports(north)


def test_the_size_of_a_bundle_is_said_by_parts():
    at = datetime(2023, 7, 1, tzinfo=UTC).isoformat()
    content = canonical({"body": {"text": at}, "id": "01890a5d-ac96-774b-bcce-b302099a8057"})
    found = [Record(content, "0" * 16 + ":" + b64encode(os.urandom(64)).decode())] * 10
    named = {part.name: part.size for part in sizes(found)}
    assert named["signatures"] == 640
    assert named["ids"] == 100


def test_errors_are_the_house_own(pair, tmp_path):
    _, south = pair
    for content in (b"", b"age-encryption.org/v1\n", os.urandom(300)):
        path = tmp_path / "rubbish"
        path.write_bytes(content)
        with pytest.raises(TocsinError):
            south.takes(path)
    sealed = pyrage.encrypt(b"tocsin bundle 1\n" + bytes(4), [_recipient(south)])
    path.write_bytes(sealed)
    with pytest.raises(CheckFailed):
        south.takes(path)


def _recipient(node):
    card, _ = node.card()
    return pyrage.x25519.Recipient.from_str(msgspec.json.decode(card.read_bytes())["recipient"])


def test_what_a_peer_may_not_see_leaves_no_trace_in_its_bundle(pair, node):
    """Neither number, nor size of the stream, nor the bytes of a block tell of hidden records."""
    north, south = pair
    other = node("north-2")
    with other.at_work():
        peering.add_peer(south.card()[0])
        peering.trust_peer("south", south.card()[1])
    told = []
    for one, hidden in ((north, 3), (other, 0)):
        for number in range(hidden):
            one.says(100 + number)
            one.says(200 + number, rel_to=["west"], tlp="RED")
        one.says(1, rel_to=["south"])
        one.exports(south, one.name)
        with south.at_work():
            identities = peering.exchange_identities(peering.open_vault())
        plain = pyrage.decrypt((one.folder / f"{one.name}.tocsin").read_bytes(), identities)
        start = len(MAGIC) + 4
        size = int.from_bytes(plain[len(MAGIC) : start], "big")
        label = parse_label(plain[start : start + size])
        told.append((label.first, label.head.size, label.records, len(label.blocks), label.seen))
    assert told[0] == told[1]
