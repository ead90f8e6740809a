"""How warnings were answered: every figure equals a count by hand on a scripted set."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.warning.conftest import alert, at, hours

from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import (
    Acknowledgement,
    Decision,
    Escalation,
    Feedback,
    Response,
    WarningVersion,
)
from tocsin.warning.responding import median_days_to_decision, response_metrics
from tocsin.warning.standing import Standing, standings
from tocsin.warning.steps import Author, statement_of

START, NOW = at("2023-06-01T00:00"), at("2023-07-01T00:00")
OFFICER = Author("cell", "duty-officer")


def script(moment: datetime, number: int, steps: list, covered: str = "", state: str = "issued"):
    """One warning with its steps: (hours after the issue, body)."""
    subject = f"warning:mass-casualty/XEX.{number}/2023-06-01"
    body = WarningVersion(
        problem="mass-casualty", about=f"XEX.{number}", title=Words("t", "t"), level="alert",
        state=state,
        window_from="2023-06-01", window_to="2023-09-30",
        clock_from=str(moment.date()),
        likelihood_low=0.4, likelihood_high=0.6, covered_by=covered,
    )  # fmt: skip
    yield statement_of(body, subject, moment, OFFICER, source="rules")
    for after, step in steps:
        yield statement_of(step, subject, moment + hours(after), OFFICER, source="cell")


def ack(version: int = 1) -> Acknowledgement:
    return Acknowledgement(version=version, role="duty-officer")


def decided(what: str, reason: str | None = None) -> Decision:
    return Decision(version=1, role="decision-maker", decision=what, reason=reason)


ACTED = Response(role="decision-maker", action=Words("patrouille", "a patrol"))
CLIMBED = Escalation(
    version=1, rung=1, why="unacknowledged", from_role="duty-officer",
    to_role="analyst-in-charge", due="2023-06-02",
)  # fmt: skip


def scripted() -> list[Standing]:
    sets = [
        [(2, ack()), (20, decided("act")), (23, ACTED)],
        [(30, ack()), (71, decided("no_action", "no_access"))],
        [(80, decided("monitor"))],  # a decision acknowledges, too
        [(5, CLIMBED)],  # nobody ever answered
        [(1, ack()), (3, decided("no_action", "too_late")), (60, ACTED)],
    ]
    said = [one for i, steps in enumerate(sets) for one in script(START, i, steps)]
    said += script(NOW - hours(10), 8, [])  # its hours are not over
    said += script(START, 9, [(1, ack())], covered="mass-casualty/XEX")
    said += script(at("2023-05-01T00:00"), 10, [(1, ack())])  # before the period
    said += script(START, 11, [], state="draft")
    return list(standings(sorted(said, key=lambda one: one.known_at), "cell").values())


def test_figures_equal_a_count_by_hand() -> None:
    found = response_metrics(scripted(), [], START, NOW, NOW)
    assert found["issued"] == 6
    assert found["covered_by_a_larger_one"] == 1
    assert found["acknowledged"]["within_24_h"] == {"number": 2, "of": 5, "share": 0.4}
    assert found["acknowledged"]["within_72_h"] == {"number": 3, "of": 5, "share": 0.6}
    assert found["decided"]["within_24_h"] == {"number": 2, "of": 5, "share": 0.4}
    assert found["decided"]["within_72_h"] == {"number": 3, "of": 5, "share": 0.6}
    assert found["answered"]["within_24_h"] == {"number": 1, "of": 5, "share": 0.2}
    assert found["answered"]["within_72_h"] == {"number": 2, "of": 5, "share": 0.4}
    assert found["acknowledged"]["median_hours"] == 16  # 1, 2, 30, 80
    assert found["decisions"] == {"act": 1, "monitor": 1, "no_action": 2}
    assert found["no_action_by_reason"] == {"no_access": 1, "too_late": 1}
    assert found["responded"] == 2
    assert found["response_rate"] == pytest.approx(2 / 6, abs=1e-4)
    assert found["escalations"] == 1
    assert median_days_to_decision(scripted()) == pytest.approx((20 + 71) / 2 / 24, abs=1e-3)


def test_a_reporter_who_was_told_is_counted_once() -> None:
    alerts = [alert(START + hours(n)) for n in range(3)]
    told = Feedback(to="relay-1", alert=alerts[0].id, text=Words("t", "t"))
    said = script(START, 1, [(30, told), (40, told)])
    found = response_metrics(standings(said, "cell").values(), alerts, START, NOW, NOW)
    assert found["alerts_from_the_field"] == 3
    assert found["alerts_with_feedback"] == 1


@given(st.lists(st.one_of(st.none(), st.integers(1, 200)), max_size=12), st.integers(0, 200))
def test_shares_match_a_slow_count(acknowledged: list[int | None], now: int) -> None:
    said = [
        one
        for i, after in enumerate(acknowledged)
        for one in script(START, i, [] if after is None or after > now else [(after, ack())])
    ]
    moment = START + hours(now)
    found = response_metrics(standings(said, "cell").values(), [], START, moment, moment)
    for limit in (24, 72):
        inside = sum(after is not None and after <= min(limit, now) for after in acknowledged)
        over = len(acknowledged) if now >= limit else inside
        assert found["acknowledged"][f"within_{limit}_h"]["number"] == inside
        assert found["acknowledged"][f"within_{limit}_h"]["of"] == over
