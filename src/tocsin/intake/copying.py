"""Texts that were copied: the same words under several handles within a short time.

A text is cut into overlapping pieces of five signs (Broder 1997, doi:10.1109/SEQUEN.1997.666900);
two texts are as alike as the share of pieces that they have in common.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zlib import crc32

from tocsin.language import fold

PIECE = 5
SHORTEST = 30  # signs: two people may well write the same few words
ALIKE = 0.7
SKETCH = 8
COPIED_WITHIN = timedelta(days=2)
USUAL = timedelta(days=28)
FEWEST, LEAST_A_DAY, RARE = 4, 0.2, 0.001


def shingles(text: str) -> frozenset[int]:
    """The pieces of a text as numbers; accents, case and spacing do not count.

    >>> len(shingles("ambush")), shingles("Ambush  at dawn") == shingles("ambush at dawn")
    (2, True)
    """
    plain = " ".join(fold(text).split())
    return frozenset(
        crc32(plain[at : at + PIECE].encode()) for at in range(max(len(plain) - PIECE + 1, 0))
    )


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of pieces in common, 0 to 1; nothing is like nothing.

    >>> likeness(shingles("they came at dawn"), shingles("They came at dawn!")) > 0.8
    True
    """
    return len(one & other) / len(one | other) if one and other else 0.0


@dataclass(frozen=True)
class Told:
    """What is looked at for copies and bursts: who sent it, when it came, in what words."""

    id: str
    handle: str
    arrived: datetime
    text: str = ""

    @cached_property
    def pieces(self) -> frozenset[int]:
        """The text in overlapping pieces; a text too short to be anybody's own has none."""
        return shingles(self.text) if len(self.text.strip()) >= SHORTEST else frozenset()


def copies(told: Sequence[Told]) -> dict[str, list[str]]:
    """For each account those with nearly the same words, under other handles, within two days.

    Texts are brought together by the smallest of their pieces (a sketch: two texts that share most
    of their pieces nearly always share one of the eight smallest) and then compared in whole.

    >>> first = Told("a", "m-1", datetime(2026, 1, 5, 8), "forty men on motorbikes came at dawn")
    >>> again = Told("b", "m-2", datetime(2026, 1, 5, 9), "Forty men on motorbikes came at dawn.")
    >>> copies([first, again])
    {'a': ['b'], 'b': ['a']}
    """
    by_piece: dict[int, list[Told]] = defaultdict(list)
    found: dict[str, set[str]] = defaultdict(set)
    for one in sorted(told, key=lambda each: (each.arrived, each.id)):
        sketch = sorted(one.pieces)[:SKETCH]
        met = {other.id: other for piece in sketch for other in by_piece[piece]}
        for other in met.values():
            close = one.arrived - other.arrived <= COPIED_WITHIN
            if close and one.handle != other.handle and likeness(one.pieces, other.pieces) >= ALIKE:
                found[one.id].add(other.id)
                found[other.id].add(one.id)
        for piece in sketch:
            held = by_piece[piece]
            held[:] = [each for each in held if one.arrived - each.arrived <= COPIED_WITHIN]
            held.append(one)
    return {name: sorted(found[name]) for name in sorted(found)}


def bursts(told: Sequence[Told]) -> set[str]:
    """Accounts that came in a burst: far more within a day than their source's usual rate.

    A source's rate is that of the four weeks before the day; nothing later is looked at. With at
    least four accounts in a day, and fewer than one day in a thousand that would bring so many.

    >>> day = datetime(2026, 1, 5, 8)
    >>> len(bursts([Told(str(n), "m-1", day + timedelta(minutes=n)) for n in range(6)]))
    3
    """
    by_handle: dict[str, list[Told]] = defaultdict(list)
    for one in sorted(told, key=lambda each: (each.arrived, each.id)):
        by_handle[one.handle].append(one)
    found = set()
    for held in by_handle.values():
        for at, one in enumerate(held):
            day = one.arrived - timedelta(days=1)
            many = sum(each.arrived > day for each in held[: at + 1])
            before = sum(day - USUAL <= each.arrived <= day for each in held[:at])
            rate = max(before / USUAL.days, LEAST_A_DAY)
            if many >= FEWEST and _at_least(many, rate) < RARE:
                found.add(one.id)
    return found


def _at_least(many: int, rate: float) -> float:
    """The chance of so many or more, where `rate` are usual (Poisson)."""
    term = below = math.exp(-rate)
    for number in range(1, many):
        term *= rate / number
        below += term
    return max(1 - below, 0.0)
