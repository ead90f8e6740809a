"""Long lists made scannable: open warnings by how soon somebody must act, the first few of each."""

from typing import Any

from tocsin.language import number
from tocsin.tables.kinds.warnings import LEVELS
from tocsin.web.room.asking import Asked
from tocsin.web.room.marking import SOON

FIRST = 6  # lines shown at once of each group, and of a list beside a map
DAY = 24  # hours


def folded(lines: list[Any], first: int = FIRST) -> tuple[list[Any], list[Any]]:
    """The first few of a list, and what stands behind one click; one line alone is not folded.

    >>> folded([1, 2, 3, 4], 2), folded([1, 2, 3], 2)
    (([1, 2], [3, 4]), ([1, 2, 3], []))
    """
    return (lines, []) if len(lines) <= first + 1 else (lines[:first], lines[first:])


def by_urgency(lines: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """Lines of the board in groups: due soon, within a day, later, and where nobody is waited for.

    Within a group the highest level comes first, then the soonest due. Each group says how many it
    holds, and what is folded away of it, by level.
    """
    names = (
        asked.say("Due within {hours} hours, or over", hours=SOON),
        asked.say("Due within {hours} hours", hours=DAY),
        asked.say("Due later"),
        asked.say("Decided: nobody is waited for"),
    )
    groups: list[list[dict[str, Any]]] = [[] for _ in names]
    for one in lines:
        groups[_urgency(one, asked)].append(one)
    return [
        {"name": name, "count": number(len(held), asked.lang), **_fold(held)}
        for name, held in zip(names, groups, strict=True) if held
    ]  # fmt: skip


def _urgency(one: dict[str, Any], asked: Asked) -> int:
    """Which group a line belongs to, 0 the most urgent."""
    if one["due"] is None:
        return 3
    hours = (one["due"] - asked.moment).total_seconds() / 3600
    return 0 if hours <= SOON else 1 if hours <= DAY else 2


def _fold(held: list[dict[str, Any]]) -> dict[str, Any]:
    held = sorted(held, key=lambda one: (-_height(one), one["order"]))
    shown, rest = folded(held)
    return {"shown": shown, "rest": rest, "levels": levels_of(rest)}


def levels_of(lines: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """How many lines of each level: its shape, its word, and the number."""
    counts: dict[tuple[str, str], int] = {}
    for one in lines:
        mark = one["mark"].shape, one["mark"].word
        counts[mark] = counts.get(mark, 0) + 1
    return [(*mark, count) for mark, count in counts.items()]


def _height(one: dict[str, Any]) -> int:
    """How high a level stands; an opening for talks below the dangers."""
    return -1 if one["opportunity"] else LEVELS.index(one["level"])
