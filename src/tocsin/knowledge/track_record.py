"""How often what a source said, or what was given a grade, was upheld by a second person.

Upheld is what was found true, in whole or in part; not upheld what was found false. What could not
be verified, or was told before, says nothing either way. Nothing here changes a grade: a record is
shown to the person who grades.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

UPHELD, REFUTED = ("verified", "partly"), ("false",)
UNGRADED = "F6"
FEW = 10  # verdicts below which a share says little


@dataclass(frozen=True)
class Judged:
    """A report as it was judged: whose, the grade given before the verdict, the last verdict.

    `graded` is the first grade other than F6; `ahead` says that it was given before the verdict,
    not with it: only then can the verdict speak for or against it.
    """

    handle: str
    verdict: str
    graded: str = UNGRADED
    ahead: bool = False


@dataclass(frozen=True)
class TrackRecord:
    """Verdicts on reports of one source or one grade."""

    about: str
    reports: int
    upheld: int
    refuted: int

    @property
    def judged(self) -> int:
        return self.upheld + self.refuted

    @property
    def share(self) -> float | None:
        """Of the reports found true or false, how many were true; None if there are none."""
        return self.upheld / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between what shares the true one lies, at 95 %."""
        return wilson(self.upheld, self.judged)

    @property
    def is_new(self) -> bool:
        """Whether there are too few verdicts to say anything: such a source is an F."""
        return self.judged < FEW


def by_source(judged: Iterable[Judged], handle: str = "") -> list[TrackRecord]:
    """The record of each source, or of one, by handle."""
    return _records(((one.handle, one) for one in judged), handle)


def by_grade(judged: Iterable[Judged], grade: str = "") -> list[TrackRecord]:
    """The record of each grade, or of one: of reports that were graded before their verdict.

    >>> by_grade([Judged("m-1", "verified", "B2", ahead=True), Judged("m-2", "false", "B2")])
    [TrackRecord(about='B2', reports=1, upheld=1, refuted=0)]
    """
    ahead = ((one.graded, one) for one in judged if one.ahead and one.graded != UNGRADED)
    return _records(ahead, grade)


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    >>> tuple(round(one, 3) for one in wilson(8, 10))
    (0.49, 0.943)
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    # At the ends the interval begins or ends exactly there, whatever the last digits say.
    low = 0.0 if hits == 0 else max(middle - half, 0.0)
    return low, 1.0 if hits == of else min(middle + half, 1.0)


def _records(named: Iterable[tuple[str, Judged]], only: str) -> list[TrackRecord]:
    held: dict[str, list[str]] = {only: []} if only else {}
    for name, one in named:
        if only in ("", name):
            held.setdefault(name, []).append(one.verdict)
    return [
        TrackRecord(
            name,
            len(verdicts),
            sum(each in UPHELD for each in verdicts),
            sum(each in REFUTED for each in verdicts),
        )
        for name, verdicts in sorted(held.items())
    ]
