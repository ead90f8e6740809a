"""Errors as answers: what is wrong and what to do, in the reader's language, never a traceback.

A route says in its `opt` how its clients read errors (`errors`): `page` (HTML for a browser, JSON
for others), `openrosa`, or what another room adds to `RENDERERS`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from tocsin.errors import (
    StoreBusy,
    StoreError,
    StoreFull,
    TocsinError,
    UnknownName,
    UsageError,
    VaultClosed,
)
from tocsin.language.text import Lang, text
from tocsin.web.access import CHALLENGE
from tocsin.web.speaking import language_of, page

if TYPE_CHECKING:
    from litestar import Request

LOG = logging.getLogger("tocsin.web")
KEY = "errors"


def say(template: str) -> str:
    """Marks a sentence that is translated when it is shown."""
    return template


@dataclass(frozen=True)
class Trouble:
    """What went wrong, as a client may know it."""

    status: int
    problem: str
    remedy: str = ""
    headers: dict[str, str] = field(default_factory=dict)


_KNOWN = {
    400: (say("The request cannot be read."), ""),
    401: (
        say("This needs a token that holds."),
        say("Ask the node’s administrator for one (tocsin token create)."),
    ),
    403: (say("Your token is not for this."), say("Ask for one with the role that this needs.")),
    404: (say("There is nothing at this address."), say("Check the address.")),
    405: (say("This address does not take such a request."), ""),
    408: (say("The request took too long."), say("Send it again.")),
    409: (say("This contradicts what is held already."), ""),
    411: (say("The request does not say how long it is."), ""),
    413: (say("This is larger than the server takes."), say("Send less at a time.")),
    415: (say("The server does not read this type of content."), ""),
    429: (say("Too many requests."), say("Wait a moment, then send it again.")),
}
_UNFORESEEN = (
    say("Something went wrong here that was not foreseen."),
    say("Nothing was lost. Tell the administrator the reference {reference}."),
)
_BUSY = say("The server cannot write at the moment. Send it again later.")


def trouble_of(error: Exception, lang: Lang) -> Trouble:
    """An error as a client may know it; what is unforeseen goes to the log under a reference."""
    if isinstance(error, TocsinError) and not isinstance(error, StoreError):
        problem, _, remedy = error.message(lambda one: text(one, lang)).partition("\n")
        return Trouble(_status_of(error), problem, remedy)
    if isinstance(error, StoreError):
        # Where the store lies, and what is wrong with it, is for the log and its administrator.
        LOG.error("%s", error)
    if isinstance(error, StoreBusy | StoreFull | VaultClosed):
        return Trouble(503, text(_BUSY, lang), headers={"Retry-After": "30"})
    if isinstance(error, HTTPException) and error.status_code < 500:
        problem, remedy = _KNOWN.get(error.status_code, _KNOWN[400])
        headers = dict(error.headers or {})
        if error.status_code == 401:
            headers["WWW-Authenticate"] = CHALLENGE
        return Trouble(error.status_code, text(problem, lang), text(remedy, lang), headers)
    reference = secrets.token_hex(4)
    # The kind and the place, not the words: an unforeseen error may quote what somebody sent.
    LOG.error("unforeseen %s: %s at %s", reference, type(error).__name__, _place_of(error))
    problem, remedy = _UNFORESEEN
    return Trouble(500, text(problem, lang), text(remedy, lang).format(reference=reference))


def _status_of(error: TocsinError) -> int:
    if isinstance(error, UnknownName):
        return 404
    return 400 if isinstance(error, UsageError) else 422


def _place_of(error: Exception) -> str:
    trace = error.__traceback__
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(places[-4:])


Renderer = Callable[["Request[Any, Any, Any]", Trouble], Response[Any]]


def as_page(request: Request[Any, Any, Any], trouble: Trouble) -> Response[Any]:
    """HTML for who prefers it, else JSON (RFC 9457)."""
    if "text/html" in request.headers.get("accept", ""):
        return page(
            request, "error.html", status=trouble.status, headers=trouble.headers, trouble=trouble
        )
    told = {"status": trouble.status, "title": trouble.problem, "detail": trouble.remedy}
    return Response(
        msgspec.json.encode(told),
        status_code=trouble.status,
        media_type="application/problem+json",
        headers=trouble.headers,
    )


RENDERERS: dict[str, Renderer] = {"page": as_page}


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to a request that met an error."""
    handler = request.scope.get("route_handler")
    asked = handler.opt.get(KEY, "page") if handler is not None else "page"
    return RENDERERS[asked](request, trouble_of(error, language_of(request)))
