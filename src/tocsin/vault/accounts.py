"""Accounts: who may sign in to the pages. A handle, a role, a slow hash of a passphrase, a code.

The passphrase is hashed with Argon2id (RFC 9106); the second factor is a time-based code (TOTP,
RFC 6238) where the account has one. Neither is ever shown again.
"""

from datetime import UTC, datetime
from functools import cache
from secrets import token_urlsafe

import msgspec

from tocsin.errors import UnknownName, UsageError
from tocsin.policy.readers import Role
from tocsin.vault.box import Vault

BEGINNING = "account."
SHORTEST = 12  # characters of a passphrase
LONGEST = 256


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the vault keeps it."""

    handle: str
    role: Role
    hashed: str  # Argon2id
    secret: str = ""  # of the time-based code; empty: the passphrase alone
    made_at: datetime
    closed_at: datetime | None = None
    last_step: int = 0  # of the last code that let somebody in: RFC 6238 lets each in once


def require_passphrase(passphrase: str) -> str:
    """The passphrase itself.

    Raises
    ------
    UsageError, if it is too short or too long.
    """
    if not SHORTEST <= len(passphrase) <= LONGEST:
        raise UsageError(
            "a passphrase has {least} to {most} characters",
            remedy="Four or five words that do not belong together are long enough.",
            least=SHORTEST,
            most=LONGEST,
        )
    return passphrase


def make_account(
    vault: Vault, handle: str, role: Role, passphrase: str, secret: str = ""
) -> SignIn:
    """Write an account; an open one of the same handle is not replaced.

    Raises
    ------
    UsageError, if there is one already.  VaultClosed.
    """
    from argon2 import PasswordHasher  # noqa: PLC0415  (only where somebody signs in)

    held = accounts(vault).get(handle)
    if held is not None and held.closed_at is None:
        raise UsageError(
            "there is an account named {handle} already",
            remedy="Close it first: tocsin account close {handle}",
            handle=handle,
        )
    made = SignIn(
        handle=handle,
        role=role,
        hashed=PasswordHasher().hash(require_passphrase(passphrase)),
        secret=secret,
        made_at=datetime.now(UTC).replace(microsecond=0),
    )
    vault.keep(BEGINNING + handle, msgspec.json.encode(made))
    return made


def accounts(vault: Vault) -> dict[str, SignIn]:
    """Every account that was ever made, by handle."""
    found = (msgspec.json.decode(one, type=SignIn) for one in vault.beginning(BEGINNING).values())
    return {one.handle: one for one in sorted(found, key=lambda each: each.handle)}


def close_account(vault: Vault, handle: str) -> SignIn:
    """Let nobody sign in by this handle any more.

    Raises
    ------
    UnknownName, if there is none.
    """
    held = accounts(vault).get(handle)
    if held is None:
        raise UnknownName(
            "no account is named {handle}", remedy="tocsin account list", handle=handle
        )
    if held.closed_at is None:
        held = msgspec.structs.replace(held, closed_at=datetime.now(UTC).replace(microsecond=0))
        vault.keep(BEGINNING + handle, msgspec.json.encode(held))
    return held


def is_their_word(held: SignIn | None, passphrase: str, code: str, now: datetime) -> bool:
    """Whether a passphrase and a code are an account's.

    An unknown and a closed account cost the same time as a wrong passphrase.
    """
    from argon2 import PasswordHasher  # noqa: PLC0415
    from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415

    hasher = PasswordHasher()
    try:
        hasher.verify(held.hashed if held else _nobodys(), passphrase[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
    if held is None or held.closed_at is not None:
        return False
    return not held.secret or code_step(held, code, now) > held.last_step


def code_step(held: SignIn, code: str, now: datetime) -> int:
    """The step of thirty seconds whose code this is, now or one step either side; 0 if of none."""
    import pyotp  # noqa: PLC0415
    from pyotp.utils import strings_equal  # noqa: PLC0415

    made = pyotp.TOTP(held.secret)
    this = int(now.timestamp()) // made.interval
    found = 0
    for step in (this - 1, this, this + 1):  # all three, whichever is right: no time to measure
        if strings_equal(code.strip(), made.generate_otp(step)):
            found = step
    return found


def spend_code(vault: Vault, handle: str, step: int) -> bool:
    """Remember that a code let somebody in; False if it, or a later one, did so before.

    Two who send the same code at once do not both get in: the vault is changed by one at a time.
    """

    def spent(raw: bytes | None) -> bytes | None:
        held = None if raw is None else msgspec.json.decode(raw, type=SignIn)
        if held is None or held.closed_at is not None or held.last_step >= step:
            return None
        return msgspec.json.encode(msgspec.structs.replace(held, last_step=step))

    return vault.change(BEGINNING + handle, spent)


@cache
def _nobodys() -> str:
    """A hash that no passphrase opens, made with the same cost."""
    from argon2 import PasswordHasher  # noqa: PLC0415

    return PasswordHasher().hash(token_urlsafe(32))
