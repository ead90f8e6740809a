"""Letting a record out from its page, after its preview; tearing, answering, calling it back.

Each form carries what its page showed: the digest of the preview that a person agrees to. What is
released is what was looked at, or nothing is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio.to_thread
from litestar import Request, Response, post
from litestar.response import Redirect

from tocsin.errors import TocsinError, UsageError
from tocsin.language.text import text
from tocsin.web.access import KEY
from tocsin.web.answers import KEY as ERRORS
from tocsin.web.limits import TooMany
from tocsin.web.room import recall, tearing
from tocsin.web.room.routes import (
    MAY_RELEASE,
    asked_by,
    fields_of,
    framed,
    require_own_form,
)
from tocsin.web.room.sharing import named_in
from tocsin.web.speaking import page

if TYPE_CHECKING:
    from tocsin.web.room.asking import Asked

LONGEST = 4000  # characters of a field: a tear line may be written in one's own words
_RULE: dict[str, Any] = {KEY: MAY_RELEASE, ERRORS: "room"}


async def _asked(request: Request[Any, Any, Any]) -> Asked:
    """The question of a form of ours; the clock must be the present."""
    form = await fields_of(request, LONGEST)
    require_own_form(request, form.get("csrf", ""))
    asked = asked_by(request, form, longest=LONGEST)
    if not asked.live:
        raise UsageError(
            "nothing can be released in the past", remedy="Go back to the present first."
        )
    return asked


@post("/share/{name:str}/release", opt=_RULE)
async def let_out(request: Request[Any, Any, Any]) -> Redirect:
    """Release a record as its page showed it."""
    asked = await _asked(request)
    name = str(request.path_params["name"])
    if asked.word("passphrase") and (wait := request.app.state.limits.handle(asked.handle)):
        raise TooMany(wait)
    where = await anyio.to_thread.run_sync(lambda: release(asked, name))
    return Redirect(where, status_code=303)


def release(asked: Asked, name: str) -> str:
    """Release a record; where to go then. RED: the handle is that of who is signed in."""
    from tocsin.workflow import granting, seconding

    by, passphrase = "", asked.words.get("passphrase", "")
    if passphrase:
        by = asked.handle
        seconding.require_own_words(by, passphrase)
    done = granting.release(
        name, named_in(asked), tlp=asked.word("tlp"), reason=asked.word("reason"),
        agreed=_digest(asked), by=by, passphrase=passphrase, reader=asked.reader,
    )  # fmt: skip
    if done.waits:
        return f"/share/{name}?done=waits"
    return f"/share/{done.statement}?done=released"


@post("/share/{name:str}/recall", opt=_RULE)
async def call_back(request: Request[Any, Any, Any]) -> Redirect:
    """Recall a record as its page showed it."""
    asked = await _asked(request)
    name = str(request.path_params["name"])
    await anyio.to_thread.run_sync(lambda: recall.write(asked, name))
    return Redirect("/share?done=recalled", status_code=303)


@post("/share/requests/{name:str}", opt=_RULE)
async def answer(request: Request[Any, Any, Any]) -> Redirect:
    """Grant or refuse what a partner asked for."""
    asked = await _asked(request)
    name = str(request.path_params["name"])
    await anyio.to_thread.run_sync(lambda: _answer(asked, name))
    return Redirect("/share", status_code=303)


def _answer(asked: Asked, name: str) -> None:
    from tocsin.workflow import granting

    said = asked.word("answer")
    if said not in ("granted", "refused") or not asked.word("reason"):
        raise UsageError(
            "an answer is granted or refused, and has a reason",
            remedy="Choose one, and say why: the partner reads it.",
        )
    granting.answer(
        name, granted=said == "granted", reason=asked.word("reason"),
        conditions=asked.word("conditions"), agreed=_digest(asked) if said == "granted" else "",
        reader=asked.reader,
    )  # fmt: skip


@post("/share/{name:str}/tear", opt=_RULE)
async def tear(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show what a tear line would say, or write the one that was shown."""
    asked = await _asked(request)
    name = str(request.path_params["name"])
    if asked.word("agreed"):
        made = await anyio.to_thread.run_sync(lambda: tearing.write(asked, name))
        return Redirect(f"/share/{made}?done=torn", status_code=303)
    values = await anyio.to_thread.run_sync(lambda: _shown(asked, name))
    return page(request, "room/tear.html", **framed(asked, "/share"), **values)


def _shown(asked: Asked, name: str) -> dict[str, Any]:
    """The tear line as it would be; where a choice is missing, the choices and what is wrong."""
    values = tearing.choices(asked, name)
    try:
        return values | {"torn": tearing.torn(asked, name)}
    except TocsinError as error:
        return values | {"trouble": error.message(lambda one: text(one, asked.lang))}


def _digest(asked: Asked) -> str:
    """What a person agreed to: without it nothing is let out.

    Raises
    ------
    UsageError, if the form has none.
    """
    given = asked.word("agreed")
    if not given:
        raise UsageError(
            "nothing is released without its preview", remedy="Look at the preview first."
        )
    return given


ROUTES = [let_out, call_back, answer, tear]
