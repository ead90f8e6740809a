"""TAXII 2.1: one collection, in which each caller finds what it may see and nothing else."""

from __future__ import annotations

import io
from typing import Any

import anyio
import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath

from tocsin.sharing.feeds import Asked
from tocsin.web.access import KEY, only
from tocsin.web.answers import KEY as ERRORS
from tocsin.web.answers import RENDERERS, Trouble
from tocsin.workflow import feeds

TYPE = "application/taxii+json;version=2.1"
COLLECTION = "6f0d9b8e-3d5c-5b0e-9f0a-6b7d3c1c2a11"
ROOT = "/taxii2/api/"
LONGEST = 20_000_000  # bytes of an envelope
USUAL = 100
_MANY = 100  # values of one filter
READERS = only(
    "analyst", "verifier", "duty-officer", "release-authority", "decision-maker", "auditor", "peer",
    scope="taxii",
)  # fmt: skip
WRITERS = only("analyst", "duty-officer", "release-authority", scope="taxii")
_READ: dict[str, Any] = {KEY: READERS, ERRORS: "taxii"}
_WRITE: dict[str, Any] = {KEY: WRITERS, ERRORS: "taxii"}


def as_taxii(request: Request[Any, Any, Any], trouble: Trouble) -> Response[bytes]:
    """An error as TAXII tells it."""
    del request
    told = {
        "title": trouble.problem,
        "description": trouble.remedy,
        "http_status": str(trouble.status),
    }
    return _answer(told, status=trouble.status, headers=trouble.headers)


RENDERERS["taxii"] = as_taxii


