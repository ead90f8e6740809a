"""How a program is answered: as bytes with a strong validator, packed if it asks for that.

The validator of an answer is the hash of its bytes, so it is each reader's own and says nothing
that the answer does not. An answer may be kept, and is asked for again with it every time.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response

from tocsin.web.answers import RENDERERS, Trouble
from tocsin.web.packing import SMALL, is_held, packed, takes_gzip

if TYPE_CHECKING:
    from litestar import Request

JSON = "application/json"
PARQUET = "application/vnd.apache.parquet"
PROBLEM = "application/problem+json"
KEPT = "private, no-cache"
VARY = "Authorization, Accept, Accept-Encoding, Accept-Language"
_PACKED = ("application/json", "application/geo+json", "text/csv")


def answer(
    request: Request[Any, Any, Any], content: bytes, media_type: str = JSON, name: str = ""
) -> Response[bytes]:
    """The answer to a call, or that nothing has changed since the caller asked last.

    name : of the file that a browser would keep it as
    """
    headers = {"Cache-Control": KEPT, "Vary": VARY, **rates_of(request)}
    tag = sha256(content).hexdigest()[:32]
    packs = media_type.partition(";")[0] in _PACKED and len(content) > SMALL
    if packs and takes_gzip(request.headers.get("accept-encoding", "")):
        tag += "-gzip"
        headers["Content-Encoding"] = "gzip"
    headers["ETag"] = f'"{tag}"'
    if is_held(request.headers.get("if-none-match", ""), tag):
        headers.pop("Content-Encoding", None)
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    if "Content-Encoding" in headers:
        content = packed(content)
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, headers=headers, media_type=media_type)


def rates_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """How often this token may still call, as the IETF's RateLimit fields tell it."""
    limits = request.app.state.limits
    rate = limits.by_token
    caller = request.user
    if rate is None or caller is None:
        return {}
    span = max(1, round(rate.burst / rate.a_second))
    left = limits.left(caller.token)
    full = max(0, round((rate.burst - left) / rate.a_second))
    return {
        "RateLimit-Policy": f'"token";q={rate.burst:.0f};w={span}',
        "RateLimit": f'"token";r={int(left)};t={full}',
    }


def as_problem(request: Request[Any, Any, Any], trouble: Trouble) -> Response[bytes]:
    """An error as RFC 9457 tells it, in the caller's language."""
    told = {
        "type": "about:blank",
        "title": trouble.problem,
        "status": trouble.status,
        "detail": trouble.remedy,
    }
    return Response(
        msgspec.json.encode(told), status_code=trouble.status, media_type=PROBLEM,
        headers={**trouble.headers, **rates_of(request), "Vary": VARY},
    )  # fmt: skip


RENDERERS["api"] = as_problem
