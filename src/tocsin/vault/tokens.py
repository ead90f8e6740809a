"""Tokens: who may call over HTTP. The secret is shown once; the vault keeps only its hash.

A secret has 256 random bits, so a plain SHA-256 of it cannot be searched for; a slow hash, as for
passwords that people choose, would only cost the server time.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from tocsin.errors import UnknownName
from tocsin.policy.readers import Role
from tocsin.vault.box import Vault

BEGINNING = "token."
_MARK = "tocsin_"  # lets programs that search for leaked secrets know one
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls with it, and what for; never a person's name."""

    id: str  # what lists and logs show; it opens nothing
    hashed: str  # SHA-256 of the secret, hexadecimal
    org: str
    role: Role
    handle: str  # under which reports sent with it are written
    scopes: tuple[str, ...] = ()  # only for these; empty: for all that the role may do
    note: str = ""
    made_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def hash_of(secret: str) -> str:
    """What the vault keeps of a secret.

    >>> hash_of("x")[:8]
    '2d711642'
    """
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def make_token(
    vault: Vault,
    org: str,
    role: Role,
    *,
    handle: str = "",
    scopes: tuple[str, ...] = (),
    note: str = "",
    expires_at: datetime | None = None,
) -> tuple[str, Token]:
    """A new token: its secret, to be shown once, and what is kept of it.

    handle : under which its reports are written; made at random if none is given

    Raises
    ------
    VaultClosed, if the vault cannot be opened.
    """
    secret = _MARK + secrets.token_urlsafe(32)
    token = Token(
        id=_word(8),
        hashed=hash_of(secret),
        org=org,
        role=role,
        handle=handle or f"{'r' if role == 'reporter' else 't'}-{_word(8)}",
        scopes=scopes,
        note=note,
        made_at=datetime.now(UTC).replace(microsecond=0),
        expires_at=expires_at,
    )
    vault.keep(BEGINNING + token.id, msgspec.json.encode(token))
    return secret, token


def tokens(vault: Vault) -> list[Token]:
    """Every token that was ever made, the oldest first."""
    found = [msgspec.json.decode(held, type=Token) for held in vault.beginning(BEGINNING).values()]
    return sorted(found, key=lambda one: (one.made_at, one.id))


def revoke_token(vault: Vault, name: str, now: datetime) -> Token:
    """Let a token open nothing from now on; revoking it again changes nothing.

    Raises
    ------
    UnknownName, if no token has that id.
    """
    token = next((one for one in tokens(vault) if one.id == name), None)
    if token is None:
        raise UnknownName(
            "no token is named {name}", remedy="tocsin token list shows them.", name=name
        )
    if token.revoked_at is None:
        token = msgspec.structs.replace(token, revoked_at=now.replace(microsecond=0))
        vault.keep(BEGINNING + token.id, msgspec.json.encode(token))
    return token


def _word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