def _answer(
    said: Any, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response[bytes]:
    content = said if isinstance(said, bytes) else msgspec.json.encode(said)
    return Response(content, status_code=status, media_type=TYPE, headers=headers)


def takes_taxii(accept: str) -> bool:
    """Whether who says this takes what TAXII answers.

    >>> takes_taxii(TYPE), takes_taxii("text/html")
    (True, False)
    """
    return any(one in accept for one in ("*/*", "application/*", "application/taxii+json"))


def _require_taxii(request: Request[Any, Any, Any]) -> None:
    if not takes_taxii(request.headers.get("accept", "*/*")):
        raise ClientException(status_code=406)


@get(["/taxii2", "/taxii2/"], opt=_READ)
async def discovery(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Where the API is."""
    _require_taxii(request)
    root = str(request.base_url).rstrip("/") + ROOT
    return _answer({"title": "Tocsin", "default": root, "api_roots": [root]})


@get(ROOT, opt=_READ)
async def api_root(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the API takes."""
    _require_taxii(request)
    return _answer({"title": "Tocsin", "versions": [TYPE], "max_content_length": LONGEST})


def _collection(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {
        "id": COLLECTION,
        "title": "Tocsin",
        "description": "What the caller may see.",
        "can_read": True,
        "can_write": WRITERS.lets(request.user),
        "media_types": ["application/stix+json;version=2.1"],
    }


@get(f"{ROOT}collections/", opt=_READ)
async def collections(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The collections there are."""
    _require_taxii(request)
    return _answer({"collections": [_collection(request)]})


@get(f"{ROOT}collections/{{name:str}}/", opt=_READ)
async def collection(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """One collection."""
    _require(request, name)
    return _answer(_collection(request))


def _require(request: Request[Any, Any, Any], name: str) -> None:
    _require_taxii(request)
    if name != COLLECTION:
        raise NotFoundException


def _listed(request: Request[Any, Any, Any], name: str) -> list[str]:
    said = request.query_params.get(f"match[{name}]", "")
    values = [one for one in str(said).split(",") if one]
    if len(values) > _MANY:
        raise ClientException(status_code=400)
    return values


def _asked(request: Request[Any, Any, Any], ids: list[str]) -> tuple[Asked, int]:
    query = request.query_params
    limit = str(query.get("limit", USUAL))
    following = str(query.get("next", ""))
    if not limit.isdecimal() or int(limit) < 1 or (following and not following.isdecimal()):
        raise ClientException(status_code=400)
    after = feeds.after(str(query.get("added_after", "")))
    return Asked(
        added_after=max(after, int(following[:18] or -1)),
        ids=ids or _listed(request, "id"),
        types=_listed(request, "type"),
        specs=_listed(request, "spec_version"),
        versions=_listed(request, "version") or ["last"],
    ), int(limit[:9])


async def _page(request: Request[Any, Any, Any], asked: Asked, limit: int) -> feeds.Page:
    return await anyio.to_thread.run_sync(feeds.page, request.user.reader_name, asked, limit)


def _told(
    request: Request[Any, Any, Any], what: str, page: feeds.Page, inner: bytes
) -> Response[bytes]:
    """An envelope; with nothing to tell it is empty, as the standard asks. It is noted as read."""
    ends = (page.items[0].added, page.items[-1].added) if page.items else (0, 0)
    feeds.note_read(request.user, what, *ends, len(page.items), str(request.url.query))
    if not page.items:
        return _answer(b"{}")
    first, last = page.items[0].added, page.items[-1].added
    more = b'"more":true,"next":"%d",' % last if page.more else b'"more":false,'
    headers = {
        "X-TAXII-Date-Added-First": feeds.shown(first),
        "X-TAXII-Date-Added-Last": feeds.shown(last),
    }
    return _answer(b"{" + more + inner + b"}", headers=headers)


def _objects_of(page: feeds.Page) -> bytes:
    return b'"objects":[' + b",".join(one.content for one in page.items) + b"]"


@get(f"{ROOT}collections/{{name:str}}/objects/", opt=_READ)
async def objects(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Objects, in the order in which they were added."""
    _require(request, name)
    page = await _page(request, *_asked(request, []))
    return _told(request, "objects", page, _objects_of(page))


@get(f"{ROOT}collections/{{name:str}}/objects/{{key:str}}/", opt=_READ)
async def one_object(
    request: Request[Any, Any, Any], name: FromPath[str], key: FromPath[str]
) -> Response[bytes]:
    """Versions of one object."""
    _require(request, name)
    page = await _page(request, *_asked(request, [key]))
    if not page.items:
        raise NotFoundException
    return _told(request, key, page, _objects_of(page))


@get(f"{ROOT}collections/{{name:str}}/objects/{{key:str}}/versions/", opt=_READ)
async def versions(
    request: Request[Any, Any, Any], name: FromPath[str], key: FromPath[str]
) -> Response[bytes]:
    """Which versions of one object there are."""
    _require(request, name)
    asked, limit = _asked(request, [key])
    page = await _page(request, _all_of(asked), limit)
    if not page.items:
        raise NotFoundException
    told = msgspec.json.encode([one.version for one in page.items])
    return _told(request, f"{key} versions", page, b'"versions":' + told)


def _all_of(asked: Asked) -> Asked:
    return Asked(asked.added_after, asked.ids, asked.types, asked.specs, ("all",))


@get(f"{ROOT}collections/{{name:str}}/manifest/", opt=_READ)
async def manifest(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """What objects there are, without their content."""
    _require(request, name)
    page = await _page(request, *_asked(request, []))
    listed = [
        {
            "id": one.object,
            "date_added": feeds.shown(one.added),
            "version": one.version,
            "media_type": f"application/stix+json;version={one.spec}",
        }
        for one in page.items
    ]
    return _told(request, "manifest", page, b'"objects":' + msgspec.json.encode(listed))


@post(
    f"{ROOT}collections/{{name:str}}/objects/", opt=_WRITE, request_max_body_size=LONGEST,
    status_code=202,
)  # fmt: skip
async def add(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Take in objects."""
    _require(request, name)
    if not request.headers.get("content-type", "").startswith("application/taxii+json"):
        raise ClientException(status_code=415)
    body = io.BytesIO(await request.body())
    status = await anyio.to_thread.run_sync(feeds.take_in, request.user.reader_name, body)
    return _answer(status, status=202)


@get(f"{ROOT}status/{{key:str}}/", opt=_READ)
async def status(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
    """What became of objects that the caller handed in."""
    _require_taxii(request)
    found = await anyio.to_thread.run_sync(feeds.status_of, request.user.reader_name, key)
    if found is None:
        raise NotFoundException
    return _answer(found)


ROUTES = [
    discovery, api_root, collections, collection, objects, one_object, versions, manifest, add,
    status,
]  # fmt: skip
