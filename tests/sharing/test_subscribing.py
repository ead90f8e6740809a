"""Subscriptions: what is new arrives once, with the rights of the moment at which it leaves."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.sharing.nodes import Node

from tocsin.errors import UnknownName, UsageError
from tocsin.ledger.identity import BLANK_ID
from tocsin.sharing.channels import Secrets, parse_channels
from tocsin.sharing.posting import Desk
from tocsin.sharing.transport import Sent
from tocsin.tables.kinds import Recall, Retraction
from tocsin.workflow import membership, needing, notifying, peering, recalling, subscribing

CHANNELS = """
sender: watch@north.example
servers: {post: {host: 127.0.0.1, tls: none}}
channels:
  folder: {kind: drop, folder: out/own, lang: en}
  mail: {kind: mail, server: post, to: chief@north.example, lang: en}
  south: {kind: drop, folder: out/south, lang: fr, reader: south}
  phone: {kind: drop, folder: out/phone, form: sms}
roles: {}
"""


class House:
    """A node with channels, whose rounds a test makes; what was posted is kept."""

    def __init__(self, north: Node):
        self.node = north
        (north.home / "channels.yml").write_text(CHANNELS)
        self.posted: list[tuple[str, str, bytes]] = []  # message, channel's folder or address, what
        self.outcomes: list[str] = []
        self.desk = Desk(parse_channels(CHANNELS.encode()), Secrets(lambda _: b"x", {}), north.home)

    def subscribes(self, channel: str, who: str = "", **more) -> str:
        with self.node.at_work():
            return subscribing.subscribe(channel, who, **more)

    def says(self, number: int, **fields) -> str:
        return self.node.says(number, **fields)

    def post(self, desk, channel, message, letter) -> Sent:
        outcome = self.outcomes.pop(0) if self.outcomes else "sent"
        if outcome == "dies":
            raise KeyboardInterrupt
        if outcome == "sent":
            self.posted.append((message, channel.folder or channel.to, letter.content))
        return Sent(outcome, 1, "" if outcome == "sent" else "out")

    def round(self, after: timedelta = timedelta(), **more):
        from datetime import UTC, datetime

        ledger = self.node.ledger()
        try:
            now = datetime.now(UTC) + after
            return notifying.notify(ledger, self.desk, now, post=self.post, **more)
        finally:
            ledger.close()

    def told(self) -> list[list[str]]:
        return [[one["statement"]["id"] for one in json.loads(content)["records"]]
                for _, _, content in self.posted]  # fmt: skip


@pytest.fixture
def house(node) -> House:
    return House(node("north"))


def test_what_is_new_and_fits_arrives_once(house):
    before = house.says(1)
    house.subscribes("folder", kinds=["alias"], subjects=["actor:*"])
    house.subscribes("folder", kinds=["alias"], subjects=["actor:invented-3"])
    assert house.round().notices == [], "what was there is not news"
    two, three = house.says(2), house.says(3)
    first = house.round()
    assert [one["outcome"] for one in first.notices] == ["sent", "sent"]
    assert sorted(house.told(), key=len) == [[three], sorted([two, three])]
    for later in (0, 1, 60 * 24 * 3):
        assert house.round(timedelta(minutes=later)).notices == []
    four = house.says(4)
    house.round()
    assert house.told()[-1] == [four]
    assert before not in str(house.told())
    said = json.loads(house.posted[0][2])
    assert {"fr", "en"} == set(said["records"][0]["line"])


def test_rights_are_those_of_the_moment_at_which_it_leaves(house):
    """A member that was removed yesterday gets nothing today; not even what was intended for it."""
    node = house.node
    with node.at_work():
        membership.create_group("bloc", ("north", "south"), history="all")
    house.subscribes("south")
    shared = house.says(1, rel_to=["group:north/bloc"])
    hidden = house.says(2)
    house.outcomes = ["dies"]
    with pytest.raises(KeyboardInterrupt):
        house.round()  # the node dies while it sends
    with node.at_work():
        membership.remove_members("bloc", ("south",))
    later = house.says(3, rel_to=["group:north/bloc"])
    (gone,) = house.round(timedelta(minutes=1)).notices
    assert (gone["outcome"], gone["detail"]) == ("withheld", "no_rights")
    assert house.round(timedelta(minutes=2)).notices == []
    assert house.posted == []
    with node.at_work():
        membership.add_members("bloc", ("south",))
    (sent,) = house.round(timedelta(minutes=3)).notices
    assert sent["outcome"] == "sent"
    assert hidden not in str(house.told())
    assert {shared, later} & set(house.told()[0])


def test_a_node_that_dies_makes_the_same_attempt_again(house):
    house.subscribes("folder")
    one = house.says(1)
    house.outcomes = ["dies", "failed"]
    with pytest.raises(KeyboardInterrupt):
        house.round()
    two = house.says(2)
    (failed,) = house.round(timedelta(minutes=1)).notices
    assert (failed["outcome"], failed["attempt"], failed["records"]) == ("failed", 1, [one])
    assert house.round(timedelta(minutes=2)).notices == [], "the pause holds"
    (again,) = house.round(timedelta(minutes=7)).notices
    assert (again["outcome"], again["attempt"], again["records"]) == ("sent", 2, [one])
    (fresh,) = house.round(timedelta(minutes=8)).notices
    assert fresh["records"] == [two], "what came since has a notice of its own"
    assert len({message for message, _, _ in house.posted}) == 2


def test_what_did_not_get_through_for_a_week_is_given_up(house):
    house.subscribes("folder")
    house.says(1)
    house.outcomes = ["failed", "failed"]
    house.round()
    house.round(timedelta(hours=1))
    (old,) = house.round(timedelta(days=7, hours=1)).notices or [{"outcome": "none"}]
    assert old["outcome"] == "withheld"
    assert house.round(timedelta(days=7, hours=2)).notices == []
    assert house.posted == []


def test_a_withdrawal_is_told_by_its_id_alone(house):
    house.subscribes("south", kinds=["alias"])
    record = house.says(1, rel_to=["south"])
    never = house.says(2)
    house.round()
    with house.node.at_work():
        recalling.recall(record, "an invented reason")
        recalling.recall(never, "an invented reason")
    house.round(timedelta(minutes=1))
    said = json.loads(house.posted[-1][2])
    assert (said["withdrawn"], said["records"]) == ([record], [])
    assert "invented reason" not in house.posted[-1][2].decode()
    assert never not in house.posted[-1][2].decode()
    assert house.round(timedelta(minutes=2)).notices == []


def test_nobody_withdraws_another_s_record_for_its_subscribers(house, node):
    """A partner signs a retraction and a recall that name a record of this house's."""
    east = node("east")
    house.node.trusts(east)
    east.trusts(house.node)
    house.subscribes("south", kinds=["alias"])
    record = house.says(1, rel_to=["south", "east"])
    house.round()
    target = next(one for one in house.node.sees() if one.id == record)
    forged = [
        east.sealed(replace(target, id=BLANK_ID, origin="east", rel_to=("north",), **changes))
        for changes in (
            {"kind": "retraction", "retracts": record, "body": Retraction(reason="forged")},
            {"kind": "recall", "body": Recall(statement=record, reason="forged")},
        )
    ]
    taken = house.node.takes(east.forges(house.node, forged))
    assert taken.added == 2, taken
    assert house.round(timedelta(minutes=1)).notices == []


