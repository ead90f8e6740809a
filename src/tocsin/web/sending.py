"""The forms as light pages: filled without a line, sent when there is one, acknowledged once.

They work without script. With it, a service worker keeps the pages, what is filled waits in the
browser, and photos go in pieces that a broken line does not lose.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from litestar import Request, Response, get, head, patch, post
from litestar.exceptions import ClientException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.errors import UnknownName
from tocsin.language.text import text
from tocsin.web import uploads
from tocsin.web.access import KEY, PUBLIC, Access, keep_session, only
from tocsin.web.limits import TooMany
from tocsin.web.speaking import language_of, link, page, static
from tocsin.workflow import answering, submitting
from tocsin.workflow.submitting import Receipt, Sent

if TYPE_CHECKING:
    from tocsin.intake.forms_read import Form

SEND_COOKIE = "tocsin-send"
_MONTHS = 180 * 24 * 3600
SENDERS = only(
    "reporter", "analyst", "verifier", "duty-officer",
    scope="reports", by_cookie=True, cookie=SEND_COOKIE,
)  # fmt: skip
SHOWN = Access(public=True, by_cookie=True, cookie=SEND_COOKIE)  # tells who is known from who not
_OURS = ("instance", "created", "photo_key")  # fields that are no answers
_PIECE = 512_000  # bytes of a photo in one request, at most


@get("/send", opt={KEY: SHOWN})
async def start(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Which form."""
    return page(request, "send-start.html", forms=submitting.forms_offered(), known=_known(request))


