"""What is on a brief's page, without a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from tocsin.briefs.facts import Fact, Line, Months, Source, Value, Words
    from tocsin.briefs.inputs import Place, Tlp
    from tocsin.briefs.mapping import AreaMap
    from tocsin.briefs.reckoning import Window
    from tocsin.briefs.timeline import Timeline


@dataclass(frozen=True)
class Comparison:
    """One row of the count: what the quarter is compared with, and the change."""

    label: Line
    change: Fact


@dataclass(frozen=True)
class AreaRow:
    """One area: its months, its last quarter, and the change on the quarter before."""

    names: Words
    months: tuple[int | None, ...]
    deaths: Fact
    change: Fact | None


@dataclass(frozen=True)
class Contest:
    """One row of *who fights*: a pair of sides, or a type of violence."""

    label: Line
    counted: Fact
    beside: Fact | None


@dataclass(frozen=True)
class Fighting:
    """The three most active dyads, or types of violence and why not the dyads."""

    title: Line
    rows: tuple[Contest, ...]
    why: Line | None


@dataclass(frozen=True)
class Prospect:
    """What may come: the likelihood on its scale, sentences, and confidence apart."""

    probability: Fact
    baseline: Fact | None
    lines: tuple[Line, ...]
    confidence: Line


@dataclass(frozen=True)
class Gist:
    """What a brief says in few words: enough for a flash, and kept without its tables.

    before : the deaths of the quarter before
    """

    place: Place
    reconstruction: bool
    exercise: bool
    headline: Line
    standfirst: tuple[Line, ...]
    count: Fact
    before: Value
    prospect: Prospect | None
    unseen: tuple[Line, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Tie:
    """A total and the sum of its parts over the same months, and the difference between them."""

    months: Months
    total: Fact
    parts: Fact
    unallocated: Fact


@dataclass(frozen=True)
class Brief:
    """Everything on the page, without a language."""

    place: Place
    as_of: date
    reconstruction: bool
    exercise: bool
    tlp: Tlp
    window: Window
    headline: Line
    standfirst: tuple[Line, ...]
    count: Fact
    events: Fact
    comparisons: tuple[Comparison, ...]
    timeline: Timeline
    area_map: AreaMap
    areas: tuple[AreaRow, ...]
    fighting: Fighting | None
    prospect: Prospect | None
    unseen: tuple[Line, ...]
    ties: tuple[Tie, ...]
    series: tuple[Fact, ...]
    sources: tuple[Source, ...]

    @property
    def gist(self) -> Gist:
        """What it says in few words."""
        return Gist(
            self.place, self.reconstruction, self.exercise, self.headline, self.standfirst,
            self.count, self.comparisons[0].label.fields["then"], self.prospect, self.unseen,
            self.sources,
        )  # fmt: skip

    def cited(self, *groups: str) -> tuple[str, ...]:
        """Keys of the sources behind a chart: `counts`, `parts`, `forecast`, `boundaries`."""
        held = {source.key for source in self.sources}
        return tuple(key for key in groups if key in held)
