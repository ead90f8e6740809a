"""What a hostile peer, or whoever finds a stick, may try; and every parser against rubbish."""

import contextlib
import lzma
import os
import struct
import tracemalloc
from datetime import UTC, datetime

import msgspec
import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import CheckFailed, TocsinError, UnreadableFile
from tocsin.ledger.canonical import canonical
from tocsin.ledger.sealing import Signer
from tocsin.ledger.verifying import verify
from tocsin.sharing import blocks, bundles, chains, chunks, flashes, peers
from tocsin.sharing.blocks import Record, pack, unpack
from tocsin.sharing.bundles import MAGIC, Head, Label, parse_label, read_opened, sign_label
from tocsin.workflow import exchange_status, peering

LONG = int(os.environ.get("TOCSIN_FUZZ", "60"))  # `make fuzz` asks for more


def opened(node, bundle):
    """A bundle as its recipient decrypts it."""
    with node.at_work():
        identities = peering.exchange_identities(peering.open_vault())
    return pyrage.decrypt(bundle.read_bytes(), identities)


def sealed_again(node, plain, path):
    """What anybody can do with a recipient's public key."""
    with node.at_work():
        identity = peering.exchange_identities(peering.open_vault())[0]
    path.write_bytes(pyrage.encrypt(plain, [identity.to_public()]))
    return path


