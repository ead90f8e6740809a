"""Passphrases are stretched cheaply in the tests' own process, and nowhere else.

The program makes a passphrase slow to guess on purpose: about a second of scrypt for each seal, and
a quarter of a second of Argon2id for each who signs in. Tests do that hundreds of times and prove
nothing more by it. What is made here is a genuine age file and a genuine Argon2id hash that
say a small cost in their own header; the program opens them by its own unchanged code. The cost is
no setting of the program, so nobody can turn it down there; `tests/vault/test_cost.py` holds what
the program itself makes against the least that it may be.
"""

import hmac
import secrets
from base64 import b64encode
from hashlib import scrypt, sha256

import argon2
import pyrage
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BY_THE_PROGRAM = pyrage.passphrase.encrypt, argon2.PasswordHasher
_ROUNDS = 10  # as a power of two; age itself takes about eighteen
_CHUNK = 1 << 16


def seal(plain: bytes, passphrase: str) -> bytes:
    """An age file for a passphrase (age-encryption.org/v1, scrypt), quick to open."""
    file_key, salt, nonce = (secrets.token_bytes(16) for _ in range(3))
    stretched = scrypt(
        passphrase.encode(),
        salt=b"age-encryption.org/v1/scrypt" + salt,
        n=1 << _ROUNDS,
        r=8,
        p=1,
        dklen=32,
    )
    wrapped = ChaCha20Poly1305(stretched).encrypt(bytes(12), file_key, None)
    header = (
        f"age-encryption.org/v1\n-> scrypt {_unpadded(salt)} {_ROUNDS}\n{_unpadded(wrapped)}\n---"
    ).encode()
    proof = hmac.digest(_derived(file_key, None, b"header"), header, sha256)
    body = _stream(_derived(file_key, nonce, b"payload"), plain)
    return header + f" {_unpadded(proof)}\n".encode() + nonce + body


def _stream(key: bytes, plain: bytes) -> bytes:
    pieces = [plain[at : at + _CHUNK] for at in range(0, len(plain), _CHUNK)] or [b""]
    cipher = ChaCha20Poly1305(key)
    return b"".join(
        cipher.encrypt(place.to_bytes(11) + bytes([place == len(pieces) - 1]), piece, None)
        for place, piece in enumerate(pieces)
    )


def _derived(key: bytes, salt: bytes | None, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(key)


def _unpadded(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")


class QuickHasher(argon2.PasswordHasher):
    """Argon2id at its least cost."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