def test_need_to_know_a_closed_account_and_a_removed_peer_end_it(house, node):
    south = node("south")
    house.node.trusts(south)
    house.subscribes("south")
    house.subscribes("folder", "north:analyst:a-3")
    house.says(1, rel_to=["south"], tlp="AMBER")
    with house.node.at_work():
        peering.remove_peer("south")
    assert house.round(is_here=lambda _: False).notices == []
    assert house.posted == []
    with house.node.at_work():
        needing.set_need(person="a-3", ceiling="GREEN")
    assert house.round().notices == [], "the person's ceiling is below it"
    green = house.says(2, tlp="GREEN")
    house.round()
    assert house.told() == [[green]]


def test_severity_a_red_record_by_mail_and_another_s_record(house, node):
    """Warnings below the level, RED by mail and a third one's record without a grant stay here."""
    south = node("south")
    house.node.trusts(south)
    east = node("east")
    house.node.trusts(east)
    east.trusts(house.node)
    house.subscribes("mail")
    house.subscribes("south")
    theirs = east.says(1, rel_to=["north", "south"])
    house.node.takes(east.exports(house.node))
    red = house.says(2, tlp="RED")
    house.round()
    (content,) = [content.decode() for _, _, content in house.posted]
    assert theirs in content, "the house may read it, and is told by mail"
    assert red not in content


def test_what_is_refused_and_what_is_listed(house):
    for channel, who, more in (
        ("phone", "", {}), ("folder", "south:peer", {}), ("south", "north", {}),
        ("south", "south:analyst", {}), ("folder", "north:reporter", {}),
        ("folder", "", {"kinds": ["weather"]}), ("folder", "", {"until": "2020-01-01"}),
        ("folder", "", {"from_level": "red"}),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            house.subscribes(channel, who, **more)
    with pytest.raises(UnknownName):
        house.subscribes("nowhere")
    made = house.subscribes("south")
    with house.node.at_work():
        (one,) = subscribing.subscriptions()
        assert (one["id"], one["reader"], one["told"]) == (made, "south:peer", 0)
        with pytest.raises(UsageError):
            subscribing.subscriptions("south:analyst")
        subscribing.unsubscribe(made[:20])
        assert subscribing.subscriptions() == []
    house.says(1, rel_to=["south"])
    assert house.round().notices == []


def test_a_hidden_record_changes_no_notice(house):
    """The same bytes leave, but for the message's name, whether or not a hidden record is there."""
    house.subscribes("south", kinds=["alias"])
    house.says(1, rel_to=["south"])
    house.says(2)
    house.round()
    (with_hidden,) = house.posted
    said = json.loads(with_hidden[2])
    assert len(said["records"]) == 1
    assert "Invented 2" not in with_hidden[2].decode()
    house.says(3)
    assert house.round(timedelta(minutes=1)).notices == []
