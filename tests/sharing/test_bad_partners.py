"""A partner's node that answers what it should not: nothing outside its own folder is touched."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.errors import FetchFailed
from tocsin.sharing.transport import Answer
from tocsin.workflow.syncing import _Run

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
