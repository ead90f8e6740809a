"""Months as integers: 1 is January 1980 (the VIEWS `month_id`). Converted only here."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tocsin.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

FIRST_YEAR = 1980
# A Candidate release appears about the 20th of the month after the one it covers.
CANDIDATE_DAY = 20


def month_of(day: date) -> int:
    """The month that holds `day`.

    >>> month_of(date(2018, 1, 31))
    457
    """
    return (day.year - FIRST_YEAR) * 12 + day.month


def year_month(month: int) -> tuple[int, int]:
    """Calendar year and month (1 to 12).

    >>> year_month(457)
    (2018, 1)
    """
    year, index = divmod(month - 1, 12)
    return FIRST_YEAR + year, index + 1


def first_day(month: int) -> date:
    return date(*year_month(month), 1)


def last_day(month: int) -> date:
    year, number = year_month(month)
    return date(year, number, monthrange(year, number)[1])


def month_text(month: int) -> str:
    """ISO form.

    >>> month_text(457)
    '2018-01'
    """
    year, number = year_month(month)
    return f"{year:04d}-{number:02d}"


def parse_month(text: str) -> int:
    """`2018-01` (or a whole date) to its month.

    Raises
    ------
    UsageError, if the text is not a month.

    >>> parse_month("2018-01")
    457
    """
    parts = text.strip().split("-")
    try:
        if len(parts) == 3:
            return month_of(date.fromisoformat(text.strip()))
        year, number = int(parts[0]), int(parts[1])
        return month_of(date(year, number, 1))
    except (ValueError, IndexError):
        raise UsageError(
            "{text!r} is not a month", remedy="Write a month as 2023-06.", text=text
        ) from None


def parse_day(text: str) -> date:
    """A date, or a partial one that counts from its last day.

    Raises
    ------
    UsageError, if the text is not a date.

    >>> parse_day("2023-07")
    datetime.date(2023, 7, 31)
    >>> parse_day("2022")
    datetime.date(2022, 12, 31)
    """
    cleaned = text.strip()
    try:
        match cleaned.count("-"):
            case 0 if len(cleaned) == 4:
                return date(int(cleaned), 12, 31)
            case 1:
                year, number = (int(part) for part in cleaned.split("-"))
                return date(year, number, monthrange(year, number)[1])
            case _:
                return date.fromisoformat(cleaned)
    except ValueError:
        raise UsageError(
            "{text!r} is not a date",
            remedy="Write a date as 2023-06-30, 2023-06 or 2023.",
            text=text,
        ) from None


def parse_horizons(text: str) -> tuple[int, ...]:
    """Months after an origin, as a range or a list.

    Raises
    ------
    UsageError, if the text holds anything but whole numbers from 1 to 120.

    >>> parse_horizons("3-5"), parse_horizons("1,6")
    ((3, 4, 5), (1, 6))
    """
    steps: list[int] = []
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            steps += range(int(first), int(last or first) + 1)
    except ValueError:
        steps = []
    if not steps or min(steps) < 1 or max(steps) > 120:
        raise UsageError(
            "{text!r} is not a list of horizons",
            remedy="Write horizons as 3-14 or 1,3,6: months after the origin, up to 120.",
            text=text,
        )
    return tuple(sorted(set(steps)))


def last_known_month(as_of: date) -> int:
    """Last month that could have been known by the end of `as_of`: its Candidate had appeared.

    >>> month_text(last_known_month(date(2023, 6, 30)))
    '2023-05'
    >>> month_text(last_known_month(date(2023, 6, 19)))
    '2023-04'
    """
    this = month_of(as_of)
    return this - 1 if as_of.day >= CANDIDATE_DAY else this - 2


def candidate_release_day(month: int) -> date:
    """The day from which a reconstruction treats `month` as known."""
    return first_day(month + 1) + timedelta(days=CANDIDATE_DAY - 1)


def month_expr(day: pl.Expr) -> pl.Expr:
    """The month of a date column, as Int32."""
    import polars as pl  # noqa: PLC0415  (months are counted where no table is read)

    return (day.dt.year() - FIRST_YEAR).cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32)
