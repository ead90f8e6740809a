"""Readers: an organisation, a role, and the groups it belongs to on the day of reading."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from tocsin.errors import UsageError
from tocsin.language import fold

Role = Literal[
    "reporter",
    "analyst",
    "verifier",
    "duty-officer",
    "release-authority",
    "decision-maker",
    "auditor",
    "administrator",
    "peer",
]
ROLES: tuple[Role, ...] = get_args(Role)
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_GAPS = re.compile(r"[^a-z0-9]+")


class Span(NamedTuple):
    """A group's records that became known within a time, in microseconds since 1970."""

    group: str
    first: int
    last: int


@dataclass(frozen=True)
class Need:
    """What somebody's work takes: nothing beyond it is read of what is not for everybody.

    ceiling : the narrowest TLP; empty sets limit nothing
    kinds, subjects : topics, either is enough; a subject that ends in `*` is a beginning
    areas : ISO3 codes or admin units, with all that lies in them
    records : what is opened beside, one by one, by id
    """

    ceiling: str = "RED"
    kinds: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """Who is asking, with what its groups give its organisation on the day of reading.

    groups : named groups whose every record it may be given
    spans : named groups whose records it may be given if they became known within a time
    granted : (originator, record) of what its originator's grant opens to it
    person : who it is, as a handle; empty: whoever holds the role
    needs : what need-to-know leaves of all that; each must hold
    red : (originator, record) of RED ones that may be sent to a peer: two persons released them
    """

    org: str
    role: Role = "analyst"
    groups: frozenset[str] = frozenset()
    spans: frozenset[Span] = frozenset()
    granted: frozenset[tuple[str, str]] = frozenset()
    red: frozenset[tuple[str, str]] = frozenset()
    person: str = ""
    needs: frozenset[Need] = frozenset()


def handle(organisation: str) -> str:
    """An organisation's name as the ledger writes it: a plain word stays, others are simplified.

    >>> handle("Cellule d’alerte, Mali")
    'cellule-d-alerte-mali'
    >>> handle("ECOWAS")
    'ECOWAS'
    """
    if _NAME.match(organisation):
        return organisation
    return _GAPS.sub("-", fold(organisation)).strip("-")[:64] or "local"


def parse_reader(text: str) -> Reader:
    """`ORG`, `ORG:ROLE` or `ORG:ROLE:HANDLE`.

    Raises
    ------
    UsageError, if the role is unknown or the organisation's name is not a plain word.

    >>> parse_reader("ecowas:peer").role
    'peer'
    """
    name, _, rest = text.partition(":")
    role, _, person = rest.partition(":")
    org = handle(name) if name.strip() else ""
    if not _NAME.match(org):
        raise UsageError(
            "{org!r} is not the name of an organisation",
            remedy="Use letters, digits, dots, dashes: such as cellule-mali.",
            org=org,
        )
    if person and not _NAME.match(person):
        raise UsageError(
            "{person!r} is not a handle",
            remedy="Write ORG:ROLE or ORG:ROLE:HANDLE, such as cellule-mali:analyst:a-3.",
            person=person,
        )
    for known in ROLES:
        if known == (role or "analyst"):
            return Reader(org, known, person=person)
    raise UsageError(
        "no role is named {role!r}", remedy="Roles: {roles}.", role=role, roles=", ".join(ROLES)
    )
