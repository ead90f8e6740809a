"""Who may sign in to the pages: accounts, the first of them without a default password, sessions.

A session is a token like any other, good for the pages and for half a day, kept by the browser in
a cookie: it is listed and revoked as tokens are.
"""

from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe

from tocsin.errors import UsageError
from tocsin.policy.readers import ROLES, Role
from tocsin.vault.accounts import (
    SignIn,
    accounts,
    close_account,
    code_step,
    is_their_word,
    make_account,
    require_passphrase,
    spend_code,
)
from tocsin.vault.tokens import hash_of, make_token
from tocsin.workflow.letting_in import Callers, withdraw_token
from tocsin.workflow.record_keeping import open_vault, own_organisation

SESSION = timedelta(hours=12)
FIRST_RUN = "first-run"  # the vault's name of the hash of the one-time key


def open_account(
    handle: str, role: str, passphrase: str, *, with_code: bool = False
) -> tuple[SignIn, str]:
    """Make an account; what its owner's authenticator must be told, empty without a code.

    Raises
    ------
    UsageError, if the handle or the role is none, or the passphrase too short.  VaultClosed.
    """
    import pyotp

    from tocsin.intake.reporters import is_handle

    if not is_handle(handle):
        raise UsageError(
            "{handle} is not a handle",
            remedy="Letters, a dash, letters or digits, such as m-17; never a name or a number.",
            handle=handle,
        )
    secret = pyotp.random_base32() if with_code else ""
    made = make_account(open_vault(), handle, _role(role), passphrase, secret)
    told = pyotp.TOTP(secret).provisioning_uri(name=handle, issuer_name="Tocsin") if secret else ""
    return made, told


def _role(text: str) -> Role:
    for known in ROLES:
        if known == text and known != "peer":
            return known
    raise UsageError(
        "no role is named {role!r}",
        remedy="Roles: {roles}.",
        role=text,
        roles=", ".join(one for one in ROLES if one != "peer"),
    )


def listed_accounts() -> list[SignIn]:
    """Every account, closed ones too; none shows its passphrase."""
    return list(accounts(open_vault()).values())


def shut_account(handle: str) -> SignIn:
    """Close an account and end its sessions."""
    from tocsin.workflow.letting_in import listed_tokens

    held = close_account(open_vault(), handle)
    for one in listed_tokens():
        if one.handle == handle and one.scopes == ("pages",):
            withdraw_token(one.id)
    return held


def needs_first_account() -> bool:
    """Whether nobody can sign in yet."""
    return not any(one.closed_at is None for one in listed_accounts())


def first_run_key() -> str:
    """A new one-time key that opens the first account; an earlier key opens nothing any more."""
    key = token_urlsafe(24)
    open_vault().keep(FIRST_RUN, hash_of(key).encode())
    return key


def open_first_account(key: str, handle: str, role: str, passphrase: str) -> SignIn:
    """Make the first account with the one-time key.

    Raises
    ------
    UsageError, if there is an account already, or the key is not the one that was shown.
    """
    vault = open_vault()
    kept = vault.secret(FIRST_RUN)
    if kept is None or not needs_first_account() or not compare_digest(
        kept, hash_of(key).encode()
    ):  # fmt: skip
        raise UsageError(
            "this key opens nothing", remedy="Start the server again: it shows a new one."
        )
    require_passphrase(passphrase)
    made, _ = open_account(handle, role, passphrase)
    vault.forget(FIRST_RUN)
    return made


def sign_in(handle: str, passphrase: str, code: str = "") -> str:
    """A session for an account: the secret of its cookie; empty if anything is wrong."""
    vault = open_vault()
    held = accounts(vault).get(handle)
    now = datetime.now(UTC)
    if not is_their_word(held, passphrase, code, now):
        return ""
    assert held is not None
    if held.secret and not spend_code(vault, handle, code_step(held, code, now)):
        return ""
    return open_session(handle, held.role)


def open_session(handle: str, role: Role) -> str:
    """The secret of a new session's cookie, for somebody who has shown who they are."""
    secret, _ = make_token(
        open_vault(), own_organisation(), role, handle=handle, scopes=("pages",), note="session",
        expires_at=datetime.now(UTC) + SESSION,
    )  # fmt: skip
    return secret


def sign_out(secret: str) -> None:
    """End the session of a cookie; one that holds nothing is let be."""
    if (caller := Callers().caller(secret)) is not None:
        withdraw_token(caller.token)
