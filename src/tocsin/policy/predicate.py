"""A neutral predicate over records: decided here in Python, compiled to SQL by the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from tocsin.policy.markings import Marking, marking_of
from tocsin.policy.readers import Span
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, micros

# Where a body may say in which area it lies: an ISO3 code or an admin unit such as MLI.gao.
AREA_FIELDS = ("area", "place", "country")


class Facts(NamedTuple):
    """What policy may ask of a record: its marking, and of the rest no more than this."""

    marking: Marking
    id: str = ""
    kind: str = ""
    subject: str = ""
    known: int | None = None  # microseconds since 1970
    areas: tuple[str, ...] = ()


def facts_of(statement: Statement) -> Facts:
    """What policy may ask of a statement."""
    return Facts(
        marking_of(statement),
        statement.id,
        statement.kind,
        statement.subject,
        micros(last_moment(statement.known_at)),
        areas_of(statement.body),
    )


def areas_of(body: object) -> tuple[str, ...]:
    """The areas in which a body says that it lies; what is no name of one is left out.

    >>> from tocsin.tables.kinds import Alias
    >>> areas_of(Alias(name="CAM"))
    ()
    """
    kind: type = type(body)
    said = [getattr(body, name) for name in _area_fields(kind)]
    return tuple(one for one in said if isinstance(one, str) and one and "\n" not in one)


@cache
def _area_fields(body: type) -> tuple[str, ...]:
    return tuple(name for name in AREA_FIELDS if hasattr(body, name))


@dataclass(frozen=True)
class Is:
    """A field of the marking is one of these values."""

    field: Literal["origin", "tlp", "understood"]
    values: frozenset[str | bool]


@dataclass(frozen=True)
class ReleasedTo:
    """`rel_to` holds one of these names (an organisation, or `group:NAME`)."""

    names: frozenset[str]


@dataclass(frozen=True)
class ReleasedWithin:
    """`rel_to` holds one of these groups, and the record became known within its time."""

    spans: frozenset[Span]


@dataclass(frozen=True)
class Among:
    """The record is one of these, by its id."""

    ids: frozenset[str]


@dataclass(frozen=True)
class OfKind:
    """The record is of one of these kinds."""

    kinds: frozenset[str]


@dataclass(frozen=True)
class About:
    """The record's subject is one of these, or begins with one of those that end in `*`."""

    subjects: frozenset[str]


@dataclass(frozen=True)
class LiesIn:
    """The record names an area that is one of these or a part of one."""

    areas: frozenset[str]


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True)
class Never:
    """Nothing is readable."""


Predicate = (
    Is | ReleasedTo | ReleasedWithin | Among | OfKind | About | LiesIn | AllOf | AnyOf | Never
)
Decision = Callable[[Facts], bool]


def holds(predicate: Predicate, record: Facts | Marking) -> bool:
    """Whether a record satisfies a predicate; of a bare marking nothing else is known.

    What is not known about a record never opens it.
    """
    facts = record if isinstance(record, Facts) else Facts(record)
    return compiled(predicate)(facts)


def compiled(predicate: Predicate) -> Decision:  # noqa: PLR0911 (one line a part)
    """The predicate as one function, for who decides often."""
    match predicate:
        case Is("understood", values):
            return lambda facts: facts.marking.understood in values
        case Is("origin", values):
            return lambda facts: facts.marking.origin in values
        case Is("tlp", values):
            return lambda facts: facts.marking.tlp in values
        case ReleasedTo(names):
            return lambda facts: not names.isdisjoint(facts.marking.rel_to)
        case ReleasedWithin(spans):
            return _within(spans)
        case Among(ids):
            return lambda facts: facts.id in ids
        case OfKind(kinds):
            return lambda facts: facts.kind in kinds
        case About(subjects):
            return _about(subjects)
        case LiesIn(areas):
            return _lies_in(areas)
        case AllOf(parts):
            return _all_of([compiled(part) for part in parts])
        case AnyOf(parts):
            return _any_of([compiled(part) for part in parts])
        case _:
            return lambda _: False


def _all_of(parts: list[Decision]) -> Decision:
    if len(parts) == 2:  # what most rules are made of: spare a loop
        first, second = parts
        return lambda facts: first(facts) and second(facts)

    def decide(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 (a generator costs more than what it asks)
            if not part(facts):
                return False
        return True

    return decide


def _any_of(parts: list[Decision]) -> Decision:
    if len(parts) == 2:
        first, second = parts
        return lambda facts: first(facts) or second(facts)

    def decide(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110
            if part(facts):
                return True
        return False

    return decide


def _within(spans: frozenset[Span]) -> Decision:
    times: dict[str, list[tuple[int, int]]] = {}
    for one in spans:
        times.setdefault(f"group:{one.group}", []).append((one.first, one.last))

    def decide(facts: Facts) -> bool:
        known = facts.known
        if known is None:
            return False
        for name in facts.marking.rel_to:
            for first, last in times.get(name, ()):
                if first <= known <= last:
                    return True
        return False

    return decide


def _about(subjects: frozenset[str]) -> Decision:
    exact = frozenset(one for one in subjects if not one.endswith("*"))
    starts = tuple(one[:-1] for one in subjects if one.endswith("*"))
    return lambda facts: facts.subject in exact or facts.subject.startswith(starts)


def _lies_in(areas: frozenset[str]) -> Decision:
    """Asked of the area itself and of each that it lies in, however many are open."""

    def decide(facts: Facts) -> bool:
        for area in facts.areas:
            at = area
            while at:
                if at in areas:
                    return True
                at = at.rpartition(".")[0]
        return False

    return decide
