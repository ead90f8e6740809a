"""Slips of the pen: would one digit, or two neighbours exchanged, turn one number into another?"""

from typing import Literal

from tocsin.language.numbers import rounded

Slip = Literal["digit", "transposition"]


def one_slip(stated: float, needed: float, decimals: int = 0) -> Slip | None:
    """The single slip that makes `stated` out of `needed`, if there is one.

    >>> one_slip(1277, 1267), one_slip(1277, 1727), one_slip(1277, 1300)
    ('digit', 'transposition', None)
    """
    if needed < 0 or stated < 0 or stated == needed:
        return None
    one, other = (str(rounded(value, decimals)) for value in (stated, needed))
    if len(one) != len(other):
        return None
    places = [index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) == 1:
        return "digit"
    if len(places) == 2 and places[1] == places[0] + 1:
        first, second = places
        if one[first] == other[second] and one[second] == other[first]:
            return "transposition"
    return None
