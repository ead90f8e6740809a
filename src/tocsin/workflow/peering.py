"""Peers: the node's card, partners' cards, and whether anybody compared the fingerprints."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyrage

from tocsin.errors import CheckFailed, IdentityConflict, UnreadableFile, UsageError
from tocsin.ledger.trusting import fingerprint, trust_key, withdraw_key
from tocsin.policy import handle
from tocsin.sharing.chains import LIMIT, Charter, Document, as_raw, node_at, parse_documents
from tocsin.sharing.peers import (
    CARD_LIMIT,
    Card,
    KnownPeer,
    make_card,
    parse_card,
    peer_named,
    peers,
    say,
    spaced,
)
from tocsin.sharing.vouching import as_texts
from tocsin.tables.kinds import Peer
from tocsin.vault import Vault
from tocsin.workflow.record_keeping import open_ledger, open_vault, own_organisation

CHAIN = "own-chain"  # in the vault: charters, certificates, successions, compromises
EXCHANGE_KEY = "exchange-age-key"  # in the vault: the newest first, older ones for late bundles


def own_card(out: Path | None = None, address: str = "") -> tuple[Card, str]:
    """This node's card for its partners, and the fingerprint to read to them.

    With a charter that is the charter's: it stays the same when the node's key is changed.
    """
    ledger = open_ledger(to_write=True)
    vault = open_vault()
    documents = own_documents(vault)
    recipient = str(exchange_identities(vault)[0].to_public())
    card = make_card(
        own_organisation(),
        ledger.signer,
        recipient,
        datetime.now(UTC),
        address or None,
        as_raw(documents),
    )
    if out is not None:
        out.write_bytes(msgspec.json.encode(card) + b"\n")
    anchor = _anchor_of(card, datetime.now(UTC))
    return card, spaced(anchor) if anchor else fingerprint(ledger.signer.public)


def own_documents(vault: Vault) -> list[Document]:
    """What this node's organisation has said about its keys."""
    held = vault.secret(CHAIN)
    return parse_documents(held.split(b"\n")) if held else []


def keep_documents(vault: Vault, documents: list[Document]) -> None:
    """Keep them; charters stay, and of the rest the newest that there is room for."""
    first = [one for one in documents if isinstance(one, Charter)]
    rest = [one for one in documents if not isinstance(one, Charter)]
    kept = [*first, *rest[-(LIMIT - len(first)) :]]
    vault.keep(CHAIN, b"\n".join(bytes(raw) for raw in as_raw(kept)))


def _anchor_of(card: Card, now: datetime) -> str | None:
    """The first charter of a card, if it vouches for the card's own key."""
    documents = parse_documents(card.certificates)
    name = handle(card.organisation)
    starts = [one for one in documents if isinstance(one, Charter) and one.organisation == name]
    for one in sorted(starts, key=lambda each: each.version):
        if node_at(documents, name, one.anchor, card.public, now) is not None:
            return one.anchor
    return None


def exchange_identities(vault: Vault) -> list[Any]:
    """The age keys that open bundles for this node, the newest first; the first call makes one."""
    held = vault.secret_or(EXCHANGE_KEY, lambda: str(pyrage.x25519.Identity.generate()).encode())
    return [pyrage.x25519.Identity.from_str(line) for line in held.decode("ascii").split()]


def add_peer(card_file: Path, note: str = "") -> tuple[KnownPeer, str]:
    """Take a partner's card; nothing of theirs is taken in before the fingerprint is compared.

    Raises
    ------
    UsageError, UnreadableFile or CheckFailed, if it is no card, or was changed.
    IdentityConflict, if the organisation is this node's own, or has another key here.
    """
    card = read_card(card_file)
    name = handle(card.organisation)
    if name == own_organisation():
        raise IdentityConflict(
            "the card is that of {name}, which is this node’s own organisation",
            remedy="Give your card to the partner, and take theirs.",
            name=name,
        )
    ledger = open_ledger(to_write=True)
    held = peers(ledger).get(name)
    is_same = held is not None and (held.public, held.recipient) == (card.public, card.recipient)
    if held is not None and not is_same and held.status != "removed":
        raise IdentityConflict(
            "{name} is known here with another key",
            remedy="If its key was changed: tocsin peer rotate {name} CARD",
            name=name,
        )
    if held is None or held.status == "removed" or (card.address or held.address) != held.address:
        kept = "trusted" if held is not None and held.status == "trusted" else "added"
        _say(ledger, name, card, kept, note)
    made = peer_named(ledger, name)
    return made, made.fingerprint


def trust_peer(organisation: str, read_out: str, note: str = "") -> KnownPeer:
    """Rely on a peer: the fingerprint, read out by the partner, is the one of its card.

    Raises
    ------
    UnknownName.  CheckFailed, if it is another one.
    """
    ledger = open_ledger(to_write=True)
    peer = peer_named(ledger, handle(organisation))
    if peer.status == "removed":
        raise UsageError(
            "{name} is no longer a peer of this node, since {day}",
            remedy="To begin again, ask for its card: tocsin peer add CARD",
            name=peer.organisation,
            day=peer.since[:10],
        )
    shown = peer.fingerprint
    if "".join(read_out.split()).lower() != shown.replace(" ", ""):
        raise CheckFailed(
            "the fingerprint of {name} here is {shown}",
            remedy="If the partner reads another one, the card is not theirs: "
            "tocsin peer remove {name}",
            name=peer.organisation,
            shown=shown,
        )
    now = datetime.now(UTC)
    trust_key(ledger, peer.organisation, bytes.fromhex(peer.public), now, note)
    if peer.status != "trusted":
        say(ledger, body_of(peer, "trusted", note), now)
    return peer_named(ledger, peer.organisation)


def remove_peer(organisation: str, note: str = "") -> KnownPeer:
    """Exchange nothing more with a peer; what is here stays and still verifies."""
    ledger = open_ledger(to_write=True)
    peer = peer_named(ledger, handle(organisation))
    if peer.status != "removed":
        now = datetime.now(UTC)
        say(ledger, body_of(peer, "removed", note), now)
        if peer.status == "trusted":
            withdraw_key(ledger, peer.key, now, note)
    return peer_named(ledger, peer.organisation)


def known_peers() -> list[KnownPeer]:
    """Every peer, removed ones last."""
    found = peers(open_ledger(to_write=True)).values()
    return sorted(found, key=lambda one: (one.status == "removed", one.organisation))


def read_card(path: Path) -> Card:
    """A card from a file.

    Raises
    ------
    UnreadableFile, UsageError, CheckFailed.
    """
    try:
        with path.open("rb") as file:
            content = file.read(CARD_LIMIT + 1)
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None
    return parse_card(content, path.name)


def body_of(peer: KnownPeer, status: Any, note: str = "") -> Peer:
    """A peer's next word."""
    return Peer(
        organisation=peer.organisation,
        public=peer.public,
        recipient=peer.recipient,
        status=status,
        anchor=peer.anchor,
        chain=peer.chain,
        address=peer.address,
        note=note or None,
    )


def _say(ledger: Any, name: str, card: Card, status: Any, note: str) -> None:
    body = Peer(
        organisation=name,
        public=card.public,
        recipient=card.recipient,
        status=status,
        anchor=_anchor_of(card, datetime.now(UTC)),
        chain=as_texts(parse_documents(card.certificates)),
        address=card.address,
        note=note or None,
    )
    say(ledger, body, datetime.now(UTC))
