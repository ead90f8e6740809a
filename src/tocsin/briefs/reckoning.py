"""The arithmetic of a brief: sums of months, their changes, what is tied to no area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from tocsin.errors import NotEnoughData
from tocsin.tables.months import month_of, month_text

QUARTER = 3
YEAR = 12
THREE_YEARS = 36


@dataclass(frozen=True)
class Count:
    """Deaths and events of one area in one month, as observed."""

    deaths: int
    events: int | None
    low: int | None
    high: int | None
    snapshot: str


@dataclass(frozen=True)
class History:
    """What is known of one area, by month; a month that is not there is unknown."""

    months: Mapping[int, Count]

    def deaths(self, first: int, last: int) -> int | None:
        """Deaths in the months from `first` to `last`; None when any of them is unknown."""
        return self._sum(first, last, "deaths")

    def events(self, first: int, last: int) -> int | None:
        """Events in those months; None when any of them is unknown."""
        return self._sum(first, last, "events")

    def bounds(self, first: int, last: int) -> tuple[int, int] | None:
        """Sums of the low and of the high estimates, where the source gives them."""
        low, high = self._sum(first, last, "low"), self._sum(first, last, "high")
        return None if low is None or high is None else (low, high)

    def known(self, first: int, last: int) -> int:
        """How many of those months are known."""
        return sum(month in self.months for month in range(first, last + 1))

    def last_with_deaths(self, until: int) -> int | None:
        """Last month up to `until` with a recorded death."""
        return max(
            (m for m, count in self.months.items() if count.deaths and m <= until), default=None
        )

    def snapshots(self, first: int, last: int) -> tuple[str, ...]:
        """Ids of the snapshots those months come from, in order of first use."""
        used = (self.months[m].snapshot for m in range(first, last + 1) if m in self.months)
        return tuple(dict.fromkeys(used))

    def _sum(self, first: int, last: int, name: str) -> int | None:
        total = 0
        for month in range(first, last + 1):
            count = self.months.get(month)
            value = getattr(count, name) if count else None
            if value is None:
                return None
            total += value
        return total


def read_histories(observations: pl.DataFrame) -> dict[str, History]:
    """Histories by unit, from a table of OBSERVATIONS that holds one target."""
    known = observations.filter(pl.col("status") == "observed").sort("unit_id", "month")
    gathered: dict[str, dict[int, Count]] = {
        unit: {} for unit in observations["unit_id"].unique(maintain_order=True)
    }
    columns = ["unit_id", "month", "best", "events", "low", "high", "snapshot"]
    for unit, month, best, events, low, high, snapshot in known.select(columns).iter_rows():
        gathered[unit][month] = Count(best, events, low, high, snapshot or "")
    return {unit: History(months) for unit, months in gathered.items()}


@dataclass(frozen=True)
class Window:
    """The months a brief speaks of, counted from the last known one."""

    last: int

    @property
    def quarter(self) -> tuple[int, int]:
        return self.last - QUARTER + 1, self.last

    @property
    def quarter_before(self) -> tuple[int, int]:
        return self.last - 2 * QUARTER + 1, self.last - QUARTER

    @property
    def quarter_year_before(self) -> tuple[int, int]:
        return self.last - YEAR - QUARTER + 1, self.last - YEAR

    @property
    def year(self) -> tuple[int, int]:
        return self.last - YEAR + 1, self.last

    @property
    def year_before(self) -> tuple[int, int]:
        return self.last - 2 * YEAR + 1, self.last - YEAR

    @property
    def three_years(self) -> tuple[int, int]:
        return self.last - THREE_YEARS + 1, self.last


def require_known(history: History, name: str, as_of: date) -> Window:
    """The window that ends with the last known month.

    Raises
    ------
    NotEnoughData, if no three months in a row are known, or none of the last year.
    """
    last = max((month for month in history.months if month <= month_of(as_of)), default=None)
    if last is None or history.deaths(last - QUARTER + 1, last) is None:
        raise NotEnoughData(
            "nothing is known about {place} as of {date}",
            remedy="Ingest a release published by then, or add --reconstruct to use later ones.",
            place=name,
            date=as_of.isoformat(),
        )
    if last < month_of(as_of) - YEAR:
        raise NotEnoughData(
            "what is known about {place} as of {date} ends with {month}",
            remedy="Ingest a release published by then, or add --reconstruct to use later ones.",
            place=name,
            date=as_of.isoformat(),
            month=month_text(last),
        )
    return Window(last)
