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
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz

from tocsin.geo.gazetteer import kilometres
from tocsin.intake.placing import Whereabouts, sound
from tocsin.language import fold

DAYS_APART = 4  # accounts further apart in time are not compared
CELL = 0.5  # degrees: the mesh of the index
LIKELY = 0.5
LIKENESS_PER_ODDS = 4.0  # points of likeness of two names that are worth one log-odds
# Kilometres apart, up to which each weight of evidence holds; the last beyond them all.
_FAR = np.array([3.0, 8.0, 15.0, 30.0, 60.0])
_WEIGHTS = np.array([3.9, 3.2, 1.8, -0.3, -1.2, -6.0])
PRIOR = math.log(0.02 / 0.98)  # of two accounts near in time and place, how many are of one event
# Kinds of event that people take for one another: what is seen of one is part of the other.
_FAMILIES = (
    {"attack_village", "clash_communities", "burning", "looting", "flight", "execution", "arrests",
     "threat", "cattle_theft"},
    {"attack_camp", "attack_convoy", "ambush", "clash", "clash_state", "ied", "mine", "suicide",
     "peacekeeper", "troops"},
    {"air_strike", "drone", "shelling"},
    {"abduction", "aid_worker", "official", "checkpoint", "arrests", "forced_recruitment"},
    {"blockade", "checkpoint", "tax", "threat"},
    {"protest", "riot", "electoral"},
)  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A point that may be meant (degrees, WGS 84), and how much less likely than the first."""

    latitude: float
    longitude: float
    doubt: float = 0.0  # log-odds


@dataclass(frozen=True)
class Trace:
    """What of an account is compared; what is not known is empty."""

    id: str
    day: date
    event: str
    place: str
    spots: tuple[Spot, ...] = ()
    perpetrator: str = ""
    killed: int | None = None
    told: str = ""

    @cached_property
    def ground(self) -> np.ndarray:
        """(3, spots) longitude, latitude and doubt of the points that may be meant."""
        return np.array([(spot.longitude, spot.latitude, spot.doubt) for spot in self.spots]).T


@dataclass(frozen=True)
class Candidate:
    """An account that may tell of the same thing, how likely, and what speaks for and against."""

    id: str
    likelihood: float
    evidence: tuple[tuple[str, float], ...]  # field and its log-odds

    @property
    def odds(self) -> float:
        """The log-odds of one event, prior included."""
        return PRIOR + sum(weight for _, weight in self.evidence)


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
        for cell in {_cell(spot) for spot in trace.spots}:
            self._held[day, *cell].append(trace)

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
        cells = {
            (south + row, west + column)
            for south, west in map(_cell, trace.spots)
            for row in (-1, 0, 1)
            for column in (-1, 0, 1)
        }
        for then in range(day - DAYS_APART, day + DAYS_APART + 1):
            found |= {one.id: one for one in self._unplaced.get((then, named), ())}
            for row, column in cells:
                found |= {one.id: one for one in self._held.get((then, row, column), ())}
        return list(found.values())


def spots_of(offers: Sequence[Whereabouts]) -> tuple[Spot, ...]:
    """The points that ranked offers of a place stand for, each less likely than the one before."""
    return tuple(
        Spot(one.latitude, one.longitude, (offers[0].likeness - one.likeness) / LIKENESS_PER_ODDS)
        for one in offers
    )


def groups(traces: Sequence[Trace]) -> list[set[str]]:
    """Accounts grouped by what they seem to tell of, the surest joined first.

    Two groups are joined while the evidence between all their accounts speaks for one event on
    average: one likeness does not join what other accounts part. Cost grows with the accounts of
    one place and week, not with their whole number.
    """
    held = Accounts(traces)
    by_id = {trace.id: trace for trace in traces}
    left, found = set(by_id), []
    for trace in traces:
        if trace.id not in left:
            continue
        chained, waiting = {trace.id}, [trace.id]
        while waiting:
            near = {one.id for one in held.candidates(by_id[waiting.pop()], limit=len(traces))}
            waiting += sorted(near - chained)
            chained |= near
        left -= chained
        found += _parted([by_id[name] for name in sorted(chained)])
    return found


def _parted(chained: Sequence[Trace]) -> list[set[str]]:
    """A chain of likenesses, parted into groups by average linkage."""
    size = len(chained)
    odds = np.full((size, size), 0.0)
    for one in range(size):
        for other in range(one):
            odds[one, other] = odds[other, one] = compare(chained[one], chained[other]).odds
    members = [[one] for one in range(size)]
    while len(members) > 1:
        means = {
            (a, b): odds[np.ix_(members[a], members[b])].mean()
            for a in range(len(members))
            for b in range(a)
        }
        (a, b), best = max(means.items(), key=lambda one: (one[1], one[0]))
        if best <= 0:
            break
        members[b] += members.pop(a)
    return [{chained[one].id for one in group} for group in members]


def _cell(spot: Spot) -> tuple[int, int]:
    return math.floor(spot.latitude / CELL), math.floor(spot.longitude / CELL)


def _by_day(apart: int) -> float:
    return (1.7, 0.6, -0.9, -2.5, -3.5)[min(apart, DAYS_APART)]


def _by_place(one: Trace, other: Trace) -> float:
    """The best of what the places meant, and of those that may have been meant instead, say."""
    alike = fuzz.ratio(sound(one.place), sound(other.place))
    by_name = 3.9 if alike >= 90 else 1.6 if alike >= 75 else -0.6
    if not one.spots or not other.spots:
        return by_name
    (x, y, doubt), (there_x, there_y, there_doubt) = one.ground, other.ground
    apart = kilometres(x[:, None], y[:, None], there_x, there_y)
    weights = _WEIGHTS[np.searchsorted(_FAR, apart)] - doubt[:, None] - there_doubt
    return float(weights.max())


def _by_event(one: str, other: str) -> float:
    if one == other:
        return 1.9
    if any({one, other} <= family for family in _FAMILIES):
        return 0.4
    return -2.2


def _by_name(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    alike = fuzz.token_set_ratio(_bare(one), _bare(other))
    same = alike >= 80 or _initials(one) == _bare(other) or _bare(one) == _initials(other)
    return 1.3 if same else 0.0 if alike >= 60 else -1.6


def _bare(name: str) -> str:
    return fold(name).replace("'", " ").replace("’", " ")


def _initials(name: str) -> str:
    """`fda` for Front de l’Aube, as people shorten the names of groups."""
    return "".join(word[0] for word in _bare(name).split() if word not in ("l", "la", "le", "les"))


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
