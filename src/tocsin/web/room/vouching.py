"""Signing in through the organisation's own identity provider, where one is configured."""

from __future__ import annotations

import logging
from typing import Any

import anyio.to_thread
from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tocsin.errors import TocsinError
from tocsin.web.access import COOKIE, KEY, PUBLIC, keep_session
from tocsin.web.limits import TooMany
from tocsin.web.room.entering import HALF_A_DAY, ours, sign_in_page
from tocsin.web.speaking import page

LOG = logging.getLogger("tocsin.web")
TRIP = "tocsin-trip"  # what a browser carries to the provider and back
PATH = "/sign-in/vouched"


@get(PATH, opt={KEY: PUBLIC})
async def leave(request: Request[Any, Any, Any]) -> Response[Any]:
    """To the provider, with what it must bring back sealed in a cookie."""
    from tocsin.workflow import vouching

    if wait := request.app.state.limits.address(request, tries=True):
        raise TooMany(wait)
    wanted = str(request.query_params.get("next", "/"))
    try:
        made = await anyio.to_thread.run_sync(lambda: vouching.set_out(wanted))
    except TocsinError as error:
        return _not_in(request, error)
    answer = Redirect(made.address, status_code=303)
    answer.set_cookie(
        Cookie(
            # Lax: it must come back with a browser that another site sends here.
            key=TRIP, value=made.sealed, httponly=True, samesite="lax", path=PATH,
            max_age=vouching.GIVEN, secure=request.url.scheme == "https",
        )
    )  # fmt: skip
    return answer


@get(f"{PATH}/back", opt={KEY: PUBLIC})
async def back(request: Request[Any, Any, Any]) -> Response[Any]:
    """Let in whom the provider vouches for.

    The answer is a page of ours that goes on by itself: a redirection would still count as the
    other site's, and the session's cookie does not go with what another site sends.
    """
    from tocsin.workflow import vouching

    if wait := request.app.state.limits.address(request, tries=True):
        raise TooMany(wait)
    sealed = request.cookies.get(TRIP, "")[:4000]
    given = {name: str(value)[:4000] for name, value in request.query_params.items()}
    try:
        secret, wanted = await anyio.to_thread.run_sync(lambda: vouching.come_back(sealed, given))
    except TocsinError as error:
        return _not_in(request, error)
    answer = page(request, "room/entered.html", next=wanted if ours(wanted) else "/")
    keep_session(request, answer, secret, cookie=COOKIE, path="/", seconds=HALF_A_DAY)
    answer.delete_cookie(TRIP, path=PATH)
    return answer


def _not_in(request: Request[Any, Any, Any], error: TocsinError) -> Response[Any]:
    """The form again; why, which names nobody, is for the log."""
    LOG.warning("not vouched for: %s", "; ".join(getattr(error, "__notes__", [])) or error.problem)
    answer = sign_in_page(request, error)
    answer.delete_cookie(TRIP, path=PATH)
    return answer


ROUTES = [leave, back]
