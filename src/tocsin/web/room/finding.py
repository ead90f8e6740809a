"""What the store holds: one statement opened, releases, reports, forecasts, seals."""

import json
from typing import Any

import msgspec
from litestar.exceptions import PermissionDeniedException

from tocsin.language import code_words
from tocsin.web.room.asking import Asked
from tocsin.web.room.keeping import Kept, question_of

KEPT = Kept(32)
MOST, MOST_WAITING = 60, 100
NEWEST = 1000  # reports of each form that are looked at: the rest is for tocsin inbox


def statement(asked: Asked, name: str) -> dict[str, Any]:
    """One statement whole, with everything else that is said of its subject."""
    from tocsin.workflow import record_keeping

    view = record_keeping.view(asked.reader, asked.day.isoformat())
    one = view.named(name)
    body = json.dumps(msgspec.to_builtins(one.body), ensure_ascii=False, indent=2)
    history = [
        {
            "address": asked.to(f"/statements/{each.id}"),
            "kind": code_words(each.kind, asked.lang),
            "known_at": each.known_at[:10],
            "source": each.source,
            "this": each.id == one.id,
        }
        for each in view.history(one.subject)
    ]
    kind = code_words(one.kind, asked.lang)
    return {"title": one.subject, "one": one, "kind": kind, "body": body, "history": history}


def sources(asked: Asked) -> dict[str, Any]:
    """What the store holds: releases with their dates, licences and citations, as of the clock."""
    from tocsin.workflow import arriving

    everything = arriving.snapshots()
    held = [one for one in everything if asked.live or one.released_on <= asked.day]
    later = len(everything) - len(held)
    return {"title": asked.say("Sources"), "held": held, "later": later}


def reports(asked: Asked) -> dict[str, Any]:
    """Reports from people: what waits for triage and verification, and what became of each.

    Worked out anew by the minute, and for new statements, as the board is.
    """
    key = (question_of(asked), f"{asked.now:%H:%M}" if asked.live else "")
    return KEPT.answer(key, lambda: _reports(asked))


def _reports(asked: Asked) -> dict[str, Any]:
    from tocsin.workflow import verifying

    waiting = verifying.inbox(asked.reader, asked.as_of_moment, NEWEST)["waiting"]
    newest = verifying.reports(asked.reader, as_of=asked.as_of, newest=NEWEST)[:MOST]
    lines = [verifying.as_plain(one) for one in newest]
    return {
        "title": asked.say("Reports"),
        "waiting": waiting[:MOST_WAITING],
        "count": len(waiting),
        "later": len(waiting) > MOST_WAITING,
        "lines": lines,
    }


def audit(asked: Asked) -> dict[str, Any]:
    """Whether the record is whole: seals, keys, purges; nothing of what it says."""
    from tocsin.workflow import record_keeping, safe_keeping, trusting

    if not asked.is_own:  # whose keys the house trusts, and what it destroyed
        raise PermissionDeniedException("another organisation's auditor")
    checked = record_keeping.verify_ledger(processes=1) if asked.word("check") else None
    return {
        "title": asked.say("Audit"),
        "checked": checked,
        "keys": trusting.keys_and_trust(vault_open=False),
        "purges": safe_keeping.purges_in_words(),
    }
