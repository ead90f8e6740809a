"""A flash by SMS: 160 characters that a partner can tell from a forgery."""

from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from nacl.bindings import (
    crypto_scalarmult,
    crypto_sign_ed25519_pk_to_curve25519,
    crypto_sign_ed25519_sk_to_curve25519,
    crypto_sign_seed_keypair,
)

from tocsin.errors import CheckFailed
from tocsin.policy import handle
from tocsin.sharing.flashes import read_flash, sender_of, write_flash
from tocsin.sharing.peers import KnownPeer, peer_named, require_trusted_peer
from tocsin.tables.when import moment_text
from tocsin.vault import node_secret
from tocsin.workflow.record_keeping import open_ledger, open_vault, own_organisation


class Flash(msgspec.Struct, frozen=True, kw_only=True):
    """A flash that was read: from whom, when it was made, what it says."""

    sender: str
    made_at: str
    text: str


def flash_for(peer: str, text: str) -> str:
    """A flash for a peer, ready to be typed into a phone; see `sharing.flashes`."""
    known = require_trusted_peer(peer_named(open_ledger(to_write=True), handle(peer)))
    return write_flash(own_organisation(), text, _key_with(known), datetime.now(UTC))


def read(said: str) -> Flash:
    """Check a flash that came, and give its text.

    Raises
    ------
    CheckFailed, if it is not what a trusted peer wrote, or too old.
    """
    name = sender_of(said)
    if not name:
        raise CheckFailed(
            "this is not a flash", remedy="Type it as it came, from T1 to the end of the tag."
        )
    known = require_trusted_peer(peer_named(open_ledger(to_write=True), handle(name)))
    at, text = read_flash(said, _key_with(known), datetime.now(UTC))
    return Flash(sender=known.organisation, made_at=moment_text(at), text=text)


def _key_with(peer: KnownPeer) -> bytes:
    """A key that this node and the peer's work out alone, from one's secret and the other's key."""
    _, secret = crypto_sign_seed_keypair(node_secret(open_vault()))
    theirs = crypto_sign_ed25519_pk_to_curve25519(bytes.fromhex(peer.public))
    shared = crypto_scalarmult(crypto_sign_ed25519_sk_to_curve25519(secret), theirs)
    return sha256(b"tocsin flash v1\x00" + shared).digest()
