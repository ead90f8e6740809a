"""Agreements, what they commit to, former fighters, conditions, talks, dated plans."""

from typing import ClassVar, Literal

from tocsin.tables.bodies import Body, Count, Line, Slug, Words
from tocsin.tables.when import When


class Agreement(Body, frozen=True, kw_only=True):
    """An agreement between parties; `subject` is its identity, such as `agreement:algiers-2015`."""

    kind: ClassVar[str] = "agreement"

    title: Words
    place: str = ""
    description: Words = Words()
    parties: tuple[Slug, ...] = ()


class AgreementStatus(Body, frozen=True, kw_only=True):
    """What a party did with an agreement: each state is its own statement."""

    kind: ClassVar[str] = "agreement_status"

    agreement: Slug
    status: Literal[
        "initialled", "signed", "declared", "suspended", "resumed", "revival_supported",
        "withdrawn", "ended",
    ]  # fmt: skip
    party: str = ""  # empty: the agreement as a whole
    note: Words = Words()


class Provision(Body, frozen=True, kw_only=True):
    """A clause of an agreement."""

    kind: ClassVar[str] = "provision"

    agreement: Slug
    title: Words
    domain: Literal["security", "political", "economic", "justice", "humanitarian", "other"] = (
        "other"
    )
    reference: str = ""


class Commitment(Body, frozen=True, kw_only=True):
    """What a party undertook to do, by when; `provision` and `agreement` where there is one."""

    kind: ClassVar[str] = "commitment"

    title: Words
    responsible: tuple[Slug, ...]
    agreement: str = ""
    provision: str = ""
    place: str = ""  # ISO3 or an admin-1 unit: where it is owed, which is not who owes it
    deadline: When | None = None
    note: Words = Words()


class CommitmentStatus(Body, frozen=True, kw_only=True):
    """Where a commitment stands, says one source."""

    kind: ClassVar[str] = "commitment_status"

    commitment: Slug
    status: Literal[
        "open", "started", "partly", "implemented", "suspended", "blocked", "abandoned", "ended"
    ]
    blocked_by: str = ""
    note: Words = Words()


class DdrCaseload(Body, frozen=True, kw_only=True):
    """Former fighters in a programme: by stage and tranche, with arithmetic that must balance."""

    kind: ClassVar[str] = "ddr_caseload"

    programme: Slug
    title: Words = Words()  # of the programme
    stage: Literal[
        "planned", "registered", "cantoned", "disarmed", "arrived", "integrated", "reinserted",
        "dropped",
    ]  # fmt: skip
    persons: Count
    tranche: str = ""  # empty: all tranches
    tranches: tuple[Count, ...] = ()  # what the source says the tranches are; they must add up
    of_planned: Count | None = None
    party_interest: str = ""  # the actor, or `group:` of actors, with an interest in this number
    note: Words = Words()


class Condition(Body, frozen=True, kw_only=True):
    """A stated condition: an actor says what it would do if something were so."""

    kind: ClassVar[str] = "condition"

    actor: Slug
    would: Words
    condition: Words
    met_when: tuple[Slug, ...] = ()  # subjects of calendar items, camps, contributors … all done
    note: Words = Words()


class Mediation(Body, frozen=True, kw_only=True):
    """A step of mediation or talks."""

    kind: ClassVar[str] = "mediation"

    parties: tuple[Slug, ...]
    mediator: str = ""
    step: Literal["contact", "offer", "round", "statement", "support", "refusal", "breakdown"]
    note: Words


class CalendarItem(Body, frozen=True, kw_only=True):
    """A dated plan. Each new date or status is a new statement under the same subject."""

    kind: ClassVar[str] = "calendar_item"

    title: Words
    type: Literal["election", "referendum", "deadline", "mandate", "summit", "season", "other"]
    place: str = ""  # ISO3 or an admin-1 unit
    planned: When | None = None
    status: Literal["planned", "confirmed", "postponed", "held", "partly_held", "cancelled"]
    note: Words = Words()


class PollingStatus(Body, frozen=True, kw_only=True):
    """Whether people voted in an area."""

    kind: ClassVar[str] = "polling_status"

    item: Slug
    area: Slug
    status: Literal["held", "partly_held", "not_held", "unknown"]
    reason: Line | None = None  # in the words of the source
    note: Words = Words()
