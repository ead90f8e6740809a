"""Who a peer is on a day, and what may be passed on to it."""

from collections.abc import Callable
from datetime import datetime

from tocsin.ledger import Ledger
from tocsin.ledger.membership import reader_at
from tocsin.ledger.reading import Sealed
from tocsin.policy import Reader
from tocsin.policy.markings import PUBLIC
from tocsin.tables.statements import statement_from_json

# What is said about the exchange itself goes wherever it must: that is its purpose.
TRAVELS = frozenset({"group", "recall", "retraction", "receipt"})


def peer_reader(ledger: Ledger, peer: str, at: datetime) -> Reader:
    """A peer as a reader, with the groups that it belongs to at a moment."""
    return reader_at(ledger, peer, "peer", at)


def may_send(ledger: Ledger, peer: str, at: datetime) -> Callable[[Sealed], bool]:
    """Whether a statement that a peer may see may also be sent to it by this node."""
    del at

    def decide(one: Sealed) -> bool:
        if one.origin in (ledger.org, peer) or one.kind in TRAVELS:
            return one.origin != peer
        return statement_from_json(one.content).tlp == PUBLIC

    return decide