@get("/send/enter", opt={KEY: PUBLIC})
async def ask_token(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Where a reporter enters the token, once."""
    return page(request, "send-enter.html", wrong=False)


@post("/send/enter", opt={KEY: PUBLIC})
async def take_token(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep a token that holds in a cookie that only these pages are sent."""
    if wait := request.app.state.limits.address(request, tries=True):
        raise TooMany(wait)
    secret = str((await request.form()).get("token", "")).strip()[:200]
    caller = request.app.state.callers.caller(secret) if secret else None
    if caller is None or not SENDERS.lets(caller):
        return page(request, "send-enter.html", status=401, wrong=True)
    answer = Redirect("/send", status_code=303)
    keep_session(request, answer, secret, cookie=SEND_COOKIE, path="/send", seconds=_MONTHS)
    return answer


@get("/send/answer", opt={KEY: SENDERS})
async def ask_receipt(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Where a reporter looks up what became of a report, by the code of its receipt."""
    return page(request, "send-answer.html", code="", answers=[], trouble="")


@post("/send/answer", opt={KEY: SENDERS}, status_code=200)
async def show_answer(request: Request[Any, Any, Any]) -> Response[bytes]:
    """How far a report has got. The code is in no address, so that no history keeps it."""
    if wait := request.app.state.limits.address(request, tries=True):
        raise TooMany(wait)
    code = str((await request.form()).get("code", "")).strip()[:20]
    try:
        found = await anyio.to_thread.run_sync(answering.look_up, code)
    except UnknownName as error:
        return page(
            request, "send-answer.html", status=404, code=code, answers=[], trouble=error.problem
        )
    return page(request, "send-answer.html", code=code, answers=found, trouble="")


@get("/send/worker.js", opt={KEY: PUBLIC})
async def worker() -> Response[bytes]:
    """The service worker: it holds which pages and files work without a line."""
    kept = [f"/send/{form.id}?lang={lang}" for form in submitting.forms_offered()
            for lang in ("fr", "en")]  # fmt: skip
    kept += [f"/send?lang={lang}" for lang in ("fr", "en")]
    kept += [link(name) for name in ("tokens.css", "web.css", "send.css", "send.js")]
    content = f"const KEPT = {json.dumps(kept)};\n".encode() + static("worker.js")
    return Response(
        content,
        media_type="text/javascript",
        headers={"Service-Worker-Allowed": "/send", "Cache-Control": "no-cache"},
    )


@get("/send/app.webmanifest", opt={KEY: PUBLIC})
async def manifest() -> Response[bytes]:
    """What lets a phone put the page among its applications."""
    told = {"name": "Tocsin", "short_name": "Tocsin", "start_url": "/send", "scope": "/send",
            "display": "standalone", "background_color": "#ffffff"}  # fmt: skip
    return Response(json.dumps(told).encode(), media_type="application/manifest+json")


@get("/send/{name:str}", opt={KEY: SHOWN})
async def form_page(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A form to fill."""
    return _form_page(request, submitting.form_offered(name), {}, [])


@post("/send/{name:str}", opt={KEY: SENDERS}, request_max_body_size=None)
async def take_form(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """Take in a filled form: a page for a browser without script, JSON for ours with it."""
    form = submitting.form_offered(name)
    async with uploads.received(request, whole=frozenset()) as upload:
        given = {key: value.decode("utf-8") for key, value in upload.fields.items()}
        answers = {key: value for key, value in given.items() if key not in _OURS and value}
        # A browser sends a file field that was left empty as an empty file without a name.
        files = [Sent(_key(given, at), path) for at, (_, named, path) in enumerate(upload.files)
                 if named and path.stat().st_size]  # fmt: skip
        receipt = await anyio.to_thread.run_sync(
            partial(
                submitting.take_answers,
                form.id,
                answers,
                request.user.handle,
                instance=given.get("instance", "")[:64],
                created=_moment(given.get("created", "")),
                photos=tuple(filter(None, [given.get("photo_key", "")[:64]])),
                files=files,
            )
        )
    if "application/json" in request.headers.get("accept", ""):
        return _as_json(request, form, receipt)
    if not receipt.accepted:
        return _form_page(request, form, answers, receipt.problems, status=422)
    return page(
        request, "send-done.html", status=201 if receipt.fresh else 202, receipt=receipt, form=form
    )


@head("/send/photo/{instance:str}/{key:str}", opt={KEY: SENDERS})
async def photo_so_far(
    request: Request[Any, Any, Any], instance: FromPath[str], key: FromPath[str]
) -> Response[None]:
    """How many bytes of a photo have come: where to go on."""
    held = await anyio.to_thread.run_sync(
        submitting.offset_of, request.user.handle, instance[:64], key[:64]
    )
    return Response(None, status_code=204, headers={"Upload-Offset": str(held)})


@patch("/send/photo/{instance:str}/{key:str}", opt={KEY: SENDERS}, request_max_body_size=_PIECE)
async def photo_piece(
    request: Request[Any, Any, Any], instance: FromPath[str], key: FromPath[str]
) -> Response[Any]:
    """A piece of a photo, from `Upload-Offset` on; 409 where it does not go on from there."""
    try:
        begin = int(request.headers["upload-offset"])
        total = int(request.headers["upload-length"])
    except (KeyError, ValueError):
        raise ClientException from None
    piece = await request.body()
    handle = request.user.handle
    held = await anyio.to_thread.run_sync(submitting.offset_of, handle, instance[:64], key[:64])
    if held != begin:
        return Response(None, status_code=409, headers={"Upload-Offset": str(held)})
    held, receipt = await anyio.to_thread.run_sync(
        submitting.go_on, handle, instance[:64], key[:64], begin, piece, total
    )
    headers = {"Upload-Offset": str(held)}
    if receipt is not None and receipt.left:
        lang = language_of(request)
        left = [text(one, lang) for one in receipt.left]
        return Response({"left": left}, status_code=422, headers=headers)
    return Response(None, status_code=204, headers=headers)


def _known(request: Request[Any, Any, Any]) -> bool:
    return SENDERS.lets(request.user)


def _form_page(
    request: Request[Any, Any, Any],
    form: Form,
    answers: dict[str, str],
    problems: list[dict[str, Any]],
    status: int = 200,
) -> Response[bytes]:
    first = [one for one in form.questions if one.required]
    return page(
        request,
        "send-form.html",
        status=status,
        form=form,
        first=first,
        later=[one for one in form.questions if not one.required],
        answers=answers,
        wrong={one.get("question", ""): one["wrong"] for one in problems},
        known=_known(request),
        today=datetime.now(UTC).date().isoformat(),
    )


def _as_json(request: Request[Any, Any, Any], form: Form, receipt: Receipt) -> Response[Any]:
    lang = language_of(request)
    if not receipt.accepted:
        wrong = []
        for one in receipt.problems:
            asked = form.question(one.get("question", ""))
            label = asked.label.in_(lang) if asked else one.get("question", "")
            wrong.append({"question": one.get("question", ""), "label": label,
                          "wrong": text(one["wrong"], lang)})  # fmt: skip
        return Response({"problems": wrong}, status_code=422)
    left = [text(one, lang) for one in receipt.left]
    told = {"fresh": receipt.fresh, "left": left, "receipt": receipt.code}
    return Response(told, status_code=201 if receipt.fresh else 202)


def _key(given: dict[str, str], at: int) -> str:
    """What stands for a photo that came with the form; its file's name is not kept."""
    return given.get("photo_key", "")[:64] or f"photo-{at + 1}"


def _moment(given: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo else None


ROUTES = [
    start,
    ask_token,
    take_token,
    ask_receipt,
    show_answer,
    worker,
    manifest,
    form_page,
    take_form,
    photo_so_far,
    photo_piece,
]
