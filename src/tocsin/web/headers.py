"""What every answer carries, and the one line that the log keeps of it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from litestar.enums import ScopeType

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("tocsin.web")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self)"),
)
_ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")
_NOT_KEPT = (b"cache-control", b"no-store")  # unless a route says otherwise


class SecurityHeaders:
    """Puts the headers on every answer, whoever made it, and logs method, route, status, time.

    The log names the route as it is declared: no query, no name in the path, no address, no
    token. Who reports is nowhere in it.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        seen: dict[str, Any] = {"status": 0}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                held = list(message["headers"])
                named = {name.lower() for name, _ in held}
                held += [pair for pair in (*SECURITY, _NOT_KEPT) if pair[0] not in named]
                if scope["scheme"] == "https":
                    held.append(_ENCRYPTED)
                message["headers"] = held
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            if LOG.isEnabledFor(logging.INFO):
                took = (time.perf_counter() - begun) * 1000
                route = scope.get("path_template") or "(no such route)"
                LOG.info("%s %s %d %.0f ms", scope["method"], route, seen["status"], took)
