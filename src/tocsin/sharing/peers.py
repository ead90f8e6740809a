"""Peers: partners' nodes, by this node's own signed word; and the card a node hands out.

A card names an organisation, its node's key and the age key to which it is written; it is signed
by that key. That the card is really the partner's is for two people to find out, by reading the
fingerprint to each other by another way than the card came.
"""

from datetime import datetime
from typing import Literal

import msgspec

from tocsin.errors import CheckFailed, UnknownName, UsageError
from tocsin.ledger.canonical import canonical
from tocsin.ledger.sealing import Signer, is_signed, is_signed_for, key_id
from tocsin.ledger.store import Ledger
from tocsin.ledger.trusting import fingerprint, own_keys, word_of_node
from tocsin.policy import Reader
from tocsin.tables.bodies import Line, Slug
from tocsin.tables.kinds import Peer
from tocsin.tables.kinds.travel import AgeRecipient, PublicKey
from tocsin.tables.when import When, moment_text

CARD_LIMIT = 200_000
_PURPOSE = "node card"


class Card(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """What a node hands to its partners."""

    tocsin: Literal["node card 1"] = "node card 1"
    organisation: Slug
    public: PublicKey
    recipient: AgeRecipient
    made_at: When
    address: Line | None = None
    certificates: tuple[msgspec.Raw, ...] = ()
    signature: str = ""

    def signed_bytes(self) -> bytes:
        return canonical(msgspec.structs.replace(self, signature=""))


class KnownPeer(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A peer as it stands: since when, and in what state."""

    organisation: str
    public: str
    recipient: str
    status: str
    since: str
    anchor: str | None = None
    chain: tuple[str, ...] = ()
    address: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        return key_id(bytes.fromhex(self.public))

    @property
    def fingerprint(self) -> str:
        """What two people read to each other: of its charter, or else of its node's key."""
        return spaced(self.anchor) if self.anchor else fingerprint(bytes.fromhex(self.public))


def spaced(digits: str) -> str:
    """Digits in groups of four, to be read aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def make_card(
    organisation: str,
    signer: Signer,
    recipient: str,
    at: datetime,
    address: str | None = None,
    certificates: tuple[msgspec.Raw, ...] = (),
) -> Card:
    """This node's card."""
    card = Card(
        organisation=organisation,
        public=signer.public.hex(),
        recipient=recipient,
        made_at=moment_text(at),
        address=address,
        certificates=certificates,
    )
    return msgspec.structs.replace(card, signature=signer.sign_for(_PURPOSE, card.signed_bytes()))


def parse_card(text: bytes, where: str = "") -> Card:
    """A card, if the key that it names has signed it.

    Raises
    ------
    UsageError, if it is not a card.  CheckFailed, if it was changed.
    """
    try:
        if len(text) > CARD_LIMIT:
            raise ValueError(len(text))
        card = msgspec.json.decode(text, type=Card)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise UsageError(
            "this is not a node’s card",
            where=where,
            remedy="Ask the partner for the file that this writes: tocsin peer card --out FILE",
        ) from None
    public = bytes.fromhex(card.public)
    if not is_signed_for(_PURPOSE, card.signature, card.signed_bytes(), {key_id(public): public}):
        raise CheckFailed(
            "the card was changed after it was signed",
            where=where,
            remedy="Ask the partner for it again, by another way.",
        )
    return card


def peers(ledger: Ledger) -> dict[str, KnownPeer]:
    """Every peer by its organisation, removed ones too: only this node's own word counts."""
    found: dict[str, KnownPeer] = {}
    own = own_keys(ledger)
    for one in ledger.view(Reader(ledger.org)).statements(Peer.kind):
        if isinstance(one.body, Peer) and is_signed(one.signature, bytes.fromhex(one.hash), own):
            body = one.body
            found[body.organisation] = KnownPeer(
                organisation=body.organisation,
                public=body.public,
                recipient=body.recipient,
                status=body.status,
                since=one.known_at,
                anchor=body.anchor,
                chain=body.chain,
                address=body.address,
                note=body.note,
            )
    return found


def peer_named(ledger: Ledger, organisation: str) -> KnownPeer:
    """A peer.

    Raises
    ------
    UnknownName, if there is none of that name.
    """
    found = peers(ledger).get(organisation)
    if found is None:
        raise UnknownName(
            "no peer is named {name}",
            remedy="See them with: tocsin peer list",
            name=organisation,
        )
    return found


def require_trusted_peer(peer: KnownPeer) -> KnownPeer:
    """Check that a peer is trusted and not removed.

    Raises
    ------
    CheckFailed.
    """
    if peer.status == "removed":
        raise CheckFailed(
            "{name} is no longer a peer of this node, since {day}",
            remedy="To begin again, ask for its card: tocsin peer add CARD",
            name=peer.organisation,
            day=peer.since[:10],
        )
    if peer.status != "trusted":
        raise CheckFailed(
            "{name} was added, but nobody has compared the fingerprint yet",
            remedy="Read it to each other, then: tocsin peer trust {name} FINGERPRINT",
            name=peer.organisation,
        )
    return peer


def say(ledger: Ledger, body: Peer, at: datetime) -> None:
    """Write this node's word about a peer."""
    word = word_of_node(ledger, f"peer:{body.organisation}", body, at)
    ledger.append([word])
