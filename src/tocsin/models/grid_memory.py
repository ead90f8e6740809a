"""What a cell of the grid remembers: its own past, and that of three rings about it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.models.memory import (
    SPANS,
    Floats,
    cap_summary_events,
    deadly_in_ten_years,
    log_level,
    months_since_deaths,
    trailing_mean,
)
from tocsin.models.neighbourhood import Neighbourhood

_RING_SPANS = (3, 12, 60)
_HEAVY = 25.0
_WIDE = 5  # cells: about 300 km, where one war usually ends


@dataclass(frozen=True, eq=False)
class GridMemory:
    """The cells that have anything to remember, and what it is.

    Attributes
    ----------
    cells : (A,) positions of the cells that ever saw deaths within two cells
    values : (A, M) their counts, summary events cut
    rings : (A, M) deaths beside the cell, in the ring about that, and in the three beyond
    restless : (A, M) whether deaths came near within the years before
    level : (A, M) log level of the cell
    """

    cells: NDArray[np.intp]
    values: Floats
    rings: tuple[Floats, ...]
    restless: NDArray[np.bool_]
    level: Floats

    @classmethod
    def of(cls, history: History) -> "GridMemory":
        """The memory of a grid; cells far from any deaths are left out."""
        capped = cap_summary_events(history.values)
        where = Neighbourhood.of(history.units)
        near = where.summed(capped, 2)
        cells = np.flatnonzero(near.any(axis=1))
        values = capped[cells]
        own = np.nan_to_num(values)
        beside, near = where.summed(capped, 1)[cells], near[cells]
        wide = where.summed(capped, _WIDE)[cells]
        rings = (beside - own, near - beside, wide - near)
        restless = deadly_in_ten_years(values, near)
        return cls(cells, values, rings, restless, log_level(values))

    def features(self) -> Iterator[Floats]:
        """Features of each cell as of each month, (A, M) each, one at a time.

        Of the cell: log means over six spans, log months since deaths, shares of deadly months
        over 1, 5 and 10 years, of months with 25 deaths over 3, the highest month of a year. Of
        each ring: log means over three spans, the share of deadly months in a year, and, of the
        near ones, months since deaths. Of all together: whether a quarter stands above its year,
        and a year above its three.
        """
        deadly = np.where(np.isnan(self.values), np.nan, self.values > 0)
        heavy = np.where(np.isnan(self.values), np.nan, self.values >= _HEAVY)
        for span in SPANS:
            yield np.log1p(trailing_mean(self.values, span))
        yield np.log1p(months_since_deaths(self.values))
        for span in (12, 60, 120):
            yield trailing_mean(deadly, span)
        yield trailing_mean(heavy, 36)
        padded = np.pad(np.nan_to_num(self.values), ((0, 0), (11, 0)))
        yield np.log1p(np.lib.stride_tricks.sliding_window_view(padded, 12, axis=1).max(axis=2))
        for index, ring in enumerate(self.rings):
            for span in _RING_SPANS:
                yield np.log1p(trailing_mean(ring, span))
            yield trailing_mean(np.where(ring > 0, 1.0, 0.0), 12)
            if index < 2:
                yield np.log1p(months_since_deaths(ring))
        everything = np.sum(self.rings, axis=0) + np.nan_to_num(self.values)
        quarter, year, three = (np.log1p(trailing_mean(everything, n)) for n in (3, 12, 36))
        yield quarter - year
        yield year - three
