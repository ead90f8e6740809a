"""OpenRosa, as ODK Collect and its kin speak it: the list of forms, a form, a filled form.

https://docs.getodk.org/openrosa/ . A repeat is acknowledged again and changes nothing. Digest
authentication is not offered: it needs the secret itself on the server.
"""

from __future__ import annotations

from functools import partial
from hashlib import md5
from typing import Any
from xml.sax.saxutils import escape

import anyio.to_thread
from litestar import Request, Response, get, head, post
from litestar.params import FromPath

from tocsin.language.text import Lang, text
from tocsin.web import uploads
from tocsin.web.access import KEY, only
from tocsin.web.answers import KEY as ERRORS
from tocsin.web.answers import RENDERERS, Trouble, say
from tocsin.web.speaking import language_of
from tocsin.workflow import submitting

SENDERS = only("reporter", "analyst", "verifier", "duty-officer", scope="reports")
_OPT = {KEY: SENDERS, ERRORS: "openrosa"}
_XML = "text/xml"
_HEADERS = {"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": str(uploads.LARGEST)}
_FORM_PART = "xml_submission_file"


@get("/openrosa/formList", opt=_OPT)
async def form_list(request: Request[Any, Any, Any]) -> Response[str]:
    """The forms there are, each with its version and the hash of its content."""
    lang = language_of(request)
    listed = []
    for form in submitting.forms_offered():
        content = await anyio.to_thread.run_sync(submitting.xform, form.id)
        address = f"{request.base_url}openrosa/forms/{form.id}"
        listed.append(
            f"<xform><formID>{form.id}</formID><name>{escape(form.title.in_(lang))}</name>"
            f"<version>{escape(form.version)}</version><hash>md5:{_md5(content)}</hash>"
            f"<downloadUrl>{escape(address)}</downloadUrl></xform>"
        )
    body = f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{"".join(listed)}</xforms>'
    return Response(_PROLOGUE + body, media_type=_XML, headers=_HEADERS)


@get("/openrosa/forms/{name:str}", opt=_OPT)
async def form_file(name: FromPath[str]) -> Response[str]:
    """A form, for the phone to show."""
    content = await anyio.to_thread.run_sync(submitting.xform, name)
    return Response(content, media_type=_XML, headers=_HEADERS)


@head("/openrosa/submission", opt=_OPT)
async def ask_first(request: Request[Any, Any, Any]) -> Response[None]:
    """What a phone asks before it sends: where to, and how much at once."""
    return Response(
        None, status_code=204, headers=_HEADERS | {"Location": str(request.url)}, media_type=_XML
    )


@post("/openrosa/submission", opt=_OPT, request_max_body_size=None)
async def submission(request: Request[Any, Any, Any]) -> Response[str]:
    """Take in a filled form with its photos: 201 the first time, 202 for a repeat."""
    lang = language_of(request)
    async with uploads.received(request, whole=frozenset({_FORM_PART})) as upload:
        content = upload.fields.get(_FORM_PART)
        if content is None:
            return _told(text(NO_FORM, lang), 400)
        files = [(name, path) for _, name, path in upload.files]
        receipt = await anyio.to_thread.run_sync(
            partial(submitting.take_instance, content, files, request.user.handle)
        )
    if not receipt.accepted:
        return _told(problems_told(receipt.problems, lang), 400)
    words = [text(RECEIVED if receipt.fresh else KNOWN, lang)]
    words += [text(RECEIPT, lang).format(code=receipt.code)]
    words += [text(one, lang) for one in receipt.left]
    return _told(" ".join(words), 201 if receipt.fresh else 202)


RECEIVED = say("Your report has been received.")
KNOWN = say("Your report had been received already.")
RECEIPT = say("Receipt: {code}.")
NO_FORM = say("There is no filled form in the request.")


def problems_told(problems: list[dict[str, Any]], lang: Lang) -> str:
    """What keeps a report out, a question after the other."""
    told = []
    for one in problems:
        about = f"{one['question']}: " if one.get("question") else ""
        told.append(about + text(one["wrong"], lang))
    return "; ".join(told)


_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>'


def _told(words: str, status: int) -> Response[str]:
    body = (
        f'{_PROLOGUE}<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f"<message>{escape(words)}</message></OpenRosaResponse>"
    )
    return Response(body, status_code=status, media_type=_XML, headers=_HEADERS)


def _md5(content: str) -> str:
    # The protocol asks for MD5, to tell whether a form has changed; it protects nothing.
    return md5(content.encode(), usedforsecurity=False).hexdigest()


def as_openrosa(request: Request[Any, Any, Any], trouble: Trouble) -> Response[Any]:
    """An error as a phone shows it."""
    del request
    answer = _told(" ".join(part for part in (trouble.problem, trouble.remedy) if part),
                   trouble.status)  # fmt: skip
    answer.headers.update(trouble.headers)
    return answer


RENDERERS["openrosa"] = as_openrosa
ROUTES = [form_list, form_file, ask_first, submission]
