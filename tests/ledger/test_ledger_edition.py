"""Whoever serves pages learns of every write, by a file and by a server alike."""

from pathlib import Path
from typing import Any

import pytest
from tests.ledger.conftest import SIGNER, figure

from tocsin.lake.node import name_node
from tocsin.ledger import Ledger
from tocsin.sharing.feeds import Asked
from tocsin.workflow import feeds
from tocsin.workflow.ledger_edition import UNKNOWN, ServerEdition, edition_of


def test_the_number_changes_with_every_write_of_anybody(where: str | Path) -> None:
    ledger = Ledger(where, "cell", SIGNER)
    asked = edition_of(where)
    met = []
    for value in range(3):
        ledger.append([figure(value)])
        met.append(asked.number())
        assert asked.number() == met[-1]  # and with nothing else
    assert UNKNOWN not in met
    assert len(set(met)) == 3
    ledger.close()


def test_pages_are_served_at_once_and_miss_nothing_wherever_the_ledger_is(
    where: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    monkeypatch.setenv("TOCSIN_LEDGER", where if isinstance(where, str) else "")
    name_node(home, "cell")
    from tocsin.workflow.record_keeping import open_ledger

    ledger = open_ledger(to_write=True)
    met = 0
    for value in range(3):
        ledger.append([figure(value, subject=f"zed:{value}")])
        assert feeds.next_slice("cell:analyst", -1, 1000) is None  # there is work to do first
        items = feeds.page("cell:analyst", Asked(), 1000).items
        fast = feeds.next_slice("cell:analyst", -1, 1000)
        assert fast is not None
        assert list(fast.contents) == [one.content for one in items]
        assert len(items) > met
        met = len(items)
    ledger.close()


def test_a_server_that_does_not_answer_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import psycopg

    calls: list[Any] = []

    def refuse(*given: Any, **more: Any) -> None:
        calls.append(given)
        raise psycopg.OperationalError("down")

    monkeypatch.setattr(psycopg, "connect", refuse)
    asked = ServerEdition("postgresql+psycopg://nobody@127.0.0.1/none")
    assert [asked.number() for _ in range(3)] == [UNKNOWN] * 3
    assert calls == [("postgresql://nobody@127.0.0.1/none",)]
