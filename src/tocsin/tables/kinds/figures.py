"""Figures: numbers with their definition, population, period, exclusions and source."""

from typing import ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Count, Line, Number, Slug, Words
from tocsin.tables.when import When


class Derivation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the source says that a figure comes from others, named by their subjects.

    `sum`: of its parts. `share`: first over second, in per cent. `change`: from the first to the
    second, in per cent of the first. `difference`: first less second. `product`: of all.
    """

    how: Literal["sum", "share", "change", "difference", "product"]
    of: tuple[Slug, ...]


class Figure(Body, frozen=True, kw_only=True):
    """A claim about a quantity. `subject` names the quantity at that place and period."""

    kind: ClassVar[str] = "figure"

    quantity: Slug  # civilians_killed, turnout, people_in_need …: what may be compared
    title: Words
    unit: Slug  # persons, percent, troops, stations …
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    decimals: Count | None = None  # as stated: 39.40 is 39.4 with 2
    bound: Literal["exact", "about", "at_least", "at_most", "more_than", "less_than"] = "exact"
    place: str = ""  # ISO3, an admin-1 unit, or another subject
    population: Words = Words()
    definition: Words = Words()
    scope: str = ""  # a short name of the definition: figures compare only where it is equal
    period_from: When | None = None
    period_to: When | None = None
    exclusions: tuple[str, ...] = ()
    status: Literal["stated", "provisional", "final", "revised"] = "stated"
    party_interest: str = ""  # the actor whose interest the source has in this number
    derived: Derivation | None = None
    stopped_on: When | None = None  # the publisher stopped updating the series
    repeats: str = ""  # the source that it was taken from: a repetition is not one more voice
    note: Words = Words()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.value is None and self.low is None and self.high is None:
            raise ValueError("a figure needs a value, or a low or high bound - at `$.value`")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high - at `$.low`")


class Annotation(Body, frozen=True, kw_only=True):
    """A remark on another statement: a contest, an explanation, a reading aid."""

    kind: ClassVar[str] = "annotation"

    about: Slug  # the statement's id, or a subject
    text: Words
    stance: Literal["explains", "contests", "supports"] = "explains"


class ObservationNote(Body, frozen=True, kw_only=True):
    """Who could observe what, where and when. *Could not observe* is not zero."""

    kind: ClassVar[str] = "observation_note"

    area: Slug
    period_from: When
    period_to: When
    state: Literal["observed", "not_observed", "could_not_observe", "not_asked"]
    what: Slug = "all"  # the indicator or target in question
    reason: Literal[
        "", "no_access", "no_network", "no_monitor", "insecurity", "denied", "other"
    ] = ""
    text: Line | None = None
