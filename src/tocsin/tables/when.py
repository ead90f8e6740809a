"""Dates as sources write them: a year, a month, a day or a moment, in UTC.

A partial date counts from its last day: what became known in `2023-07` was surely known by the
end of 31 July, and not before. The text itself carries the precision, so nothing is lost.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal

import msgspec

from tocsin.errors import UsageError

PATTERN = r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z)?)?)?$"
When = Annotated[
    str, msgspec.Meta(pattern=PATTERN, description="2023, 2023-07, 2023-07-21 or 2023-07-21T09:30Z")
]
Precision = Literal["year", "month", "day", "moment"]

_SHAPE = re.compile(PATTERN)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_END = timedelta(days=1) - timedelta(microseconds=1)
_PRECISION: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


def precision(when: str) -> Precision:
    """How exactly a date is given.

    >>> precision("2023-07")
    'month'
    """
    return _PRECISION.get(len(when), "moment")


@lru_cache(maxsize=16384)
def last_moment(when: str) -> datetime:
    """The last moment that `when` covers; a moment is its own.

    Raises
    ------
    UsageError, if the text is not a date.

    >>> last_moment("2023-02").isoformat()
    '2023-02-28T23:59:59.999999+00:00'
    """
    day, moment = _parts(when)
    return moment if moment is not None else _end_of(day)


@lru_cache(maxsize=16384)
def first_moment(when: str) -> datetime:
    """The first moment that `when` covers.

    >>> first_moment("2023-02").isoformat()
    '2023-02-01T00:00:00+00:00'
    """
    day, moment = _parts(when)
    if moment is not None:
        return moment
    first = {"year": day.replace(month=1, day=1), "month": day.replace(day=1)}
    start = first.get(precision(when), day)
    return datetime(start.year, start.month, start.day, tzinfo=UTC)


def surely_from(when: str) -> datetime:
    """From when something surely holds: a partial date counts from its last day.

    >>> surely_from("2019").isoformat()
    '2019-12-31T00:00:00+00:00'
    """
    day, moment = _parts(when)
    return moment if moment is not None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Microseconds since 1970: how moments are compared and stored.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // timedelta(microseconds=1)


def end_of(at: date | datetime) -> datetime:
    """The end of a day (UTC, inclusive), or the moment itself.

    >>> end_of(date(2023, 6, 30)).isoformat()
    '2023-06-30T23:59:59.999999+00:00'
    """
    if isinstance(at, datetime):
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return _end_of(at)


def moment_text(moment: datetime) -> str:
    """A moment as the ledger writes it.

    >>> moment_text(datetime(2023, 7, 21, 9, 30, tzinfo=UTC))
    '2023-07-21T09:30:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + _DAY_END


def _parts(when: str) -> tuple[date, datetime | None]:
    """The last day that `when` covers, and the moment where it names one."""
    try:
        if not _SHAPE.match(when):
            raise ValueError(when)
        if len(when) > 10:
            moment = datetime.fromisoformat(when.replace("Z", "+00:00"))
            return moment.date(), moment
        numbers = [int(part) for part in when.split("-")]
        year, month = numbers[0], numbers[1] if len(numbers) > 1 else 12
        day = numbers[2] if len(numbers) > 2 else monthrange(year, month)[1]
        return date(year, month, day), None
    except (ValueError, IndexError):
        raise UsageError(
            "{text!r} is not a date",
            remedy="Write a date as 2023-06-30, 2023-06 or 2023.",
            text=when,
        ) from None
