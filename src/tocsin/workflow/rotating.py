"""Keys change: the node's by rotation, a peer's by its chain, a stolen one from a stated time."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pyrage

from tocsin.errors import CheckFailed, UsageError
from tocsin.ledger import Ledger, Signer
from tocsin.ledger.trusting import (
    own_keys,
    retire_own_key,
    trust_key,
    trusted_keys,
    withdraw_key,
)
from tocsin.policy import handle
from tocsin.sharing.bundles import Label
from tocsin.sharing.chains import (
    Charter,
    Compromise,
    Document,
    NodeCertificate,
    Succession,
    charters,
    compromised,
    signed_by,
)
from tocsin.sharing.peers import KnownPeer, peer_named, peers, require_trusted_peer, say, spaced
from tocsin.sharing.vouching import (
    Vouched,
    as_texts,
    documents_of,
    key_for,
    present_key,
    stated_compromised,
)
from tocsin.tables.when import last_moment, moment_text
from tocsin.vault import Vault, change_node_secret, node_secret
from tocsin.workflow.peering import (
    EXCHANGE_KEY,
    body_of,
    exchange_identities,
    keep_documents,
    own_documents,
    read_card,
)
from tocsin.workflow.record_keeping import open_ledger, open_vault, own_organisation

ORGANISATION_KEY = "organisation-key"
ROOT_FILE = "tocsin-root.key"
NODE_LIFE = timedelta(days=730)
OLD_AGE_KEYS = 5


class Chartered(msgspec.Struct, frozen=True, kw_only=True):
    """A charter that was made, and what to read to partners."""

    version: int
    roots: int
    threshold: int
    valid_to: str
    fingerprint: str


class Vouching:
    """The keys that may sign for peers now, and what bundles say about them."""

    def __init__(self, ledger: Ledger, now: datetime):
        self._ledger = ledger
        self._now = now
        self._peers = peers(ledger)
        self._found: Vouched | None = None

    def key_of(self, label: Label) -> bytes | None:
        """The public key with which a label should be signed; None if nobody's word is taken."""
        peer = self._peers.get(handle(label.sender))
        if peer is None:
            return None
        require_trusted_peer(peer)
        documents = documents_of(peer, label.certificates)
        made = last_moment(label.made_at)
        self._found = key_for(peer, documents, label.key, made, self._now)
        return None if self._found is None else bytes.fromhex(self._found.public)

    def learn(self, label: Label) -> None:
        """Keep what a genuine bundle says about its sender's keys."""
        peer = self._peers[handle(label.sender)]
        documents = documents_of(peer, label.certificates)
        if as_texts(documents) != peer.chain:
            take_documents(self._ledger, peer, documents, self._now)


def take_documents(
    ledger: Ledger, peer: KnownPeer, documents: list[Document], now: datetime
) -> KnownPeer:
    """Follow a peer's chain: its present key, and what was said to be compromised."""
    present = present_key(peer, documents, now)
    newer = present.public and present.public != peer.public
    kept = Vouched(peer.public, peer.recipient) if not newer else present
    body = msgspec.structs.replace(
        body_of(peer, peer.status),
        public=kept.public,
        recipient=kept.recipient,
        chain=as_texts(documents),
    )
    say(ledger, body, now)
    bad = stated_compromised(peer, documents)
    if peer.status == "trusted" and newer:
        trust_key(ledger, peer.organisation, bytes.fromhex(kept.public), now, "by its chain")
    for key in trusted_keys(ledger).values():
        if key.public in bad and key.until is None and key.organisation == peer.organisation:
            withdraw_key(ledger, key.key, now, f"compromised since {bad[key.public]:%Y-%m-%d}")
    return peer_named(ledger, peer.organisation)


def rotate_peer(organisation: str, card_file: Path) -> KnownPeer:
    """Take a peer's new card, if its chain, or the key that it replaces, vouches for it.

    Raises
    ------
    CheckFailed, if nothing does: then it is to be removed, added and compared anew.
    """
    ledger = open_ledger(to_write=True)
    peer = require_trusted_peer(peer_named(ledger, handle(organisation)))
    card = read_card(card_file)
    now = datetime.now(UTC)
    documents = documents_of(peer, card.certificates)
    present = present_key(peer, documents, now)
    if handle(card.organisation) != peer.organisation or present.public != card.public:
        raise CheckFailed(
            "nothing that {name} said before vouches for the key of this card",
            where=card_file.name,
            remedy="Remove the peer, add the card, and compare the fingerprint anew: "
            "tocsin peer remove {name}",
            name=peer.organisation,
        )
    return take_documents(ledger, peer, documents, now)


def rotate_own() -> str:
    """Change this node's key and the age key to which it is written; gives back the fingerprint.

    Peers learn of it with their next bundle. What the old key signed stays good.
    """
    return _change_own("trusted", "")


def _change_own(status: str, note: str) -> str:
    vault = open_vault()
    now = datetime.now(UTC)
    before = open_ledger(to_write=True)
    before.append([])  # the store is up to date before anything is changed
    organisation, old = own_organisation(), before.signer
    fresh = secrets.token_bytes(32)
    identity = pyrage.x25519.Identity.generate()
    new = Signer(fresh)
    documents = own_documents(vault)
    documents += _vouched(vault, documents, organisation, old, new, str(identity.to_public()), now)
    held = "\n".join(str(one) for one in exchange_identities(vault)[:OLD_AGE_KEYS])
    vault.keep(EXCHANGE_KEY, f"{identity}\n{held}".encode())
    keep_documents(vault, documents)
    change_node_secret(vault, fresh)
    after = open_ledger(to_write=True)
    retire_own_key(after, old.public, now, status, note)
    assert old.key_id in own_keys(after)
    return spaced(new.key_id)


