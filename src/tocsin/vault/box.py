"""An encrypted box: named secrets in the age format, under a key of the vault's own.

`secrets.age` holds the secrets, encrypted to the vault's key. That key is either wrapped with a
passphrase (`vault.key.age`) or, where none was given, a file that only its owner may read
(`vault.key`), which may also lie elsewhere, such as on a stick. Neither is ever exported.
"""

import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import msgspec
import pyrage
from filelock import FileLock

from tocsin.errors import VaultClosed

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Vault:
    """Named secrets under one key.

    Parameters
    ----------
    folder : where the vault lies; made on first use
    passphrase : opens a wrapped key, or wraps the key of a new vault
    key_file : a key file elsewhere, instead of the one in the folder
    """

    def __init__(self, folder: Path, passphrase: str | None = None, key_file: Path | None = None):
        self.folder = folder
        self._passphrase = passphrase
        self._key_file = key_file or folder / "vault.key"
        self._wrapped = folder / "vault.key.age"
        self._box = folder / "secrets.age"

    def secret(self, name: str) -> bytes | None:
        """A secret, or None if the vault does not hold it.

        Raises
        ------
        VaultClosed, if there is no key, a wrong passphrase, or a key that others may read.
        """
        found = self._read().get(name)
        return None if found is None else b64decode(found)

    def secret_or(self, name: str, make: Callable[[], bytes]) -> bytes:
        """A secret; made and kept if the vault does not hold it yet."""
        if self._box.exists() and (found := self.secret(name)) is not None:
            return found
        with self._alone():
            held = self._read()
            if name not in held:
                held[name] = b64encode(make()).decode()
                self._write(held)
            return b64decode(held[name])

    def keep(self, name: str, value: bytes) -> None:
        """Keep a secret under a name, in place of an earlier one."""
        with self._alone():
            self._write(self._read() | {name: b64encode(value).decode()})

    def change(self, name: str, how: Callable[[bytes | None], bytes | None]) -> bool:
        """Put in place of a secret what `how` makes of it, with nobody writing in between.

        Nothing is changed where it makes None; whether anything was.
        """
        with self._alone():
            held = self._read()
            made = how(b64decode(held[name]) if name in held else None)
            if made is not None:
                self._write(held | {name: b64encode(made).decode()})
        return made is not None

    def forget(self, name: str) -> None:
        """Take a secret out; nothing happens if it is not there."""
        with self._alone():
            held = self._read()
            if held.pop(name, None) is not None:
                self._write(held)

    def names(self) -> list[str]:
        """What the vault holds, by name."""
        return sorted(self._read())

    def beginning(self, start: str) -> dict[str, bytes]:
        """The secrets whose names begin so, read together."""
        held = self._read()
        return {name: b64decode(value) for name, value in held.items() if name.startswith(start)}

    @property
    def edition(self) -> tuple[int, int]:
        """Changes whenever the box is written: what was read before still holds while it stays."""
        try:
            seen = self._box.stat()
        except FileNotFoundError:
            return 0, 0
        return seen.st_mtime_ns, seen.st_ino

    @property
    def recipient(self) -> str:
        """The vault's public key, to which backups are encrypted (`age1…`)."""
        with self._alone():
            return str(self._identity.to_public())

    @property
    def identity(self) -> pyrage.x25519.Identity:
        """The vault's own key, to open what was encrypted to `recipient`."""
        return self._identity

    def decrypt(self, sealed: bytes) -> bytes:
        """What was encrypted to the vault's public key.

        Raises
        ------
        VaultClosed, if it was encrypted to another key, or changed.
        """
        try:
            return bytes(pyrage.decrypt(sealed, [self._identity]))
        except pyrage.DecryptError:
            raise VaultClosed(
                "this was encrypted to another key, or has been changed",
                where=str(self.folder),
                remedy="Give its key: set TOCSIN_VAULT_KEY or TOCSIN_VAULT_PASSPHRASE.",
            ) from None

    def _read(self) -> dict[str, str]:
        if not self._box.exists():
            return {}
        return msgspec.json.decode(self.decrypt(self._box.read_bytes()), type=dict[str, str])

    def _write(self, held: dict[str, str]) -> None:
        sealed = pyrage.encrypt(msgspec.json.encode(held), [self._identity.to_public()])
        write_private(self._box, bytes(sealed))

    def _alone(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "vault.lock")

    @cached_property
    def _identity(self) -> pyrage.x25519.Identity:
        if self._wrapped.exists():
            return pyrage.x25519.Identity.from_str(self._unwrap())
        if self._key_file.exists():
            _require_private(self._key_file)
            try:
                return pyrage.x25519.Identity.from_str(self._key_file.read_text("ascii").strip())
            except (pyrage.IdentityError, UnicodeDecodeError):
                raise VaultClosed(
                    "this is not a key of a vault",
                    where=str(self._key_file),
                    remedy="Point TOCSIN_VAULT_KEY at the key file, which begins AGE-SECRET-KEY-.",
                ) from None
        if self._box.exists():
            raise VaultClosed(
                "the vault's key is not there",
                where=str(self._key_file),
                remedy="Put the key file back, or name it with TOCSIN_VAULT_KEY.",
            )
        return self._make_identity()

    def _make_identity(self) -> pyrage.x25519.Identity:
        identity = pyrage.x25519.Identity.generate()
        text = str(identity).encode("ascii")
        if self._passphrase:
            wrapped = pyrage.passphrase.encrypt(text, self._passphrase)
            write_private(self._wrapped, bytes(wrapped))
        else:
            write_private(self._key_file, text + b"\n")
        return identity

    def _unwrap(self) -> str:
        if not self._passphrase:
            raise VaultClosed(
                "the vault is closed: it needs its passphrase",
                where=str(self.folder),
                remedy="Set TOCSIN_VAULT_PASSPHRASE.",
            )
        try:
            plain = pyrage.passphrase.decrypt(self._wrapped.read_bytes(), self._passphrase)
        except pyrage.DecryptError:
            raise VaultClosed(
                "the passphrase does not open the vault",
                where=str(self.folder),
                remedy="Set TOCSIN_VAULT_PASSPHRASE to the one it was made with.",
            ) from None
        return bytes(plain).decode("ascii")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(
        draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
    )
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _require_private(path: Path) -> None:
    # Windows keeps a user's own folder private by its own means; its mode bits say nothing.
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise VaultClosed(
            "others than its owner may read the vault's key",
            where=str(path),
            remedy="Close it: chmod 600 {path}",
            path=path,
        )
