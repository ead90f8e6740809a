"""Which key may sign for a peer at a moment, by what its chain of documents says."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from tocsin.ledger.sealing import key_id
from tocsin.sharing.chains import (
    Document,
    as_raw,
    charters,
    compromised,
    newest_node,
    node_at,
    parse_documents,
    successor,
)
from tocsin.sharing.peers import KnownPeer


class Vouched(NamedTuple):
    """A key that may sign for a peer, and the age key that goes with it."""

    public: str
    recipient: str


def documents_of(peer: KnownPeer, more: Iterable[bytes | msgspec.Raw] = ()) -> list[Document]:
    """A peer's documents, those that are known and those that have just come."""
    return parse_documents([*(text.encode() for text in peer.chain), *more])


def stated_compromised(peer: KnownPeer, documents: Sequence[Document]) -> dict[str, datetime]:
    """Keys of a peer that are not its alone, and since when."""
    name = peer.organisation
    line = charters(documents, name, peer.anchor or "")
    return compromised(documents, name, line)


def key_for(
    peer: KnownPeer, documents: Sequence[Document], key: str, made: datetime, now: datetime
) -> Vouched | None:
    """The key with this name, if it may sign for the peer what was made then and comes now.

    A key that was compromised brings in nothing new, whatever date a bundle bears: who stole it
    chooses the dates. What came before stays.
    """
    bad = stated_compromised(peer, documents)
    found = _by_chain(peer, documents, key, made) if peer.anchor else _known(peer, documents, key)
    if found is None or (found.public in bad and bad[found.public] <= now):
        return None
    return found


def _by_chain(
    peer: KnownPeer, documents: Sequence[Document], key: str, made: datetime
) -> Vouched | None:
    for one in documents:
        public = getattr(one, "public", "")
        if public and key_id(bytes.fromhex(public)) == key:
            node = node_at(documents, peer.organisation, peer.anchor or "", public, made)
            if node is not None:
                return Vouched(node.public, node.recipient)
    return None


def _known(peer: KnownPeer, documents: Sequence[Document], key: str) -> Vouched | None:
    """Without a charter: the key that was compared, or one that it names in its place."""
    if peer.key == key:
        return Vouched(peer.public, peer.recipient)
    following = successor(documents, peer.organisation, peer.public)
    if following is None or key_id(bytes.fromhex(following.public)) != key:
        return None
    return Vouched(following.public, following.recipient)


def present_key(peer: KnownPeer, documents: Sequence[Document], now: datetime) -> Vouched:
    """The key to which a peer is written now: the one certified last, else the known one."""
    if peer.anchor:
        node = newest_node(documents, peer.organisation, peer.anchor, now)
        return Vouched(node.public, node.recipient) if node else Vouched("", "")
    following = successor(documents, peer.organisation, peer.public)
    if following is None:
        return Vouched(peer.public, peer.recipient)
    return Vouched(following.public, following.recipient)


def as_texts(documents: Iterable[Document]) -> tuple[str, ...]:
    """Documents as a peer's word keeps them, each once."""
    return tuple(dict.fromkeys(bytes(raw).decode() for raw in as_raw(documents)))
