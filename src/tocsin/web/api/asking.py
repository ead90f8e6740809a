"""What a program asks: a day, a page, words of the route; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tocsin.errors import UsageError
from tocsin.language import Lang
from tocsin.tables.months import parse_day
from tocsin.web.speaking import language_of
from tocsin.workflow.listing import LONGEST, MOST, USUAL, Word, require_past
from tocsin.workflow.record_reading import Question

if TYPE_CHECKING:
    from litestar import Request

DAY = r"^\d{4}(-\d{2}(-\d{2})?)?$"
CLOCKS = (
    Word("as_of", "What was known by the end of this day (UTC); today if left out.", pattern=DAY),
    Word("on", "The day in the world; the as-of day if left out.", pattern=DAY),
)
PAGING = (
    Word("after", "Go on after this key: `next` of the page before."),
    Word("limit", "So many lines at most.", pattern=r"^([1-9]\d{0,2}|1000)$"),
)
LANGUAGE = (Word("lang", "The language of errors and of headings.", ("fr", "en")),)


@dataclass(frozen=True)
class Call:
    """One call: who asks what, as of when, in which language."""

    question: Question
    words: Mapping[str, str]
    names: tuple[str, ...]
    after: str
    limit: int
    format: str
    lang: Lang


def read_call(request: Request[Any, Any, Any], words: tuple[Word, ...]) -> Call:
    """What a request asks, every word of it checked.

    Raises
    ------
    UsageError, for a word that the route does not know, that is given twice or makes no sense.
    """
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise UsageError("{name} is given twice", remedy="Give it once.", name=name[:40])
        given[name] = str(value)
    known = {one.name: one for one in words}
    for name, value in given.items():
        if name not in known:
            raise UsageError(
                "this address is not asked with {name}",
                remedy="It is asked with: {known}.",
                name=name[:40],
                known=", ".join(known),
            )
        _require_sense(known[name], value)
    for one in words:
        if one.needed and not given.get(one.name):
            raise UsageError(
                "{name} is missing", remedy="Give it, as {example}.", name=one.name,
                example=f"{one.name}={one.needed}",
            )  # fmt: skip
    names = tuple(str(value).strip("/") for value in request.path_params.values())
    today = datetime.now(UTC).date()
    as_of = require_past(given.get("as_of", ""), today)
    on = parse_day(given["on"]).isoformat() if given.get("on") else ""
    own = {name: value for name, value in given.items() if name not in _SHARED and value}
    return Call(
        question=Question(request.user.reader_name, as_of, on), words=own, names=names,
        after=given.get("after", ""), limit=int(given.get("limit") or USUAL),
        format=given.get("format", ""), lang=language_of(request),
    )  # fmt: skip


_SHARED = frozenset(one.name for one in (*CLOCKS, *PAGING, *LANGUAGE)) | {"format"}


def _require_sense(word: Word, value: str) -> None:
    if word.choices and value not in word.choices:
        known = ", ".join(word.choices)
        raise UsageError(
            "{name} cannot be {value}", remedy="It is one of: {known}.", name=word.name,
            value=value[:40], known=known,
        )  # fmt: skip
    if word.pattern and not re.fullmatch(word.pattern, value, re.ASCII):
        raise UsageError(
            "{name} cannot be {value}", remedy="See how it is written: /api/v1/openapi.json",
            name=word.name, value=value[:40],
        )  # fmt: skip
    if len(value) > LONGEST or "\x00" in value:
        raise UsageError(
            "{name} is longer than it may be", remedy="Give at most {most} characters.",
            name=word.name, most=LONGEST,
        )  # fmt: skip


assert MOST == 1000, "the pattern of `limit` says so"
