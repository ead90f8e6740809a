"""Bundles in chunks: for sticks, mails and links that break; any order, any number of times.

A bundle's file is already encrypted. A manifest beside its chunks says how large it is and holds
the hash of each, so that a bad one is found and asked for alone. It names nobody. It is not signed:
what is put together is judged by the bundle's own seal.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.errors import CheckFailed, StoreFull, UnreadableFile
from tocsin.sharing.bundles import BUNDLE_LIMIT, Hash

CHUNK = 1 << 20
SMALLEST, LARGEST = 1 << 10, 64 << 20
MANIFEST_LIMIT = 1 << 20
WAITING = 500  # bundles that may wait for their missing chunks
SUFFIX = ".manifest.json"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a bundle's file was cut."""

    tocsin: Literal["chunks 1"] = "chunks 1"
    file: Hash  # of the whole
    size: Annotated[int, msgspec.Meta(ge=1, le=BUNDLE_LIMIT)]
    chunk: Annotated[int, msgspec.Meta(ge=SMALLEST, le=LARGEST)]
    chunks: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=20_000)]

    @property
    def name(self) -> str:
        return self.file[:32]

    def chunk_name(self, number: int) -> str:
        return f"{self.name}.{number:05d}"


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a bundle is here."""

    name: str
    chunks: int
    missing: tuple[int, ...]
    damaged: tuple[int, ...] = ()
    file: str = ""  # the whole bundle, once nothing is missing


def cut(bundle: Path, folder: Path, chunk: int = CHUNK) -> Manifest:
    """Write a bundle's chunks and their manifest into a folder, such as that of a stick.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "b").write_bytes(bytes(3000))
    >>> len(cut(folder / "b", folder / "stick", 1024).chunks)
    3
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole, hashes = sha256(), []
    with bundle.open("rb") as file:
        while piece := file.read(chunk):
            whole.update(piece)
            hashes.append(sha256(piece).hexdigest())
    manifest = Manifest(
        file=whole.hexdigest(),
        size=bundle.stat().st_size,
        chunk=chunk,
        chunks=tuple(hashes),
    )
    try:
        with bundle.open("rb") as file:
            for number in range(len(hashes)):
                _write(folder / manifest.chunk_name(number), file.read(chunk))
        _write(folder / f"{manifest.name}{SUFFIX}", msgspec.json.encode(manifest))
    except OSError as error:
        raise StoreFull(
            "cannot write to {folder}: {problem}",
            remedy="Free some room, or point TOCSIN_HOME elsewhere.",
            folder=folder,
            problem=error.strerror,
        ) from None
    return manifest


def parse_manifest(content: bytes, where: str = "") -> Manifest:
    """A manifest.

    Raises
    ------
    CheckFailed, if it is none, or its numbers do not agree.
    """
    try:
        if len(content) > MANIFEST_LIMIT:
            raise ValueError(len(content))
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise CheckFailed(
            "this is not a manifest of chunks", where=where, remedy="Copy it again."
        ) from None
    if len(found.chunks) != -(-found.size // found.chunk):
        raise CheckFailed("this is not a manifest of chunks", where=where, remedy="Copy it again.")
    return found


def gather(folder: Path, waiting: Path) -> Iterator[Arrived]:
    """Take what a folder holds of each bundle, and say what is still missing.

    waiting : where chunks wait, over several sticks, until a bundle is whole
    """
    for path in sorted(folder.glob(f"*{SUFFIX}"))[:WAITING]:
        manifest = parse_manifest(_read(path, MANIFEST_LIMIT), path.name)
        home = waiting / manifest.name
        if not home.exists() and sum(1 for _ in waiting.glob("*")) >= WAITING:
            raise StoreFull(
                "too many bundles wait for their missing chunks",
                where=str(waiting),
                remedy="Bring the missing chunks, or delete what will never be whole.",
            )
        home.mkdir(parents=True, exist_ok=True)
        damaged = tuple(_take_chunks(manifest, folder, home))
        missing = tuple(
            number
            for number in range(len(manifest.chunks))
            if not (home / f"{number:05d}").exists()
        )
        whole = "" if missing else str(_join(manifest, home))
        yield Arrived(
            name=manifest.name,
            chunks=len(manifest.chunks),
            missing=missing,
            damaged=damaged,
            file=whole,
        )


def _take_chunks(manifest: Manifest, folder: Path, home: Path) -> Iterator[int]:
    """Copy the chunks that are what the manifest says; gives back the damaged ones."""
    for number, expected in enumerate(manifest.chunks):
        source, target = folder / manifest.chunk_name(number), home / f"{number:05d}"
        if target.exists() or not source.exists():
            continue
        content = _read(source, manifest.chunk)
        if sha256(content).hexdigest() == expected:
            _write(target, content)
        else:
            yield number


def _join(manifest: Manifest, home: Path) -> Path:
    """The bundle's file, put together from its chunks."""
    whole = home / "whole.tocsin"
    found = sha256()
    with whole.open("wb") as file:
        for number in range(len(manifest.chunks)):
            content = (home / f"{number:05d}").read_bytes()
            found.update(content)
            file.write(content)
    if found.hexdigest() != manifest.file:
        raise CheckFailed(
            "the chunks together are not the bundle that was cut",
            where=manifest.name,
            remedy="Ask its sender to write them again.",
        )
    return whole


def forget(waiting: Path, name: str) -> None:
    """Let go of a bundle's chunks once it has been taken in."""
    home = waiting / name
    for path in home.glob("*"):
        path.unlink(missing_ok=True)
    if home.exists():
        home.rmdir()


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise UnreadableFile.because_of(error, path.name) from None


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
