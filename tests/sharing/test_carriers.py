"""Sticks, mails and links that break: the same bundle arrives, and little is carried twice."""

import random
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sharing.links import BadLink, serving

from tocsin.errors import CheckFailed, FetchFailed, TocsinError, UsageError
from tocsin.sharing.chunks import cut, gather, parse_manifest
from tocsin.sharing.flashes import read_flash, write_flash
from tocsin.workflow import carrying, flashing, letting_in, peering, syncing

KEY = bytes(range(32))
NOW = datetime(2026, 11, 24, 13, 10, tzinfo=UTC)


class TestSticks:
    def test_chunks_arrive_over_several_sticks_in_any_order(self, pair, tmp_path):
        north, south = pair
        for number in range(40):
            north.says(number, rel_to=["south"])
        whole = tmp_path / "whole"
        with north.at_work():
            carrying.export_chunks("south", whole, chunk=1024)
        chunks = sorted(path for path in whole.iterdir() if path.suffix != ".json")
        (manifest,) = whole.glob("*.json")
        assert len(chunks) > 3
        random.Random(1).shuffle(chunks)
        first, second = tmp_path / "first", tmp_path / "second"
        for stick, some in ((first, chunks[:2]), (second, chunks[2:])):
            stick.mkdir()
            for path in (*some, manifest):
                (stick / path.name).write_bytes(path.read_bytes())
        with south.at_work():
            (half,) = carrying.import_folder(first)
            assert half.taken is None
            assert len(half.arrived.missing) == len(chunks) - 2
            (done,) = carrying.import_folder(second)
        assert done.taken.added == 40
        assert not list((south.home / "exchange" / "chunks").iterdir())

    def test_a_damaged_chunk_is_named_and_replaced(self, pair, tmp_path):
        north, south = pair
        for number in range(20):
            north.says(number, rel_to=["south"])
        stick = tmp_path / "stick"
        with north.at_work():
            carrying.export_chunks("south", stick, chunk=1024)
        second = sorted(path for path in stick.iterdir() if path.name.endswith(".00001"))[0]
        good = second.read_bytes()
        second.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        with south.at_work():
            (half,) = carrying.import_folder(stick)
            assert (half.arrived.damaged, half.arrived.missing) == ((1,), (1,))
            second.write_bytes(good)
            (done,) = carrying.import_folder(stick)
        assert done.taken.added == 20

    @given(st.binary(max_size=300))
    def test_what_is_no_manifest_is_refused(self, content):
        with pytest.raises(CheckFailed):
            parse_manifest(content)

    def test_a_name_on_a_stick_leads_nowhere_else(self, tmp_path):
        (tmp_path / "b").write_bytes(bytes(5000))
        cut(tmp_path / "b", tmp_path / "stick", 1024)
        (manifest,) = (tmp_path / "stick").glob("*.json")
        text = manifest.read_text().replace('"file":"', '"file":"../')
        manifest.write_text(text)
        with pytest.raises(CheckFailed):
            list(gather(tmp_path / "stick", tmp_path / "waiting"))


def test_a_bundle_comes_as_a_mails_attachment(pair, tmp_path):
    north, south = pair
    north.says(1, rel_to=["south"])
    mail = EmailMessage()
    mail["Subject"] = "3f2a"
    mail.set_content("3f2a")
    mail.add_attachment(
        north.exports(south).read_bytes(),
        maintype="application",
        subtype="octet-stream",
        filename="3f2a.tocsin",
    )
    path = tmp_path / "saved.eml"
    path.write_bytes(bytes(mail))
    with south.at_work():
        (taken,) = carrying.import_mail(path)
        assert taken.added == 1
        path.write_bytes(b"Subject: nothing\n\nnothing")
        with pytest.raises(CheckFailed, match="attached"):
            list(carrying.import_mail(path))


