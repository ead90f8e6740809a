"""What a model remembers of a unit: levels over several spans, silence, unrest, capped spikes."""

import numpy as np
from numpy.typing import NDArray

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


def memories(values: Floats) -> Floats:
    """(U, M, F) features of each unit as of each month, from that month and earlier ones only.

    Log means over six spans, log months since deaths, shares of deadly months over 1, 5 and 10
    years, the share of months with 25 deaths or more over 3 years, and the unrest (standard
    deviation of the logs) of the last year.
    """
    deadly = np.where(np.isnan(values), np.nan, values > 0)
    heavy = np.where(np.isnan(values), np.nan, values >= _HEAVY)
    logs = np.log1p(values)
    spread = trailing_mean(logs * logs, 12) - trailing_mean(logs, 12) ** 2
    return np.stack(
        [
            *(np.log1p(trailing_mean(values, span)) for span in SPANS),
            np.log1p(months_since_deaths(values)),
            trailing_mean(deadly, 12),
            trailing_mean(deadly, 60),
            trailing_mean(deadly, 120),
            trailing_mean(heavy, 36),
            np.sqrt(np.maximum(spread, 0)),
        ],
        axis=-1,
    )


TEN_YEARS = 9  # the feature that tells units with deaths in ten years from all others
