"""Case files: claims kept apart, evidence, steps towards accountability, denials of access."""

from typing import ClassVar, Literal

from tocsin.tables.bodies import Body, Count, Slug, Words
from tocsin.tables.when import When


class Case(Body, frozen=True, kw_only=True):
    """A case; `subject` is its identity, such as `case:moura`."""

    kind: ClassVar[str] = "case"

    title: Words
    place: str = ""
    period_from: When | None = None
    period_to: When | None = None
    summary: Words = Words()


class Claim(Body, frozen=True, kw_only=True):
    """What one side or source says happened. Claims are compared, never averaged."""

    kind: ClassVar[str] = "claim"

    case: Slug
    claimant: Slug
    about: Slug  # killed, arrested, raped_or_abused, fighters_present …
    value: Count | None = None
    low: Count | None = None
    high: Count | None = None
    bound: Literal["exact", "about", "at_least", "at_most", "more_than", "less_than"] = "exact"
    scope: Words = Words()  # whom the claim counts: civilians, "terrorists", everyone
    party: bool = False  # the claimant is a party to the conflict
    text: Words = Words()


class Evidence(Body, frozen=True, kw_only=True):
    """What supports a case, by type; never a person's name."""

    kind: ClassVar[str] = "evidence"

    case: Slug
    type: Literal[
        "interviews", "group_interviews", "documents", "satellite", "forensic", "video", "other"
    ]
    count: Count | None = None
    held_by: str = ""
    note: Words = Words()


class Step(Body, frozen=True, kw_only=True):
    """A step of an inquiry, a court, a council."""

    kind: ClassVar[str] = "step"

    case: Slug
    type: Literal["call", "inquiry", "report", "referral", "charge", "judgment", "warning", "other"]
    by: str = ""
    note: Words = Words()


class Denial(Body, frozen=True, kw_only=True):
    """Access asked for and refused; the clock runs from the first request."""

    kind: ClassVar[str] = "denial"

    case: Slug
    by: Slug
    asked_on: When
    what: Words
    ended_on: When | None = None
