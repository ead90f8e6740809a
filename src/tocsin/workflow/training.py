"""A team in training: a store that is an exercise for good, a month fed day by day, and its score.

The truth is in no file of the store: it follows from the seed, which only the score reads.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import StoreDamaged, UsageError
from tocsin.workflow.arriving import is_exercise_store
from tocsin.workflow.corroborating import groups_linked
from tocsin.workflow.verifying import UNJUDGED, Account, reports

if TYPE_CHECKING:
    from tocsin.exercise.reports import Account as Told
    from tocsin.intake.exports import Row

TEAM = "exercise"  # the organisation of every exercise


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the month has got."""

    seed: int
    next_day: str


def start(seed: int) -> dict[str, Any]:
    """Make an empty store an exercise, for its whole life, on the month of this seed.

    Raises
    ------
    UsageError, if the store holds anything, or is an exercise already.
    """
    from tocsin.exercise.reports import FIRST_DAY
    from tocsin.lake import name_node
    from tocsin.settings import read_settings

    settings = read_settings()
    home = settings.home
    if home.exists() and any(home.iterdir()):
        raise UsageError(
            "an exercise needs a store of its own, and this one holds something",
            where=str(home),
            remedy="Name an empty folder: TOCSIN_HOME=FOLDER tocsin exercise start --seed N",
        )
    name_node(home, TEAM, exercise=True)
    _write(State(seed, FIRST_DAY.isoformat()))
    return {"exercise": True, "store": str(home), "first_day": FIRST_DAY.isoformat()}


def feed() -> dict[str, Any]:
    """Bring in the reports of the next day of the month; a day that broke off is brought whole.

    Raises
    ------
    UsageError, if the store is no exercise, or the month is over.
    """
    from tocsin.exercise.script import LAST_DAY
    from tocsin.workflow.receiving import take_in

    state = _read()
    day = date.fromisoformat(state.next_day)
    if day > LAST_DAY:
        raise UsageError("the month is over", remedy="See how it went: tocsin exercise score")
    at = datetime.combine(day, time(18), UTC)
    made = take_in(_rows(state.seed, day, at), at)
    _write(State(state.seed, (day + timedelta(days=1)).isoformat()))
    return {"exercise": True, "day": day.isoformat(), "received": made.added, "ids": made.ids}


def score(reader: str = "") -> dict[str, Any]:
    """How a team's verdicts, links and places did against the truth, on what has come so far.

    Verdicts: `lies_caught` of `lies`, `lies_believed`, `true_upheld`, `true_called_false`; what was
    not judged is counted as `open`. Links: precision and recall over pairs of reports, and
    `over_merged`, the share of linked groups that hold more than one event. `machine` is how the
    matcher alone would have grouped the same reports. `silences`: region-weeks of which nobody
    wrote or could look, among those that are over.
    """
    from tocsin.exercise.reports import month_of_reports
    from tocsin.workflow.practising import pairs_right

    state = _read()
    told = month_of_reports(state.seed)
    held = {
        number: one
        for one in reports(reader)
        if one.report.kind == "report" and (number := _number(one)) is not None
    }
    truth = {one.report.id: told[number].truth for number, one in held.items()}
    placed = [_is_right_place(one, told[number]) for number, one in held.items() if one.placement]
    precision, recall, over = pairs_right(groups_linked(list(held.values())), truth)
    return {
        "exercise": True,
        "reports": len(truth),
        **_verdicts([(one, told[number]) for number, one in held.items()]),
        "links_precision": round(precision, 3),
        "links_recall": round(recall, 3),
        "over_merged": round(over, 3),
        "placed": len(placed),
        "placed_right": sum(placed),
        "silences": _silences(state),
        "machine": _machine(set(held), told),
    }


def _verdicts(held: list[tuple[Account, Told]]) -> dict[str, int]:
    found: Counter[str] = Counter(
        lies=0, lies_caught=0, lies_believed=0, true=0, true_upheld=0, true_called_false=0, open=0
    )
    for one, account in held:
        is_lie = account.truth.startswith("lie")
        found["lies" if is_lie else "true"] += 1
        if one.status in ("received", *UNJUDGED):
            found["open"] += 1
        elif one.status in ("verified", "partly"):
            found["lies_believed" if is_lie else "true_upheld"] += 1
        elif one.status == "false":
            found["lies_caught" if is_lie else "true_called_false"] += 1
    return dict(found)


def _silences(state: State) -> dict[str, int]:
    from tocsin.exercise.script import weeks

    over = [one for one in weeks(state.seed) if one.last_day.isoformat() < state.next_day]
    return {name: sum(one.state == name for one in over) for name in ("seen", "blind", "silent")}


def _machine(numbers: set[int], told: list[Told]) -> dict[str, float]:
    from tocsin.intake.grouping import groups
    from tocsin.workflow.practising import finder_of_places, pairs_right, trace_of_account

    finder = finder_of_places()
    traces = [trace_of_account(f"{n:04d}", told[n], finder)[0] for n in sorted(numbers)]
    truth = {f"{n:04d}": told[n].truth for n in numbers}
    precision, recall, over = pairs_right(groups([one for one in traces if one]), truth)
    return {"precision": round(precision, 3), "recall": round(recall, 3),
            "over_merged": round(over, 3)}  # fmt: skip


def _rows(seed: int, day: date, at: datetime) -> list[Row]:
    """What comes on a day, as submissions; each under its own name, so that none counts twice."""
    from tocsin.exercise.script import arriving_on, weeks
    from tocsin.intake.exports import Row
    from tocsin.intake.submissions import Submission

    rows = [
        Row(line, Submission("incident", one.answers, one.reporter, "sms", at, _name(number)))
        for line, (number, one) in enumerate(arriving_on(seed, day), start=1)
    ]
    for week in weeks(seed):
        if week.last_day + timedelta(days=1) == day and week.state != "silent":
            slug = week.region.lower().replace(" ", "-").encode("ascii", "ignore").decode()
            name = f"exercise-{week.last_day}-{slug}"
            sent = Submission("situation", week.answers, f"m-{slug}", "web", at, name)
            rows.append(Row(len(rows) + 1, sent))
    return rows


def _name(number: int) -> str:
    return f"exercise-{number:04d}"


def _number(one: Account) -> int | None:
    """The number in the month of an account; None for one that is none of its."""
    start, _, number = str(getattr(one.report.body, "instance", "")).partition("-")
    return int(number) if start == "exercise" and number.isdigit() else None


def _is_right_place(one: Account, account: Told) -> bool:
    assert one.placement is not None
    return bool(getattr(one.placement.body, "place", "") == account.spot.name)


def _path() -> Path:
    from tocsin.settings import read_settings

    return read_settings().home / "exercise.json"


def _read() -> State:
    if not is_exercise_store():
        raise UsageError(
            "this store is no exercise",
            remedy="Make one: TOCSIN_HOME=FOLDER tocsin exercise start --seed N",
        )
    try:
        return msgspec.json.decode(_path().read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreDamaged(
            "the exercise's file cannot be read ({why})", where=str(_path()), why=str(error)
        ) from error


def _write(state: State) -> None:
    from tocsin.lake.room import room_to_write

    path = _path()
    with room_to_write(path.parent):
        draft = path.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(state))
        draft.replace(path)
