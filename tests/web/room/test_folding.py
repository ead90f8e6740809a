"""Long lists made scannable: by how soon, the highest first, nothing lost behind the fold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.web.room.asking import Asked
from tocsin.web.room.folding import FIRST, by_urgency
from tocsin.web.room.marking import LevelMark

NOON = datetime(2023, 6, 30, 12, tzinfo=UTC)
ASKED = Asked(
    handle="d-1", organisation="node-x", role="duty-officer", lang="en", path="/",
    now=NOON, words={}, csrf="",
)  # fmt: skip


def line(hours: float | None, level: str, opening: bool = False) -> dict[str, Any]:
    due = None if hours is None else NOON + timedelta(hours=hours)
    return {
        "due": due, "level": level, "opportunity": opening, "order": (due is None, str(due or "")),
        "mark": LevelMark(level, level.capitalize(), ""),
    }  # fmt: skip


def test_who_must_act_soonest_comes_first_and_the_highest_level_within() -> None:
    lines = [
        line(None, "imminent"), line(30, "watch"), line(20, "elevated"), line(21, "imminent"),
        line(5, "watch"), line(-3, "watch"), line(22, "imminent", opening=True),
    ]  # fmt: skip
    groups = by_urgency(lines, ASKED)
    hours = [
        [one["due"] and (one["due"] - NOON).total_seconds() / 3600 for one in group["shown"]]
        for group in groups
    ]
    assert hours == [[-3, 5], [21, 20, 22], [30], [None]]


def test_what_is_folded_is_counted_by_level_and_all_of_it_is_there() -> None:
    lines = [line(10, "elevated") for _ in range(9)] + [line(9, "watch") for _ in range(3)]
    (group,) = by_urgency(lines, ASKED)
    assert len(group["shown"]) == FIRST
    assert group["levels"] == [("elevated", "Elevated", 9 - FIRST), ("watch", "Watch", 3)]
    held = [*group["shown"], *group["rest"]]
    assert sorted(map(id, held)) == sorted(map(id, lines))
