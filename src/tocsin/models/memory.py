"""What a model remembers of a unit: levels over several spans, silence, unrest, capped spikes."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.levels import Level

Floats = NDArray[np.float64]

# The rule for summary events, fixed on wars before 2018 (Eritrea 1999, Ethiopia 1999 and 2000,
# Iraq 1991, Congo 1998): one record that books months of war in one month.
SUMMARY_FLOOR = 2000.0
SUMMARY_TIMES = 2.0
SUMMARY_SPAN = 24
SPANS = (1, 3, 6, 12, 24, 60)
# Spans whose geometric mean is the level by which an analog's future is rescaled.
LEVEL_SPANS = (1, 3, 6, 12)
LONGEST_SILENCE = 240.0
SURROUNDING_SPANS = (3, 12, 60)
GRID_COLUMNS = 720
_HEAVY = 25.0


def cap_summary_events(values: Floats) -> Floats:
    """`values` with months cut that only a summary record can explain.

    A month above 2,000 deaths that is more than twice the third-highest month of the 24 before
    and after it (as far as they are known) is cut to that, but never below 2,000. Models learn
    from the cut series; truth is never cut.

    Parameters
    ----------
    values : (U, M) array, NaN where unknown

    >>> cap_summary_events(np.array([[900.0, 1500, 1200, 90_000, 800]]))[0, 3]
    2400.0
    """
    capped = values.copy()
    for unit, month in np.argwhere(np.nan_to_num(values) > SUMMARY_FLOOR):
        around = values[unit, max(0, month - SUMMARY_SPAN) : month + SUMMARY_SPAN + 1]
        known = np.sort(around[~np.isnan(around)])
        third = known[-3] if len(known) >= 3 else 0.0
        capped[unit, month] = min(values[unit, month], max(SUMMARY_TIMES * third, SUMMARY_FLOOR))
    return capped


def trailing_mean(values: Floats, months: int) -> Floats:
    """(U, M) mean of the known months among the last `months` up to each month; 0 if none.

    >>> trailing_mean(np.array([[2.0, np.nan, 4.0]]), 2)
    array([[2., 2., 4.]])
    """
    known = ~np.isnan(values)
    total = np.cumsum(np.pad(np.where(known, values, 0.0), ((0, 0), (1, 0))), axis=1)
    count = np.cumsum(np.pad(known, ((0, 0), (1, 0))), axis=1)
    ends = np.arange(1, values.shape[1] + 1)
    starts = np.maximum(0, ends - months)
    mean: Floats = (total[:, ends] - total[:, starts]) / np.maximum(
        1, count[:, ends] - count[:, starts]
    )
    return mean


def log_level(values: Floats) -> Floats:
    """(U, M) log of the unit's level: the geometric mean of its means over several spans, plus 1.

    The short spans follow a war that turns; the long ones keep one odd month from deciding.
    """
    levels = [np.log(trailing_mean(values, span) + 1) for span in LEVEL_SPANS]
    mean: Floats = np.mean(levels, axis=0)
    return mean


def months_since_deaths(values: Floats) -> Floats:
    """(U, M) months since the last month with deaths, 0 in such a month, at most 240."""
    since = np.full(len(values), LONGEST_SILENCE)
    columns = []
    for column in np.nan_to_num(values).T:
        since = np.where(column > 0, 0.0, np.minimum(since + 1, LONGEST_SILENCE))
        columns.append(since)
    return np.stack(columns, axis=1)


def memories(values: Floats, around: Floats | None = None) -> Iterator[Floats]:
    """Features of each unit as of each month, (U, M) each, from that month and earlier ones only.

    Log means over six spans, log months since deaths, shares of deadly months over 1, 5 and 10
    years, the share of months with 25 deaths or more over 3 years, and the unrest (standard
    deviation of the logs) of the last year; where surroundings are given, also their log means
    over three spans and log months since deaths there. One at a time, because a grid's do not fit
    memory together.
    """
    deadly = np.where(np.isnan(values), np.nan, values > 0)
    heavy = np.where(np.isnan(values), np.nan, values >= _HEAVY)
    for span in SPANS:
        yield np.log1p(trailing_mean(values, span))
    yield np.log1p(months_since_deaths(values))
    for span in (12, 60, 120):
        yield trailing_mean(deadly, span)
    yield trailing_mean(heavy, 36)
    logs = np.log1p(values)
    spread = trailing_mean(logs * logs, 12) - trailing_mean(logs, 12) ** 2
    yield np.sqrt(np.maximum(spread, 0))
    if around is not None:
        for span in SURROUNDING_SPANS:
            yield np.log1p(trailing_mean(around, span))
        yield np.log1p(months_since_deaths(around))


def deadly_in_ten_years(values: Floats, around: Floats | None = None) -> NDArray[np.bool_]:
    """(U, M) whether the unit, or its surroundings over five years, saw deaths."""
    restless = trailing_mean(values, 120) > 0
    if around is not None:
        restless |= trailing_mean(around, 60) > 0
    return restless


def surroundings(units: Sequence[str], level: Level, values: Floats) -> Floats | None:
    """(U, M) deaths around each unit: in the eight cells about a cell, in the rest of the country
    of an area; None for countries.
    """
    known = np.nan_to_num(values)
    if level == "priogrid":
        padded = np.vstack([known, np.zeros((1, known.shape[1]))])
        around = np.zeros_like(known)
        for beside in neighbour_table(units).T:
            around += padded[beside]
        return around
    if level == "admin1":
        country = np.unique([unit[:3] for unit in units], return_inverse=True)[1]
        totals = np.zeros((int(country.max()) + 1, known.shape[1]))
        np.add.at(totals, country, known)
        rest: Floats = totals[country] - known
        return rest
    return None


def neighbour_table(gids: Sequence[str]) -> NDArray[np.intp]:
    """(U, 8) positions of the eight cells about each PRIO-GRID cell; U where there is none.

    >>> neighbour_table(["1000", "1001"])[0].tolist()
    [2, 2, 2, 2, 1, 2, 2, 2]
    """
    numbers = np.array(gids, dtype=np.int64)
    order = np.argsort(numbers)
    column = (numbers - 1) % GRID_COLUMNS
    table = np.full((len(numbers), 8), len(numbers), np.intp)
    steps = [(row, side) for row in (-1, 0, 1) for side in (-1, 0, 1) if (row, side) != (0, 0)]
    for place, (row, side) in enumerate(steps):
        # Columns meet at the date line.
        wanted = numbers - 1 - column + row * GRID_COLUMNS + (column + side) % GRID_COLUMNS + 1
        found = np.minimum(np.searchsorted(numbers, wanted, sorter=order), len(numbers) - 1)
        held = numbers[order[found]] == wanted
        table[held, place] = order[found][held]
    return table
