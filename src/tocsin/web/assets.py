"""Files that pages need, and whether the server lives."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tocsin import __version__
from tocsin.briefs.letters import FACES
from tocsin.web.access import KEY, PUBLIC
from tocsin.web.packing import is_held, takes_gzip
from tocsin.web.speaking import static, static_packed, static_tag

KEPT = "public, max-age=31536000, immutable"
_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "webmanifest": "application/manifest+json",
    "svg": "image/svg+xml",
    "woff": "font/woff",
}
ASSETS = frozenset(
    {
        "tokens.css",
        "web.css",
        "send.css",
        "send.js",
        "drawings.css",
        *(f"{face}.woff" for face in FACES),
        "room.css",
        "slide.js",
        "room.js",
        "map.css",
        "map.js",
        "area.js",
        "duty.js",
    }
)


@get("/health", opt={KEY: PUBLIC})
async def health() -> dict[str, str]:
    """That the server answers, and in which version; nothing about what it holds."""
    return {"status": "ok", "version": __version__}


@get("/static/{name:str}", opt={KEY: PUBLIC})
async def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A file of ours; its address holds its hash, so a browser may keep it for good.

    Letters are packed within their own format already.
    """
    if name not in ASSETS:
        raise NotFoundException
    kind = name.rpartition(".")[2]
    tag = static_tag(name)
    headers = {"Cache-Control": KEPT}
    packs = kind != "woff"
    if packs:
        headers["Vary"] = "Accept-Encoding"
        packs = takes_gzip(request.headers.get("accept-encoding", ""))
    headers["ETag"] = f'"{tag}-gzip"' if packs else f'"{tag}"'
    if is_held(request.headers.get("if-none-match", ""), headers["ETag"].strip('"')):
        return Response(b"", status_code=304, headers=headers, media_type=_TYPES[kind])
    if packs:
        headers["Content-Encoding"] = "gzip"
    content = static_packed(name) if packs else static(name)
    return Response(content, media_type=_TYPES[kind], headers=headers)


ROUTES = [health, asset]
