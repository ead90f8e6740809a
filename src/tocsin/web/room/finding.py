"""Search, and one statement opened: who said it, when it was known, how it is graded and marked."""

import json
from typing import Any

import msgspec

from tocsin.web.room.asking import Asked
from tocsin.web.room.citing import Sources

MOST = 60


def search(asked: Asked) -> dict[str, Any]:
    """Statements in which every word occurs, accents and case aside, and the places so named."""
    from tocsin.workflow import places, record_keeping

    query = asked.word("q")[:200]
    found: list[Any] = []
    total = 0
    named: list[dict[str, Any]] = []
    if query:
        view = record_keeping.view(asked.reader, asked.day.isoformat())
        found = view.statements(text=query, limit=MOST)
        total = view.count(text=query)
        named = places.find_places(query, limit=5)
    lines = [
        {
            "address": asked.to(f"/statements/{one.id}"),
            "kind": asked.say(one.kind),
            "subject": one.subject,
            "source": one.source,
            "grade": f"{one.reliability}{one.credibility}",
            "known_at": one.known_at[:10],
            "marking": f"TLP:{one.tlp}",
        }
        for one in found
    ]
    return {
        "title": asked.say("Search"),
        "query": query,
        "lines": lines,
        "total": total,
        "named": named,
        "sources": Sources(asked),
    }


def statement(asked: Asked, name: str) -> dict[str, Any]:
    """One statement whole, with everything else that is said of its subject."""
    from tocsin.workflow import record_keeping

    view = record_keeping.view(asked.reader, asked.day.isoformat())
    one = view.statement(name)
    body = json.dumps(msgspec.to_builtins(one.body), ensure_ascii=False, indent=2)
    history = [
        {
            "address": asked.to(f"/statements/{each.id}"),
            "kind": asked.say(each.kind),
            "known_at": each.known_at[:10],
            "source": each.source,
            "this": each.id == one.id,
        }
        for each in view.history(one.subject)
    ]
    return {"title": one.subject, "one": one, "body": body, "history": history}


def sources(asked: Asked) -> dict[str, Any]:
    """What the store holds: releases with their dates, licences and citations, as of the clock."""
    from tocsin.workflow import arriving

    held = arriving.snapshots(as_of="" if asked.live else asked.day.isoformat())
    later = len(arriving.snapshots()) - len(held)
    return {"title": asked.say("Sources"), "held": held, "later": later}


def reports(asked: Asked) -> dict[str, Any]:
    """Reports from people: what waits for triage and verification, and what became of each."""
    from tocsin.workflow import verifying

    at = "" if asked.live else asked.moment_words
    box = verifying.inbox(asked.reader, at)
    held = verifying.reports(asked.reader, as_of="" if asked.live else asked.day.isoformat())
    lines = [verifying.as_plain(one) for one in held[-MOST:]]
    return {"title": asked.say("Reports"), "box": box, "lines": list(reversed(lines))}
