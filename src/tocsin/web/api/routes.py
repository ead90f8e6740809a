"""The addresses of the JSON API, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import anyio
import anyio.to_thread
import msgspec
from litestar import Request, Response, get

from tocsin.knowledge.actors import ActorCard
from tocsin.knowledge.cases import CaseCard
from tocsin.policy.decision import CEILINGS
from tocsin.tables.statements import Statement, statement_to_json
from tocsin.web.access import KEY, PUBLIC, Access, only
from tocsin.web.answers import KEY as ERRORS
from tocsin.web.api.answering import JSON, PARQUET, answer
from tocsin.web.api.asking import CLOCKS, LANGUAGE, PAGING, Call, read_call
from tocsin.web.room.keeping import Kept, edition
from tocsin.workflow import feeds, opening, quoting, tabling
from tocsin.workflow.listing import LISTINGS, Listing, Word, page_of, rows_of
from tocsin.workflow.record_keeping import reader_named

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from litestar.handlers import HTTPRouteHandler

ROOT = "/api/v1"
READERS = tuple(CEILINGS)  # roles that read records at all
MAY_READ = only(*READERS, scope="api")
# Releases may be the house's own, under a licence that lets nobody else see them, and a forecast
# is nobody's until it is released.
MAY_READ_OWN = only(*READERS, scope="api", house=True)
TABLES = ("json", *tabling.MEDIA)
AT_ONCE = 4  # answers worked out at a time in one process
FORMAT = "format"
UNCHANGED = 304


@dataclass(frozen=True)
class Endpoint:
    """One address: who may call it, what it may be asked with, what it answers.

    list : a list of the product, answered page by page
    one : what answers otherwise, given the call: the value, or bytes of `media`
    item : of what type each line, or the answer, is
    """

    path: str
    about: str
    item: Any
    access: Access
    words: tuple[Word, ...]
    list: Listing | None = None
    one: Callable[[Call], Any] | None = None
    formats: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the description calls it."""
        plain = self.path.replace("{", "").replace("}", "").replace(":str", "")
        return "_".join(part for part in plain.strip("/").split("/") if part)


KEPT = Kept()


def listed(one: Listing) -> Endpoint:
    """The address of a list."""
    words = (*one.words, *CLOCKS, *PAGING, *LANGUAGE)
    access = MAY_READ_OWN if one.house else MAY_READ
    return Endpoint(f"/{one.name}", one.about, one.item, access, words, one, formats=TABLES)


def page_as_json(one: Listing, call: Call) -> tuple[bytes, int]:
    """A page of a list, with the key to go on after; and how many lines it has."""
    kept = None if one.page or not one.steady else _rows(one, call)
    found, following = page_of(one, call.question, call.words, call.after, call.limit, kept)
    head = {"as_of": call.question.as_of, "next": following or None}
    lines = b",".join(map(_line, found))
    return msgspec.json.encode(head)[:-1] + b',"items":[' + lines + b"]}", len(found)


def _rows(one: Listing, call: Call) -> list[Any]:
    """The whole list, kept while neither the store nor the reader's rights change."""
    question = call.question
    rights = replace(reader_named(question.reader), person="")
    words = tuple(sorted(call.words.items()))
    key: Hashable = (one.name, rights, question.as_of, question.on, words, edition())
    found = KEPT.answer(key, lambda: {"rows": rows_of(one, question, call.words)})
    rows: list[Any] = found["rows"]
    return rows


def _line(one: Any) -> bytes:
    if isinstance(one, Statement):
        return statement_to_json(one, without=("derived_from",))
    return msgspec.json.encode(one)


# --- forecasts --------------------------------------------------------------------------------


def _draws(call: Call) -> Any:
    issue, level, target = call.names
    return quoting.draws_of(
        issue, level, target, call.words.get("model", ""), call.words.get("unit", ""),
        call.question.known_by,
    )  # fmt: skip


def quantiles(call: Call) -> bytes:
    """A page of forecasts as quantiles."""
    levels = quoting.levels_in(call.words.get("levels", ""))
    lines = sorted(quoting.quantile_lines(_draws(call), levels), key=_place)
    start = next((at for at, one in enumerate(lines) if _place(one) > call.after), len(lines))
    found = lines[start : start + call.limit]
    more = start + call.limit < len(lines)
    told = {
        "as_of": call.question.as_of, "next": _place(found[-1]) if more else None, "items": found,
    }  # fmt: skip
    return msgspec.json.encode(told)


def _place(one: quoting.QuantileLine) -> str:
    return f"{one.unit_id}|{one.month}"


def _forecast(call: Call) -> bytes:
    return quoting.parquet_of(_draws(call)) if call.format == "parquet" else quantiles(call)


# --- the addresses ----------------------------------------------------------------------------

