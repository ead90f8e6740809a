"""A reader's feed: the same whatever is hidden, in order, and nothing lost or repeated."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from tests.ledger.conftest import figure, new_id
from tests.ledger.test_interference import READERS, Swept, records

from tocsin.policy import Reader, facts_of, may_read
from tocsin.sharing.feeds import Asked, Feeds, Item
from tocsin.tables.kinds import Retraction
from tocsin.tables.statements import Statement


@pytest.fixture
def swept(where: str | Path) -> Iterator[Swept]:
    one = Swept(where)
    yield one
    one.ledger.close()


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def whole(feeds: Feeds, feed: str = "f", limit: int = 3, **asked: object) -> list[Item]:
    """Every page of a feed, one after another."""
    found: list[Item] = []
    more = True
    while more:
        after = found[-1].added if found else -1
        items, more = feeds.page(feed, Asked(added_after=after, **asked), limit)  # type: ignore[arg-type]
        found += items
    return found


def test_hidden_records_leave_no_trace_in_a_feed(swept):
    @given(records(), READERS)
    @settings(max_examples=25, deadline=None)
    def property_holds(statements: list[Statement], reader: Reader) -> None:
        allowed = [one for one in statements if may_read(reader, facts_of(one))]
        said = []
        for held in (statements, allowed):
            with TemporaryDirectory() as folder:
                feeds = Feeds(Path(folder) / "f.db")
                view = swept.holding(held).view(reader)
                with feeds.building("f", "", 0) as feed:
                    feed.add(view.between(-1, 1000))
                said.append(whole(feeds, versions=("all",)))
        assert said[0] == said[1]

    property_holds()


def at(one: Statement, second: int) -> Statement:
    return msgspec.structs.replace(one, recorded_at=f"2024-01-01T00:00:{second:02}Z")


def test_a_feed_is_in_strict_order_and_pages_lose_and_repeat_nothing(tmp_path: Path) -> None:
    feeds = Feeds(tmp_path / "f.db")
    read: list[Item] = []
    for second in range(8):  # a page is read between two writes, and some writes share a moment
        with feeds.building("f", "", second) as feed:
            feed.add([at(figure(second * 10 + n), second // 2) for n in range(3)])
        after = read[-1].added if read else -1
        read += feeds.page("f", Asked(added_after=after), 5)[0]
    after = read[-1].added
    while page := feeds.page("f", Asked(added_after=after), 5)[0]:
        read += page
        after = page[-1].added
    assert [one.added for one in read] == sorted({one.added for one in read})
    assert read == whole(feeds)
    assert len({one.object for one in read}) == len(read)
    assert sum(one.object.startswith("note--") for one in read) == 24


def test_what_is_withdrawn_is_served_as_revoked(tmp_path: Path) -> None:
    feeds = Feeds(tmp_path / "f.db")
    one = at(figure(), 1)
    withdrawal = {"kind": "retraction", "retracts": one.id, "body": Retraction(reason="wrong")}
    with feeds.building("f", "", 1) as feed:
        feed.add([one])
    (before,) = [each for each in whole(feeds) if b"displaced" in each.content and
                 each.object.startswith("note--")]  # fmt: skip
    with feeds.building("f", "", 2) as feed:
        feed.add([at(figure(origin="stranger", **withdrawal), 2)])
    assert not any(b'"revoked":true' in each.content for each in whole(feeds))
    with feeds.building("f", "", 3) as feed:
        feed.add([at(figure(**withdrawal), 3)])
    now = [json.loads(each.content) for each in whole(feeds, ids=(before.object,))]
    assert [each["revoked"] for each in now] == [True]
    both = whole(feeds, ids=(before.object,), versions=("all",))
    assert [each.added for each in both] == sorted(each.added for each in both)
    assert len(both) == 2
    assert whole(feeds, ids=(before.object,), versions=("first",))[0].content == before.content


def test_what_may_no_longer_be_seen_is_no_longer_served(tmp_path: Path) -> None:
    feeds = Feeds(tmp_path / "f.db")
    kept, gone = at(figure(1), 1), at(figure(2), 1)
    with feeds.building("f", "wide", 1) as feed:
        feed.add([kept, gone])
    late = at(figure(3, id=new_id()), 0)
    with feeds.building("f", "narrow", 2) as feed:
        feed.replace_all([late, kept])
    served = b"".join(one.content for one in whole(feeds))
    assert gone.id.encode() not in served
    assert kept.id.encode() in served
    assert whole(feeds)[-1].added > 0
    assert late.id.encode() in served
    assert feeds.stands_at("f") == ("narrow", 2)
