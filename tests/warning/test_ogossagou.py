"""Ogossagou, 14 February 2020: an alert at hour zero, nobody answers, and the log proves it."""

from datetime import datetime, timedelta

import pytest

from tocsin.cli.telling import tell_drill
from tocsin.workflow.drilling import drill


@pytest.fixture(scope="module")
def log():
    return drill("ogossagou", hours=12)


def of(log, kind: str):
    return [one for one in log["log"] if one["kind"] == kind]


def test_it_is_raised_by_two_leaders_alone_and_climbs_on_time_at_each_level(log) -> None:
    warning = of(log, "warning")[0]
    assert warning["says"]["level"] == "imminent"
    raised = datetime.fromisoformat(warning["at"])
    climbed = of(log, "escalation")
    roles = [one["says"]["to_role"] for one in climbed]
    assert roles[:3] == ["analyst-in-charge", "decision-maker", "head-of-organisation"]
    assert set(roles[3:]) == {"head-of-organisation"}, "and again, and again"
    hours = [(datetime.fromisoformat(one["at"]) - raised) / timedelta(hours=1) for one in climbed]
    assert hours == [1, 2, 3, 5, 9]
    for one in climbed:
        assert one["says"]["due"][:19] == one["at"][:19]
        assert one["written_late_seconds"] == 0
        assert one["signature"]


def test_it_has_reached_the_head_hours_before_the_attack(log) -> None:
    (attack,) = of(log, "world")
    told = [
        one["hours"]
        for one in of(log, "delivery")
        if (one["says"]["role"], one["says"]["outcome"]) == ("head-of-organisation", "sent")
    ]
    assert attack["hours"] - min(told) > 7


def test_it_ends_only_with_a_decision_or_a_reason(log) -> None:
    assert log["refused"] == ["this warning has not been decided: it cannot be closed"]
    assert [one["says"]["reason"] for one in of(log, "decision")] == ["too_late"]
    assert of(log, "closure")
    assert log["verified"]["sound"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_log_is_printed_in_both_languages(log, lang) -> None:
    told = tell_drill(log, lang)
    print(told)
    assert ("EXERCICE" in told) == (lang == "fr")
    assert "unacknowledged" not in told.replace("Nobody", "") or lang == "en"
