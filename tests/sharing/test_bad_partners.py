"""A partner's node that answers what it should not: nothing outside its own folder is touched."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.sharing.nodes import Node, node, pair

from tocsin.errors import FetchFailed, UnknownName
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.policy import Reader
from tocsin.sharing.transport import Answer
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.answers import ANSWER_KINDS, ReportAnswer
from tocsin.tables.statements import Statement
from tocsin.workflow import answering
from tocsin.workflow.passing_on import STAYS
from tocsin.workflow.syncing import _Run
from tocsin.workflow.verifying import accounts_of

__all__ = ["node", "pair"]
NAME = "0" * 64


class Saying:
    """A link to a node that offers what it likes, and sends what it likes."""

    def __init__(self, offers: Any, content: bytes = b""):
        self._offers = offers if isinstance(offers, bytes) else msgspec.json.encode(offers)
        self._content = content
        self.calls = 0

    def call(self, method: str, path: str, content: bytes = b"", headers: Any = None) -> Answer:
        self.calls += 1
        assert self.calls < 50, "asked for ever"
        said = self._offers if path == "/exchange/bundles" else self._content
        return Answer(200, {}, said)


def fetch(link: Any) -> None:
    _Run(link, "south", lambda _: None).fetch_all()


@pytest.mark.parametrize("size", [1, 6, 1000])
def test_an_offer_names_no_file_but_its_own(own_store: Path, tmp_path: Path, size: int) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"secret")
    inside = own_store / "ledger.db"
    inside.parent.mkdir(parents=True, exist_ok=True)
    inside.write_bytes(b"ledger")
    for name in (str(kept), "../../../ledger.db", ".."):
        with pytest.raises(FetchFailed):
            fetch(Saying([{"name": name, "size": size}], b"x" * 10))
    assert (kept.read_bytes(), inside.read_bytes()) == (b"secret", b"ledger")


@pytest.mark.parametrize(
    "offers", [b"no json", {}, [{"name": NAME}], [{"name": NAME, "size": 10**15}]]
)
def test_what_is_no_list_of_offers_is_said_in_words(own_store: Path, offers: Any) -> None:
    with pytest.raises(FetchFailed):
        fetch(Saying(offers, b"x"))


def test_a_node_that_sends_nothing_is_not_asked_for_ever(own_store: Path) -> None:
    with pytest.raises(FetchFailed):
        fetch(Saying([{"name": NAME, "size": 10}]))


def answer_to_a_reporter(origin: str) -> Statement:
    body = ReportAnswer(
        report="01890a5d-ac96-774b-bcce-b302099a8057", stage="received",
        step="01890a5d-ac96-774b-bcce-b302099a8057", way="code", outcome="ready", message="m-1",
        code="ABCD-EFGH", text=Words(fr="Venez au pont.", en="Come to the bridge."), lang="fr",
    )  # fmt: skip
    return Statement(
        id=BLANK_ID, kind="report_answer", subject="report:x", known_at="2023-07-01",
        source=origin, origin=origin, author="analyst", tlp="CLEAR", body=body,
    )  # fmt: skip


def test_no_partner_puts_words_into_an_answer_to_our_reporters(pair: tuple[Node, Node]) -> None:
    north, south = pair
    forged = north.forges(south, [north.sealed(answer_to_a_reporter("north"))])
    taken = south.takes(forged)
    assert (taken.added, taken.reasons) == (0, {"stays": 1})
    assert {one.kind for one in ANSWER_KINDS} <= STAYS


def test_an_answer_of_a_partner_that_came_in_before_is_told_to_nobody(
    pair: tuple[Node, Node],
) -> None:
    north, south = pair
    came = with_id(answer_to_a_reporter("north"), north.ledger().signer)
    ledger = south.ledger()
    ledger.append([came])
    with south.at_work(), pytest.raises(UnknownName):
        answering.look_up("ABCD-EFGH")
    own = south.ledger()
    own.append([with_id(answer_to_a_reporter("south"), own.signer)])
    with south.at_work():
        assert [one["en"] for one in answering.look_up("ABCD-EFGH")] == ["Come to the bridge."]


@pytest.mark.parametrize(("of", "counted"), [("south", ["south"]), ("north", ["north", "south"])])
def test_a_partners_verdict_or_closure_settles_no_report_of_ours(
    of: str, counted: list[str]
) -> None:
    """The last verdict is what the reporter is told, and a closure takes it off the list."""
    said: list[Any] = [SimpleNamespace(kind="report", id="r", origin=of, body=SimpleNamespace())]
    for origin in ("east", "north", "south"):
        body = SimpleNamespace(report="r", status="verified")
        said.append(SimpleNamespace(kind="verification", id=origin, origin=origin, body=body))
    closed = SimpleNamespace(report="r")
    said.append(SimpleNamespace(kind="report_closure", id="c", origin="east", body=closed))
    seen: Any = SimpleNamespace(reader=Reader("south"), statements=lambda kind: said)
    (one,) = accounts_of(seen)
    assert [each.origin for each in one.verifications] == counted
    assert one.closure is None
