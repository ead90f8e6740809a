"""The pages' addresses: who may open each, what builds it, which template shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from litestar import Request, Response, get, post
from litestar.response import Redirect

from tocsin.errors import UsageError
from tocsin.language import day
from tocsin.policy.decision import CEILINGS
from tocsin.web.access import COOKIE, KEY, Access, only, secret_of
from tocsin.web.answers import KEY as ERRORS
from tocsin.web.answers import RENDERERS, Trouble, as_page
from tocsin.web.room import (
    actors,
    area,
    area_events,
    area_months,
    duty,
    finding,
    recall,
    record,
    scorecard,
    searching,
    sharing,
    tearing,
    warning,
)
from tocsin.web.room.asking import Asked, clock_of
from tocsin.web.room.keeping import Kept, question_of
from tocsin.web.room.tokens import is_token_of, token_of
from tocsin.web.speaking import language_of, page
from tocsin.workflow.watchkeeping import STEPPERS

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

# Who reads pages. The administrator is none of them, and a reporter sees only what he sent.
READERS = tuple(role for role in CEILINGS if role != "peer")
MAY_READ = only(*READERS, scope="pages", by_cookie=True)
# What the house counts, forecasts and holds: releases may be its own, under a licence that lets
# nobody else see them, and a forecast is nobody's until it is released.
MAY_READ_OWN = only(*READERS, scope="pages", by_cookie=True, house=True)
MAY_STEP = only(*STEPPERS, scope="pages", by_cookie=True)
MAY_RELEASE = only("release-authority", scope="pages", by_cookie=True, house=True)
MAY_AUDIT = only("auditor", scope="pages", by_cookie=True, house=True)
AT_ONCE = 4  # pages built at a time in one process
LONGEST = 400  # characters of one field of an address or a form


@dataclass(frozen=True)
class Page:
    """One page: its address, its template, and the function that answers it."""

    path: str
    template: str
    build: Callable[..., dict[str, Any]]
    room: str  # which entry of the masthead it belongs to
    access: Access = MAY_READ
    steady: bool = False  # the answer changes only with the store, not with the minute


PAGES = (
    Page("/", "duty.html", duty.duty, "/"),
    Page("/areas", "areas.html", area.areas, "/areas", MAY_READ_OWN, steady=True),
    Page("/areas/{name:str}", "area.html", area.area, "/areas", MAY_READ_OWN, steady=True),
    Page(
        "/areas/{name:str}/events",
        "area-events.html",
        area_events.events,
        "/areas",
        MAY_READ_OWN,
        steady=True,
    ),
    Page("/warnings", "warnings.html", warning.warnings, "/warnings"),
    Page("/warnings/{name:path}", "warning.html", warning.warning, "/warnings"),
    Page("/reports", "reports.html", finding.reports, "/reports"),
    Page("/figures", "figures.html", record.figures, "/figures", steady=True),
    Page("/actors", "actors.html", actors.actors, "/actors", steady=True),
    Page("/actors/{name:str}", "actor.html", record.actor, "/actors", steady=True),
    Page("/agreements", "agreements.html", record.agreements, "/agreements", steady=True),
    Page("/calendar", "calendar.html", record.calendar, "/calendar", steady=True),
    Page("/cases", "cases.html", record.cases, "/cases", steady=True),
    Page("/cases/{name:str}", "case.html", record.case, "/cases", steady=True),
    Page("/mission", "mission.html", record.mission, "/mission", steady=True),
    Page("/timeline", "timeline.html", record.timeline, "/timeline", steady=True),
    Page("/forecasts", "forecasts.html", scorecard.forecasts, "/forecasts", MAY_READ_OWN),
    Page("/scorecard", "scorecard.html", scorecard.scorecards, "/scorecard", MAY_READ_OWN),
    Page("/share", "sharing.html", sharing.sharing, "/share"),
    Page("/share/{name:str}", "preview.html", sharing.preview, "/share"),
    Page("/share/{name:str}/tear", "tear.html", tearing.choices, "/share", MAY_RELEASE),
    Page("/share/{name:str}/recall", "recall.html", recall.recall, "/share", MAY_RELEASE),
    Page("/share/requests/{name:str}", "request.html", sharing.request, "/share", MAY_RELEASE),
    Page("/sources", "sources.html", finding.sources, "/sources", MAY_READ_OWN, steady=True),
    Page("/audit", "audit.html", finding.audit, "/audit", MAY_AUDIT),
    Page("/search", "search.html", searching.search, "/search", steady=True),
    Page("/statements/{name:str}", "statement.html", finding.statement, "/search", steady=True),
    # As products print it: the last characters of an id.
    Page("/s/{name:str}", "statement.html", finding.statement, "/search", steady=True),
)
STEPS = ("acknowledge", "decide", "dissent", "respond")


def rooms(asked: Asked) -> list[tuple[str, str]]:
    """The masthead: address and name of each room."""
    listed = [
        ("/", asked.say("Duty board")),
        ("/areas", asked.say("Areas")),
        ("/warnings", asked.say("Warnings")),
        ("/reports", asked.say("Reports")),
        ("/figures", asked.say("Figures")),
        ("/actors", asked.say("Actors")),
        ("/agreements", asked.say("Agreements")),
        ("/calendar", asked.say("Calendar")),
        ("/cases", asked.say("Cases")),
        ("/mission", asked.say("Mission")),
        ("/timeline", asked.say("Timeline")),
        ("/forecasts", asked.say("Forecasts")),
        ("/scorecard", asked.say("Scorecard")),
        ("/share", asked.say("Sharing")),
        ("/sources", asked.say("Sources")),
    ]
    if not asked.is_own:  # who may not open a room is not shown its door
        closed = {one.path for one in PAGES if one.access.house}
        return [one for one in listed if one[0] not in closed]
    return [*listed, ("/audit", asked.say("Audit"))] if asked.role == "auditor" else listed


def asked_by(
    request: Request[Any, Any, Any], words: dict[str, str] | None = None, longest: int = LONGEST
) -> Asked:
    """The question that a request puts; each of its words cut to so many characters.

    Raises
    ------
    UsageError, if the clock that it asks for is none.
    """
    now = datetime.now(UTC)
    caller = request.user
    given = words if words is not None else dict(request.query_params)
    return Asked(
        handle=caller.handle,
        organisation=caller.org,
        role=caller.role,
        lang=language_of(request),
        path=request.url.path,
        at=clock_of(str(request.query_params.get("at", "")), now),
        now=now,
        words={name[:40]: str(value)[:longest] for name, value in given.items()},
        csrf=token_of(_secret_of(request)),
    )


def served(one: Page) -> HTTPRouteHandler:
    """The route of a page."""

    async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        asked = asked_by(request)
        names = [str(value).strip("/") for value in request.path_params.values()]

        def written() -> Response[bytes]:
            values = _built(one, asked, names)
            return page(request, f"room/{one.template}", **framed(asked, one.room), **values)

        return await anyio.to_thread.run_sync(written, limiter=_few())

    return get(one.path, opt={KEY: one.access, ERRORS: "room"}, name=one.path)(answer)


def framed(asked: Asked, room: str) -> dict[str, Any]:
    """What every page of the room shows around its own: who asks, the rooms, the clock."""
    return {
        "asked": asked,
        "rooms": rooms(asked),
        "room": room,
        "clock_words": _clock_words(asked),
    }


KEPT = Kept()


def _built(one: Page, asked: Asked, names: list[str]) -> dict[str, Any]:
    if not one.steady:
        return one.build(asked, *names)
    return KEPT.answer(question_of(asked, *names), lambda: one.build(asked, *names))


@cache
def _few() -> anyio.CapacityLimiter:
    """Few pages are built at once: more would only take turns, each with its own memory."""
    return anyio.CapacityLimiter(AT_ONCE)


def _clock_words(asked: Asked) -> str:
    told = day(asked.day, asked.lang)
    return f"{told}, {asked.now:%H:%M} UTC" if asked.live else told


def step_route(step: str) -> HTTPRouteHandler:
    """The route that takes one step on a warning, and then shows it."""

    async def answer(request: Request[Any, Any, Any]) -> Redirect:
        form = await fields_of(request)
        require_own_form(request, form.get("csrf", ""))
        asked = asked_by(request, form)
        name = str(request.path_params["name"]).strip("/")
        where = await anyio.to_thread.run_sync(lambda: warning.take(asked, name, step))
        return Redirect(where, status_code=303)

    return post(f"/steps/{step}/{{name:path}}", opt={KEY: MAY_STEP, ERRORS: "room"})(answer)


async def fields_of(request: Request[Any, Any, Any], longest: int = LONGEST) -> dict[str, str]:
    """The fields of a form, each cut to so many characters."""
    return {name: str(value)[:longest] for name, value in (await request.form()).items()}


def require_own_form(request: Request[Any, Any, Any], token: str) -> None:
    """Refuse a form that is not ours, or that another site sent.

    Raises
    ------
    UsageError.
    """
    require_sent_here(request)
    if not is_token_of(_secret_of(request), token):
        raise _not_ours()


def require_sent_here(request: Request[Any, Any, Any]) -> None:
    """Refuse a form that another site sent, as far as the browser says.

    Raises
    ------
    UsageError.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise _not_ours()


def _not_ours() -> UsageError:
    return UsageError(
        "this form did not come from this server’s own page",
        remedy="Open the page again, and send it from there.",
    )


def _secret_of(request: Request[Any, Any, Any]) -> str:
    """The secret that a caller is known by; a browser sends a password of Basic by itself too."""
    given = secret_of(request.headers.get("authorization", ""))
    return given or request.cookies.get(COOKIE, "")


def to_the_door(request: Request[Any, Any, Any], trouble: Trouble) -> Response[Any]:
    """An error on a page; who is not signed in is shown the way in."""
    if trouble.status == 401 and "text/html" in request.headers.get("accept", ""):
        from urllib.parse import urlencode

        wanted = request.url.path if request.method == "GET" else "/"
        if request.method == "GET" and request.url.query:
            wanted = f"{wanted}?{request.url.query}"
        return Redirect(f"/sign-in?{urlencode({'next': wanted})}", status_code=303)
    return as_page(request, trouble)


RENDERERS["room"] = to_the_door
ROUTES = [
    *(served(one) for one in PAGES),
    *(step_route(step) for step in STEPS),
    *area_months.ROUTES,
]