class TestBundles:
    def test_no_byte_of_a_bundle_can_be_changed(self, pair, tmp_path):
        north, south = pair
        north.says(1, rel_to=["south"])
        content = north.exports(south).read_bytes()
        path = tmp_path / "changed"
        for at in range(0, len(content), max(1, len(content) // 60)):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(TocsinError):
                south.takes(path)
        for size in range(0, len(content), max(1, len(content) // 30)):
            path.write_bytes(content[:size])
            with pytest.raises(TocsinError):
                south.takes(path)
        path.write_bytes(content + b"x")
        with pytest.raises(TocsinError):
            south.takes(path)
        assert south.ids() == set()

    def test_no_byte_of_the_plain_can_be_changed_by_who_has_the_public_key(self, pair, tmp_path):
        north, south = pair
        north.says(1, rel_to=["south"])
        plain = opened(south, north.exports(south))
        for at in range(0, len(plain), max(1, len(plain) // 60)):
            changed = plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :]
            with pytest.raises(CheckFailed):
                south.takes(sealed_again(south, changed, tmp_path / "changed"))
        for changed in (plain[:-1], plain + b"x"):
            with pytest.raises(CheckFailed):
                south.takes(sealed_again(south, changed, tmp_path / "changed"))
        assert south.ids() == set()

    def test_a_block_of_another_bundle_does_not_fit(self, pair, tmp_path):
        """Mix and match: both bundles are genuine."""
        north, south = pair
        north.says(1, rel_to=["south"])
        one = opened(south, north.exports(south, "one"))
        north.says(2, rel_to=["south"])
        two = opened(south, north.exports(south, "two"))
        start = len(MAGIC) + 4
        size = struct.unpack(">I", one[len(MAGIC) : start])[0]
        mixed = one[: start + size + 64]
        with_two = two[start + struct.unpack(">I", two[len(MAGIC) : start])[0] + 64 :]
        with pytest.raises(CheckFailed):
            south.takes(sealed_again(south, mixed + with_two, tmp_path / "mixed"))

    def test_a_bundle_handed_on_to_somebody_else_is_refused(self, pair, node, tmp_path):
        north, south = pair
        west = node("west")
        west.trusts(north)
        north.says(1, rel_to=["south", "west"])
        plain = opened(south, north.exports(south))
        with pytest.raises(CheckFailed, match="made for south"):
            west.takes(sealed_again(west, plain, tmp_path / "handed on"))

    def test_a_record_signed_anew_by_another_is_set_aside(self, pair, node):
        north, south = pair
        west = node("west")
        west.trusts(south)
        south.trusts(west)
        north.says(1, rel_to=["south"])
        (record,) = north.records()
        ledger = west.ledger()
        from hashlib import sha256

        stolen = Record(record.content, ledger.signer.sign_hash(sha256(record.content).digest()))
        taken = south.takes(west.forges(south, [stolen]))
        assert taken.reasons == {"not_its_own": 1}
        assert south.ids() == set()

    def test_a_stripped_or_changed_record_is_set_aside(self, pair):
        north, south = pair
        north.says(1, rel_to=["south"], caveats=["ORCON"])
        (record,) = north.records()
        for changed in (
            record.content.replace(b'"caveats":["ORCON"],', b""),
            record.content.replace(b'"rel_to":["south"]', b'"rel_to":["south","west"]'),
            record.content.replace(b"Invented 1", b"Invented 2"),
            record.content.replace(b'"author"', b' "author"'),
        ):
            assert changed != record.content
            taken = south.takes(north.forges(south, [Record(changed, record.signature)]))
            assert set(taken.reasons) <= {"unsigned", "unreadable"}
        assert south.ids() == set()

    def test_an_oversized_bundle_is_refused_before_it_is_read(self, pair, tmp_path, monkeypatch):
        _, south = pair
        monkeypatch.setattr(bundles, "BUNDLE_LIMIT", 1000)
        path = tmp_path / "large"
        path.write_bytes(bytes(1001))
        with pytest.raises(UnreadableFile, match="larger"):
            south.takes(path)

    def test_what_does_not_travel_is_set_aside(self, pair):
        """A peer cannot tell a node whom to trust."""
        north, south = pair
        records = [*north.records("peer"), *north.records("node_key")]
        assert records
        taken = south.takes(north.forges(south, records))
        assert taken.reasons == {"stays": len(records)}

    def test_a_rolled_back_list_of_members_changes_nothing(self, pair, node):
        from tocsin.workflow import membership

        north, south = pair
        with north.at_work():
            membership.create_group("bloc", ("north", "south", "west"), since="2024-01-01")
        old = north.records("group")
        with north.at_work():
            membership.remove_members("bloc", ("west",))
        newest = [one for one in north.records("group") if one not in old]
        south.takes(north.forges(south, newest, "newest"))
        south.takes(north.forges(south, old, "rolled back"))
        with south.at_work():
            (shown,) = membership.shown_groups("north/bloc")
        members = {one.organisation for one in shown.members if one.belongs}
        assert "south" in members
        assert "west" not in members

    def test_a_replayed_stream_head_does_not_turn_back_what_was_confirmed(self, pair):
        north, south = pair
        north.says(1, rel_to=["south"])
        south.takes(north.exports(south))
        early = south.exports(north, "early")
        north.says(2, rel_to=["south"])
        south.takes(north.exports(south, "two"))
        north.takes(south.exports(north, "later"))
        north.takes(early)
        with north.at_work():
            (standing,) = exchange_status.exchange_status("south")
        assert (standing.confirmed, standing.contradictions) == (2, ())

    def test_a_peer_that_claims_to_hold_more_is_found_out(self, pair):
        north, south = pair
        north.says(1, rel_to=["south"])
        south.takes(north.exports(south))
        with north.at_work():
            from tocsin.ledger.peer_streams import OUT, streams

            (out,) = streams(north.ledger(), "south", OUT)
        lie = Head(stream=out.id, size=9, root="0" * 64)
        assert north.takes(south.forges(north, [], "more", seen=lie)).findings == ("claims_more",)
        other = Head(stream=out.id, size=1, root="0" * 64)
        taken = north.takes(south.forges(north, [], "another", seen=other))
        assert taken.findings == ("holds_another",)

    def test_a_withheld_item_is_found_out_by_the_head(self, pair):
        north, south = pair
        north.says(1, rel_to=["south"])
        north.says(2, rel_to=["south"])
        one, two = north.records()
        whole = bundles.Head(stream="ab" * 16, size=1, root="11" * 32)
        taken = south.takes(north.forges(south, [one], "withheld", head=whole))
        assert taken.findings == ("forked",)
        assert two


class TestBombs:
    def test_a_packed_bomb_does_not_grow(self):
        records = [Record(b'{"id":""}', "0" * 16 + ":" + "A" * 86 + "==")]
        block = pack(records)
        huge = lzma.compress(bytes(500 << 20), format=lzma.FORMAT_RAW, filters=blocks._FILTERS)
        head = block[: len(block) - len(block[12 + 16 + 4 + 10 + 64 :])]
        tracemalloc.start()
        with pytest.raises(CheckFailed):
            unpack(head + huge)
        with pytest.raises(CheckFailed):
            unpack(head[: 12 + 16] + struct.pack(">I", 2**32 - 1) + head[12 + 20 :] + huge)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 40 << 20

    @pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 50_000, b'"' + b"x" * 5_000_000])
    def test_deep_or_long_json_is_refused(self, text):
        for parse in (
            parse_label,
            chunks.parse_manifest,
            peers.parse_card,
        ):
            with pytest.raises(TocsinError):
                parse(text)
        assert chains.parse_documents([text]) == []

    def test_a_deep_statement_is_set_aside(self, pair):
        north, south = pair
        body = b'{"author":"a","body":' + b"[" * 20_000 + b"]" * 20_000 + b',"id":""}'
        north.says(1, rel_to=["south"])
        (record,) = north.records()
        taken = south.takes(north.forges(south, [Record(body, record.signature), record]))
        assert (taken.added, taken.reasons) == (1, {"unreadable": 1})
        assert verify(south.ledger()).is_sound


SIGNER = Signer(b"\x05" * 32)
AT = datetime(2026, 1, 1, tzinfo=UTC)
LABEL = Label(
    id="0" * 32,
    sender="north",
    recipient="south",
    key=SIGNER.key_id,
    first=0,
    head=Head(stream="1" * 32, size=0, root="2" * 64),
    made_at="2026-01-01",
    expires_at="2026-02-01",
)
ANY = st.binary(max_size=400)


def near(good: bytes):
    """Texts that are nearly right: some bytes changed, cut or repeated."""
    return st.builds(
        lambda at, some, cut: good[: at % len(good)] + some + good[(at + cut) % len(good) :],
        st.integers(0, 10_000),
        st.binary(max_size=8),
        st.integers(0, 40),
    )


class TestParsers:
    """Each takes any bytes: it reads them, or refuses in the house's own words."""

    @given(ANY | near(sign_label(LABEL, SIGNER)[0]))
    @settings(max_examples=LONG)
    def test_labels(self, content):
        with contextlib.suppress(TocsinError):
            assert canonical(parse_label(content)) == content

    @given(ANY | near(pack([Record(b'{"id":""}', "0" * 16 + ":" + "A" * 86 + "==")] * 3)))
    @settings(max_examples=LONG)
    def test_blocks(self, content):
        with contextlib.suppress(TocsinError):
            assert unpack(content)

    @given(ANY)
    @settings(max_examples=LONG)
    def test_opened_bundles(self, content):
        from io import BytesIO

        for start in (b"", MAGIC, MAGIC + struct.pack(">I", len(content))):
            with pytest.raises(TocsinError):
                read_opened(BytesIO(start + content), lambda _: SIGNER.public)

    @given(ANY | near(msgspec.json.encode({"tocsin": "node card 1", "organisation": "x"})))
    @settings(max_examples=LONG)
    def test_cards(self, content):
        with pytest.raises(TocsinError):
            peers.parse_card(content)

    @given(ANY | near(b'{"tocsin":"charter 1","organisation":"x","version":1,"roots":[]}'))
    @settings(max_examples=LONG)
    def test_documents(self, content):
        chains.parse_documents([content])

    @given(st.text(max_size=200))
    @settings(max_examples=LONG)
    def test_flashes(self, said):
        with pytest.raises(TocsinError):
            flashes.read_flash(said, bytes(32), AT)

    @given(ANY)
    @settings(max_examples=LONG)
    def test_manifests(self, content):
        with pytest.raises(TocsinError):
            chunks.parse_manifest(content)