_ONE = (*CLOCKS, *LANGUAGE)
ENDPOINTS: tuple[Endpoint, ...] = (
    *(listed(one) for one in (*LISTINGS.values(), *quoting.LISTS)),
    Endpoint(
        "/statements/{id:str}", "One statement, current or not.", Statement, MAY_READ, _ONE,
        one=lambda call: opening.statement(call.question, call.names[0]),
    ),
    Endpoint(
        "/actors/{name:str}", "An actor on one page.", ActorCard, MAY_READ, _ONE,
        one=lambda call: opening.actor(call.question, call.names[0]),
    ),
    Endpoint(
        "/cases/{name:str}", "One case as it stands.", CaseCard, MAY_READ, _ONE,
        one=lambda call: opening.case(call.question, call.names[0]),
    ),
    Endpoint(
        "/warnings/{name:str}", "A warning with its chain, from evidence to decision.",
        opening.WarningWhole, MAY_READ, _ONE,
        one=lambda call: opening.warning(call.question, call.names[0]),
    ),
    Endpoint(
        "/scorecards/{name:str}", "A scorecard of warnings with everything it found.",
        quoting.ScorecardWhole, MAY_READ_OWN, _ONE,
        one=lambda call: quoting.scorecard_named(call.question, call.names[0]),
    ),
    Endpoint(
        "/forecasts/{issue:str}/{level:str}/{target:str}",
        "Forecasts of an issue as quantiles, in deaths; as Parquet with every draw.",
        quoting.QuantileLine, MAY_READ_OWN,
        (
            Word("model", "A model issued in it; the issue’s own if left out."),
            Word("unit", "Only these areas, with commas."),
            Word("levels", "Quantile levels, as 0.05,0.5,0.95.", pattern=r"^[0-9., ]{1,200}$"),
            *CLOCKS, *PAGING, *LANGUAGE,
        ),
        one=_forecast, formats=("json", "parquet"),
    ),
)  # fmt: skip


def served(one: Endpoint) -> HTTPRouteHandler:
    """The route of an endpoint."""
    words = one.words
    if one.formats:
        words = (*words, Word(FORMAT, "How the answer is written.", one.formats))

    async def reply(request: Request[Any, Any, Any]) -> Response[bytes]:
        call = read_call(request, words)
        if one.formats:
            call = _with_format(request, call, one.formats)
        work = partial(_content, one, call)
        content, following, served = await anyio.to_thread.run_sync(work, limiter=_few())
        told = answer(request, content, _media(call), _file(one, call))
        _note(request, 0 if told.status_code == UNCHANGED else served)
        if following:
            told.headers["Link"] = f'<{_next(request, following)}>; rel="next"'
        return told

    path = f"{ROOT}{one.path}"
    return get(path, opt={KEY: one.access, ERRORS: "api"}, name=path)(reply)


def _note(request: Request[Any, Any, Any], served: int) -> None:
    """Note in the read log what was asked and served; what has not changed was not served again."""
    asked = str(request.url.query)
    feeds.note_read(request.user, request.url.path[:200], 0, 0, served, asked)


def _content(one: Endpoint, call: Call) -> tuple[bytes, str, int]:
    """The answer; the key to go on after, where it cannot say so itself; how many lines it has.

    What is not a list counts as one.
    """
    if one.list is not None and call.format in tabling.MEDIA:
        asked = (call.question, call.words, call.after, call.limit)
        return tabling.page_file(one.list, asked, call.lang, call.format)
    if one.list is not None:
        content, served = page_as_json(one.list, call)
        return content, "", served
    assert one.one is not None, "an endpoint has a list or an answer"
    found = one.one(call)
    return found if isinstance(found, bytes) else _line(found), "", 1


def _next(request: Request[Any, Any, Any], after: str) -> str:
    """The address of the next page."""
    asked = {name: str(value) for name, value in request.query_params.items()} | {"after": after}
    return f"{request.url.path}?{urlencode(asked)}"


def _with_format(request: Request[Any, Any, Any], call: Call, formats: Sequence[str]) -> Call:
    """The format that the address asks for, else the one that the header names first."""
    if call.format:
        return call
    media = {value.partition(";")[0]: name for name, value in reversed(_MEDIA.items())}
    for part in request.headers.get("accept", "").split(","):
        named = media.get(part.partition(";")[0].strip(), "")
        if named in formats:
            return replace(call, format=named)
    return replace(call, format="json")


_MEDIA = {"json": JSON, "parquet": PARQUET, **tabling.MEDIA}
_SUFFIXES = {"parquet": ".parquet", **tabling.SUFFIXES}


def _media(call: Call) -> str:
    return _MEDIA.get(call.format, JSON)


def _file(one: Endpoint, call: Call) -> str:
    """The name that a browser would keep the answer under; empty if it would show it."""
    if call.format not in _SUFFIXES:
        return ""
    named = call.names or (one.name, call.question.as_of)
    plain = ("".join(c for c in part if c.isascii() and (c.isalnum() or c in ".-_"))
             for part in named)  # fmt: skip
    return "_".join(plain) + _SUFFIXES[call.format]


@cache
def _few() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(AT_ONCE)


@get(f"{ROOT}/openapi.json", opt={KEY: PUBLIC, ERRORS: "api"})
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the API takes and gives."""
    from tocsin.web.api.describing import description  # noqa: PLC0415  (it describes these)

    return answer(request, msgspec.json.encode(description()))


ROUTES = [*(served(one) for one in ENDPOINTS), openapi]
