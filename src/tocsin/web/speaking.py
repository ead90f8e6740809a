"""In which language a page speaks, and how it is laid out."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import Cookie

from tocsin.language.numbers import plural
from tocsin.language.text import Lang, text
from tocsin.language.typography import typeset
from tocsin.settings import read_settings
from tocsin.web.packing import packed, packed_for

if TYPE_CHECKING:
    from jinja2 import Environment
    from litestar.connection import ASGIConnection

# Latin with its accents, and the signs that French, English and the drawings need.
_SIGNS = "‐–—‘’“”†•…‹›€←↑→↓−≈≠≤≥▲◂▸\u202f"
LETTERS = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) + _SIGNS
LANG_COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def language_of(request: ASGIConnection[Any, Any, Any, Any]) -> Lang:
    """The reader's language: what the address asks for, else what was chosen before, else what
    the browser prefers, else the node's."""
    asked = (request.query_params.get("lang"), request.cookies.get(LANG_COOKIE))
    preferred = [one.partition(";")[0].strip()[:2].lower()
                 for one in request.headers.get("accept-language", "").split(",")]  # fmt: skip
    for one in (*asked, *preferred):
        if one == "fr":
            return "fr"
        if one == "en":
            return "en"
    return read_settings().lang


def page(
    request: ASGIConnection[Any, Any, Any, Any],
    name: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **content: Any,
) -> Response[bytes]:
    """A template as a page in the reader's language; a language in the address is remembered."""
    lang = language_of(request)
    cookies = []
    if request.query_params.get("lang") == lang:
        cookies.append(
            Cookie(key=LANG_COOKIE, value=lang, max_age=_YEAR, samesite="lax", httponly=True)
        )
    told, packing = packed_for(
        request.headers.get("accept-encoding", ""),
        render(name, lang, path=request.url.path, **content),
    )
    return Response(
        told,
        status_code=status,
        media_type="text/html",
        headers=packing | (headers or {}),
        cookies=cookies,
    )


def render(name: str, lang: Lang, **content: Any) -> bytes:
    """A template in a language. `say` in it translates and typesets,
    `say_count` in the form that goes with a count."""

    def say(template: str, **fields: object) -> str:
        words = text(template, lang)
        return typeset(words.format(**fields) if fields else words, lang)

    def say_count(count: float, one: str, many: str, **fields: object) -> str:
        return say(plural(count, one, many, lang), count=count, **fields)

    template = _environment().get_template(name)
    return template.render(
        lang=lang, say=say, say_count=say_count, link=link, **content
    ).encode("utf-8")  # fmt: skip


def link(name: str) -> str:
    """The address of a file that pages need; it changes with the file's content.

    >>> link("tokens.css").startswith("/static/tokens.css?v=")
    True
    """
    return f"/static/{name}?v={static_tag(name)}"


@cache
def static_packed(name: str) -> bytes:
    """The same file packed as small as it gets, once a process."""
    return packed(static(name), 9)


@cache
def static_tag(name: str) -> str:
    """What changes with a file's content: the hash in its address."""
    return sha256(static(name)).hexdigest()[:12]


@cache
def static(name: str) -> bytes:
    """A file that pages need. The names come from our templates and the list of `assets`."""
    if name == "tokens.css":
        return files("tocsin.briefs").joinpath(name).read_bytes()
    if name == "drawings.css":
        from tocsin.briefs.drawing import stylesheet  # noqa: PLC0415  (only where charts are shown)
        from tocsin.briefs.letters import linked_faces  # noqa: PLC0415

        faces = linked_faces(lambda face: link(f"{face}.woff"))
        return (faces + stylesheet()).encode("utf-8")
    if name.endswith(".woff"):
        from tocsin.briefs.letters import FACES, web_face  # noqa: PLC0415

        face = next(one for one in FACES if f"{one}.woff" == name)
        return web_face(face, LETTERS)
    return files("tocsin.web").joinpath("static", name).read_bytes()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415  (50 ms: only for pages)

    return Environment(
        autoescape=True, loader=PackageLoader("tocsin.web"), trim_blocks=True, lstrip_blocks=True
    )
