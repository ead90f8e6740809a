"""Short messages by a gateway's webhook, with a token of its own or a signature."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from litestar import Request, Response, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath

from tocsin.web.access import KEY, PUBLIC, only
from tocsin.web.limits import TooMany
from tocsin.workflow import texting

if TYPE_CHECKING:
    from tocsin.intake.gateways import Gateway

# A gateway speaks for all who send through it: only a token made for that may.
GATEWAYS = only("reporter", scope="gateway", listed=True)
_LONGEST = 64_000


@post("/gateway/{name:str}", opt={KEY: GATEWAYS}, request_max_body_size=_LONGEST, status_code=200)
async def message(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """Take in a message from a gateway that has a token with the scope `gateway`."""
    return await _taken(request, texting.gateway(name))


@post("/gateway/{name:str}/signed", opt={KEY: PUBLIC}, request_max_body_size=_LONGEST,
      status_code=200)  # fmt: skip
async def signed_message(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """Take in a message from a gateway that signs its calls; anybody else is told to have a token.

    A call that is sent again by who overheard it changes nothing: its message is held already.
    """
    asked = texting.gateway(name)
    signature = request.headers.get(asked.header, "")
    if not texting.is_signed(asked, await request.body(), signature):
        if wait := request.app.state.limits.address(request, tries=True):
            raise TooMany(wait)
        raise NotAuthorizedException("no signature, or none that holds")
    return await _taken(request, asked)


async def _taken(request: Request[Any, Any, Any], asked: Gateway) -> Response[Any]:
    content = await request.body()
    media_type = request.headers.get("content-type", "")
    reply = await anyio.to_thread.run_sync(
        partial(texting.take_message, asked, content, media_type)
    )
    if asked.answer == "text":
        return Response(reply.words, media_type="text/plain")
    if asked.answer == "none":
        return Response(None, status_code=204)
    return Response({"status": reply.outcome, asked.reply: reply.words})


ROUTES = [message, signed_message]
