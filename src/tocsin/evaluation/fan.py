"""Pieces of work that can be done in turn, by several processes or by a cluster.

A piece carries its own seed and origin, so whoever does it, and in whatever order, the results
are the same bytes. Rooms that compute take a `Fan`; who stands behind it is decided elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Fan(Protocol):
    """Does `work` on each of `pieces` and yields the results in the order of the pieces."""

    def __call__(
        self, work: Callable[[Piece], Result], pieces: Sequence[Piece]
    ) -> Iterator[Result]: ...


def in_turn(work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> Iterator[Result]:
    """One piece after the other, in this process.

    >>> list(in_turn(abs, [-1, 2]))
    [1, 2]
    """
    return map(work, pieces)
