"""Persons who may ask for a purge: each has a key that only their own passphrase opens.

A handle proves nothing, because anybody may type it. What a person signs here can be signed by
nobody who does not know their passphrase, not even by who can open the vault. Two handles with one
passphrase are one person, and are refused.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.errors import UnknownName, UsageError, VaultClosed
from tocsin.tables.kinds.house import Approval
from tocsin.vault.box import Vault

PERSONS = "persons"
SHORTEST = 12  # characters of a passphrase


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A handle, never a name; its public key; its private one, sealed with the passphrase."""

    handle: str
    public: str  # Ed25519, hexadecimal
    sealed: str  # age, scrypt
    enrolled_at: str

    def key(self, passphrase: str) -> Ed25519PrivateKey:
        """The person's own key.

        Raises
        ------
        VaultClosed, if the passphrase is not theirs.
        """
        try:
            seed = pyrage.passphrase.decrypt(b64decode(self.sealed), passphrase)
        except pyrage.DecryptError:
            raise VaultClosed(
                "this is not the passphrase of {handle}",
                remedy="Each person types their own. Who forgot it is enrolled again: "
                "tocsin ledger persons remove {handle}, then add.",
                handle=self.handle,
            ) from None
        return Ed25519PrivateKey.from_private_bytes(seed)

    def word(self, passphrase: str, content: Callable[[Approval], bytes]) -> Approval:
        """The person's signed word.

        content : what is signed of a word that has no signature yet

        Raises
        ------
        VaultClosed, if the passphrase is not theirs.
        """
        return self.signed(self.key(passphrase), content)

    def signed(self, key: Ed25519PrivateKey, content: Callable[[Approval], bytes]) -> Approval:
        """As `word`, with the person's key, which their passphrase has opened already."""
        blank = Approval(
            by=self.handle,
            public=self.public,
            enrolled_at=self.enrolled_at,
            at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            signature="0" * 128,
        )
        return msgspec.structs.replace(blank, signature=key.sign(content(blank)).hex())

    def is_opened_by(self, passphrase: str) -> bool:
        """Whether this passphrase opens the person's key."""
        try:
            self.key(passphrase)
        except VaultClosed:
            return False
        return True


def persons(vault: Vault) -> dict[str, Person]:
    """Everybody who is enrolled, by handle."""
    found = vault.secret(PERSONS)
    held = [] if found is None else msgspec.json.decode(found, type=list[Person])
    return {one.handle: one for one in held}


def person(vault: Vault, handle: str) -> Person:
    """The person of a handle.

    Raises
    ------
    UnknownName, if nobody is enrolled under it.
    """
    held = persons(vault)
    if handle not in held:
        raise UnknownName(
            "nobody is enrolled as {handle}",
            remedy="Each person enrols once, alone: tocsin ledger persons add HANDLE",
            handle=handle,
        )
    return held[handle]


def enrol(vault: Vault, handle: str, passphrase: str, at: datetime) -> Person:
    """Enrol a person under a handle; their passphrase is kept nowhere.

    Raises
    ------
    UsageError, if the handle is taken, or the passphrase is short or another person's.
    """
    held = persons(vault)
    if handle in held:
        raise UsageError(
            "{handle} is enrolled already",
            remedy="Choose another handle; or remove it first: tocsin ledger persons remove "
            "{handle}",
            handle=handle,
        )
    if len(passphrase) < SHORTEST:
        raise UsageError(
            "a passphrase needs at least {shortest} characters",
            remedy="Four words that nobody would put together are easy to keep.",
            shortest=SHORTEST,
        )
    for other in held.values():
        require_another_person(other, passphrase)
    key = Ed25519PrivateKey.generate()
    made = Person(
        handle=handle,
        public=key.public_key().public_bytes_raw().hex(),
        sealed=b64encode(pyrage.passphrase.encrypt(key.private_bytes_raw(), passphrase)).decode(),
        enrolled_at=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    vault.keep(PERSONS, msgspec.json.encode([*held.values(), made]))
    return made


def dismiss(vault: Vault, handle: str) -> None:
    """Take a person out; what they signed stays signed.

    Raises
    ------
    UnknownName, if nobody is enrolled under the handle.
    """
    gone = person(vault, handle)
    left = [one for one in persons(vault).values() if one.handle != gone.handle]
    vault.keep(PERSONS, msgspec.json.encode(left))


def require_another_person(other: Person, passphrase: str) -> None:
    """Check that who knows this passphrase is not `other` under a second handle.

    Raises
    ------
    UsageError, if the passphrase opens the other's key.
    """
    if other.is_opened_by(passphrase):
        raise UsageError(
            "this passphrase is already that of {handle}: one person, two handles",
            remedy="A purge needs two persons. Let the second choose their own passphrase.",
            handle=other.handle,
        )
