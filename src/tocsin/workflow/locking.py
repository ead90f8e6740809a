"""The record is encrypted at rest, under a key in the vault; and what beside it is not."""

from __future__ import annotations

import os

import msgspec

from tocsin.errors import UsageError
from tocsin.ledger.locked import KEY_BYTES
from tocsin.settings import Settings, read_settings
from tocsin.workflow.record_place import LEDGER_KEY, in_the_clear, plain_file, vault_of


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """An encrypted record: its file, its statements, and plain files that were destroyed."""

    path: str
    statements: int
    destroyed: tuple[str, ...] = ()
    in_the_clear: tuple[str, ...] = ()  # folders of the store that are not encrypted


def encrypt_record() -> Locked:
    """Encrypt this store's record, in place; an empty store begins with an encrypted one.

    The same again finishes what was cut off, and destroys plain files that were left.

    Raises
    ------
    UsageError, if the record is on a server, the vault's key lies beside it, or another process
    has the record open.  StoreDamaged, if the record is not sound.  ToolMissing.  VaultClosed.
    """
    from tocsin.ledger import Ledger
    from tocsin.ledger.encrypting import encrypt
    from tocsin.ledger.words import files_of, words_file
    from tocsin.workflow.arriving import is_exercise_store
    from tocsin.workflow.record_keeping import own_organisation

    settings = read_settings()
    if settings.ledger:
        raise UsageError(
            "a ledger on a server is encrypted by the server’s own disk",
            remedy="Encrypt the disk of the database server (LUKS).",
        )
    _require_key_elsewhere(settings)
    key = vault_of(settings).secret_or(LEDGER_KEY, lambda: os.urandom(KEY_BYTES))
    plain = Ledger(plain_file(settings), own_organisation(), exercise=is_exercise_store())
    # Every word of the record lies in a file beside it; of an encrypted one none is held.
    done = encrypt(plain, key, beside=files_of(words_file(settings.home)))
    return Locked(
        path=str(done.path),
        statements=done.statements,
        destroyed=tuple(map(str, done.destroyed)),
        in_the_clear=tuple(in_the_clear(settings)),
    )


def _require_key_elsewhere(settings: Settings) -> None:
    """Who takes the disk must not take the key with it.

    Raises
    ------
    UsageError.
    """
    beside = settings.vault_key or settings.home / "vault" / "vault.key"
    is_wrapped = (settings.home / "vault" / "vault.key.age").exists()
    is_new = not (settings.home / "vault" / "secrets.age").exists()
    if is_wrapped or (is_new and settings.vault_passphrase and not beside.exists()):
        return
    if settings.home.absolute() in beside.absolute().parents:
        raise UsageError(
            "the vault’s key lies beside the ledger: encrypting it would keep nobody out",
            where=str(beside),
            remedy="Move the key to a stick and name it in TOCSIN_VAULT_KEY, or begin the store "
            "with TOCSIN_VAULT_PASSPHRASE.",
        )
