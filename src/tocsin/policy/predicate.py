"""A neutral predicate over markings: decided here in Python, compiled to SQL by the ledger."""

from dataclasses import dataclass
from typing import Literal

from tocsin.policy.markings import Marking


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


Predicate = Is | ReleasedTo | AllOf | AnyOf | Never


def holds(predicate: Predicate, marking: Marking) -> bool:
    """Whether a marking satisfies a predicate."""
    match predicate:
        case Is(field, values):
            return getattr(marking, field) in values
        case ReleasedTo(names):
            return not names.isdisjoint(marking.rel_to)
        case AllOf(parts):
            return all(holds(part, marking) for part in parts)
        case AnyOf(parts):
            return any(holds(part, marking) for part in parts)
        case Never():
            return False
