"""Search: everything that a reader may read, by group, each line a click from where it stands."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tocsin.language import code_words, typeset
from tocsin.web.room.asking import Asked
from tocsin.web.room.keeping import lake_edition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.knowledge.actors import Registry
    from tocsin.tables.statements import Statement
    from tocsin.workflow.searching import Group

MOST, MOST_OF_ONE, PLACES, RELEASES = 6, 60, 5, 8
LONGEST = 200  # characters of what is asked


def say(template: str) -> str:
    """Marks a sentence that is translated when it is shown."""
    return template


# The name of a group, and the room where it is shown whole.
_GROUPS = {
    "by_id": (say("By its identifier"), ""),
    "warnings": (say("Warnings"), "/warnings"),
    "cases": (say("Cases"), "/cases"),
    "actors": (say("Actors"), "/actors"),
    "agreements": (say("Agreements"), "/agreements"),
    "commitments": (say("Commitments"), "/agreements"),
    "calendar": (say("Calendar"), "/calendar"),
    "figures": (say("Figures"), "/figures"),
    "mission": (say("Mission, camps, control"), "/mission"),
    "reports": (say("Reports"), "/reports"),
    "other": (say("Everything else of the record"), ""),
}
# Subjects that have a card of their own.
_CARDS = {"warning": "/warnings/", "case": "/cases/", "actor": "/actors/"}


def search(asked: Asked) -> dict[str, Any]:
    """What holds all the words, accents and case aside: the record, places, releases, pages."""
    from tocsin.workflow import searching

    query, within = asked.word("q")[:LONGEST], asked.word("in")
    day = asked.day.isoformat()
    most = MOST if not within else MOST_OF_ONE
    groups = searching.search(query, asked.reader, day, within, most)
    called = searching.names(asked.reader, day) if groups else None
    shown = [_shown(one, called, asked, within) for one in groups]
    found: dict[str, Any] = {"groups": shown, "places": [], "releases": [], "pages": []}
    if query and not within:
        found |= _beyond_the_record(query, asked)
    return {
        "title": asked.say("Search"),
        "query": query,
        "headline": _headline(query, found, asked),
        "nothing": not any(found.values()),
        "back": asked.to("/search", q=query) if within else "",
        **found,
    }


def _headline(query: str, found: dict[str, Any], asked: Asked) -> str:
    if not query:
        return asked.say("Search everything you may read")
    lines = sum(len(one["lines"]) for one in found["groups"])
    lines += sum(len(found[name]) for name in ("places", "releases", "pages"))
    if any(one["more"] for one in found["groups"]):
        return asked.say("More than {count} answers to “{query}”", count=lines, query=query)
    return asked.say_count(
        lines, "{count} answer to “{query}”", "{count} answers to “{query}”", query=query
    )


def _shown(group: Group, names: Any, asked: Asked, within: str) -> dict[str, Any]:
    title, room = _GROUPS[group.name]
    return {
        "title": asked.say(title),
        "room": asked.to(room) if room else "",
        "lines": [_line(one, names, asked) for one in group.found],
        "more": group.more,
        "all": asked.here(**{"in": group.name}) if group.more and not within else "",
    }


def _line(one: Statement, names: Registry, asked: Asked) -> dict[str, str]:
    return {
        "text": typeset(_text(one, names, asked), asked.lang),
        "address": asked.to(_address(one)),
        "statement": asked.to(f"/statements/{one.id}"),
        "kind": code_words(one.kind, asked.lang),
        "source": one.source,
        "grade": f"{one.reliability}{one.credibility}",
        "known_at": one.known_at[:10],
        "marking": f"TLP:{one.tlp}",
    }


def _address(one: Statement) -> str:
    prefix, _, name = one.subject.partition(":")
    card = _CARDS.get(prefix)
    if card is None:
        return f"/statements/{one.id}"
    return card + (name if prefix == "warning" else one.subject)


def _text(one: Statement, names: Registry, asked: Asked) -> str:
    """A statement as a line; what has no words of its own by its kind and where it lies."""
    from tocsin.knowledge.telling import told
    from tocsin.workflow.searching import GROUPS

    body: Any = one.body
    if one.kind in ("warning", "case"):
        return str(body.title.in_(asked.lang))
    if one.kind in GROUPS["reports"] or one.kind in GROUPS["warnings"]:
        place = str(getattr(body, "place", "") or getattr(body, "area", ""))
        event = str(getattr(body, "event", ""))
        words = code_words(event or one.kind, asked.lang)
        return f"{words}, {place or one.subject.partition(':')[2]}"
    return told(one, names).in_(asked.lang)


def _beyond_the_record(query: str, asked: Asked) -> dict[str, Any]:
    """Pages of the room; and, for the house's own people, places and releases."""
    found: dict[str, Any] = {"pages": _pages(query, asked)}
    if not asked.is_own:
        return found
    from tocsin.workflow import searching

    releases = searching.releases(query, None if asked.live else asked.day)[-RELEASES:]
    return found | {
        "places": [
            one | {"address": asked.to(f"/areas/{one['iso3']}")}
            for one in _places(query, lake_edition())
        ],
        "releases": [
            {"title": one.title, "version": one.version, "on": one.released_on.isoformat(),
             "licence": one.licence}
            for one in reversed(releases)
        ],
    }  # fmt: skip


@lru_cache(maxsize=64)
def _places(query: str, edition: str) -> Sequence[dict[str, Any]]:  # noqa: ARG001
    """Places so named; the gazetteer is made again where it is asked of another name."""
    from tocsin.workflow import places

    return places.find_places(query, limit=PLACES)


def _pages(query: str, asked: Asked) -> list[tuple[str, str]]:
    """Pages of the masthead that are so named in either language: address and name."""
    from dataclasses import replace

    from tocsin.ledger.words import words_of
    from tocsin.web.room.routes import rooms
    from tocsin.workflow.searching import holds

    words = words_of(query)
    english, french = (rooms(replace(asked, lang=lang)) for lang in ("en", "fr"))
    shown = english if asked.lang == "en" else french
    return [
        (asked.to(path), name)
        for (path, name), (_, other), (_, another) in zip(shown, english, french, strict=True)
        if words and (holds(words, other) or holds(words, another))
    ]
