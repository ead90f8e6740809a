"""Who may know: groups and their members, grants, requests to release, approvals, requests.

A group's name carries its steward's: `group:STEWARD/NAME`. Only what the steward itself says, and
signs, about a group counts, so that nobody can take a name or add a member to another's group.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Line, Slug, Words
from tocsin.tables.kinds.house import Approval
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


class ReleaseGrant(Body, frozen=True, kw_only=True):
    """The originator lets one holder pass a record on, to these and until that day."""

    kind: ClassVar[str] = "release_grant"

    record: Slug
    holder: Slug
    to: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=200)]
    until: When | None = None
    conditions: Line | None = None  # in words: who passes it on and who takes it agree to them


class ReleaseRequest(Body, frozen=True, kw_only=True):
    """A holder asks the originator to let it pass a record on, and says why."""

    kind: ClassVar[str] = "release_request"

    record: Slug
    to: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=200)]
    reason: Line
    until: When | None = None


class ReleaseAnswer(Body, frozen=True, kw_only=True):
    """The originator's answer to a request: granted (the grant is named) or refused, and why."""

    kind: ClassVar[str] = "release_answer"

    request: Slug
    answer: Literal["granted", "refused"]
    reason: Line
    grant: Slug | None = None


class Release(Body, frozen=True, kw_only=True):
    """A record was released after somebody saw who would see it; RED by the word of two persons."""

    kind: ClassVar[str] = "release"

    record: Slug
    preview: Digest
    to: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=200)] = ()
    reason: Line | None = None
    approvals: Annotated[tuple[Approval, ...], msgspec.Meta(max_length=10)] = ()


class Tear(Body, frozen=True, kw_only=True):
    """A tear line was made: which record is the poorer one, and which words a person kept in it.

    lowered : what of the parent's PAP and caveats a person chose not to carry on
    """

    kind: ClassVar[str] = "tear"

    child: Slug
    parent: Slug
    preview: Digest
    kept: Annotated[tuple[Line, ...], msgspec.Meta(max_length=500)] = ()
    lowered: tuple[Line, ...] = ()


class NeedToKnow(Body, frozen=True, kw_only=True):
    """Inside an organisation: what a role, or one person, may read of what is not TLP:CLEAR.

    ceiling : the narrowest TLP.  kinds, subjects : topics, either is enough (`actor:*` is every
    subject that begins so); areas : ISO3 codes or admin units, with all that lies in them.  Empty:
    not limited.  records : what this rule opens beside, one by one.
    """

    kind: ClassVar[str] = "need_to_know"

    role: Slug | None = None
    person: Slug | None = None  # a handle, never a name
    ceiling: Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = "RED"
    kinds: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=200)] = ()
    subjects: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=200)] = ()
    areas: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=200)] = ()
    records: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=1000)] = ()
    until: When | None = None
    reason: Line | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.role is None) == (self.person is None):
            raise ValueError("a rule is for a role or for a person - at `$.role`")


class TearLine(Body, frozen=True, kw_only=True):
    """A poorer record for wider release: roughly where and when, in words a person agreed to."""

    kind: ClassVar[str] = "tear_line"

    about_kind: Slug
    text: Words
    area: str = ""  # a country or an admin-1 unit
    period_from: When | None = None
    period_to: When | None = None


class Root(Body, frozen=True, kw_only=True):
    """An originator's word on where its record comes from, so that one source is not counted twice.

    token : an opaque name: two records with one token have one source, and who that is stays
    unsaid. stems_from : the record from which it was made; `of` is that one's originator.
    """

    kind: ClassVar[str] = "root"

    record: Slug
    token: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32})?$")] = ""
    stems_from: Slug | None = None
    of: Slug | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.token) == (self.stems_from is not None):
            raise ValueError("a root has a token or stems from a record - at `$.token`")
        if (self.stems_from is None) != (self.of is None):
            raise ValueError("whose record it stems from is said with it - at `$.of`")


class Tag(Body, frozen=True, kw_only=True):
    """What a record has to do with, for links across borders: a route, goods, an actor, a border.

    A segment of border is two countries, with a name if it has one: BFA/MLI, BFA/MLI:koro.
    """

    kind: ClassVar[str] = "tag"

    record: Slug
    what: Literal["route", "goods", "actor", "border"]
    value: Line


SHARING_KINDS: tuple[type[Body], ...] = (
    Group, NeedToKnow, Release, ReleaseAnswer, ReleaseGrant, ReleaseRequest, Root, Tag, Tear,
    TearLine,
)  # fmt: skip


def released_bytes(one: Approval, record: str, preview: str) -> bytes:
    """What a person signs to release a RED record: which, shown to whom, who signs and when."""
    parts = ("tocsin release v1", record, preview, one.by, one.enrolled_at, one.at)
    return "\n".join(parts).encode()
