"""Partners' keys: whose signed statements this node takes in, by its own signed word."""

from datetime import UTC, datetime
from pathlib import Path

from tocsin.errors import UnreadableFile, UsageError
from tocsin.ledger.trusting import (
    TrustedKey,
    fingerprint,
    key_line,
    parse_key,
    trust_key,
    trusted_keys,
    withdraw_key,
)
from tocsin.policy import handle
from tocsin.workflow.record_keeping import open_ledger, own_organisation


def trust(organisation: str, key: str, note: str = "") -> TrustedKey:
    """Take in what this key signs for an organisation, from now on; again: no change.

    key : 64 hexadecimal digits, or the path of a file that the partner's `trust own` wrote

    Raises
    ------
    UsageError, if it is not a key, or the file names another organisation.
    IdentityConflict, if it is trusted for another organisation already.
    """
    named, public = parse_key(_text_of(key))
    owner = handle(organisation)
    if named and handle(named) != owner:
        raise UsageError(
            "the file holds the key of {named}, not of {owner}",
            remedy="Check with the partner whose key it is.",
            named=named,
            owner=owner,
        )
    return trust_key(open_ledger(to_write=True), owner, public, datetime.now(UTC), note)


def withdraw_trust(key: str, note: str = "") -> TrustedKey:
    """Take in nothing new that this key signs; what is here stays, and still verifies."""
    return withdraw_key(open_ledger(to_write=True), key, datetime.now(UTC), note)


def keys_and_trust(*, vault_open: bool = True) -> list[TrustedKey]:
    """The node's own key, then partners' by organisation, with since when and until when.

    Without an open vault the node's own key is the one that the ledger says it is.
    """
    found = trusted_keys(open_ledger(to_write=vault_open)).values()
    return sorted(found, key=lambda one: (not one.own, one.organisation, one.since))


def own_key(out: Path | None = None) -> tuple[str, str]:
    """The node's own public key as a line for partners, and its fingerprint."""
    public = open_ledger(to_write=True).signer.public
    line = key_line(own_organisation(), public)
    if out is not None:
        out.write_text(line, encoding="utf-8")
    return line, fingerprint(public)


def _text_of(key: str) -> str:
    """What was given: digits, or what stands in the file that it names."""
    path = Path(key)
    try:
        return path.read_text("utf-8") if path.is_file() else key
    except (OSError, UnicodeDecodeError):
        raise UnreadableFile(
            "the file cannot be read", where=key, remedy="Check its name and permissions."
        ) from None