class TestFlash:
    def test_a_peer_reads_what_was_written_and_nobody_else_does(self, pair, node):
        north, south = pair
        with north.at_work():
            said = flashing.flash_for("south", "12 trucks at the bridge, heading east")
        assert len(said) <= 160
        with south.at_work():
            found = flashing.read(said)
            assert (found.sender, found.text) == ("north", "12 trucks at the bridge, heading east")
            with pytest.raises(CheckFailed, match="tag"):
                flashing.read(said.replace("12 trucks", "92 trucks"))
        west = node("west")
        west.trusts(north)
        with west.at_work(), pytest.raises(CheckFailed, match="tag"):
            flashing.read(said)

    def test_an_old_flash_is_refused(self):
        said = write_flash("north", "now", KEY, NOW)
        with pytest.raises(CheckFailed, match="too old"):
            read_flash(said, KEY, NOW + timedelta(hours=25))
        with pytest.raises(CheckFailed, match="ahead"):
            read_flash(said, KEY, NOW - timedelta(hours=2))

    def test_what_does_not_fit_is_said(self):
        with pytest.raises(UsageError, match="too long"):
            write_flash("north", "x" * 140, KEY, NOW)
        with pytest.raises(UsageError, match="cannot hold"):
            write_flash("north", "l’armée", KEY, NOW)

    @given(st.text(max_size=170))
    def test_any_text_is_read_or_refused(self, said):
        with pytest.raises(CheckFailed):
            read_flash(said, KEY, NOW)

    @given(st.integers(0, 70), st.sampled_from("abcXYZ 019"))
    def test_one_changed_character_is_noticed(self, at, other):
        said = write_flash("north", "12 trucks at the bridge, heading east", KEY, NOW)
        at %= len(said)
        changed = said[:at] + other + said[at + 1 :]
        if changed != said:
            with pytest.raises(CheckFailed):
                read_flash(changed, KEY, NOW)


@pytest.fixture
def over_http(pair, tmp_path):
    """North serves; south has its address (behind a link that the test chooses) and a token."""
    north, south = pair
    with north.at_work():
        secret, _ = letting_in.create_token("south", "peer", scopes=("exchange",))

    def address(port):
        with north.at_work():
            card = tmp_path / "with-address.card"
            peering.own_card(card, f"http://127.0.0.1:{port}")
        with south.at_work():
            peering.add_peer(card)
        return secret

    return north, south, address


class TestSync:
    def test_both_get_what_is_new_in_one_sync(self, over_http):
        north, south, address = over_http
        north.says(1, rel_to=["south"])
        south.says(2, rel_to=["north"])
        with serving(north.home) as port:
            secret = address(port)
            with south.at_work():
                done = syncing.sync_with("north", secret, pause=lambda _: None)
                again = syncing.sync_with("north", pause=lambda _: None)
        assert sum(one.added for one in done.fetched) == 1
        assert done.sent.statements == 1
        assert south.ids() == north.ids()
        assert not again.fetched or all(one.added == 0 for one in again.fetched)

    def test_a_stranger_gets_nothing(self, over_http):
        north, south, address = over_http
        north.says(1, rel_to=["south"])
        with serving(north.home) as port:
            address(port)
            with south.at_work(), pytest.raises(FetchFailed, match="refuses"):
                syncing.sync_with("north", "tocsin_wrong")

    @pytest.mark.slow
    def test_a_slow_link_that_is_cut_carries_at_most_one_piece_again(self, over_http):
        """64 kbit/s, and 20 % of the connections are cut: it finishes."""
        north, south, address = over_http
        text = random.Random(5)
        for number in range(60):
            for one, to in ((north, "south"), (south, "north")):
                words = "".join(text.choices("abcdefghijklmnopqrstuvwxyz ", k=400)).strip()
                one.says(number, rel_to=[to], body={"name": words}, subject=f"actor:{to}-{number}")
        with serving(north.home) as port:
            link = BadLink(port, rate=8_000, share_cut=0.2, seed=7)
            secret = address(link.port)
            with south.at_work():
                done = syncing.sync_with("north", secret, pause=lambda _: None)
            link.close()
        assert len(north.ids() & south.ids()) == 120
        assert link.cuts > 0
        assert done.breaks >= link.cuts - 1
        assert done.again <= link.cuts * 2 * 16_000  # what the link carries in two seconds
        print(f"cuts {link.cuts}, bytes again {done.again}, carried {link.carried}")

    def test_a_peer_cannot_reach_what_waits_for_another(self, over_http, node):
        north, _south, _ = over_http
        west = node("west")
        west.trusts(north)
        north.trusts(west)
        north.says(1, rel_to=["south"])
        with north.at_work():
            (offer,) = carrying.offers("south")
            assert carrying.offered("west", offer.name) is None
            assert carrying.offered("south", "../../vault/vault.key") is None
            for name in ("../../x", "x", "0" * 63):
                with pytest.raises(TocsinError):
                    carrying.brought("south", name)


def test_a_peer_that_was_removed_fetches_nothing_that_still_waits(pair):
    north, _ = pair
    north.says(1, rel_to=["south"])
    with north.at_work():
        (offer,) = carrying.offers("south")
        assert carrying.offered("south", offer.name) is not None
        peering.remove_peer("south")
        with pytest.raises(CheckFailed):
            carrying.offered("south", offer.name)