def _vouched(
    vault: Vault,
    documents: list[Document],
    organisation: str,
    old: Signer,
    new: Signer,
    recipient: str,
    now: datetime,
) -> list[Document]:
    """Who vouches for the new key: the organisation's, if there is a charter, and the old one."""
    following = Succession(
        organisation=organisation,
        old=old.public.hex(),
        public=new.public.hex(),
        recipient=recipient,
        valid_from=moment_text(now),
    )
    found: list[Document] = [signed_by(following, [old, new])]
    if (secret := vault.secret(ORGANISATION_KEY)) is not None:
        found.append(_certificate(secret, documents, organisation, new.public, recipient, now))
    return found


def _certificate(
    secret: bytes,
    documents: list[Document],
    organisation: str,
    public: bytes,
    recipient: str,
    now: datetime,
) -> Document:
    ends = [last_moment(one.valid_to) for one in documents if isinstance(one, Charter)]
    one = NodeCertificate(
        organisation=organisation,
        public=public.hex(),
        recipient=recipient,
        valid_from=moment_text(now),
        valid_to=moment_text(min(now + NODE_LIFE, max(ends))),
    )
    return signed_by(one, [Signer(secret)])


def charter(folders: list[Path], threshold: int = 2, years: int = 5) -> Chartered:
    """Make or renew the organisation's charter with the root keys in these folders.

    The first time each folder gets a root key: give each to another person, on a stick. To renew
    it, so many of them as must sign are enough. The organisation's key is made anew each time.

    Raises
    ------
    UsageError, if there are too few folders.
    """
    vault, now = open_vault(), datetime.now(UTC)
    documents = own_documents(vault)
    earlier = [one for one in documents if isinstance(one, Charter)]
    roots = [_root(folder, make=not earlier) for folder in folders]
    needed = earlier[-1].threshold if earlier else threshold
    if len({one.key_id for one in roots}) < max(needed, 1) or (not earlier and needed < 1):
        raise UsageError(
            "{needed} root keys must sign",
            remedy="Name the folders in which they lie: --root FOLDER --root FOLDER",
            needed=needed,
        )
    secret = secrets.token_bytes(32)
    made = Charter(
        organisation=own_organisation(),
        version=earlier[-1].version + 1 if earlier else 1,
        roots=earlier[-1].roots if earlier else tuple(one.public.hex() for one in roots),
        threshold=needed,
        key=Signer(secret).public.hex(),
        valid_from=moment_text(now),
        valid_to=moment_text(now + timedelta(days=365 * years)),
    )
    signed = signed_by(made, roots)
    documents.append(signed)
    recipient = str(exchange_identities(vault)[0].to_public())
    public = Signer(node_secret(vault)).public
    vault.keep(ORGANISATION_KEY, secret)
    documents.append(_certificate(secret, documents, own_organisation(), public, recipient, now))
    line = charters(documents, own_organisation(), (earlier or [made])[0].anchor)
    if not line or line[-1].version != made.version:
        raise UsageError(
            "these are not root keys of the charter",
            remedy="Name the folders in which they lie: --root FOLDER --root FOLDER",
        )
    keep_documents(vault, documents)
    return Chartered(
        version=made.version,
        roots=len(made.roots),
        threshold=needed,
        valid_to=made.valid_to,
        fingerprint=spaced(line[0].anchor),
    )


def compromise(
    since: str, reason: str = "", folders: list[Path] | None = None, *, organisation: bool = False
) -> str:
    """Say since when this node's key is not its own alone, and change it; gives back the new one.

    organisation : the organisation's key, for which so many roots must sign (`folders`)

    Raises
    ------
    UsageError, if there is no charter: then partners must be told by another way.
    """
    vault = open_vault()
    documents = own_documents(vault)
    name = own_organisation()
    line = [one for one in documents if isinstance(one, Charter)]
    secret = vault.secret(ORGANISATION_KEY)
    if not line or secret is None:
        raise UsageError(
            "without a charter nobody can vouch for a new key when the old one is stolen",
            remedy="Tell each partner by another way to run: tocsin peer remove {name}; "
            "then: tocsin peer rotate, and hand out a new card.",
            name=name,
        )
    last_moment(since)
    public = line[-1].key if organisation else Signer(node_secret(vault)).public.hex()
    said = Compromise(organisation=name, public=public, since=since, reason=reason)
    signers = [_root(folder, make=False) for folder in folders or []] or [Signer(secret)]
    documents.append(signed_by(said, signers))
    if public not in compromised(documents, name, line):
        raise UsageError(
            "{needed} root keys must sign",
            remedy="Name the folders in which they lie: --root FOLDER --root FOLDER",
            needed=line[-1].threshold,
        )
    keep_documents(vault, documents)
    if organisation:
        charter(folders or [], line[-1].threshold)
        return spaced(line[0].anchor)
    return _change_own("withdrawn", f"compromised since {since}")


def _root(folder: Path, *, make: bool) -> Signer:
    """The root key in a folder."""
    path = folder / ROOT_FILE
    if make and not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32).hex().encode() + b"\n")
    try:
        return Signer(bytes.fromhex(path.read_text("ascii").strip()))
    except (OSError, ValueError):
        raise UsageError(
            "there is no root key in {folder}",
            remedy="Name the folders in which they lie: --root FOLDER --root FOLDER",
            folder=folder,
        ) from None
