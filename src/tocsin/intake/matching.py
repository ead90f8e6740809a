"""Which reports may tell of the same thing: candidates for a person to link, never merged here.

Accounts are weighed by a picture of how people err (`erring`): what happened is not known, so
every day, place, kind and number of dead that may lie behind the accounts is tried, and the chance
that all of them tell of one event is set against the chance that each tells of another (after
Fellegi and Sunter 1969, doi:10.1080/01621459.1969.10501049, with the event behind the accounts as
in Steorts, Hall and Fienberg 2016, doi:10.1080/01621459.2015.1105807). Each field adds its
log-odds. Only accounts of nearby days and places are compared at all.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from rapidfuzz import fuzz

from tocsin.intake import erring
from tocsin.intake.copying import likeness, shingles
from tocsin.intake.placing import Whereabouts
from tocsin.intake.spelling import sound
from tocsin.language import fold

DAYS_APART = 4  # accounts further apart in time are not compared
CELL = 0.5  # degrees: the mesh of the index
LIKELY = 0.5
NO_LAG = 1_000_000  # days, in place of how long an account took
NOT_SAID = -1  # in place of a number of dead
LEAST_CHANCE = 0.004  # a place less likely meant does not bring accounts together
# Of all places and days of a month, on how few something is told of: the prior of two accounts.
PLACES, DAYS, EVENTS = 64.0, 30.0, 60.0
TELLERS = 1.5  # accounts of an event beyond the first, on average
COPIED = 9.0  # log-odds of two accounts that are the same in every answer
# Kilometres between two points, up to which each share of accounts of one event lies; then none.
_NEAR = ((3.0, 0.7), (8.0, 0.3), (15.0, 0.07), (30.0, 0.008), (60.0, 0.001))
_NOWHERE = 2e-5  # the chance of any place, if it was named for another
_MEANS_IT_KM = 10.0  # so far from a place, people still mean the place
_KM_A_DEGREE = 111.2


@dataclass(frozen=True)
class Spot:
    """A point that may be meant (degrees, WGS 84), how likely, and the place it stands for."""

    latitude: float
    longitude: float
    chance: float = 1.0
    name: str = ""  # of a place in the gazetteer; empty: the point alone


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
    arrived: date | None = None

    @cached_property
    def places(self) -> dict[object, tuple[float, float, float]]:
        """Places that may be meant, named or a point: latitude, longitude, chance."""
        found: dict[object, tuple[float, float, float]] = {}
        for spot in self.spots:
            key = (spot.name or None, round(spot.latitude, 2), round(spot.longitude, 2))
            before = found[key][2] if key in found else 0.0
            found[key] = (spot.latitude, spot.longitude, before + spot.chance)
        return found

    @cached_property
    def unlisted(self) -> float:
        """The chance that the place meant is none of the spots."""
        return max(1.0 - sum(spot.chance for spot in self.spots), _NOWHERE)

    @property
    def lag(self) -> int:
        """Days from what it tells of to its arrival."""
        return NO_LAG if self.arrived is None else (self.arrived - self.day).days

    @cached_property
    def heard(self) -> str:
        """The place as it sounds."""
        return sound(self.place)

    @cached_property
    def named(self) -> str:
        """Who did it, in bare letters."""
        return fold(self.perpetrator).replace("'", " ").replace("’", " ")

    @cached_property
    def words(self) -> frozenset[int]:
        """The text in overlapping pieces."""
        return shingles(self.told)

    @cached_property
    def answers(self) -> tuple[object, ...]:
        """Everything compared, as it was given: two accounts alike in it are copies."""
        return (self.day, self.event, self.heard, self.place, self.named, self.killed, self.words)


@dataclass(frozen=True)
class Candidate:
    """An account that may tell of the same thing, how likely, and what speaks for and against."""

    id: str
    likelihood: float
    evidence: tuple[tuple[str, float], ...]  # field and its log-odds

    @property
    def odds(self) -> float:
        """The log-odds of one event, prior included."""
        return prior(2) - 2 * prior(1) + sum(weight for _, weight in self.evidence)


def compare(one: Trace, other: Trace) -> Candidate:
    """How likely two accounts tell of the same event.

    >>> first = Trace("a", date(2026, 1, 5), "threat", "Old Ford", killed=0)
    >>> compare(first, first).likelihood > 0.9
    True
    """
    evidence = tuple(weigh((one, other)))
    odds = prior(2) - 2 * prior(1) + sum(weight for _, weight in evidence)
    return Candidate(other.id, 1 / (1 + math.exp(-max(min(odds, 50.0), -50.0))), evidence)


def prior(tellers: int) -> float:
    """The log-weight of an event that so many tell of, whatever they say.

    >>> prior(2) < 2 * prior(1)
    True
    """
    chance = -TELLERS + (tellers - 1) * math.log(TELLERS) - math.lgamma(tellers)
    return math.log(EVENTS) + chance + math.lgamma(tellers + 1)


def weigh(traces: Sequence[Trace]) -> Iterator[tuple[str, float]]:
    """Field by field, the log-odds that these accounts tell of one event.

    Accounts that repeat another in every answer say nothing new: they are weighed once.
    """
    first: dict[tuple[object, ...], Trace] = {}
    for trace in traces:
        first.setdefault(trace.answers, trace)
    fresh = list(first.values())
    several = len(fresh) > 1
    yield "day", _by_day(fresh) if several else 0.0
    yield "place", _by_place(fresh) if several else 0.0
    kind, killed = _by_kind(_kinds_told(fresh)) if several else (0.0, 0.0)
    yield "event", kind
    yield "perpetrator", _by_name(tuple(sorted(each.named for each in fresh if each.named)))
    yield "killed", killed
    yield "words", _by_words(fresh)
    yield "copy", COPIED * (len(traces) - len(fresh))


class Accounts:
    """Accounts by day and place, to be asked which may tell of the same thing as a new one.

    A question reads the accounts of nine days in nine cells of the mesh, whatever the number held.
    """

    def __init__(self, traces: Iterable[Trace] = ()):
        self._held: dict[tuple[int, str], list[Trace]] = defaultdict(list)
        for trace in traces:
            self.add(trace)

    def add(self, trace: Trace) -> None:
        """Hold one more account."""
        for key in keys_of(trace):
            self._held[trace.day.toordinal(), key].append(trace)

    def candidates(self, trace: Trace, limit: int = 10) -> list[Candidate]:
        """Accounts that may tell of the same thing, the likeliest first."""
        return likeliest(trace, self.near(trace), limit)

    def near(self, trace: Trace) -> list[Trace]:
        """Accounts of nearby days and places, itself left out."""
        day = trace.day.toordinal()
        found: dict[str, Trace] = {}
        for then in range(day - DAYS_APART, day + DAYS_APART + 1):
            for key in keys_asked(trace):
                found |= {one.id: one for one in self._held.get((then, key), ())}
        found.pop(trace.id, None)
        return list(found.values())


def likeliest(trace: Trace, near: Iterable[Trace], limit: int = 10) -> list[Candidate]:
    """Those of `near` that likely tell of the same thing, the likeliest first."""
    found = [
        candidate
        for other in near
        if other.id != trace.id and (candidate := compare(trace, other)).likelihood >= LIKELY
    ]
    found.sort(key=lambda one: (-one.odds, one.id))
    return found[:limit]


def keys_of(trace: Trace) -> set[str]:
    """Under what an account is held: how its place sounds, the places it may mean, their cells."""
    held = {f"sound {trace.heard}"}
    for spot in trace.spots:
        if spot.chance >= LEAST_CHANCE:
            south, west = _cell(spot)
            held.add(f"near {south} {west}")
            held.add(_named(spot) if spot.name else f"point {south} {west}")
    return held


def keys_asked(trace: Trace) -> set[str]:
    """Under what accounts that may tell of the same are held.

    A place of the gazetteer meets accounts that may mean the same place, and points around it; a
    point meets whatever lies around it.
    """
    asked = {f"sound {trace.heard}"}
    for spot in trace.spots:
        if spot.chance < LEAST_CHANCE:
            continue
        if spot.name:
            asked.add(_named(spot))
        south, west = _cell(spot)
        what = "point" if spot.name else "near"
        asked |= {f"{what} {south + row} {west + column}"
                  for row in (-1, 0, 1) for column in (-1, 0, 1)}  # fmt: skip
    return asked


def _named(spot: Spot) -> str:
    return f"place {spot.name} {spot.latitude:.2f} {spot.longitude:.2f}"


def spots_of(offers: Sequence[Whereabouts]) -> tuple[Spot, ...]:
    """The places or points that ranked offers stand for, with their chances.

    Some kilometres from a place is the place; further off, it is a point.
    """
    return tuple(
        Spot(one.place.latitude, one.place.longitude, one.chance, one.name)
        if _means_it(one)
        else Spot(one.latitude, one.longitude, one.chance)
        for one in offers
    )


def _means_it(offer: Whereabouts) -> bool:
    return _apart(offer.latitude, offer.longitude, offer.place.latitude,
                  offer.place.longitude) <= _MEANS_IT_KM  # fmt: skip


def _cell(spot: Spot) -> tuple[int, int]:
    return math.floor(spot.latitude / CELL), math.floor(spot.longitude / CELL)


def _apart(south: float, west: float, north: float, east: float) -> float:
    """Kilometres between two near points, on a plane."""
    level = math.cos(math.radians((south + north) / 2))
    return _KM_A_DEGREE * math.hypot(north - south, (east - west) * level)


def _by_day(fresh: Sequence[Trace]) -> float:
    """Every day is tried on which all may have been: what each says of it, against chance."""
    start = min(trace.day for trace in fresh)
    return _by_days(tuple(sorted(((each.day - start).days, each.lag) for each in fresh)))


@lru_cache(maxsize=65536)
def _by_days(told: tuple[tuple[int, int], ...]) -> float:
    """The same of days counted from the first, and of how long after them each account came."""
    chances = [
        {
            day + slip: erring.slips(slip) * (1.0 if lag == NO_LAG else erring.arrives(lag - slip))
            for slip in range(-DAYS_APART, DAYS_APART + 1)
        }
        for day, lag in told
    ]
    days = set.intersection(*map(set, chances))
    together = sum(math.prod(each[day] for each in chances) for day in days)
    apart = sum(math.log(sum(each.values())) for each in chances)
    return math.log(max(together, 1e-15)) - apart + (len(told) - 1) * math.log(DAYS)


def _by_place(fresh: Sequence[Trace]) -> float:
    """Every place is tried that any of them may mean, and the chance that it is none listed."""
    options = {key: at for trace in fresh for key, at in trace.places.items()}
    together = sum(
        math.prod(_means(trace, key, at[0], at[1]) for trace in fresh)
        for key, at in options.items()
    )
    first = fresh[0]
    together += math.prod(trace.unlisted for trace in fresh) * math.prod(
        _sounds_like(first.heard, trace.heard) for trace in fresh[1:]
    )
    return math.log(max(together, 1e-15)) + (len(fresh) - 1) * math.log(PLACES)


def _means(trace: Trace, key: object, latitude: float, longitude: float) -> float:
    """The chance that an account means this place."""
    same = trace.places.get(key)
    chance = _NOWHERE + (same[2] if same else 0.0)
    bare = isinstance(key, tuple) and key[0] is None
    for other, (south, west, weight) in trace.places.items():
        if other != key and (bare or (isinstance(other, tuple) and other[0] is None)):
            apart = _apart(latitude, longitude, south, west)
            chance += weight * next((share for far, share in _NEAR if apart <= far), 0.0)
    return min(chance, 1.0)


@lru_cache(maxsize=65536)
def _sounds_like(one: str, other: str) -> float:
    alike = fuzz.ratio(one, other)
    return 1.0 if alike >= 90 else 0.2 if alike >= 75 else 1e-3


@lru_cache(maxsize=65536)
def _by_kind(told: tuple[tuple[str, int], ...]) -> tuple[float, float]:
    """Every kind is tried that may have been told as these; and with it, how many were killed.

    told : kind and number of dead of each account, ordered; `NOT_SAID` for one that gives none.
    """
    kinds = {true for kind, _ in told for true in erring.kinds_meant(kind)}
    chances = {true: math.prod(erring.kind_said(kind, true) for kind, _ in told) for true in kinds}
    against = (len(told) - 1) * math.log(erring.KINDS)
    kind_alone = math.log(sum(chances.values())) + against
    counted = [(kind, count) for kind, count in told if count != NOT_SAID]
    if len(counted) < 2:
        return kind_alone, 0.0
    together = {
        deadly: float(
            (erring.deaths(deadly=deadly)
             * _product(erring.count_chances(count) for _, count in counted)).sum()
        )
        for deadly in {erring.is_deadly(true) for true in kinds}
    }  # fmt: skip
    both = sum(chance * together[erring.is_deadly(true)] for true, chance in chances.items())
    apart = sum(math.log(_count_alone(kind, count)) for kind, count in counted)
    return kind_alone, math.log(max(both, 1e-15)) + against - kind_alone - apart


def _kinds_told(fresh: Sequence[Trace]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(
        (each.event, NOT_SAID if each.killed is None else each.killed) for each in fresh
    ))  # fmt: skip


def _product(vectors: Iterable[np.ndarray]) -> np.ndarray:
    return np.asarray(np.prod(list(vectors), axis=0))


@lru_cache(maxsize=4096)
def _count_alone(event: str, killed: int) -> float:
    """The chance of a number of dead in an account of that kind, whatever the event."""
    kinds = {true: erring.kind_said(event, true) for true in erring.kinds_meant(event)}
    total = sum(kinds.values())
    said = erring.count_chances(killed)
    return sum(
        share / total * float((erring.deaths(deadly=erring.is_deadly(true)) * said).sum())
        for true, share in kinds.items()
    )


@lru_cache(maxsize=65536)
def _by_name(said: tuple[str, ...]) -> float:
    """Every name is tried that was said, and that it was somebody else."""
    if len(said) < 2:
        return 0.0
    wrong = (1 - erring.RIGHT_NAME) / (erring.NAMES - 1)
    together = sum(
        math.prod(erring.RIGHT_NAME if same_name(name, true) else wrong for name in said)
        for true in _apart_names(said)
    )
    left = max(erring.NAMES - len(_apart_names(said)), 0.0)
    together += left * wrong ** len(said)
    return math.log(together) + (len(said) - 1) * math.log(erring.NAMES)


def _apart_names(said: Sequence[str]) -> list[str]:
    """Names that are not each other's spellings."""
    found: list[str] = []
    for name in said:
        if not any(same_name(name, other) for other in found):
            found.append(name)
    return found


def same_name(one: str, other: str) -> bool:
    """Whether two bare names mean one group: alike, or the initials of each other.

    >>> same_name("front de l aube", "fda")
    True
    """
    if fuzz.token_set_ratio(one, other) >= 80:
        return True
    return _initials(one) == other or one == _initials(other)


def _initials(name: str) -> str:
    """`fda` for Front de l’Aube, as people shorten the names of groups."""
    return "".join(word[0] for word in name.split() if word not in ("l", "la", "le", "les"))


def _by_words(fresh: Sequence[Trace]) -> float:
    """Long texts that share their pieces: the likeliest pair speaks, a text is retold from one."""
    texts = [trace for trace in fresh if len(trace.told) >= 12]
    if len(texts) < 2:
        return 0.0
    best = max(
        likeness(one.words, other.words)
        for number, one in enumerate(texts)
        for other in texts[:number]
    )
    return 4.0 if best >= 0.6 else 2.0 if best >= 0.3 else 0.6 if best >= 0.15 else -0.2
