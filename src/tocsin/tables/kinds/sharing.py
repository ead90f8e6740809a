"""Who may know: groups and their members, grants, requests to release, approvals, requests.

A group's name carries its steward's: `group:STEWARD/NAME`. Only what the steward itself says, and
signs, about a group counts, so that nobody can take a name or add a member to another's group.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Line, Slug
from tocsin.tables.when import When, last_moment

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256")]
History = Literal["from-joining", "all"]


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An organisation's time in a group: both days inclusive; without an end it goes on."""

    organisation: Slug
    since: When
    until: When | None = None

    def __post_init__(self) -> None:
        if self.until is not None and last_moment(self.until) < last_moment(self.since):
            raise ValueError("until is before since - at `$.until`")


class Group(Body, frozen=True, kw_only=True):
    """A group's whole list of members, as one numbered version; the highest that is known counts.

    `history`: what a joining member gets of what became known before it joined. `split_from`:
    the group that this one was split from, whose records its members keep if `history` is all.
    """

    kind: ClassVar[str] = "group"

    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    members: Annotated[tuple[Member, ...], msgspec.Meta(max_length=2000)] = ()
    history: History = "from-joining"
    until: When | None = None  # the group's own end; afterwards it is nobody
    split_from: Slug | None = None
    note: Line | None = None


SHARING_KINDS: tuple[type[Body], ...] = (Group,)
