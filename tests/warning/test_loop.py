"""The loop: clocks, escalation, decision, closure; and a week with a crash every hour."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.warning.conftest import FAR, HERE, NEXT, Clock, alert, at, counts_of, hours

from tocsin.errors import UsageError
from tocsin.ledger import Ledger
from tocsin.policy import Reader
from tocsin.tables.months import last_known_month
from tocsin.tables.statements import Statement
from tocsin.warning import steps
from tocsin.warning.board import board
from tocsin.warning.rulebook import shipped_rulebook
from tocsin.warning.standing import Standing, open_warnings
from tocsin.warning.steps import Author
from tocsin.workflow.watchkeeping import make_pass, read_standings

BOOK = shipped_rulebook()
ZERO = at("2020-02-13T10:00")
OFFICER, MINISTER = Author("cell", "duty-officer"), Author("cell", "decision-maker")
NAME = f"mass-casualty/{HERE}/2020-02-13"


def counts(now: datetime):
    """A violent area, and two that are not."""
    last = last_known_month(now.date())
    rows = {HERE: [9.0] * 40, NEXT: [0.0] * 40, FAR: [0.0] * 40}
    return {
        ("admin1", "ged_all"): counts_of(rows, last),
        ("country", "ged_all"): counts_of({"XEX": [9.0] * 40}, last, "country"),
    }


def run(ledger: Ledger, clock: Clock, now: datetime) -> list[Statement]:
    clock.now = now
    return make_pass(ledger, now, counts(ZERO), BOOK)


def standing(ledger: Ledger, now: datetime, name: str = NAME) -> Standing:
    return steps.find(read_standings(ledger, Reader("cell"), now), name)


def raised(ledger: Ledger, clock: Clock) -> Standing:
    """Two sources warn, and the first pass opens an imminent warning."""
    ledger.append([alert(ZERO, source="elders-1"), alert(ZERO, source="elders-2")])
    run(ledger, clock, ZERO + timedelta(minutes=5))
    return standing(ledger, ZERO + hours(1))


def test_ogossagou_nobody_answers_and_it_climbs_by_itself(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    assert held.body.level == "imminent"
    assert held.state == "issued"
    for hour in range(1, 25):
        run(ledger, clock, ZERO + hours(hour) + timedelta(minutes=5))
    held = standing(ledger, ZERO + hours(25))
    climbed = [one.body for one in held.steps["escalation"]]
    chain = BOOK.clocks.chain
    assert [one.to_role for one in climbed[:3]] == list(chain[1:])
    start = at("2020-02-13T10:05")
    expected = [start + hours(1), start + hours(2), start + hours(3), start + hours(5)]
    assert [at(one.due[:19]) for one in climbed[:4]] == expected
    # The chain has ended: the last role is asked again every four hours.
    assert [at(one.due[:19]) for one in climbed[4:]] == [
        start + hours(5 + 4 * again) for again in range(1, 5)
    ]
    # The log proves that each was written when it was due, not afterwards.
    for one in held.steps["escalation"]:
        late = at(one.recorded_at[:19]) - at(one.known_at[:19])
        assert timedelta(0) <= late <= hours(1)
        assert one.signature
    line = board(open_warnings(read_standings(ledger, Reader("cell"), None)), BOOK.clocks, ZERO)[0]
    assert line.id == NAME
    with pytest.raises(UsageError, match="cannot be closed"):
        steps.close(held, OFFICER, ZERO + hours(25))
    with pytest.raises(UsageError, match="needs a reason"):
        steps.decide(held, OFFICER, ZERO + hours(25), "no_action")
    ledger.append([steps.decide(held, OFFICER, ZERO + hours(25), "no_action", "too_late")])
    held = standing(ledger, ZERO + hours(26))
    ledger.append([steps.close(held, OFFICER, ZERO + hours(26), "occurred")])
    assert standing(ledger, ZERO + hours(27)).state == "closed"
    assert run(ledger, clock, ZERO + hours(28)) == [] or standing(ledger, ZERO + hours(29)).closure


def test_an_acknowledgement_stops_one_clock_and_starts_the_next(
    ledger: Ledger, clock: Clock
) -> None:
    held = raised(ledger, clock)
    ledger.append([steps.acknowledge(held, OFFICER, ZERO + timedelta(minutes=30))])
    run(ledger, clock, ZERO + hours(2))
    assert "escalation" not in standing(ledger, ZERO + hours(2)).steps
    run(ledger, clock, ZERO + hours(3))
    first = standing(ledger, ZERO + hours(3)).steps["escalation"][0].body
    assert (first.why, first.from_role, first.to_role) == (
        "undecided", "duty-officer", "analyst-in-charge",
    )  # fmt: skip
    held = standing(ledger, ZERO + hours(3))
    ledger.append([steps.decide(held, MINISTER, ZERO + hours(3), "act", option="patrol")])
    run(ledger, clock, ZERO + hours(30))
    held = standing(ledger, ZERO + hours(30))
    assert len(held.steps["escalation"]) == 1
    ledger.append([steps.respond(held, MINISTER, ZERO + hours(31), "patrol sent", "reduced")])
    assert standing(ledger, ZERO + hours(32)).state == "responded"


def test_a_long_outage_loses_no_escalation_and_doubles_none(
    new_ledger: Callable[[str], Ledger], clock: Clock
) -> None:
    watched, asleep = new_ledger("watched"), new_ledger("asleep")
    reports = [alert(ZERO, source="elders-1"), alert(ZERO, source="elders-2")]
    for one in (watched, asleep):
        one.append(reports)
        run(one, clock, ZERO + timedelta(minutes=5))
    for hour in range(1, 13):
        run(watched, clock, ZERO + hours(hour))
    run(asleep, clock, ZERO + hours(12))  # nothing ran for twelve hours
    run(asleep, clock, ZERO + hours(3))  # and the clock jumps back
    run(asleep, clock, ZERO + hours(12))
    assert contents(watched) == contents(asleep)
    late = standing(asleep, ZERO + hours(13)).steps["escalation"][0]
    assert at(late.recorded_at[:19]) - at(late.known_at[:19]) > hours(10)


def contents(ledger: Ledger) -> list[tuple[str, str, str, object]]:
    """Everything in a ledger but when this node happened to write it, and the salts."""
    everything = ledger.view(Reader("cell")).each()
    return sorted((one.id, one.kind, one.known_at, one.body) for one in everything)


class Killed(BaseException):
    """The process dies."""


class Mortal:
    """A ledger whose process dies before or after it writes."""

    def __init__(self, ledger: Ledger, when: str):
        self._ledger, self._when = ledger, when

    def __getattr__(self, name: str):
        return getattr(self._ledger, name)

    def append(self, statements):
        if self._when == "before":
            raise Killed
        self._ledger.append(statements)
        raise Killed


def test_a_week_with_a_crash_every_hour_is_the_same_week(
    new_ledger: Callable[[str], Ledger], clock: Clock
) -> None:
    """Reports come in, nobody answers for two days, then people act; every pass may die."""
    calm, stormy = new_ledger("calm"), new_ledger("stormy")
    script = {
        0: [alert(ZERO, source="elders-1")],
        20: [alert(ZERO + hours(20), source="elders-2")],
        90: [alert(ZERO + hours(90), source="elders-3")],
    }
    for hour in range(0, 24 * 7):
        now = ZERO + hours(hour)
        for one in (calm, stormy):
            clock.now = now
            one.append(script.get(hour, []))
            if hour == 50:
                held = standing(one, now)
                one.append([steps.acknowledge(held, OFFICER, now)])
        if hour % 3 == 0:  # the calm watch looks every three hours, and the stormy one dies
            run(calm, clock, now)
            for when in ("before", "after"):
                with pytest.raises(Killed) if wrote(stormy, clock, now) else nothing():
                    make_pass(Mortal(stormy, when), now, counts(ZERO), BOOK)
            run(stormy, clock, now + timedelta(minutes=3))
    assert contents(calm) == contents(stormy)
    kinds = [kind for _, kind, _, _ in contents(calm)]
    assert kinds.count("escalation") > 10
    assert kinds.count("warning") >= 2


def wrote(ledger: Ledger, clock: Clock, now: datetime) -> bool:
    """Whether a pass would write at all: only then can it die while writing."""
    clock.now = now

    class Asked(Mortal):
        def append(self, statements):
            raise Killed

    try:
        make_pass(Asked(ledger, "before"), now, counts(ZERO), BOOK)
    except Killed:
        return True
    return False


class nothing:  # noqa: N801  (reads as a word in a `with`)
    def __enter__(self) -> None: ...

    def __exit__(self, *given: object) -> None: ...


def test_only_the_release_authority_holds_and_evidence_stays(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    with pytest.raises(UsageError, match="release authority"):
        steps.hold(held, OFFICER, ZERO + hours(1), True, "talks")
    authority = Author("cell", "release-authority")
    ledger.append([steps.hold(held, authority, ZERO + hours(1), True, "talks under way")])
    after = standing(ledger, ZERO + hours(2))
    assert after.held
    assert after.body.firings == held.body.firings
    run(ledger, clock, ZERO + hours(3))
    assert standing(ledger, ZERO + hours(3)).steps["escalation"], "clocks run on"


def test_one_warning_a_problem_and_area(ledger: Ledger, clock: Clock) -> None:
    raised(ledger, clock)
    for hour in (2, 26, 50):
        run(ledger, clock, ZERO + hours(hour))
    found = read_standings(ledger, Reader("cell"), None)
    names = [(one.body.problem, one.body.about) for one in found.values()]
    assert len(names) == len(set(names))
