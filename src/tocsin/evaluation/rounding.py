"""Figures as they are published."""


def six_digits(value: float) -> float:
    """To six significant digits, so that the last bits of a machine do not show.

    >>> six_digits(0.123456789)
    0.123457
    """
    return float(f"{value:.6g}")
