"""Where this node's record lies: on a server, in a file, or in an encrypted file.

The key of an encrypted file is in the vault. It is asked for once a process, and held in memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.errors import StoreError
from tocsin.ledger.locked import ENDING, holds_key_of, is_encrypted, unlock

if TYPE_CHECKING:
    from tocsin.settings import Settings
    from tocsin.vault import Vault

LEDGER_KEY = "ledger-key"  # its name in the vault
# What lies beside the record and tells of it, in the clear: what may be deleted and comes again.
TELLING = ("index", "feeds", "kept", "forecasts", "derived", "lake", "downloads")


def plain_file(settings: Settings) -> Path:
    """The file of a record that is not encrypted, whether it is there or not."""
    return settings.home / "ledger" / "ledger.db"


def record_file(settings: Settings) -> Path:
    """The file of this store's record: the encrypted one, if there is one."""
    plain = plain_file(settings)
    locked = plain.with_name(plain.name + ENDING)
    return locked if locked.exists() else plain


def record_place(settings: Settings) -> str | Path:
    """A server's address, or the file with its key at hand, if it needs one.

    Raises
    ------
    VaultClosed.  StoreError, if the vault does not hold the key.
    """
    if settings.ledger:
        return settings.ledger
    path = record_file(settings)
    if is_encrypted(path) and not holds_key_of(path):
        unlock(path.parent, _key_in(vault_of(settings), path))
    return path


def is_there(settings: Settings) -> bool:
    """Whether there is a record; asking for a ledger would make one."""
    return bool(settings.ledger) or record_file(settings).exists()


def is_locked(settings: Settings) -> bool:
    """Whether the record is in an encrypted file."""
    return not settings.ledger and is_encrypted(record_file(settings))


def in_the_clear(settings: Settings) -> list[str]:
    """Folders and files of the store that tell of the record and are not encrypted."""
    held = [name for name in TELLING if _holds_anything(settings.home / name)]
    files = [one.name for one in sorted(settings.home.glob("*.yml"))]
    return [*(f"{name}/" for name in held), *files]


def plain_files_left(settings: Settings) -> list[Path]:
    """Plain files of a record that is encrypted: of a run that was cut off, or a mistake."""
    from tocsin.ledger.encrypting import copies_of_plain, leftovers

    path = record_file(settings)
    if not is_encrypted(path):
        return []
    return [*leftovers(path), *copies_of_plain(path)]


def _holds_anything(folder: Path) -> bool:
    return folder.is_dir() and any(each.is_file() for each in folder.rglob("*"))


def vault_of(settings: Settings) -> Vault:
    """The node's vault, where the settings say."""
    from tocsin.vault import Vault

    return Vault(settings.home / "vault", settings.vault_passphrase, settings.vault_key)


def _key_in(vault: Vault, path: Path) -> bytes:
    key = vault.secret(LEDGER_KEY)
    if key is None:
        raise StoreError(
            "the ledger is encrypted, and this vault does not hold its key",
            where=str(path),
            remedy="Put back the vault with which it was encrypted, or restore a backup into "
            "another store: tocsin restore FILE",
        )
    return key
