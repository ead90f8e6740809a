"""Missions: mandate and tasks, ceilings, capabilities, contributors, camps, consent."""

from typing import ClassVar, Literal

from tocsin.tables.bodies import Body, Count, Slug, Words
from tocsin.tables.when import When


class Mandate(Body, frozen=True, kw_only=True):
    """What an instrument gives a mission; valid dates are the mandate's own."""

    kind: ClassVar[str] = "mandate"

    mission: Slug
    instrument: str  # S/RES/2100 (2013)
    action: Literal["established", "renewed", "changed", "ended", "requested_end"]
    tasks: tuple[Words, ...] = ()
    military_ceiling: Count | None = None
    police_ceiling: Count | None = None
    until: When | None = None
    wind_down_until: When | None = None
    note: Words = Words()


class Capability(Body, frozen=True, kw_only=True):
    """What a provider brings, where, and between which dates; `status` gained or lost."""

    kind: ClassVar[str] = "capability"

    mission: Slug
    provider: Slug
    type: Slug  # air_cover, helicopters, medevac, isr, infantry, engineering …
    status: Literal["available", "reduced", "announced_loss", "lost"]
    areas: tuple[str, ...] = ()
    note: Words = Words()


class Contributor(Body, frozen=True, kw_only=True):
    """A contributor's troops or police, and what it announced."""

    kind: ClassVar[str] = "contributor"

    mission: Slug
    contributor: Slug
    status: Literal["present", "announces_withdrawal", "withdrawing", "withdrawn", "joins"]
    troops: Count | None = None
    police: Count | None = None
    by: When | None = None
    note: Words = Words()


class Camp(Body, frozen=True, kw_only=True):
    """A base: open, planned to close, closed, handed over, left under fire."""

    kind: ClassVar[str] = "camp"

    mission: Slug
    place: Words
    area: str = ""  # an admin unit; never coordinates
    status: Literal["open", "closure_planned", "closing", "closed", "handed_over", "left_early"]
    planned: When | None = None
    handed_to: str = ""
    in_area_of: str = ""  # the actor in whose area it lies
    note: Words = Words()


class Consent(Body, frozen=True, kw_only=True):
    """What a host says or does about a mission; together they make a trajectory."""

    kind: ClassVar[str] = "consent"

    mission: Slug
    host: Slug
    act: Literal["invites", "supports", "restricts", "protests", "expels", "requests_end", "ends"]
    strength: Literal[-2, -1, 0, 1, 2] = 0  # −2 consent gone … 2 full support
    note: Words = Words()


class Movement(Body, frozen=True, kw_only=True):
    """A convoy or a transfer between places."""

    kind: ClassVar[str] = "movement"

    mission: Slug
    origin: Words
    destination: Words
    kilometres: float | int | None = None
    hours: float | int | None = None
    attacked: Count = 0
    note: Words = Words()
