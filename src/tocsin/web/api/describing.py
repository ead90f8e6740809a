"""The API told in OpenAPI 3.1: made from the endpoints themselves and what they answer with."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from tocsin import __version__
from tocsin.tables.kinds import KINDS
from tocsin.tables.statements import Statement
from tocsin.web.api.answering import JSON, PARQUET, PROBLEM
from tocsin.web.api.routes import ENDPOINTS, FORMAT, ROOT, Endpoint
from tocsin.workflow import tabling
from tocsin.workflow.listing import LONGEST, Word

_REFERENCE = "#/components/schemas/{name}"
_PROBLEMS = {
    "400": "The question makes no sense; the problem says what does.",
    "401": "No token, or none that holds.",
    "403": "The token is not for this.",
    "404": "There is no such thing, or the caller may not see it: nobody is told which.",
    "422": "Nothing is known for that question.",
    "429": "Too many calls; `Retry-After` says how long to wait.",
    "503": "The store cannot be read at the moment.",
}


@cache
def description() -> dict[str, Any]:
    """The whole description, as plain values."""
    schemas, components = msgspec.json.schema_components(
        [*(one.item for one in ENDPOINTS), *KINDS.values()], ref_template=_REFERENCE
    )
    shapes = dict(zip((one.path for one in ENDPOINTS), schemas, strict=False))
    bodies = [{"$ref": _REFERENCE.format(name=kind.__name__)} for kind in KINDS.values()]
    components[Statement.__name__]["properties"]["body"] = {"anyOf": bodies}
    components.pop("Body", None)
    components["Problem"] = _PROBLEM
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tocsin",
            "version": "1",
            "summary": f"Version 1 of the JSON API, as Tocsin {__version__} serves it.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": {
            f"{ROOT}{_plain(one.path)}": {"get": _operation(one, shapes[one.path])}
            for one in ENDPOINTS
        },
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {
                    "type": "http", "scheme": "basic",
                    "description": "Any user name; the token is the password.",
                },
            },
        },
    }  # fmt: skip


_ABOUT = (
    "Every answer holds what the caller may see, and is the same whether or not anything else "
    "exists. `as_of` asks what was known by the end of a day. Lists come page by page: `next` is "
    "the key to go on after, null on the last page. Answers carry a strong ETag; asked again with "
    "If-None-Match, what has not changed is answered with 304. A field that stands at its default "
    "is left out."
)
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457), in the caller's language.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}


def _plain(path: str) -> str:
    return path.replace(":str", "")


def _operation(one: Endpoint, shape: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {JSON: {"schema": _page(shape) if _is_paged(one) else shape}}
    if "parquet" in one.formats:
        told[PARQUET] = {"schema": {"type": "string", "format": "binary"}}
    for media in tabling.MEDIA.values() if "csv" in one.formats else ():
        told[media.partition(";")[0]] = {"schema": {"type": "string", "format": "binary"}}
    words = one.words
    if one.formats:
        words = (*words, Word(FORMAT, "How the answer is written.", one.formats))
    problem = {PROBLEM: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}}
    roles = ", ".join(sorted(one.access.roles))
    whose = " of the node's own organisation" if one.access.house else ""
    return {
        "operationId": one.name,
        "summary": one.about,
        "description": f"For {roles}{whose}; a token with scopes needs `{one.access.scope}`.",
        "parameters": [
            *(_path_parameter(name) for name in re.findall(r"\{(\w+):str\}", one.path)),
            *(_parameter(word) for word in words),
            _HELD,
        ],
        "responses": {
            "200": {"description": one.about, "headers": _HEADERS, "content": told},
            "304": {"description": "Nothing has changed since.", "headers": _HEADERS},
            **{status: {"description": about, "content": problem}
               for status, about in _PROBLEMS.items()},
        },
    }  # fmt: skip


_HEADERS = {
    name: {"description": about, "schema": {"type": "string"}}
    for name, about in (
        ("ETag", "The validator of this answer."),
        ("RateLimit", "How often this token may still call."),
        ("RateLimit-Policy", "How often it may call at all."),
    )
}
_HELD = {
    "name": "If-None-Match",
    "in": "header",
    "description": "Validators of answers that the caller holds.",
    "schema": {"type": "string"},
}


def _is_paged(one: Endpoint) -> bool:
    return any(word.name == "after" for word in one.words)


def _page(shape: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "as_of": {"type": "string", "format": "date"},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "items": {"type": "array", "items": shape},
        },
        "required": ["as_of", "next", "items"],
        "additionalProperties": False,
    }


def _path_parameter(name: str) -> dict[str, Any]:
    return {
        "name": name, "in": "path", "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    }  # fmt: skip


def _parameter(word: Word) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "maxLength": LONGEST}
    if word.choices:
        schema = {"type": "string", "enum": list(word.choices)}
    elif word.pattern:
        schema = {"type": "string", "pattern": word.pattern}
    told: dict[str, Any] = {
        "name": word.name,
        "in": "query",
        "description": word.about,
        "schema": schema,
    }
    if word.needed:
        told |= {"required": True, "example": word.needed}
    return told
