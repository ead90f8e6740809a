"""Lines of the table of targets."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One target. `study` is a history-only study made before this program, on the same windows."""

    what: str
    baseline: str
    study: str
    goal: str
    measured: str
    met: bool | None


def as_table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table."""
    marks = {True: "met", False: "**missed**", None: ""}
    head = ["| | baseline | study | to reach | measured | |", "|---|---|---|---|---|---|"]
    rows = [
        f"| {one.what} | {one.baseline} | {one.study} | {one.goal} | {one.measured} "
        f"| {marks[one.met]} |"
        for one in lines
    ]
    return "\n".join([*head, *rows])
