"""Notices that come back by mail: what they say of our messages, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.warning.test_messages import warned

from tocsin.errors import UnreadableFile
from tocsin.sharing.bounces import LIMIT, read_bounce
from tocsin.sharing.channels import Channel
from tocsin.sharing.outbox import Item, delivery
from tocsin.warning.board import undelivered
from tocsin.warning.explaining import deliveries
from tocsin.warning.standing import known, standings
from tocsin.warning.steps import Author
from tocsin.workflow import reaching, record_keeping
from tocsin.workflow.watchkeeping import read_standings

NOTICE = """\
From: MAILER-DAEMON@relay.example
To: watch@cell.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; duty@cell.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b
Content-Type: {kind}

Message-ID: <{name}@tocsin>
From: watch@cell.example
To: duty@cell.example
Subject: [alerte] Attaque

--b--
"""


def notice(name: str = "abc123", action="failed", status="5.1.1", kind="message/rfc822") -> bytes:
    return NOTICE.format(name=name, action=action, status=status, kind=kind).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_final_refusal_of_our_message_is_one(kind: str) -> None:
    found = read_bounce(notice(kind=kind))
    assert found is not None
    assert (found.message, found.status) == ("abc123", "5.1.1")


def test_a_delay_a_success_and_others_mail_are_none() -> None:
    assert read_bounce(notice(action="delayed", status="4.4.1")) is None
    assert read_bounce(notice(action="delivered", status="2.0.0")) is None
    assert read_bounce(notice().replace(b"@tocsin>", b"@elsewhere>")) is None
    assert read_bounce(b"Subject: I am on holiday\n\nBack in May.") is None
    with pytest.raises(UnreadableFile):
        read_bounce(b"x" * (LIMIT + 1))


@given(st.binary(max_size=400))
def test_noise_is_no_notice(content: bytes) -> None:
    assert read_bounce(content) is None


def test_what_came_back_stands_on_the_board_once(own_store: Path, tmp_path: Path) -> None:
    import msgspec

    ledger = record_keeping.open_ledger(to_write=True)
    one = msgspec.structs.replace(warned(), origin=ledger.org)
    held = standings([one], one.origin)[one.subject]
    item = Item(held, one, "duty-officer", "duty")
    author = Author(ledger.org, "watch")
    way = Channel(kind="mail")
    ledger.append([one])
    for outcome in ("intended", "sent"):
        ledger.append([delivery(item, "abc123", way, outcome, 1, known(one), author)])
    (tmp_path / "back.eml").write_bytes(notice())
    (tmp_path / "other.eml").write_bytes(b"Subject: hello\n\n")
    paths = sorted(tmp_path.glob("*.eml"))
    first = reaching.take_bounces(paths)
    assert first == {"returned": [held.id], "no_notice": ["other.eml"]}
    assert reaching.take_bounces(paths)["returned"] == []
    after = read_standings(ledger, reaching.Reader(ledger.org), None)[one.subject]
    ledger.close()
    assert [(each["outcome"], each["detail"]) for each in deliveries(after)] == [
        ("bounced", "notice 5.1.1")
    ]
    assert undelivered(after) == 1
