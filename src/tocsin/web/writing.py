"""Answers leave whole: head and body in one write.

The server writes the head of an answer and then its body. On a socket that sends at once these are
two packets, and two awakenings of whoever waits for them. Here what is written in one turn of the
loop is gathered and sent together.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Gathering:
    """A transport that gathers what is written until the end of the turn, or until `MOST` bytes."""

    MOST = 1 << 20

    def __init__(self, transport: asyncio.Transport):
        self._transport = transport
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Take bytes to be sent."""
        if not self._held:
            asyncio.get_running_loop().call_soon(self.flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > self.MOST:
            self.flush()

    def flush(self) -> None:
        """Send what was gathered."""
        if not self._held:
            return
        data = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        self._held, self._size = [], 0
        if not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Send what was gathered, then close."""
        self.flush()
        self._transport.close()


class WholeAnswers(HttpToolsProtocol):
    """HTTP/1.1 whose answers leave in one write each."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, Gathering(transport)))
