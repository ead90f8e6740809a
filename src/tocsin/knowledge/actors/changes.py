"""What changed between two days: ties that formed, broke or flipped."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from tocsin.knowledge.actors.registry import Registry, registry_of
from tocsin.knowledge.actors.ties import Polarity, Tie, ties_on
from tocsin.knowledge.sentences import Dated, words
from tocsin.tables.bodies import Words
from tocsin.tables.statements import Statement

Change = Literal["flipped", "formed", "broke", "moved"]
_FLIPS: tuple[tuple[set[Polarity], set[Polarity]], ...] = (
    ({"friendly"}, {"hostile"}),
    ({"hostile"}, {"friendly"}),
)
_ORDER: tuple[Change, ...] = ("flipped", "formed", "broke", "moved")


class TieChange(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One change between two days.

    flipped : two actors were bound and are hostile, or the reverse.  formed, broke : a tie that
    is new, or gone.  moved : the same tie with another status, such as declared, then done.
    """

    change: Change
    subject: str
    object: str
    before: tuple[Tie, ...] = ()
    after: tuple[Tie, ...] = ()
    text: Words


def tie_changes(statements: Iterable[Statement], first: date, last: date) -> list[TieChange]:
    """Ties that differ between the end of `first` and the end of `last`, flips first."""
    held = list(statements)
    registry = registry_of(held)
    before, after = _by_pair(ties_on(held, first)), _by_pair(ties_on(held, last))
    days = (first.isoformat(), last.isoformat())
    found: list[TieChange] = []
    for pair in sorted({*before, *after}):
        was, now = before.get(pair, []), after.get(pair, [])
        flip = _flip(pair, was, now, registry, days)
        if flip is not None:
            found.append(flip)
        else:
            found += _single_changes(was, now, registry)
    return sorted(found, key=lambda one: (_ORDER.index(one.change), one.subject, one.object))


def _flip(
    pair: tuple[str, str], was: list[Tie], now: list[Tie], registry: Registry, days: tuple[str, str]
) -> TieChange | None:
    if (_polarities(was), _polarities(now)) not in _FLIPS:
        return None
    text = words(
        "{one} and {other} were {before} on {first} and {after} on {last}: the tie has flipped.",
        one=registry.words(pair[0]),
        other=registry.words(pair[1]),
        before=_standing(was),
        after=_standing(now),
        first=Dated(days[0]),
        last=Dated(days[1]),
    )
    return TieChange(
        change="flipped", subject=pair[0], object=pair[1], before=tuple(was), after=tuple(now),
        text=text,
    )  # fmt: skip


def _standing(ties: list[Tie]) -> Words:
    """How two actors stand, in one word."""
    kinds = {tie.type for tie in ties if tie.polarity != "neutral"}
    if kinds == {"allied"}:
        return words("allies")
    return words("enemies") if kinds == {"hostile"} else words("on the same side")


def _single_changes(was: list[Tie], now: list[Tie], registry: Registry) -> list[TieChange]:
    then = {(tie.subject, tie.type, tie.object): tie for tie in was}
    since = {(tie.subject, tie.type, tie.object): tie for tie in now}
    found: list[TieChange] = []
    for key in sorted({*then, *since}):
        old, new = then.get(key), since.get(key)
        if new is not None and old is None:
            found.append(_single("formed", new, (), (new,), registry))
        elif old is not None and new is None:
            found.append(_single("broke", old, (old,), (), registry))
        elif old is not None and new is not None and old.status != new.status:
            found.append(_single("moved", new, (old,), (new,), registry))
    return found


_SAID: dict[Change, str] = {
    "formed": "New: {tie}.",
    "broke": "Gone: {tie}.",
    "moved": "Changed: {tie}.",
}


def _single(
    change: Change, tie: Tie, before: tuple[Tie, ...], after: tuple[Tie, ...], registry: Registry
) -> TieChange:
    return TieChange(
        change=change, subject=tie.subject, object=tie.object, before=before, after=after,
        text=words(_SAID[change], tie=tie_text(tie, registry)),
    )  # fmt: skip


def _by_pair(ties: list[Tie]) -> dict[tuple[str, str], list[Tie]]:
    pairs: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        pairs[tie.pair].append(tie)
    return pairs


def _polarities(ties: list[Tie]) -> set[Polarity]:
    return {tie.polarity for tie in ties} - {"neutral"}


_NAMES = {
    "member_of": "member of",
    "merged_into": "merged into",
    "allied": "allied with",
    "hostile": "hostile to",
    "supports": "supports",
    "splinter_of": "splinter of",
    "successor_of": "successor of",
    "commands": "commands",
    "negotiates_with": "negotiates with",
    "cooperates_with": "cooperates with",
}
_VERBS = frozenset({"supports", "commands", "negotiates_with", "cooperates_with"})
_STATUSES = {
    "done": "done",
    "declared": "declared",
    "reported": "reported",
    "contested": "contested",
    "announced_leaving": "has announced to leave",
    "suspended": "suspended",
    "observer": "observer",
}


def tie_name(kind: str) -> Words:
    """A type of tie in words."""
    return words(_NAMES.get(kind, kind))


def status_name(status: str) -> Words:
    """A status of a tie in words."""
    return words(_STATUSES.get(status, status))


def ends_of(kind: str, one: str, other: str, registry: Registry) -> tuple[Words, Words]:
    """Names of a tie's two ends: beside a verb French speaks of a state with its article."""
    name = registry.in_sentence if kind in _VERBS else registry.words
    return name(one), name(other)


def tie_text(tie: Tie, registry: Registry) -> Words:
    """A tie as a phrase: *MNLA merged into CMA (declared)*."""
    one, other = ends_of(tie.type, tie.subject, tie.object, registry)
    template = "{one} {tie} {other}" if tie.status == "done" else "{one} {tie} {other} ({status})"
    return words(
        template,
        one=one,
        tie=tie_name(tie.type),
        other=other,
        status=status_name(tie.status),
    )
