"""Media of reports: each file once, named by its SHA-256, encrypted to the vault's key.

What is still arriving lies in `arriving/`, and is taken away when it is done or a day old.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyrage
from filelock import FileLock

from tocsin.errors import StoreDamaged, StoreFull, UnknownName
from tocsin.vault.box import Vault

LEAST_ROOM = 500_000_000  # bytes that the disk keeps free whatever is sent
RECEIVING = "receiving.lock"  # held while a submission is written
LONGEST_ARRIVAL = 24 * 3600  # seconds


class MediaRoom:
    """The media of a store.

    folder : where they lie; made on first use
    vault : whose key they are encrypted to
    """

    def __init__(self, folder: Path, vault: Vault):
        self.folder = folder
        self.vault = vault

    def keep(self, content: bytes) -> str:
        """Keep a file, once; its SHA-256."""
        name = sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            self.require_room(len(content))
            path.parent.mkdir(parents=True, exist_ok=True)
            recipient = self.vault.identity.to_public()
            partial = self.arriving() / f"{name}.sealed"
            partial.write_bytes(bytes(pyrage.encrypt(content, [recipient])))
            partial.replace(path)
        return name

    def content(self, name: str) -> bytes:
        """A file, as it was kept.

        Raises
        ------
        UnknownName, if it is not there.  StoreDamaged, if it is not what its name says.
        """
        path = self._path(name)
        if not path.is_file():
            raise UnknownName("no media are held under {name}", name=name[:16])
        content = self.vault.decrypt(path.read_bytes())
        if sha256(content).hexdigest() != name:
            raise StoreDamaged("a file of media is not what its name says", where=str(path))
        return content

    def forget(self, name: str) -> None:
        """Overwrite a file and take it away; nothing happens if it is not there.

        A disk that writes elsewhere than it is told may keep the old bytes for a while; without
        the vault's key they say nothing.
        """
        path = self._path(name)
        with contextlib.suppress(FileNotFoundError):
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()

    def arriving(self) -> Path:
        """The folder of what is still arriving."""
        folder = self.folder / "arriving"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def sweep(self) -> None:
        """Take away what began to arrive a day ago and never ended."""
        oldest = time.time() - LONGEST_ARRIVAL
        for path in self.arriving().iterdir():
            if path.name == RECEIVING:
                continue  # a lock that somebody may hold
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def require_room(self, size: int) -> None:
        """Refuse what would fill the disk.

        Raises
        ------
        StoreFull, if less than the least room would be left.
        """
        if shutil.disk_usage(self.arriving()).free - size < LEAST_ROOM:
            raise StoreFull("the disk has no room for media", where=str(self.folder))

    @contextlib.contextmanager
    def alone_with(self, name: str) -> Iterator[Path]:
        """A file that is arriving piece by piece, for one writer at a time."""
        path = self.arriving() / f"{sha256(name.encode()).hexdigest()}.part"
        with FileLock(path.with_suffix(".lock"), timeout=10):
            yield path

    def _path(self, name: str) -> Path:
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise UnknownName("no media are held under {name}", name=name[:16])
        return self.folder / name[:2] / f"{name}.age"
