"""What rules may look at: counts, forecasts, events and statements, each as known at a clock."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.levels import Level, Target
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.counts import Counts
from tocsin.warning.events import Events
from tocsin.warning.hazards import Hazards
from tocsin.warning.observed import Judged, Note, judged, notes_of

# (level, target, origin month, months, deaths) → unit → chance of at least so many deaths
Exceedance = Callable[[Level, Target, int, int, float], Mapping[str, float]]

_UNIT = re.compile(r"^[A-Z]{3}(\.\S+)?$")
AREA_FIELDS = ("area", "areas", "place", "countries", "country", "in_area_of")
REFERENCE_FIELDS = (
    "mission", "agreement", "party", "parties", "actor", "host", "responsible", "item",
    "commitment", "provision", "case", "object",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything known by the last of `clocks`; a rule is asked about one clock at a time.

    Attributes
    ----------
    clocks : moments at which rules are asked, in order
    known_month : for each clock the last month of `counts` that was known then
    counts : (level, target) → unit-months
    statements : every statement that the reader may see, those that correct and withdraw included
    exceedance : chances from the forecasts; None where there is no forecast
    events : events of the watched countries, or None where no list is held
    hazards : chances learned from earlier years; None where there are no counts
    """

    clocks: tuple[datetime, ...]
    known_month: tuple[int, ...] = ()
    counts: Mapping[tuple[Level, Target], Counts] = field(default_factory=dict)
    statements: Sequence[Statement] = ()
    exceedance: Exceedance | None = None
    events: Events | None = None
    hazards: Hazards | None = None
    forecast_name: str = ""

    @cached_property
    def known(self) -> dict[str, datetime]:
        """Statement id → the moment at which it became known."""
        return {one.id: last_moment(one.known_at) for one in self.statements}

    @cached_property
    def by_kind(self) -> dict[str, list[Statement]]:
        """Statements of each kind, the first known first."""
        found: dict[str, list[Statement]] = {}
        for one in sorted(self.statements, key=lambda one: (self.known[one.id], one.id)):
            found.setdefault(one.kind, []).append(one)
        return found

    @cached_property
    def places(self) -> "Places":
        """Where each statement lies."""
        return Places(self.statements)

    @cached_property
    def micros(self) -> NDArray[np.float64]:
        """The clocks in seconds."""
        return np.array([clock.timestamp() for clock in self.clocks])

    @cached_property
    def ends(self) -> dict[str, datetime]:
        """Statement id → from when it no longer counts: its originator corrected or withdrew it."""
        origin = {one.id: one.origin for one in self.statements}
        found: dict[str, datetime] = {}
        for one in self.statements:
            target = one.supersedes or one.retracts
            if target is not None and origin.get(target) == one.origin:
                known = self.known[one.id]
                found[target] = min(known, found.get(target, known))
        return found

    @cached_property
    def reports(self) -> list[Judged]:
        """Reports from people with the spans of time in which their place and status stood."""
        kinds = [
            one for kind in ("report", "situation") for one in self.by_kind.get(kind, ())
        ]  # fmt: skip
        verdicts = self.by_kind.get("verification", ())
        return list(judged(kinds, verdicts, self.by_kind.get("placement", ()), self.ends))

    @cached_property
    def notes(self) -> list[Note]:
        """Who could look where and when: what was stated, and what weekly reports say."""
        weekly = [one for one in self.reports if one.report.kind == "situation"]
        return list(notes_of(self.by_kind.get("observation_note", ()), weekly, self.ends))

    @cached_property
    def overtaken(self) -> dict[str, datetime]:
        """Statement id → when a later word on the same thing became known."""
        found: dict[str, datetime] = {}
        for statements in self.by_kind.values():
            last: dict[tuple[str, ...], Statement] = {}
            for one in statements:
                word = word_on(one)
                if word in last:
                    found[last[word].id] = self.known[one.id]
                last[word] = one
        return found

    def counting_at(self, one: Statement, clock: datetime) -> bool:
        """Whether a statement was known at a clock and neither corrected nor withdrawn."""
        ended = self.ends.get(one.id)
        return self.known[one.id] <= clock and (ended is None or clock < ended)

    def latest_on_each(self, kind: str, clock: datetime) -> list[Statement]:
        """The latest word on each subject (and party) of a kind, as known at a clock."""
        latest: dict[tuple[str, ...], Statement] = {}
        for one in self.by_kind.get(kind, ()):
            if self.counting_at(one, clock):
                latest[word_on(one)] = one
        return list(latest.values())


class Places:
    """Countries and areas of statements: from their own fields, else from what they refer to."""

    def __init__(self, statements: Sequence[Statement]):
        self._countries: dict[str, set[str]] = {}
        self._refers: dict[str, set[str]] = {}
        for one in statements:
            refers = _references(one)
            if own := _countries_named(one):
                dated = {each for each in refers if each.startswith("calendar:")}
                for subject in {one.subject, *dated}:
                    self._countries.setdefault(subject, set()).update(own)
            self._refers.setdefault(one.subject, set()).update(refers)
        self._of: dict[str, frozenset[str]] = {}

    def countries(self, one: Statement) -> frozenset[str]:
        """ISO3 codes of a statement."""
        if one.id not in self._of:
            own = _countries_named(one)
            found = own or self._of_subject(one.subject, set())
            for subject in () if found else _references(one):
                found = found | self._of_subject(subject, set())
            self._of[one.id] = frozenset(found)
        return self._of[one.id]

    def areas(self, one: Statement) -> frozenset[str]:
        """Unit ids, countries included, that a statement names."""
        return frozenset(_areas_named(one))

    def _of_subject(self, subject: str, seen: set[str]) -> set[str]:
        if subject in seen:
            return set()
        seen.add(subject)
        if held := self._countries.get(subject):
            return set(held)
        found: set[str] = set()
        for other in sorted(self._refers.get(subject, ())):
            found |= self._of_subject(other, seen)
        return found


def word_on(one: Statement) -> tuple[str, ...]:
    """Whose word on what: a later one with the same answer takes its place."""
    parts = [one.kind, one.subject]
    for name in ("party", "contributor", "provider", "object", "area"):
        value = getattr(one.body, name, "")
        if isinstance(value, str):
            parts.append(value)
    if one.kind == "camp":
        parts = parts[:2]
    return tuple(parts)


def holds(one: Statement, where: Mapping[str, Any]) -> bool:
    """Whether the fields of a statement have the given values; `*` is any value but nothing."""
    for name, wanted in where.items():
        value = getattr(one.body, name, None)
        values = value if isinstance(value, tuple) else (value,)
        allowed = wanted if isinstance(wanted, list | tuple) else (wanted,)
        if not any(
            (each not in (None, "", 0) if want == "*" else str(each) == str(want))
            for each in values
            for want in allowed
        ):
            return False
    return True


def end_of_day(day: date) -> datetime:
    """The clock of an as-of date."""
    return last_moment(day.isoformat()).astimezone(UTC)


def _areas_named(one: Statement) -> set[str]:
    found: set[str] = set()
    for name in AREA_FIELDS:
        value = getattr(one.body, name, None)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and _UNIT.match(each):
                found.add(each)
    return found


def _countries_named(one: Statement) -> set[str]:
    return {area[:3] for area in _areas_named(one)}


def _references(one: Statement) -> set[str]:
    found: set[str] = set()
    for name in REFERENCE_FIELDS:
        value = getattr(one.body, name, None)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and ":" in each:
                found.add(each)
    return found
