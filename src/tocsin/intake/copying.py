"""Texts that were copied: the same words under several handles within a short time.

A text is cut into overlapping pieces of five signs (Broder 1997, doi:10.1109/SEQUEN.1997.666900);
two texts are as alike as the share of pieces that they have in common.
"""

from zlib import crc32

from tocsin.language import fold

PIECE = 5


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
