"""Who did it, by the names of the day: an event keeps the actor that existed when it happened."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.knowledge.actors.registry import Registry, Resolution, registry_of
from tocsin.knowledge.actors.ties import Tie, ties_on
from tocsin.tables.statements import Statement


class Attribution(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The side of an event: as published, whom it means, and where that actor belonged that day.

    `actor` is who acted under that name on that day: one that has *done* its merger acts as what
    it merged into; one that has only *declared* it keeps its own name, and `declared_into` says
    into what.
    """

    published: str
    actor: str = ""
    declared_into: str = ""
    member_of: tuple[str, ...] = ()
    resolution: Resolution


def attribute(
    published: str, day: date, statements: Iterable[Statement], country: str | None = None
) -> Attribution:
    """Whom the name of one side of an event means on the day of the event.

    An unresolved name stays as published, with suggestions for a person to confirm.
    """
    held = list(statements)
    return attribute_with(published, registry_of(held), ties_on(held, day), country)


def attribute_with(
    published: str, registry: Registry, ties: list[Tie], country: str | None = None
) -> Attribution:
    """The same with a registry and the ties of that day at hand, for many events."""
    found = registry.resolve(published, country)
    if found.how != "exact":
        return Attribution(published=published, resolution=found)
    actor = _successor(found.subject, ties)
    own = [tie for tie in ties if tie.subject == actor]
    declared = [tie.object for tie in own if tie.type == "merged_into" and tie.status == "declared"]
    return Attribution(
        published=published,
        actor=actor,
        declared_into=declared[0] if declared else "",
        member_of=tuple(tie.object for tie in own if tie.type == "member_of"),
        resolution=found,
    )


def _successor(actor: str, ties: list[Tie]) -> str:
    """Who acts for `actor` on the day of the ties: follow mergers that were done."""
    seen = {actor}
    while True:
        into = [
            tie.object
            for tie in ties
            if tie.subject == actor and tie.type == "merged_into" and tie.status == "done"
        ]
        if not into or into[0] in seen:
            return actor
        actor = into[0]
        seen.add(actor)
