"""What others say of a statement: contested, supported, explained; beside it, never instead."""

from collections.abc import Iterable

import msgspec

from tocsin.knowledge.citing import Cited, cite
from tocsin.knowledge.record import entries, in_order
from tocsin.knowledge.sentences import words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Annotation
from tocsin.tables.statements import Statement


class Remark(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One organisation's remark, with what it is about (a statement's id or a subject)."""

    about: str
    stance: str
    by: str  # whose word it is
    said: Words
    text: Words
    cited: Cited


def remarks(statements: Iterable[Statement], about: Iterable[str]) -> tuple[Remark, ...]:
    """Remarks on any of these statements or subjects, in the order in which they were made.

    Anybody who may write may remark on anything that they may read; what is remarked on stays as
    it is, because only its originator may correct or retract it.
    """
    wanted = set(about)
    return tuple(
        Remark(
            about=body.about,
            stance=body.stance,
            by=statement.origin,
            said=words(_SAID[body.stance], who=statement.origin),
            text=body.text,
            cited=cite(statement),
        )
        for statement, body in in_order(entries(statements, Annotation))
        if body.about in wanted
    )


_SAID = {
    "contests": "contested by {who}",
    "supports": "supported by {who}",
    "explains": "explained by {who}",
}
