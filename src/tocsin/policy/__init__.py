"""Who may see what: readers, roles and markings, decided by one pure function."""

from tocsin.policy.decision import decision, may_read, readable
from tocsin.policy.markings import CAVEATS, Marking, marking_of, require_sound
from tocsin.policy.predicate import (
    About,
    AllOf,
    Among,
    AnyOf,
    Facts,
    Is,
    LiesIn,
    Never,
    OfKind,
    Predicate,
    ReleasedTo,
    ReleasedWithin,
    facts_of,
    holds,
)
from tocsin.policy.readers import ROLES, Reader, Role, Span, handle, parse_reader
from tocsin.policy.visible import MemoryView

__all__ = [
    "CAVEATS",
    "ROLES",
    "About",
    "AllOf",
    "Among",
    "AnyOf",
    "Facts",
    "Is",
    "LiesIn",
    "Marking",
    "MemoryView",
    "Never",
    "OfKind",
    "Predicate",
    "Reader",
    "ReleasedTo",
    "ReleasedWithin",
    "Role",
    "Span",
    "decision",
    "facts_of",
    "handle",
    "holds",
    "marking_of",
    "may_read",
    "parse_reader",
    "readable",
    "require_sound",
]
