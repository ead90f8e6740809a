"""Files that pages need, and whether the server lives."""

from __future__ import annotations

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tocsin import __version__
from tocsin.briefs.letters import FACES
from tocsin.web.access import KEY, PUBLIC
from tocsin.web.speaking import static

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
async def asset(name: FromPath[str]) -> Response[bytes]:
    """A file of ours; its address holds its hash, so a browser may keep it for good."""
    if name not in ASSETS:
        raise NotFoundException
    return Response(
        static(name),
        media_type=_TYPES[name.rpartition(".")[2]],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


ROUTES = [health, asset]
