"""Who may call over HTTP: tokens are made, listed and revoked, and a caller is known by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tocsin.errors import UsageError
from tocsin.policy.readers import Reader, Role, parse_reader
from tocsin.tables.when import last_moment
from tocsin.vault import Token, Vault, make_token, revoke_token, tokens
from tocsin.vault.tokens import hash_of
from tocsin.workflow.record_keeping import open_vault, own_organisation

SCOPES = {
    "reports": "send reports and their media",
    "exchange": "fetch and bring bundles",
    "gateway": "hand on short messages from whomever",
    "taxii": "read and write by TAXII",
    "api": "read by the JSON API",
    "pages": "read the pages",
}


@dataclass(frozen=True)
class Caller:
    """Who calls: the reader that the ledger is asked for, and the handle reports go under."""

    org: str
    role: Role
    handle: str
    token: str  # its id, which opens nothing
    scopes: tuple[str, ...] = ()

    @property
    def reader(self) -> Reader:
        """As whom the ledger is read."""
        return Reader(self.org, self.role, person=self.handle)

    @property
    def reader_name(self) -> str:
        """The same as `ORG:ROLE:HANDLE`, as every reading function of this package takes it."""
        return f"{self.org}:{self.role}:{self.handle}"


def create_token(
    org: str = "",
    role: str = "analyst",
    *,
    handle: str = "",
    scopes: tuple[str, ...] = (),
    note: str = "",
    expires: str = "",
) -> tuple[str, Token]:
    """Make a token; its secret, which is never shown again, and what is kept of it.

    org : whose people call with it; empty: the node's own organisation
    handle : an earlier one of the same reporter, such as after a lost phone
    expires : the last day on which it opens anything; empty: until it is revoked

    Raises
    ------
    UsageError, if the role, a scope, the handle or the date is not one.  VaultClosed.
    """
    from tocsin.intake.reporters import is_handle

    reader = parse_reader(f"{org or own_organisation()}:{role}")
    if unknown := [one for one in scopes if one not in SCOPES]:
        raise UsageError(
            "a token has no scope {scope}",
            remedy="Scopes: {known}.",
            scope=unknown[0],
            known=", ".join(SCOPES),
        )
    if handle and not is_handle(handle):
        raise UsageError(
            "{handle} is not a handle",
            remedy="Letters, a dash, letters or digits, such as m-17; never a name or a number.",
            handle=handle,
        )
    until = last_moment(expires) if expires else None
    if until is not None and until <= datetime.now(UTC):
        raise UsageError("{day} has passed", remedy="Give a later day.", day=expires)
    return make_token(
        open_vault(), reader.org, reader.role, handle=handle, scopes=scopes, note=note,
        expires_at=until,
    )  # fmt: skip


def listed_tokens() -> list[Token]:
    """Every token that was made here, the oldest first; none shows its secret."""
    return tokens(open_vault())


def withdraw_token(name: str) -> Token:
    """Revoke a token by its id; every worker of the server knows within the same second."""
    return revoke_token(open_vault(), name, datetime.now(UTC))


class Callers:
    """Callers by their tokens; the vault is read again only when it has changed."""

    def __init__(self, vault: Vault | None = None):
        self._vault = vault or open_vault()
        self._edition: tuple[int, int] | None = None
        self._by_hash: dict[str, Token] = {}

    def caller(self, secret: str) -> Caller | None:
        """Who calls with this secret; None whatever is wrong with it: nobody is told what.

        Raises
        ------
        VaultClosed, if the vault cannot be opened.
        """
        if (edition := self._vault.edition) != self._edition:
            self._by_hash = {one.hashed: one for one in tokens(self._vault)}
            self._edition = edition
        token = self._by_hash.get(hash_of(secret))
        if token is None or not token.is_good(datetime.now(UTC)):
            return None
        return Caller(token.org, token.role, token.handle, token.id, token.scopes)
