"""Levels of area, targets of counting, and the words for both."""

from typing import Literal

from tocsin.errors import UnknownName

Level = Literal["country", "admin1", "priogrid"]
Target = Literal["ged_sb", "ged_ns", "ged_os", "ged_all"]
Violence = Literal["sb", "ns", "os", "other"]

LEVELS: tuple[Level, ...] = ("country", "admin1", "priogrid")
TARGETS: tuple[Target, ...] = ("ged_sb", "ged_ns", "ged_os", "ged_all")
# Types of violence: state-based, non-state, one-sided; "other" holds what no target counts.
VIOLENCE: tuple[Violence, ...] = ("sb", "ns", "os", "other")


def counted_violence(target: Target) -> tuple[Violence, ...]:
    """The types of violence whose deaths `target` counts.

    >>> counted_violence("ged_all")
    ('sb', 'ns', 'os')
    """
    if target == "ged_all":
        return ("sb", "ns", "os")
    kinds: dict[str, tuple[Violence, ...]] = {
        "ged_sb": ("sb",),
        "ged_ns": ("ns",),
        "ged_os": ("os",),
    }
    return kinds[target]


def require_level(text: str) -> Level:
    """`text` as a level.

    Raises
    ------
    UnknownName
    """
    for level in LEVELS:
        if text == level:
            return level
    raise UnknownName(
        "no level is named {name!r}",
        remedy="Choose one of {choices}.",
        name=text,
        choices=", ".join(LEVELS),
    )


def require_target(text: str) -> Target:
    """`text` as a target.

    Raises
    ------
    UnknownName
    """
    for target in TARGETS:
        if text == target:
            return target
    raise UnknownName(
        "no target is named {name!r}",
        remedy="Choose one of {choices}.",
        name=text,
        choices=", ".join(TARGETS),
    )
