"""What a figure says as a number: its interval, its rounding, its words."""

import math
from decimal import Decimal
from typing import NamedTuple

from tocsin.knowledge.sentences import Amount, words
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Figure

BOUNDS = {
    "exact": "{value}",
    "about": "about {value}",
    "at_least": "at least {value}",
    "at_most": "at most {value}",
    "more_than": "more than {value}",
    "less_than": "less than {value}",
}


class Interval(NamedTuple):
    """The values that a figure allows, both ends included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether `value` is allowed, but for the last bits of a float."""
        slack = 1e-9 * max(1.0, abs(value))
        return self.low - slack <= value <= self.high + slack

    def meets(self, other: "Interval") -> bool:
        """Whether both allow some value."""
        return self.low <= other.high and other.low <= self.high


def decimals_of(figure: Figure) -> int:
    """With how many decimals the figure was stated.

    >>> from tocsin.tables.kinds import Words
    >>> one = Figure(quantity="q", title=Words(en="t"), unit="percent", value=38.23)
    >>> decimals_of(one)
    2
    """
    if figure.decimals is not None:
        return figure.decimals
    stated = figure.value if figure.value is not None else (figure.low or figure.high or 0)
    exponent = Decimal(repr(stated)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def interval(figure: Figure) -> Interval:
    """The values that a figure allows, by its bound and its rounding.

    A percentage is good to half of its last decimal; *about* to half of its last digit that is
    not zero (about 300: 250 to 350); *at least* is open above.
    """
    if figure.value is None:
        return Interval(
            -math.inf if figure.low is None else figure.low,
            math.inf if figure.high is None else figure.high,
        )
    value = float(figure.value)
    half = _half_of_last_digit(figure)
    match figure.bound:
        case "exact" | "about":
            return Interval(value - half, value + half)
        case "at_least" | "more_than":
            return Interval(value, math.inf)
        case _:
            return Interval(-math.inf, value)


def _half_of_last_digit(figure: Figure) -> float:
    value = Decimal(repr(figure.value))
    if figure.bound == "about" and value:
        exponent = value.normalize().as_tuple().exponent
        return float(Decimal(5).scaleb(int(exponent) - 1))
    decimals = decimals_of(figure)
    if figure.unit == "percent" or decimals:
        return float(Decimal(5).scaleb(-decimals - 1))
    return 0.0


def amount(figure: Figure, value: float | None = None) -> Amount:
    """A value in the figure's own unit and decimals."""
    chosen = figure.value if value is None else value
    return Amount(float(chosen or 0), decimals_of(figure), figure.unit)


def bounded(bound: str, value: Amount) -> Words:
    """A number with its bound: *about 300*, *at least 500*."""
    return words(BOUNDS[bound], value=value)


def stated(figure: Figure) -> Words:
    """The figure in words: *at least 500*, *39.40%*, *300 to 350*."""
    if figure.value is not None:
        return bounded(figure.bound, amount(figure))
    low, high = figure.low, figure.high
    if low is not None and high is not None:
        return words("{low} to {high}", low=amount(figure, low), high=amount(figure, high))
    if low is not None:
        return words("at least {value}", value=amount(figure, low))
    return words("at most {value}", value=amount(figure, high))
