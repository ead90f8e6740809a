"""Backup, restore and purge: the ledger's steps that concern every copy of it.

A purge reaches the backups this node has made: those within reach are written anew without the
purged content, the others are named. What was purged stays purged when an old backup is restored.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyrage

from tocsin.errors import UnreadableFile, UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.backup import Label, restore_backup, write_backup
from tocsin.ledger.purging import (
    REASONS,
    Purged,
    are_two,
    digest_of,
    holds_content,
    purge,
    purged_ids,
    purges,
    sweep,
)
from tocsin.ledger.upgrading import forget_copies
from tocsin.ledger.verifying import Verification
from tocsin.ledger.words import forget, words_file
from tocsin.policy.visible import is_whole_id
from tocsin.settings import read_settings
from tocsin.sharing.feeds import Feeds, feeds_file
from tocsin.tables.kinds import Approval, Purge
from tocsin.vault import Person, Vault, dismiss, enrol, person, persons, require_another_person
from tocsin.workflow.record_keeping import house_reader, open_ledger, open_vault

_BACKUPS = "backups"
_PURGES = "purges"
_REQUESTS = "purge-requests"


class _Words(msgspec.Struct, frozen=True):
    """Persons' signed words for a purge: one while it waits, then both."""

    reason: str
    approvals: tuple[Approval, ...]


@dataclass
class PurgeOutcome:
    """What became of a request to purge."""

    purged: Purged | None = None  # None: the second person's word is still missing
    asked_by: str = ""
    renewed: list[Path] = field(default_factory=list)  # backups written anew without the content
    out_of_reach: list[Path] = field(default_factory=list)  # backups that must be found by hand
    destroyed: list[Path] = field(default_factory=list)  # copies from before upgrades


def enrol_person(handle: str, passphrase: str) -> Person:
    """Enrol a person who may ask for a purge: their passphrase opens a key of their own."""
    return enrol(open_vault(), handle, passphrase, datetime.now(UTC))


def enrolled_persons() -> list[Person]:
    """Everybody who may ask for a purge, by handle."""
    return sorted(persons(open_vault()).values(), key=lambda one: one.handle)


def dismiss_person(handle: str) -> None:
    """Take a person out. What they signed stays; what waits for a second word is dropped."""
    vault = open_vault()
    dismiss(vault, handle)
    waiting = _held(vault, _REQUESTS, dict[str, _Words])
    left = {name: one for name, one in waiting.items() if one.approvals[0].by != handle}
    _keep(vault, _REQUESTS, left)


def request_purge(
    statement_id: str, by: str, passphrase: str, reason: str = "", reader: str = ""
) -> PurgeOutcome:
    """One person's word that a statement must be destroyed; a second person's destroys it.

    The first word waits in the vault. Each is signed with the person's own key, which their
    passphrase opens; `by` is a handle, never a name. Before the passphrase has opened a key
    nothing is said of the statement, nor whether it is there. A whole id may be of what nobody
    reads: that too must be destroyed. A part of one is looked for in what `reader` may see.

    Raises
    ------
    UsageError, if both words are the same person's, the reason is not one of the list, or the
    reader is another organisation's.
    UnknownName, if there is no such statement or person.  VaultClosed, if the passphrase is not
    that person's.
    """
    asking = house_reader(reader)
    vault = open_vault()
    who = person(vault, by)
    key = who.key(passphrase)
    ledger = open_ledger(to_write=True)
    if not is_whole_id(statement_id):
        statement_id = ledger.view(asking).named(statement_id).id
    waiting = _held(vault, _REQUESTS, dict[str, _Words])
    first = waiting.get(statement_id)
    if first is None and reason not in REASONS:
        raise UsageError(
            "no reason for a purge is called {reason!r}",
            remedy="Reasons: {known}.",
            reason=reason,
            known=", ".join(REASONS),
        )
    if first is not None:
        _require_second(vault, first, who, passphrase)
        reason = first.reason
    digest = digest_of(ledger, statement_id).hex()
    word = who.signed(key, lambda one: one.signed_bytes(statement_id, digest, reason))
    if first is None:
        _keep(vault, _REQUESTS, waiting | {statement_id: _Words(reason, (word,))})
        return PurgeOutcome(asked_by=by)
    both = _Words(reason, (*first.approvals, word))
    _keep(vault, _PURGES, _held(vault, _PURGES, dict[str, _Words]) | {statement_id: both})
    outcome = PurgeOutcome(asked_by=by)
    outcome.purged = purge(ledger, statement_id, both.approvals, reason, datetime.now(UTC))
    _renew_backups(vault, ledger, outcome)
    waiting.pop(statement_id, None)
    _keep(vault, _REQUESTS, waiting)
    return outcome


