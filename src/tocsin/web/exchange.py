"""The exchange with partners' nodes: what waits for a peer, and what it brings, by the byte.

    GET    /exchange/bundles          what waits for the caller: name and size of each
    GET    /exchange/bundles/NAME     its bytes; `Range: bytes=N-` goes on where it broke
    DELETE /exchange/bundles/NAME     the caller has taken it in
    HEAD   /exchange/uploads/NAME     `Upload-Offset`: how many bytes have come
    PATCH  /exchange/uploads/NAME     more bytes, from `Upload-Offset` of `Upload-Length`

Everything here is encrypted bundles; a token of the role peer says whose they are. What has come
before a link broke is kept.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
from litestar import Request, Response, delete, get, head, patch
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath

from tocsin.web.access import KEY, only
from tocsin.workflow import carrying

_OPT = {KEY: only("peer", scope="exchange")}
PIECE = 1 << 20  # the most that one answer or one request carries
_RANGE = re.compile(r"^bytes=(\d{1,15})-(\d{0,15})$")
_BYTES = "application/octet-stream"


@get("/exchange/bundles", opt=_OPT)
async def waiting(request: Request[Any, Any, Any]) -> list[carrying.Offer]:
    """What waits for the caller."""
    return await anyio.to_thread.run_sync(carrying.offers, request.user.org)


@get("/exchange/bundles/{name:str}", opt=_OPT)
async def content(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A part of a bundle, at most `PIECE` bytes."""
    path = await anyio.to_thread.run_sync(carrying.offered, request.user.org, name)
    if path is None:
        raise NotFoundException
    size = path.stat().st_size
    asked = _RANGE.match(request.headers.get("range", "bytes=0-"))
    if asked is None:
        raise ClientException(status_code=416)
    first = int(asked[1])
    last = min(int(asked[2] or size - 1), size - 1, first + PIECE - 1)
    if first > last:
        raise ClientException(status_code=416)
    part = await anyio.to_thread.run_sync(_read, path, first, last - first + 1)
    headers = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(part, status_code=206, media_type=_BYTES, headers=headers)


@delete("/exchange/bundles/{name:str}", opt=_OPT)
async def taken(request: Request[Any, Any, Any], name: FromPath[str]) -> None:
    """The caller has taken a bundle in."""
    await anyio.to_thread.run_sync(carrying.fetched, request.user.org, name)


@head("/exchange/uploads/{name:str}", opt=_OPT)
async def so_far(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[None]:
    """How many bytes of an upload have come."""
    held = await anyio.to_thread.run_sync(carrying.brought, request.user.org, name)
    return Response(None, headers={"Upload-Offset": str(held)})


@patch("/exchange/uploads/{name:str}", opt=_OPT, request_max_body_size=None)
async def bring(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """More bytes of an upload; with the last one the bundle is taken in."""
    offset, size = (_number(request, one) for one in ("upload-offset", "upload-length"))
    org = request.user.org
    path = await anyio.to_thread.run_sync(carrying.begin_bringing, org, name, size, offset)
    room = min(size - offset, PIECE)
    with path.open("ab") as file:
        async for piece in request.stream():
            if len(piece) > room:
                raise ClientException(status_code=413)
            room -= len(piece)
            file.write(piece)
            file.flush()  # what came before a break is kept
    done = await anyio.to_thread.run_sync(partial(carrying.finish_bringing, org, name, size))
    held = size if done else await anyio.to_thread.run_sync(carrying.brought, org, name)
    return Response(done, status_code=200, headers={"Upload-Offset": str(held)})


def _number(request: Request[Any, Any, Any], name: str) -> int:
    given = request.headers.get(name, "")
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise ClientException(status_code=400)
    return int(given)


def _read(path: Path, first: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        return file.read(size)


ROUTES = [waiting, content, taken, so_far, bring]
