"""A position in any usual notation, read strictly: what is not understood whole is not a position.

Known libraries take the part of a text that they understand for the whole and give a point far
away without a word; a report's position must be right or absent.
"""

import re

from tocsin.intake.submissions import western_digits

_LONGEST = 80
_PARTED = re.compile(r"[\s,;/]+|(?<=[NSEWOnsewo])(?=\d)")
_HALF = re.compile(
    r"""(?P<before>[NSEWO])?\s*
    (?P<sign>[+−-])?\s*
    (?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*(?P<marked>[°º])?
    (?:\s*(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['’′]?)?
    (?:\s*(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|'')?)?
    \s*(?P<after>[NSEWO])?""",
    re.VERBOSE | re.IGNORECASE,
)


def read_position(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees (WGS 84), or None if the text is no position.

    Decimal degrees, degrees and minutes, or with seconds; N S E W (or O) before or after, or a
    sign; latitude first where no letter says otherwise; a comma may part decimals. A text that
    could mean two positions is none.

    >>> read_position("16°16′12″N 3°0′W")
    (16.27, -3.0)
    >>> read_position("16,27 -3,05"), read_position("W 3.05, N 16.27")
    ((16.27, -3.05), (16.27, -3.05))
    >>> read_position("12 km au nord de Old Ford") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    plain = " ".join(western_digits(text).split())
    found = {
        position
        for gap in _PARTED.finditer(plain)
        if (position := _both(plain[: gap.start()], plain[gap.end() :]))
    }
    return found.pop() if len(found) == 1 else None


def _both(first: str, second: str) -> tuple[float, float] | None:
    one, other = _degrees(first), _degrees(second)
    if one is None or other is None or (one[1] and one[1] == other[1]):
        return None
    swapped = one[1] == "x" or other[1] == "y"
    latitude, longitude = (other[0], one[0]) if swapped else (one[0], other[0])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return round(latitude, 6), round(longitude, 6)


def _degrees(text: str) -> tuple[float, str] | None:
    """Degrees with their sign, and the axis that a letter names (`y`, `x` or none)."""
    found = _HALF.fullmatch(text.strip())
    if found is None:
        return None
    letters, sign = [one for one in (found["before"], found["after"]) if one], found["sign"]
    numbers = [
        float(one.replace(",", "."))
        for one in (found["degrees"], found["minutes"], found["seconds"])
        if one
    ]
    if len(letters) > 1 or (letters and sign):
        return None
    if len(numbers) > 1 and not (letters or found["marked"]):
        return None  # bare numbers in a row may be anything
    if any(one % 1 for one in numbers[:-1]) or any(one >= 60 for one in numbers[1:]):
        return None  # only the last part has decimals, and minutes end at sixty
    value = sum(one / 60**power for power, one in enumerate(numbers))
    letter = letters[0].upper() if letters else ""
    if letter in ("S", "W", "O") or sign in ("-", "−"):
        value = -value
    return value, {"": "", "N": "y", "S": "y"}.get(letter, "x")
