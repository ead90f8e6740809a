"""What a marking settles by itself: many statements, few markings, so each is asked once.

A rule is parted into what only the marking says (with the time in which a record became known)
and what is asked of each record (kind, subject, area, id). The first part becomes one answer for
each marking: the times within which its records may be read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.policy.markings import Marking
from tocsin.policy.predicate import (
    AllOf,
    AnyOf,
    Facts,
    Is,
    Predicate,
    ReleasedTo,
    ReleasedWithin,
    compiled,
)

Times = tuple[tuple[int, int], ...]  # first and last microsecond, apart from each other, in order
ALWAYS: Times = ((-(2**63), 2**63 - 1),)
NEVER: Times = ()
Timer = Callable[[Marking], Times]


@dataclass(frozen=True)
class ByMarking:
    """A part of a rule that asks of nothing but the marking and the time of becoming known."""

    predicate: Predicate

    @property
    def is_timed(self) -> bool:
        """Whether the time counts at all."""
        return _is_timed(self.predicate)


Part = ByMarking | Predicate


def parted(predicate: Predicate) -> tuple[type[AllOf | AnyOf], tuple[Part, ...]]:
    """The parts of a rule and how they are joined; what the marking settles is one of them.

    >>> joined, parts = parted(AllOf((Is("tlp", frozenset({"RED"})), Is("origin", frozenset()))))
    >>> joined.__name__, len(parts), isinstance(parts[0], ByMarking)
    ('AllOf', 1, True)
    """
    if _is_of_marking(predicate):
        return AllOf, (ByMarking(predicate),)
    if not isinstance(predicate, AllOf | AnyOf):
        return AllOf, (predicate,)
    joined = type(predicate)
    settled = tuple(one for one in predicate.parts if _is_of_marking(one))
    others = tuple(one for one in predicate.parts if not _is_of_marking(one))
    return joined, ((ByMarking(joined(settled)),) if settled else ()) + others


def timer_of(predicate: Predicate) -> Timer:
    """When records of a marking must have become known to satisfy a rule of markings alone."""
    match predicate:
        case ReleasedWithin(spans):
            windows: dict[str, list[tuple[int, int]]] = {}
            for one in spans:
                windows.setdefault(f"group:{one.group}", []).append((one.first, one.last))
            return lambda marking: _either(
                [((window,)) for name in marking.rel_to for window in windows.get(name, ())]
            )
        case AllOf(parts):
            timers = [timer_of(one) for one in parts]
            return lambda marking: _both([timer(marking) for timer in timers])
        case AnyOf(parts):
            timers = [timer_of(one) for one in parts]
            return lambda marking: _either([timer(marking) for timer in timers])
        case _:
            decide = compiled(predicate)
            return lambda marking: ALWAYS if decide(Facts(marking)) else NEVER


def _is_of_marking(predicate: Predicate) -> bool:
    if isinstance(predicate, AllOf | AnyOf):
        return bool(predicate.parts) and all(map(_is_of_marking, predicate.parts))
    return isinstance(predicate, Is | ReleasedTo | ReleasedWithin)


def _is_timed(predicate: Predicate) -> bool:
    if isinstance(predicate, AllOf | AnyOf):
        return any(map(_is_timed, predicate.parts))
    return isinstance(predicate, ReleasedWithin)


def _either(each: list[Times]) -> Times:
    """Times that lie within any of these."""
    if ALWAYS in each:
        return ALWAYS
    found: list[tuple[int, int]] = []
    for first, last in sorted(
        window for times in each for window in times if window[0] <= window[1]
    ):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def _both(each: list[Times]) -> Times:
    """Times that lie within all of these."""
    found = ALWAYS
    for times in each:
        if times is not ALWAYS:
            met = [
                (max(first, start), min(last, end)) for first, last in found for start, end in times
            ]
            found = tuple(one for one in met if one[0] <= one[1])
    return found
