"""The one request that partners repeat all day, a page of TAXII objects, answered at once.

It stands before the framework and knows one question: the newest versions, from a moment on, asked
with a token that the route's own rule lets in. Everything else, every refusal and every page that
needs work first goes on to the route, which answers the same question with the same bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from tocsin.errors import TocsinError
from tocsin.sharing.feeds import Slice
from tocsin.web import taxii
from tocsin.web.access import secret_of
from tocsin.workflow import feeds

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.types import ASGIApp, Receive, Scope, Send

PATH = f"{taxii.ROOT}collections/{taxii.COLLECTION}/objects/"
TEMPLATE = f"{taxii.ROOT}collections/{{name}}/objects"
_LIMIT = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_NEXT = re.compile(r"\d{1,18}", re.ASCII)
_TYPE = (b"content-type", taxii.TYPE.encode())


class FastPages:
    """Answers pages of objects before the framework has to."""

    def __init__(self, app: ASGIApp, state: Litestar):
        self.app = app
        self._callers = state.state.callers
        self._limits = state.state.limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = self._told(scope) if scope.get("path") == PATH else None
        if told is None:
            await self.app(scope, receive, send)
            return
        scope["path_template"] = TEMPLATE
        headers, body = told
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _told(self, scope: Any) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        """Headers and body of a page; None where the route is to answer."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        asked = _asked(scope["query_string"])
        secret, accept = "", "*/*"
        for name, value in scope["headers"]:
            if name == b"authorization":
                secret = secret_of(value.decode("latin-1"))
            elif name == b"accept":
                accept = value.decode("latin-1")
        if asked is None or not secret or not taxii.takes_taxii(accept):
            return None
        try:
            caller = self._callers.caller(secret)
            if caller is None or not taxii.READERS.lets(caller):
                return None
            page = feeds.next_slice(caller.reader_name, *asked)
        except (TocsinError, OSError):
            return None  # the route says what is wrong
        if page is None or self._limits.token(caller.token):
            return None
        feeds.note_read(caller, "objects", page.first, page.last, len(page.contents))
        return _written(page)


def _asked(query: bytes) -> tuple[int, int] | None:
    """After which moment, and how many; None where anything else is asked."""
    after, limit = -1, taxii.USUAL
    if not query:
        return after, limit
    seen = set()
    for pair in query.decode("latin-1").split("&"):
        name, _, value = pair.partition("=")
        if name in seen:
            return None
        seen.add(name)
        if name == "limit" and _LIMIT.fullmatch(value):
            limit = int(value)
        elif name == "next" and _NEXT.fullmatch(value):
            after = max(after, int(value))
        elif name == "added_after" and value:
            try:
                after = max(after, feeds.after(unquote_plus(value)))
            except TocsinError:
                return None
        else:
            return None
    return after, limit


def _written(page: Slice) -> tuple[list[tuple[bytes, bytes]], bytes]:
    if not page.contents:
        return [_TYPE, (b"content-length", b"2")], b"{}"
    more = b'{"more":true,"next":"%d",' % page.last if page.more else b'{"more":false,'
    body = b"".join((more, b'"objects":[', b",".join(page.contents), b"]}"))
    return [
        _TYPE,
        (b"content-length", b"%d" % len(body)),
        (b"x-taxii-date-added-first", feeds.shown(page.first).encode()),
        (b"x-taxii-date-added-last", feeds.shown(page.last).encode()),
    ], body
