"""Which reports may tell of the same thing: candidates for a person to link, never merged here.

Two accounts are compared field by field; each agreement or difference adds its weight of evidence
(log-odds, after Fellegi and Sunter 1969, doi:10.1080/01621459.1969.10501049). The weights are the
ratio of how often the field so agrees in two accounts of one event and in accounts of different
events near in time. Only accounts of nearby days and places are compared at all.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from tocsin.intake.placing import EARTH, sound

DAYS_APART = 4  # accounts further apart in time are not compared
KILOMETRES_APART = 60.0
CELL = 0.5  # degrees: the mesh of the index
LIKELY = 0.5
PRIOR = math.log(0.02 / 0.98)  # of two accounts near in time and place, how many are of one event
# Kinds of event that people tell of one another.
_FAMILIES = (
    {"attack_village", "clash_communities", "burning", "looting", "flight", "execution", "arrests"},
    {"attack_camp", "attack_convoy", "ambush", "clash_state", "ied", "mine", "suicide",
     "peacekeeper"},
    {"clash", "clash_state", "ambush", "troops"},
    {"air_strike", "drone", "shelling"},
    {"abduction", "aid_worker", "official", "checkpoint"},
    {"cattle_theft", "looting", "clash_communities"},
    {"blockade", "checkpoint", "tax", "threat"},
    {"protest", "riot", "electoral"},
)  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """What of an account is compared. Degrees, WGS 84; None where it is not known."""

    id: str
    day: date
    event: str
    place: str
    latitude: float | None = None
    longitude: float | None = None
    perpetrator: str = ""
    killed: int | None = None
    told: str = ""


@dataclass(frozen=True)
class Candidate:
    """An account that may tell of the same thing, how likely, and what speaks for and against."""

    id: str
    likelihood: float
    evidence: tuple[tuple[str, float], ...]  # field and its log-odds


def compare(one: Trace, other: Trace) -> Candidate:
    """How likely two accounts tell of the same event.

    >>> first = Trace("a", date(2026, 1, 5), "threat", "Old Ford", killed=0)
    >>> compare(first, first).likelihood > 0.9
    True
    """
    evidence = (
        ("day", _by_day(abs((one.day - other.day).days))),
        ("place", _by_place(one, other)),
        ("event", _by_event(one.event, other.event)),
        ("perpetrator", _by_name(one.perpetrator, other.perpetrator)),
        ("killed", _by_count(one.killed, other.killed)),
        ("words", _by_words(one.told, other.told)),
    )
    odds = PRIOR + sum(weight for _, weight in evidence)
    return Candidate(other.id, 1 / (1 + math.exp(-odds)), evidence)


class Accounts:
    """Accounts by day and place, to be asked which may tell of the same thing as a new one.

    A question reads the accounts of nine days in nine cells of the mesh, whatever the number held.
    """

    def __init__(self, traces: Iterable[Trace] = ()):
        self._held: dict[tuple[int, int, int], list[Trace]] = defaultdict(list)
        self._unplaced: dict[tuple[int, str], list[Trace]] = defaultdict(list)
        for trace in traces:
            self.add(trace)

    def add(self, trace: Trace) -> None:
        """Hold one more account."""
        day = trace.day.toordinal()
        self._unplaced[day, sound(trace.place)].append(trace)
        if trace.latitude is not None and trace.longitude is not None:
            self._held[day, *_cell(trace.latitude, trace.longitude)].append(trace)

    def candidates(self, trace: Trace, limit: int = 10) -> list[Candidate]:
        """Accounts that may tell of the same thing, the likeliest first."""
        found = [
            candidate
            for near in self._near(trace)
            if near.id != trace.id and (candidate := compare(trace, near)).likelihood >= LIKELY
        ]
        found.sort(key=lambda one: (-one.likelihood, one.id))
        return found[:limit]

    def _near(self, trace: Trace) -> Sequence[Trace]:
        day, named = trace.day.toordinal(), sound(trace.place)
        found: dict[str, Trace] = {}
        for then in range(day - DAYS_APART, day + DAYS_APART + 1):
            found |= {one.id: one for one in self._unplaced.get((then, named), ())}
            if trace.latitude is None or trace.longitude is None:
                continue
            south, west = _cell(trace.latitude, trace.longitude)
            for row in range(south - 1, south + 2):
                for column in range(west - 1, west + 2):
                    found |= {one.id: one for one in self._held.get((then, row, column), ())}
        return list(found.values())


def groups(traces: Sequence[Trace]) -> list[set[str]]:
    """Accounts grouped by what they seem to tell of: each joined to its likeliest earlier ones."""
    held = Accounts()
    leader: dict[str, str] = {}
    for trace in traces:
        likeliest = held.candidates(trace, limit=1)
        leader[trace.id] = leader[likeliest[0].id] if likeliest else trace.id
        held.add(trace)
    found: dict[str, set[str]] = defaultdict(set)
    for name, first in leader.items():
        found[first].add(name)
    return list(found.values())


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / CELL), math.floor(longitude / CELL)


def _by_day(apart: int) -> float:
    return (2.2, 1.2, -0.3, -1.5, -2.5)[min(apart, DAYS_APART)]


def _by_place(one: Trace, other: Trace) -> float:
    alike = fuzz.ratio(sound(one.place), sound(other.place))
    by_name = 3.0 if alike >= 90 else 1.6 if alike >= 75 else -0.6
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return by_name
    apart = kilometres(one, other)
    if apart > KILOMETRES_APART:
        return -6.0
    by_ground = 3.2 if apart < 3 else 2.2 if apart < 12 else 0.6 if apart < 25 else -2.2
    return max(by_ground, by_name) if apart < 25 else by_ground


def kilometres(one: Trace, other: Trace) -> float:
    """Great-circle distance between two placed accounts."""
    assert one.latitude is not None
    assert one.longitude is not None
    assert other.latitude is not None
    assert other.longitude is not None
    north, there = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    chord = (
        math.sin((there - north) / 2) ** 2
        + math.cos(north) * math.cos(there) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH * math.asin(math.sqrt(chord))


def _by_event(one: str, other: str) -> float:
    if one == other:
        return 1.9
    if any({one, other} <= family for family in _FAMILIES):
        return 0.4
    return -2.0


def _by_name(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    alike = fuzz.token_set_ratio(sound(one), sound(other))
    return 1.2 if alike >= 85 else 0.0 if alike >= 60 else -1.2


def _by_count(one: int | None, other: int | None) -> float:
    if one is None or other is None:
        return 0.0
    if one == other:
        return 1.3 if one > 2 else 0.5
    apart = abs(math.log1p(one) - math.log1p(other))
    return 0.4 if apart < 0.5 else -0.5 if apart < 1.2 else -1.8


def _by_words(one: str, other: str) -> float:
    if len(one) < 12 or len(other) < 12:
        return 0.0
    alike = fuzz.token_set_ratio(one.casefold(), other.casefold())
    return 2.5 if alike >= 85 else 0.8 if alike >= 60 else -0.2
