"""Signing in and out; the first account, without a default password."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from litestar import Request, Response, get, post
from litestar.response import Redirect

from tocsin.errors import TocsinError
from tocsin.language.text import text
from tocsin.policy.readers import ROLES
from tocsin.web.access import COOKIE, KEY, PUBLIC, keep_session, only
from tocsin.web.answers import KEY as ERRORS
from tocsin.web.limits import TooMany
from tocsin.web.room.routes import fields_of, require_own_form, require_sent_here
from tocsin.web.speaking import language_of, page

HALF_A_DAY = 12 * 3600
LONGEST = 256  # characters of a field, as of a passphrase


@get("/sign-in", opt={KEY: PUBLIC})
async def ask(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The form; where nobody can sign in yet, how to begin."""
    return _form(request)


@post("/sign-in", opt={KEY: PUBLIC})
async def enter(request: Request[Any, Any, Any]) -> Response[Any]:
    """Check handle, passphrase and code; a session, or the form again, which never says why."""
    from tocsin.workflow import signing_in

    require_sent_here(request)  # another site must let nobody in under a name of its choosing
    form = await fields_of(request, LONGEST)
    handle = form.get("handle", "").strip()
    limits = request.app.state.limits
    if wait := max(limits.address(request, tries=True), limits.handle(handle)):
        raise TooMany(wait)
    secret = await anyio.to_thread.run_sync(
        lambda: signing_in.sign_in(handle, form.get("passphrase", ""), form.get("code", ""))
    )
    if not secret:
        return _form(request, wrong=True, handle=handle, wanted=form.get("next", ""))
    return _let_in(request, secret, form.get("next", ""))


@post("/sign-out", opt={KEY: only(*ROLES, scope="pages", by_cookie=True), ERRORS: "room"})
async def leave(request: Request[Any, Any, Any]) -> Response[Any]:
    """End the session."""
    from tocsin.workflow import signing_in

    require_own_form(request, (await fields_of(request, LONGEST)).get("csrf", ""))
    secret = request.cookies.get(COOKIE, "")
    await anyio.to_thread.run_sync(lambda: signing_in.sign_out(secret))
    answer = Redirect("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@get("/first-run", opt={KEY: PUBLIC})
async def first(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form of the first account, for who has the one-time key that the server showed."""
    return _first_form(request, str(request.query_params.get("key", "")))


@post("/first-run", opt={KEY: PUBLIC})
async def begin(request: Request[Any, Any, Any]) -> Response[Any]:
    """Make the first account, and let its owner in."""
    from tocsin.workflow import signing_in

    require_sent_here(request)
    form = await fields_of(request, LONGEST)
    if wait := request.app.state.limits.address(request, tries=True):
        raise TooMany(wait)
    handle, passphrase = form.get("handle", "").strip(), form.get("passphrase", "")
    try:
        await anyio.to_thread.run_sync(
            lambda: signing_in.open_first_account(
                form.get("key", ""), handle, form.get("role", ""), passphrase
            )
        )
    except TocsinError as error:
        return _first_form(request, form.get("key", ""), error, handle)
    secret = await anyio.to_thread.run_sync(lambda: signing_in.sign_in(handle, passphrase))
    return _let_in(request, secret, "/")


def sign_in_page(request: Request[Any, Any, Any], error: TocsinError) -> Response[bytes]:
    """The form of signing in, under what went wrong on another way in."""
    return _form(request, error=error)


def _form(
    request: Request[Any, Any, Any], *, wrong: bool = False, handle: str = "", wanted: str = "",
    error: TocsinError | None = None,
) -> Response[bytes]:  # fmt: skip
    lang = language_of(request)
    return page(
        request, "room/sign-in.html", status=401 if wrong else 400 if error else 200, first=False,
        handle=handle, wrong=wrong, next=wanted or str(request.query_params.get("next", "")),
        trouble=error.message(lambda one: text(one, lang)) if error else "",
        vouching=_vouching(),
    )  # fmt: skip


def _vouching() -> str:
    """What the provider is called through which people may sign in; empty where there is none."""
    from tocsin.workflow import vouching

    try:
        found = vouching.provider()
    except TocsinError:
        return ""  # not as it must be: nobody gets in by it, and accounts still do
    return "" if found is None else found.called


def _first_form(
    request: Request[Any, Any, Any], key: str, error: TocsinError | None = None, handle: str = ""
) -> Response[bytes]:
    lang = language_of(request)
    trouble = error.message(lambda one: text(one, lang)) if error else ""
    roles = [one for one in ROLES if one not in ("peer", "reporter")]
    return page(
        request, "room/sign-in.html", status=400 if error else 200, first=True, key=key,
        handle=handle, roles=roles, trouble=trouble, wrong=False, vouching="",
    )  # fmt: skip


def _let_in(request: Request[Any, Any, Any], secret: str, wanted: str) -> Response[Any]:
    """To the page that was asked for, if it is one of ours, with the session in a cookie."""
    answer = Redirect(wanted if ours(wanted) else "/", status_code=303)
    keep_session(request, answer, secret, cookie=COOKIE, path="/", seconds=HALF_A_DAY)
    return answer


def ours(wanted: str) -> bool:
    """Whether an address is a page of ours.

    >>> ours("/areas"), ours("//elsewhere.example"), ours("https://elsewhere.example")
    (True, False, False)
    """
    return wanted.startswith("/") and not wanted.startswith(("//", "/\\"))


ROUTES = [ask, enter, leave, first, begin]
