"""Records of a bundle, checked by another process ahead of the one that writes them."""

import msgspec
import pytest
from tests.ledger.conftest import figure

from tocsin.ledger.sealing import Signer, seal
from tocsin.sharing import genuine
from tocsin.sharing.blocks import Record
from tocsin.sharing.genuine import are_genuine, examined

SIGNER = Signer(b"\x07" * 32)
KEYS = {SIGNER.key_id: SIGNER.public}


def record(value):
    made = seal(figure(value), SIGNER, "00" * 12)
    return Record(made.content, made.signature)


def changed():
    """A record in each way in which it may not be what was signed."""
    one, other = record(1), record(2)
    spaced = msgspec.json.format(one.content, indent=1)
    return [
        one._replace(signature=other.signature),
        one._replace(content=spaced),
        one._replace(content=b"{}"),
        one._replace(content=b"[" * 100_000),
        one._replace(signature=f"{'0' * 16}:{one.signature.partition(':')[2]}"),
    ]


def test_only_what_was_signed_as_it_stands_is_genuine():
    assert are_genuine([record(1), *changed(), record(2)], KEYS) == [True, *[False] * 5, True]
    assert are_genuine([record(1)], {}) == [False]


@pytest.mark.parametrize("worth", [0, 1000])
def test_another_process_finds_the_same_in_the_same_order(worth, monkeypatch):
    monkeypatch.setattr(genuine, "WORTH_A_PROCESS", worth)
    blocks = [[record(value), *changed()] for value in range(5)]
    found = list(examined(iter(blocks), KEYS, 30))
    assert [[one.record for one in part] for part in found] == blocks
    assert {tuple(one.is_genuine for one in part) for part in found} == {(True, *[False] * 5)}
