"""Readers: an organisation, a role, and the groups it belongs to on the day of reading."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from tocsin.errors import UsageError

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


@dataclass(frozen=True)
class Reader:
    """Who is asking. `groups` are named groups that the organisation belongs to on that day."""

    org: str
    role: Role = "analyst"
    groups: frozenset[str] = frozenset()


def parse_reader(text: str) -> Reader:
    """`ORG` or `ORG:ROLE`.

    Raises
    ------
    UsageError, if the role is unknown or the organisation's name is not a plain word.

    >>> parse_reader("ecowas:peer").role
    'peer'
    """
    org, _, role = text.partition(":")
    if not _NAME.match(org):
        raise UsageError(
            "{org!r} is not the name of an organisation",
            remedy="Use letters, digits, dots, dashes: such as cellule-mali.",
            org=org,
        )
    for known in ROLES:
        if known == (role or "analyst"):
            return Reader(org, known)
    raise UsageError(
        "no role is named {role!r}", remedy="Roles: {roles}.", role=role, roles=", ".join(ROLES)
    )
