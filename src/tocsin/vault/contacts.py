"""How reporters are reached: a box of its own, under a key of its own, that can be destroyed alone.

`contacts-N.age` holds the contacts, encrypted to a key that lies beside it in `contacts-N.key.age`,
itself encrypted to the vault's key. Without the small key file nothing in the box can be read, by
nobody, whatever else is known: that is what a wipe destroys first, and what a purge of one person
renews (N counts up), so that no older copy of the box tells of them.

What overwriting cannot promise: a disk that writes elsewhere than it is told (an SSD, a snapshot)
may keep the old key's bytes for a while, readable to who also holds the vault's key. Copies that
somebody made of the vault's folder are beyond reach.
"""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyrage
from filelock import FileLock

from tocsin.errors import UnknownName, VaultClosed
from tocsin.vault.box import Vault, write_private

_NAME = re.compile(r"^contacts-(\d+)(\.key)?\.age(\.new)?$")
_BEGUN, _WIPED = "contacts.wiping", "contacts.wiped"
OLD_KEY, OLD_CONTACT = "reporters.key", "reporter."  # where they lay before they had a box


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A number, an address or a name, as it came; the language asked for, if one was."""

    text: str
    lang: str = ""

    @property
    def way(self) -> str:
        """How it can be answered: `sms`, `mail`, or "" for a name that leads nowhere.

        >>> [Contact(one).way for one in ("+1 555 0100", "a@b.example", "A Person")]
        ['sms', 'mail', '']
        """
        if re.fullmatch(r"[^\s@<>,;:]+@[^\s@<>,;:]+", self.text):
            return "mail"
        plain = re.sub(r"[\s().-]", "", self.text)
        return "sms" if re.fullmatch(r"(\+|00)?\d{6,15}", plain) else ""

    @property
    def address(self) -> str:
        """What a gateway calls, or a mail goes to."""
        if self.way != "sms":
            return self.text
        plain = re.sub(r"[\s().-]", "", self.text)
        return f"+{plain[2:]}" if plain.startswith("00") else plain


class _Held(msgspec.Struct):
    """What the box holds: the key from which handles are made, and contacts by handle."""

    key: str
    people: dict[str, Contact] = {}


@dataclass(frozen=True)
class Wiped:
    """What a wipe destroyed."""

    files: tuple[str, ...]
    at: str


class Contacts:
    """The contacts of a vault. Opening them needs the vault's key; destroying them needs none."""

    def __init__(self, vault: Vault):
        self._vault = vault
        self.folder = vault.folder

    def handle_key(self) -> bytes:
        """The key from which handles are made; the first call makes it."""
        with self._alone():
            return b64decode(self._opened().key)

    def keep(self, fresh: Mapping[str, Contact]) -> None:
        """Keep contacts by their handles; one that is held already stays as it is."""
        with self._alone():
            held = self._opened()
            missing = {name: one for name, one in fresh.items() if name not in held.people}
            if missing:
                self._write(_Held(held.key, held.people | missing))

    def set_language(self, handle: str, lang: str) -> None:
        """Note in which language a reporter is answered.

        Raises
        ------
        UnknownName, if no contact is held for the handle.
        """
        with self._alone():
            held = self._opened()
            one = self._one(held, handle)
            changed = msgspec.structs.replace(one, lang=lang)
            self._write(_Held(held.key, held.people | {handle: changed}))

    def contact(self, handle: str) -> Contact | None:
        """How a reporter is reached; None if nothing is held."""
        with self._alone():
            return self._opened().people.get(handle) if self._exists() else None

    def ways(self) -> dict[str, tuple[str, str]]:
        """Handles with the way and the language in which each is answered; no contact."""
        with self._alone():
            people = self._opened().people if self._exists() else {}
        return {name: (one.way, one.lang) for name, one in sorted(people.items())}

    def forget(self, handle: str) -> None:
        """Destroy one contact: the others move into a new box, and the old one's key dies.

        Raises
        ------
        UnknownName, if no contact is held for the handle.
        """
        with self._alone():
            held = self._opened()
            self._one(held, handle)
            left = {name: one for name, one in held.people.items() if name != handle}
            self._begin(self._last() + 1, _Held(held.key, left))
            self._drop_older()

    @staticmethod
    def _one(held: _Held, handle: str) -> Contact:
        if handle not in held.people:
            raise UnknownName(
                "no contact is held for {handle}",
                remedy="See the handles: tocsin contacts list",
                handle=handle,
            )
        return held.people[handle]

    def _exists(self) -> bool:
        return self._last() > 0 or any(
            name == OLD_KEY or name.startswith(OLD_CONTACT) for name in self._vault.names()
        )

    def _opened(self) -> _Held:
        """What is held; a wipe that was cut short is ended first, an older store's moved in."""
        if (self.folder / _BEGUN).exists():
            wipe(self.folder)
        number = self._last()
        if number:
            self._drop_older()
            return self._read(number)
        held = self._from_older_store() or _Held(b64encode(os.urandom(32)).decode())
        self._begin(1, held)
        self._forget_in_older_store()
        return held

    def _read(self, number: int) -> _Held:
        key, box = self._paths(number)
        identity = pyrage.x25519.Identity.from_str(self._vault.decrypt(key.read_bytes()).decode())
        try:
            return msgspec.json.decode(pyrage.decrypt(box.read_bytes(), [identity]), type=_Held)
        except pyrage.DecryptError:
            raise VaultClosed(
                "the contacts cannot be opened: their key is another's",
                where=str(box),
                remedy="Put the key file back; or give them up: tocsin contacts wipe --panic",
            ) from None

    def _begin(self, number: int, held: _Held) -> None:
        """A new box under a new key: the key first, then the box, which makes it count."""
        identity = pyrage.x25519.Identity.generate()
        key, box = self._paths(number)
        recipient = pyrage.x25519.Recipient.from_str(self._vault.recipient)
        write_private(key, bytes(pyrage.encrypt(str(identity).encode(), [recipient])))
        write_private(box, _sealed(held, identity))

    def _write(self, held: _Held) -> None:
        key, box = self._paths(self._last())
        identity = pyrage.x25519.Identity.from_str(self._vault.decrypt(key.read_bytes()).decode())
        write_private(box, _sealed(held, identity))

    def _paths(self, number: int) -> tuple[Path, Path]:
        start = self.folder / f"contacts-{number}"
        return start.with_name(start.name + ".key.age"), start.with_name(start.name + ".age")

    def _last(self) -> int:
        """The newest box that is whole; 0 if there is none."""
        return max(
            (number for number in _numbers(self.folder)
             if all(path.exists() for path in self._paths(number))),
            default=0,
        )  # fmt: skip

    def _drop_older(self) -> None:
        """Destroy every box but the newest: what a purge that was cut short left."""
        for number in _numbers(self.folder) - {self._last()}:
            for path in self._paths(number):
                destroy_file(path)

    def _from_older_store(self) -> _Held | None:
        people = self._vault.beginning(OLD_CONTACT)
        key = self._vault.secret(OLD_KEY)
        if key is None and not people:
            return None
        return _Held(
            b64encode(key or os.urandom(32)).decode(),
            {
                name.removeprefix(OLD_CONTACT): Contact(value.decode())
                for name, value in people.items()
            },
        )

    def _forget_in_older_store(self) -> None:
        for name in (OLD_KEY, *self._vault.beginning(OLD_CONTACT)):
            self._vault.forget(name)

    def _alone(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "contacts.lock")


def wipe(folder: Path) -> Wiped:
    """Destroy every contact for good: the keys first, then what they opened. No key is needed.

    It may be repeated, and goes on where one that was cut short ended. The ledger and the node's
    own keys are not touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _BEGUN).touch()
    files = [path for path in sorted(folder.iterdir()) if _NAME.match(path.name)]
    files.sort(key=lambda path: ".key." not in path.name)  # without a key the rest is noise
    for path in files:
        destroy_file(path)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    (folder / _WIPED).write_text(at + "\n", "ascii")
    (folder / _BEGUN).unlink(missing_ok=True)
    return Wiped(tuple(path.name for path in files), at)


def destroy_file(path: Path) -> None:
    """Overwrite a file where it lies, then take its name away."""
    try:
        size = path.stat().st_size
        with path.open("r+b", buffering=0) as file:
            file.write(os.urandom(size))
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


def _numbers(folder: Path) -> set[int]:
    return set(_found(folder))


def _found(folder: Path) -> Iterator[int]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if match := _NAME.match(path.name):
            yield int(match[1])


def _sealed(held: _Held, identity: pyrage.x25519.Identity) -> bytes:
    return bytes(pyrage.encrypt(msgspec.json.encode(held), [identity.to_public()]))
