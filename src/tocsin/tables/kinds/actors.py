"""Actors: who they are, what they are called, how they stand to each other, what they hold."""

from typing import ClassVar, Literal

from tocsin.tables.bodies import Body, Line, Slug, Words
from tocsin.tables.when import When

ActorType = Literal[
    "state", "armed_forces", "police", "militia", "armed_group", "alliance", "coalition",
    "private_military", "mission", "intergovernmental", "political", "community", "civil_society",
    "media", "research", "other",
]  # fmt: skip
RelationType = Literal[
    "member_of", "merged_into", "allied", "hostile", "supports", "splinter_of", "successor_of",
    "commands", "negotiates_with", "cooperates_with",
]  # fmt: skip


class Actor(Body, frozen=True, kw_only=True):
    """An actor of the registry; `subject` is its identity, such as `actor:jnim`."""

    kind: ClassVar[str] = "actor"

    name: Words
    type: ActorType
    short: str = ""
    countries: tuple[str, ...] = ()
    description: Words = Words()
    ucdp_id: int | None = None
    founded: When | None = None
    ended: When | None = None


class Alias(Body, frozen=True, kw_only=True):
    """Another name or spelling. Names are never filtered by date."""

    kind: ClassVar[str] = "alias"

    name: Line
    language: str = ""  # fr, en, ar, … or empty
    scheme: Literal["name", "acronym", "spelling", "ucdp_name", "ucdp_id", "acled_name"] = "name"
    used_by: str = ""
    note: Words = Words()


class Relation(Body, frozen=True, kw_only=True):
    """A dated tie from the statement's subject to `object`; *declared* is not *done*."""

    kind: ClassVar[str] = "relation"

    type: RelationType
    object: Slug
    status: Literal["declared", "done", "reported", "contested", "ended"] = "done"
    area: str = ""
    wording: Words = Words()  # the words of the source, where they matter
    note: Words = Words()


class ControlAssessment(Body, frozen=True, kw_only=True):
    """Who controls an area, says one source. Disagreement between sources is kept."""

    kind: ClassVar[str] = "control_assessment"

    area: Slug
    actor: Slug
    level: Literal["controls", "dominates", "contests", "present", "absent"]
    confidence: Literal["low", "moderate", "high"] = "low"
    area_name: Words = Words()  # the area in the source's words, where it is a part of `area`
    note: Words = Words()


class Presence(Body, frozen=True, kw_only=True):
    """An actor's presence in a country or area, in the wording of its source."""

    kind: ClassVar[str] = "presence"

    area: Slug
    wording: Words
    strength_low: int | None = None
    strength_high: int | None = None
    note: Words = Words()


class Organisation(Body, frozen=True, kw_only=True):
    """An organisation that takes part in sharing or in the record."""

    kind: ClassVar[str] = "organisation"

    name: Words
    short: str = ""
    type: Literal["intergovernmental", "government", "mission", "ngo", "research", "other"] = (
        "other"
    )


class Membership(Body, frozen=True, kw_only=True):
    """The subject belongs to an organisation between the statement's valid dates."""

    kind: ClassVar[str] = "membership"

    organisation: Slug
    status: Literal["member", "suspended", "announced_leaving", "left", "observer"] = "member"
    note: Words = Words()
