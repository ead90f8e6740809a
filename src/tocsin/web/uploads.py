"""Bodies with files, read as they come: never in memory whole, never more than was agreed.

What is too large is refused as soon as that is known: by the stated length before a byte is read,
else at the byte that passes the bound. A body that is cut is nothing: its files are taken away.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import IO, TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from litestar.exceptions import ClientException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from tocsin.workflow.submitting import media_room

if TYPE_CHECKING:
    from litestar import Request

LARGEST = 60_000_000  # bytes of a whole body
LARGEST_FILE = 20_000_000
LARGEST_FIELD = 1_000_000  # of one field, and of all of them together twice that
MOST_PARTS = 120
LONGEST_SILENCE = 60.0  # seconds without a byte
LONGEST_BODY = 3600.0  # seconds for all of it: 60 MB at 17 kB a second


def too_large() -> ClientException:
    """What is larger than the server takes."""
    return ClientException(status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE)


@dataclass
class Upload:
    """The parts of a body: fields by name, files by the name of their field and their own."""

    fields: dict[str, bytes] = field(default_factory=dict)
    files: list[tuple[str, str, Path]] = field(default_factory=list)


@contextlib.asynccontextmanager
async def received(request: Request[Any, Any, Any], *, whole: frozenset[str]) -> Any:
    """The parts of a multipart request; the files are gone when the block is left.

    whole : names of parts that are read as fields even if they came as files

    Raises
    ------
    ClientException, with status 413 or 400: too large, or not multipart, or cut.
    """
    if int(request.headers.get("content-length") or 0) > LARGEST:
        raise too_large()
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise ClientException
    upload = Upload()
    folder = await anyio.to_thread.run_sync(_ready)
    try:
        try:
            await _read(request, options["boundary"], upload, folder, whole)
        except (MultipartError, UnicodeError, TimeoutError):
            raise ClientException from None
        yield upload
    finally:
        for _, _, path in upload.files:
            path.unlink(missing_ok=True)


def _ready() -> Path:
    """The folder of what arrives: swept, and with room on its disk."""
    room = media_room()
    room.sweep()
    room.require_room(LARGEST_FILE)
    return room.arriving()


async def _read(
    request: Request[Any, Any, Any],
    boundary: str,
    upload: Upload,
    folder: Path,
    whole: frozenset[str],
) -> None:
    parts = _Parts(upload, folder, whole)
    read = 0
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_PARTS) as parser:
            async for chunk in _chunks(request):
                read += len(chunk)
                if read > LARGEST:
                    raise too_large()
                for event in parser.parse(chunk):
                    parts.take(event)
    finally:
        parts.end()


class _Parts:
    """The parts of a body as their bytes come: fields into memory, files onto the disk."""

    def __init__(self, upload: Upload, folder: Path, whole: frozenset[str]):
        self.upload, self.folder, self.whole = upload, folder, whole
        self.name = ""
        self.size = self.fields_size = 0
        self.file: IO[bytes] | None = None

    def take(self, event: MultipartSegment | bytearray | None) -> None:
        """The head of a part, some bytes of it, or its end."""
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self.end()
        else:
            self._add(bytes(event))

    def end(self) -> None:
        """Nothing more comes of this part."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def _begin(self, part: MultipartSegment) -> None:
        self.name, self.size = part.name, 0
        if part.filename is not None and part.name not in self.whole:
            path = self.folder / f"{token_hex(16)}.upload"
            self.upload.files.append((part.name, part.filename, path))
            self.file = path.open("xb")
        else:
            self.upload.fields.setdefault(part.name, b"")

    def _add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > (LARGEST_FIELD if self.file is None else LARGEST_FILE):
            raise too_large()
        if self.file is None:
            self.fields_size += len(piece)
            if self.fields_size > 2 * LARGEST_FIELD:
                raise too_large()
            self.upload.fields[self.name] += piece
        else:
            self.file.write(piece)


async def _chunks(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body as it comes; who says nothing for a minute is not waited for, nor who
    takes an hour."""
    coming = request.stream()
    last = anyio.current_time() + LONGEST_BODY
    while True:
        with anyio.fail_after(min(LONGEST_SILENCE, last - anyio.current_time())):
            try:
                chunk = await anext(coming)
            except StopAsyncIteration:
                return
        if chunk:
            yield chunk
