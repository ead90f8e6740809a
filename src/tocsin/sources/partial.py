"""A file on its way: the piece that has arrived, and what is needed to go on with it."""

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

import msgspec


class _Note(msgspec.Struct):
    """What the server said of the file of which we hold a piece."""

    url: str
    validator: str = ""
    length: int | None = None


class Partial:
    """`.NAME.part` beside the target, and `.NAME.part.json` that says what it is a piece of.

    Hidden, so that whoever reads the folder in finds whole files only.

    A piece of another address, or one whose note is lost, is worth nothing: it is begun anew.
    """

    def __init__(self, target: Path, url: str):
        self.target = target
        self.path = target.with_name(f".{target.name}.part")
        self._note_path = target.with_name(f".{target.name}.part.json")
        self._note = _Note(url)

    @classmethod
    def found(cls, target: Path, url: str) -> "Partial":
        """What an earlier attempt left on disk, if it is a piece of the same file."""
        partial = cls(target, url)
        try:
            note = msgspec.json.decode(partial._note_path.read_bytes(), type=_Note)
        except (OSError, msgspec.DecodeError):
            note = None
        if note is not None and note.url == url:
            partial._note = note
        else:
            partial.forget()
        return partial

    @property
    def expected(self) -> int | None:
        """Length of the whole file, where the server has said it."""
        return self._note.length

    def size(self) -> int:
        """Bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    def sha256(self) -> str:
        self.path.touch()  # an empty file is a file
        with self.path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()

    def guard(self) -> dict[str, str]:
        """The header that makes a server send the whole file if it is no longer the same one."""
        return {"If-Range": self._note.validator} if self._note.validator else {}

    def same(self, headers: Mapping[str, str]) -> bool:
        """Whether an answer speaks of the file of which we hold a piece."""
        now = _validator(headers)
        return not (now and self._note.validator) or now == self._note.validator

    def begin(self, headers: Mapping[str, str]) -> None:
        """Start from the first byte, remembering what the server says the file is."""
        self.path.write_bytes(b"")
        self._note = _Note(self._note.url, _validator(headers))
        self._write_note()

    def expects(self, length: int | None) -> None:
        """Remember how long the whole file is."""
        if length is not None and length != self._note.length:
            self._note.length = length
            self._write_note()

    def append(self) -> BinaryIO:
        return self.path.open("ab")

    def forget(self) -> None:
        """Throw the piece away."""
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)
        self._note = _Note(self._note.url)

    def finish(self) -> None:
        """Put the whole file in its place, by one rename."""
        self.path.replace(self.target)
        self._note_path.unlink(missing_ok=True)

    def _write_note(self) -> None:
        self._note_path.write_bytes(msgspec.json.encode(self._note))


def _validator(headers: Mapping[str, str]) -> str:
    """What tells one version of a file from another: a strong ETag, else the date of change."""
    tag = headers.get("etag", "")
    if tag and not tag.startswith("W/"):
        return tag
    return headers.get("last-modified", "")