def purges_in_words() -> list[Purge]:
    """The purges of this node, for its auditor: who approved each, with which key."""
    return purges(open_ledger())


def is_proved(body: Purge) -> bool:
    """Whether two different keys signed for a purge."""
    return are_two(body.approvals, body.statement, body.hash, body.reason)


def _require_second(vault: Vault, first: _Words, who: Person, passphrase: str) -> None:
    """Check that the second word comes from another person, as far as keys can tell."""
    asked = first.approvals[0]
    if asked.by == who.handle or asked.public == who.public:
        raise UsageError(
            "{by} has asked for this purge already",
            remedy="Let a second person run the same command under their own handle.",
            by=who.handle,
        )
    require_another_person(person(vault, asked.by), passphrase)


def finish_purges() -> PurgeOutcome:
    """Overwrite what an interrupted purge left on disk and in backups."""
    outcome = PurgeOutcome()
    ledger = open_ledger()
    sweep(ledger.engine)
    _renew_backups(open_vault(), ledger, outcome)
    return outcome


def back_up(out: Path | None = None, also_for: tuple[str, ...] = ()) -> tuple[Path, Label]:
    """Write an encrypted backup of the ledger; the vault's key opens it, and `also_for` keys."""
    vault, ledger = open_vault(), open_ledger()
    now = datetime.now(UTC)
    path = out or read_settings().home / "backups" / f"ledger-{now:%Y%m%dT%H%M%SZ}.age"
    recipients = (vault.recipient, *also_for)
    label = write_backup(ledger, path, recipients, now)
    made = _held(vault, _BACKUPS, dict[str, tuple[str, ...]])
    _keep(vault, _BACKUPS, made | {str(path.resolve()): also_for})
    return path, label


def backups_made(vault: Vault) -> list[Path]:
    """Where this node has put backups, within reach or not.

    Raises
    ------
    VaultClosed, if the vault cannot be opened.
    """
    return [Path(text) for text in _held(vault, _BACKUPS, dict[str, tuple[str, ...]])]


@dataclass
class Restored:
    """What a restore gave back, and what it could not."""

    verification: Verification
    missing_after: int | None = None  # the witness remembers a longer log: statements are lost
    purged_again: list[str] = field(default_factory=list)


def restore(backup: Path, key: Path | None = None) -> Restored:
    """Fill an empty ledger from a backup and verify it; what was purged since is purged again.

    Raises
    ------
    UnreadableFile, UsageError, StoreDamaged.
    """
    vault = open_vault()
    ledger = open_ledger(to_write=True)
    identities = [_identity_in(key)] if key else [vault.identity]
    witness, ledger.witness = ledger.witness, None
    verification = restore_backup(backup, identities, ledger)
    forget(feeds_file(read_settings().home))  # of a ledger that lay here before and may know more
    restored = Restored(verification)
    remembered = witness.read() if witness else None
    head = ledger.head()
    if witness and head:
        if remembered and (remembered.log != head.log or remembered.size > head.size):
            restored.missing_after = head.size
            witness.path.replace(witness.path.with_suffix(".before-restore.json"))
        witness.move_to(head)
    ledger.witness = witness
    for name, both in _held(vault, _PURGES, dict[str, _Words]).items():
        if holds_content(ledger, name):
            purge(ledger, name, both.approvals, both.reason, datetime.now(UTC))
            restored.purged_again.append(name)
    return restored


def _renew_backups(vault: Vault, ledger: Ledger, outcome: PurgeOutcome) -> None:
    home = read_settings().home
    forget(words_file(home))  # the words of what was purged; it is built again
    if (served := feeds_file(home)).exists():  # nobody may ask for a feed for a long time
        Feeds(served).forget(purged_ids(ledger))
    if isinstance(ledger.where, Path):
        # A copy is a ledger of an older form, which cannot be written anew without the content.
        outcome.destroyed += forget_copies(ledger.where)
    for path_text, also_for in sorted(_held(vault, _BACKUPS, dict[str, tuple[str, ...]]).items()):
        path = Path(path_text)
        if path.exists():
            write_backup(ledger, path, (vault.recipient, *also_for), datetime.now(UTC))
            outcome.renewed.append(path)
        else:
            outcome.out_of_reach.append(path)


def _identity_in(path: Path) -> Any:
    try:
        lines = path.read_text("utf-8").splitlines()
        key = next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(key.strip())
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError):
        raise UnreadableFile(
            "no key of age is in the file",
            where=str(path),
            remedy="A key file has a line that begins AGE-SECRET-KEY-.",
        ) from None


def _held(vault: Vault, name: str, kind: Any) -> Any:
    found = vault.secret(name)
    return {} if found is None else msgspec.json.decode(found, type=kind)


def _keep(vault: Vault, name: str, value: Any) -> None:
    vault.keep(name, msgspec.json.encode(value))
