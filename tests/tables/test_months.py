from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import UsageError
from tocsin.tables import months

days = st.dates(date(1980, 1, 1), date(2100, 12, 31))


def test_the_first_month_is_january_1980() -> None:
    assert months.month_of(date(1980, 1, 1)) == 1
    assert months.month_of(date(2018, 1, 1)) == 457  # the challenge's own example


@given(days)
def test_a_day_lies_in_its_month(day: date) -> None:
    month = months.month_of(day)
    assert months.first_day(month) <= day <= months.last_day(month)
    assert months.parse_month(months.month_text(month)) == month


@given(days)
def test_the_expression_agrees_with_the_function(day: date) -> None:
    frame = pl.DataFrame({"day": [day]})
    assert frame.select(months.month_expr(pl.col("day"))).item() == months.month_of(day)


@given(days)
def test_a_reconstruction_never_knows_a_month_before_its_release(day: date) -> None:
    known = months.last_known_month(day)
    assert months.candidate_release_day(known) <= day
    assert months.candidate_release_day(known + 1) > day


@given(days)
def test_what_is_known_never_shrinks(day: date) -> None:
    assert months.last_known_month(day) <= months.last_known_month(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023", date(2023, 12, 31)),
        ("2023-02", date(2023, 2, 28)),
        ("2024-02-03", date(2024, 2, 3)),
    ],
)
def test_a_partial_date_counts_from_its_last_day(written: str, day: date) -> None:
    assert months.parse_day(written) == day


@pytest.mark.parametrize("written", ["", "juin", "2023-13", "2023-02-30", "23", "2023-1-1-1"])
def test_what_is_not_a_date_says_how_to_write_one(written: str) -> None:
    with pytest.raises(UsageError, match="2023-06"):
        months.parse_day(written)


@pytest.mark.parametrize("written", ["", "2023", "2023-13", "2023-00", "June"])
def test_what_is_not_a_month_says_how_to_write_one(written: str) -> None:
    with pytest.raises(UsageError, match="2023-06"):
        months.parse_month(written)
