"""Hash and signature: what makes a statement, and a head of the log, somebody's word."""

import hmac
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Mapping
from hashlib import sha256
from operator import attrgetter
from typing import NamedTuple

import msgspec
from nacl.bindings import (
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_PUBLICKEYBYTES,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

from tocsin.ledger.canonical import canonical
from tocsin.tables.statements import SEALS, Statement

SALT_BYTES = 12
_BLANK = {"hash": "", "signature": "", "recorded_at": None, "derived_from": ()}
_SEALS_OF = attrgetter(*SEALS)
_STATEMENT = b"tocsin statement v1\x00"
_HEAD = b"tocsin log head v1\x00"


class Signer:
    """A node's Ed25519 key. A signature reads `KEY:BASE64`, so that it names its key."""

    def __init__(self, secret: bytes, first_secret: bytes | None = None):
        self.public, self._key = crypto_sign_seed_keypair(secret)
        self.key_id = key_id(self.public)
        first = first_secret or secret  # ids stay the same when the key is changed
        # For ids that only this node can make again; it tells nothing about the signing key.
        self.identity_key = hmac.new(first, b"tocsin statement ids", sha256).digest()

    def sign_hash(self, digest: bytes) -> str:
        """Signature of a statement's hash."""
        return self._sign(_STATEMENT + digest)

    def sign_head(self, head: bytes) -> str:
        """Signature of a head of the log (its canonical JSON)."""
        return self._sign(_HEAD + head)

    def sign_for(self, purpose: str, message: bytes) -> str:
        """Signature of anything else, for one named purpose and no other."""
        return self._sign(_purpose(purpose) + message)

    def _sign(self, message: bytes) -> str:
        signature = crypto_sign(message, self._key)[:crypto_sign_BYTES]
        return f"{self.key_id}:{b64encode(signature).decode()}"


def key_id(public: bytes) -> str:
    """A key's name: the first 16 hexadecimal digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


def content_of(statement: Statement) -> bytes:
    """The canonical JSON that is hashed and signed: everything but the seals."""
    assert set(_BLANK) == set(SEALS)
    bare = not any(map(bool, _SEALS_OF(statement)))
    return canonical(statement if bare else msgspec.structs.replace(statement, **_BLANK))


class Seal(NamedTuple):
    """What makes a statement somebody's word."""

    content: bytes  # the canonical JSON that is hashed and signed
    digest: bytes
    signature: str


class Kept(NamedTuple):
    """A signed statement whose seal was checked just now: it need not be written out again."""

    statement: Statement
    seal: Seal


def seal(statement: Statement, signer: Signer, salt: str) -> Seal:
    """A new seal on a statement; a salt of its own is kept."""
    salted = msgspec.structs.replace(statement, salt=statement.salt or salt, **_BLANK)
    content = canonical(salted)
    digest = sha256(content).digest()
    return Seal(content, digest, signer.sign_hash(digest))


def seal_kept(statement: Statement) -> Seal:
    """The seal that a signed statement came with."""
    content = content_of(statement)
    return Seal(content, sha256(content).digest(), statement.signature)


def is_signed(signature: str, digest: bytes, keys: Mapping[str, bytes]) -> bool:
    """Whether a statement's hash is signed by one of `keys` (key id to public key)."""
    return _is_genuine(signature, _STATEMENT + digest, keys)


def is_signed_head(signature: str, head: bytes, keys: Mapping[str, bytes]) -> bool:
    """Whether a head of the log is signed by one of `keys`."""
    return _is_genuine(signature, _HEAD + head, keys)


def is_signed_for(purpose: str, signature: str, message: bytes, keys: Mapping[str, bytes]) -> bool:
    """Whether `message` is signed for this purpose by one of `keys`."""
    return _is_genuine(signature, _purpose(purpose) + message, keys)


def _purpose(name: str) -> bytes:
    return b"tocsin " + name.encode() + b" v1\x00"


def verify_raw(public: bytes, signature: bytes, message: bytes) -> bool:
    """Plain Ed25519 (RFC 8032)."""
    if len(public) != crypto_sign_PUBLICKEYBYTES or len(signature) != crypto_sign_BYTES:
        return False  # libsodium does not ask how long they are
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def _is_genuine(signature: str, message: bytes, keys: Mapping[str, bytes]) -> bool:
    name, _, encoded = signature.partition(":")
    public = keys.get(name)
    if public is None:
        return False
    try:
        raw = a2b_base64(encoded, strict_mode=True)
    except ValueError:
        return False
    return verify_raw(public, raw, message)
