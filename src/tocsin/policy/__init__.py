"""Who may see what: readers, roles and markings, decided by one pure function."""

from tocsin.policy.decision import may_read, readable
from tocsin.policy.markings import CAVEATS, Marking, marking_of, require_sound
from tocsin.policy.predicate import AllOf, AnyOf, Is, Never, Predicate, ReleasedTo, holds
from tocsin.policy.readers import ROLES, Reader, Role, handle, parse_reader
from tocsin.policy.visible import MemoryView

__all__ = [
    "CAVEATS",
    "ROLES",
    "AllOf",
    "AnyOf",
    "Is",
    "Marking",
    "MemoryView",
    "Never",
    "Predicate",
    "Reader",
    "ReleasedTo",
    "Role",
    "handle",
    "holds",
    "marking_of",
    "may_read",
    "parse_reader",
    "readable",
    "require_sound",
]
