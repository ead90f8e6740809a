"""Summary events: single records that book months of fighting in the month in which it ended.

Where events are known, such a record gives itself away by its own dates and size, and what a model
remembers can be put right exactly: its deaths are spread over the days that it covers. Where only
a series is known, `memory.cap_summary_events` goes by the shape of the series. Truth is never
touched by either.

The rule was fixed on UCDP's records of Myanmar and Bangladesh before 2018: of 3,194 events 89 last
longer than a month; six of them hold 100 deaths or more over 60 days or more, such as the 1,000
of January to December 1995 that stand in December.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ShapeMismatch
from tocsin.evaluation import UnitMonths
from tocsin.tables.months import parse_month

LEAST_DAYS = 60
LEAST_DEATHS = 100.0

Days = NDArray[np.datetime64]
_FIRST_MONTH = parse_month("1970-01")  # numpy counts months from here


def are_summaries(start: Days, end: Days, deaths: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(E,) whether each event is a summary: at least 60 days and 100 deaths in one record.

    Parameters
    ----------
    start, end : (E,) first and last day of each event
    deaths : (E,) best estimates

    >>> day = np.array(["1995-01-31", "1995-12-31"], dtype="datetime64[D]")
    >>> are_summaries(day[:1], day[1:], np.array([1000.0])).tolist()
    [True]
    """
    lasts = (end - start).astype("timedelta64[D]").astype(np.int64)
    summaries: NDArray[np.bool_] = (lasts >= LEAST_DAYS) & (deaths >= LEAST_DEATHS)
    return summaries


def spread_summary_events(
    panel: UnitMonths, units: Sequence[str], start: Days, end: Days, deaths: NDArray[np.float64]
) -> UnitMonths:
    """The panel with each summary event moved from the month of its end to the days it covers.

    For what a model learns from, never for scoring. Events of units that the panel does not hold,
    that end outside its months, or in a month whose count is unknown or smaller than theirs (the
    series does not hold the record) are left alone. What falls before the first month is kept in
    it, so that no death is lost.

    Parameters
    ----------
    units : (E,) unit of each event;  start, end, deaths : (E,) as in `are_summaries`

    Raises
    ------
    ShapeMismatch, if the events' columns differ in length.
    """
    if not len(units) == len(start) == len(end) == len(deaths):
        raise ShapeMismatch("units, days and deaths of the events differ in length")
    rows = {unit: row for row, unit in enumerate(panel.units)}
    values = panel.values.copy()
    for one in np.flatnonzero(are_summaries(start, end, deaths)).tolist():
        row, booked = rows.get(units[one]), _column(panel, end[one])
        if row is None or not 0 <= booked < values.shape[1]:
            continue
        if not values[row, booked] >= deaths[one]:
            continue
        days = np.arange(start[one], end[one] + 1, dtype="datetime64[D]")
        columns = np.maximum(days.astype("datetime64[M]").astype(np.int64) - _offset(panel), 0)
        covered, share = np.unique(columns, return_counts=True)
        known = ~np.isnan(values[row, covered])
        values[row, booked] -= deaths[one]
        values[row, covered[known]] += deaths[one] * share[known] / share[known].sum()
    return UnitMonths(panel.level, panel.target, panel.units, panel.first_month, values)


def _offset(panel: UnitMonths) -> int:
    return panel.first_month - _FIRST_MONTH


def _column(panel: UnitMonths, day: np.datetime64) -> int:
    return int(day.astype("datetime64[M]").astype(np.int64)) - _offset(panel)
