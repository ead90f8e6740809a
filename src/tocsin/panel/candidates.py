"""Which snapshot speaks for a unit-month, given what had been released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from tocsin.errors import UsageError
from tocsin.tables.months import last_known_month
from tocsin.tables.snapshots import Coverage, Snapshot


@dataclass(frozen=True, eq=False)
class Candidate:
    """One snapshot that may speak, with its events or its series.

    `frame` is an `events` or a `series` table, as `table` says.
    """

    snapshot: Snapshot
    table: Literal["events", "series"]
    frame: pl.DataFrame

    @property
    def coverage(self) -> Coverage:
        """What the snapshot covers.

        Raises
        ------
        UsageError, if the snapshot does not say: then no silence of it could count as zero.
        """
        if self.snapshot.coverage is None:
            raise UsageError(
                "snapshot {snapshot} does not say what it covers",
                remedy="State the coverage in its source's declaration.",
                snapshot=self.snapshot.snapshot_id,
            )
        return self.snapshot.coverage


@dataclass(frozen=True, eq=False)
class Speaker:
    """A candidate that may speak, until which month, and in which turn (the lowest first)."""

    candidate: Candidate
    month_to: int
    reconstructed: bool


def choose_speakers(
    candidates: Sequence[Candidate], as_of: date, reconstruct: bool
) -> list[Speaker]:
    """Candidates that may speak as of a date, the first to be heard first.

    1. complete snapshots released by `as_of`, the newest first;
    2. with `reconstruct`, complete snapshots released later, the newest first, for months whose
       first figures had appeared by `as_of`;
    3. incomplete snapshots released by `as_of`, the newest first.

    What was released later never speaks unless `reconstruct` is asked for.
    """
    newest_first = sorted(
        candidates,
        key=lambda held: (held.snapshot.released_on, held.snapshot.snapshot_id),
        reverse=True,
    )
    known = [held for held in newest_first if held.snapshot.released_on <= as_of]
    later = [held for held in newest_first if held.snapshot.released_on > as_of]
    complete = [Speaker(held, held.coverage.month_to, False) for held in known if _whole(held)]
    cut = last_known_month(as_of)
    rebuilt = [
        Speaker(held, min(held.coverage.month_to, cut), True)
        for held in later
        if reconstruct and _whole(held)
    ]
    partial = [Speaker(held, held.coverage.month_to, False) for held in known if not _whole(held)]
    return complete + rebuilt + partial


def _whole(held: Candidate) -> bool:
    return held.coverage.complete
