"""A recall from a page: whom it would ask is shown first; then it is written with its reason."""

from __future__ import annotations

from typing import Any

from tocsin.errors import TocsinError, UsageError
from tocsin.language.text import text
from tocsin.web.room.asking import Asked
from tocsin.web.room.sharing import may_release


def recall(asked: Asked, name: str) -> dict[str, Any]:
    """What a recall of a record would ask, and of whom; or why it cannot be recalled."""
    from tocsin.workflow import recalling, record_keeping

    one = record_keeping.view(asked.reader, asked.as_of).named(name)
    found, trouble = None, ""
    try:
        found = recalling.recallable(one.id, asked.reader) if may_release(asked) else None
    except TocsinError as error:
        trouble = error.message(lambda words: text(words, asked.lang))
    return {"title": asked.say("Recall"), "one": one, "found": found, "trouble": trouble}


def write(asked: Asked, name: str) -> None:
    """Recall a record as its page showed it.

    Raises
    ------
    UsageError, without a reason, or without what the page showed.
    """
    from tocsin.workflow import recalling

    if not asked.word("agreed") or not asked.word("reason"):
        raise UsageError(
            "nothing is recalled without its preview and a reason",
            remedy="Look whom it asks, and say why: every holder reads it.",
        )
    recalling.recall(name, asked.word("reason"), asked.reader, asked.word("agreed"))
