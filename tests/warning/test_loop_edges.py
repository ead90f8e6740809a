"""Edges of the loop: covers, ends, forged steps, exercises, and what is said again after an end."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from tests.warning.conftest import HERE, Clock, alert, at, counts_of, hours
from tests.warning.test_loop import BOOK, MINISTER, OFFICER, ZERO, contents, raised, run, standing

from tocsin.errors import UsageError
from tocsin.ledger import Ledger
from tocsin.policy import Reader
from tocsin.tables.kinds.warnings import Closure
from tocsin.tables.months import last_known_month
from tocsin.warning import steps
from tocsin.warning.board import board
from tocsin.warning.problems import rank
from tocsin.warning.standing import open_warnings
from tocsin.warning.steps import Author, statement_of
from tocsin.workflow.using import uses_of
from tocsin.workflow.watchkeeping import make_pass, read_silences, read_standings

ANALYST = Author("cell", "analyst")


def everything(ledger: Ledger):
    return read_standings(ledger, Reader("cell"), None)


def about(ledger: Ledger, area: str = HERE, problem: str = "mass-casualty"):
    return [
        one
        for one in everything(ledger).values()
        if (one.body.problem, one.body.about) == (problem, area)
    ]


def test_a_field_alert_raises_where_nothing_is_counted(ledger: Ledger, clock: Clock) -> None:
    ledger.append([alert(ZERO, source="elders-1"), alert(ZERO, source="elders-2")])
    clock.now = ZERO + timedelta(minutes=5)
    make_pass(ledger, clock.now, {}, BOOK)
    assert [one.body.level for one in about(ledger)] == ["imminent"]


def test_an_end_without_a_decision_is_none_whoever_writes_it(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    for body in (
        Closure(how="closed", outcome="averted"),
        Closure(how="superseded", by="warning:nothing/of/that/name"),
        Closure(how="superseded", by=held.subject),
    ):
        forged = statement_of(body, held.subject, ZERO + hours(1), ANALYST, source="cell")
        ledger.append([forged])
    after = standing(ledger, ZERO + hours(2))
    assert after.is_open
    assert len(after.steps["void_closure"]) == 3
    run(ledger, clock, ZERO + hours(2))
    assert standing(ledger, ZERO + hours(3)).steps["escalation"]


def test_a_partner_neither_answers_nor_closes_nor_mutes_what_this_house_warns_of(
    ledger: Ledger, clock: Clock
) -> None:
    """Whatever a partner signs and releases to this house about a warning of its own."""
    held = raised(ledger, clock)
    before, moment = standing(ledger, ZERO + hours(2)), ZERO + hours(1)
    theirs = Author("north", "duty-officer")
    lower = msgspec.structs.replace(held.body, version=held.body.version + 1, level="watch")
    forged = [
        steps.acknowledge(held, theirs, moment),
        statement_of(lower, held.subject, moment, theirs, source="north"),
        steps.silence(theirs, moment, "2099-12-31", "forged"),
        steps.dissent(held, theirs, moment, "they see it otherwise"),
    ]
    ledger.append([msgspec.structs.replace(one, rel_to=("cell",), tlp="AMBER") for one in forged])
    after = standing(ledger, ZERO + hours(2))
    assert (after.state, after.current) == (before.state, before.current)
    assert after.steps["dissent"]
    assert read_silences(ledger, ZERO + hours(2)) == []


def test_a_warning_outlives_its_retraction(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    from tocsin.tables.kinds import KINDS

    body = KINDS["retraction"](reason="not wanted")
    one = steps.dissent(held, ANALYST, ZERO + hours(1), "not wanted")
    ledger.append(
        [msgspec.structs.replace(one, kind="retraction", body=body, retracts=held.current.id)]
    )
    assert held.subject in {each.subject for each in open_warnings(everything(ledger))}


def test_a_step_of_an_exercise_does_nothing_to_a_real_warning(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    drill = Author("cell", "duty-officer", exercise=True)
    ledger.append([steps.acknowledge(held, drill, ZERO + timedelta(minutes=20))])
    assert standing(ledger, ZERO + hours(1)).acknowledged is None
    before = contents(ledger)
    make_pass(ledger, ZERO + hours(30), {}, BOOK, exercise=True)
    exercised = [one for one in contents(ledger) if one not in before]
    assert not [one for one in exercised if one[1] == "escalation"]
    run(ledger, clock, ZERO + hours(31))
    assert standing(ledger, ZERO + hours(32)).steps["escalation"]


def test_what_a_person_closed_opens_again_on_new_evidence_only(
    ledger: Ledger, clock: Clock
) -> None:
    held = raised(ledger, clock)
    ledger.append([steps.decide(held, MINISTER, ZERO + hours(1), "act", option="patrol")])
    held = standing(ledger, ZERO + hours(1))
    ledger.append([steps.close(held, OFFICER, ZERO + hours(1), "averted")])
    for later in (2, 24, 48):
        run(ledger, clock, ZERO + hours(later))
        assert len(about(ledger)) == 1, "the same reports say nothing new"
    ledger.append([alert(ZERO + hours(3), source="elders-3")])
    run(ledger, clock, ZERO + hours(3) + timedelta(minutes=5))
    again = about(ledger)
    assert [one.is_open for one in sorted(again, key=lambda one: one.subject)] == [False, True]
    assert again[-1].subject.endswith("2020-02-13.2"), "a second one on that day has its own name"


def country_counts(deaths: float):
    """Everything violent, so that the country's own warning may cover the area's."""
    last = last_known_month(ZERO.date())
    return {
        ("admin1", "ged_all"): counts_of({HERE: [deaths] * 40}, last),
        ("country", "ged_all"): counts_of({"XEX": [deaths] * 40}, last, "country"),
    }


def covered_book():
    """Mass-casualty warnings of areas, covered by the same problem asked of the country."""
    problem = msgspec.structs.replace(BOOK.problems["mass-casualty"], opens_at="watch")
    country = msgspec.structs.replace(problem, where=msgspec.structs.replace(
        problem.where, level="country"))  # fmt: skip
    area = msgspec.structs.replace(problem, inhibited_by=("country-wide",))
    return replace(BOOK, problems={"mass-casualty": area, "country-wide": country})


def look(ledger: Ledger, clock: Clock, now, reports=()) -> None:
    clock.now = now
    ledger.append(reports)
    make_pass(ledger, now, country_counts(30.0), covered_book())


def test_a_country_covers_its_areas_until_one_of_them_is_worse(
    ledger: Ledger, clock: Clock
) -> None:
    look(ledger, clock, ZERO)
    (area,), (country,) = about(ledger), about(ledger, "XEX", "country-wide")
    assert area.body.covered_by == "country-wide/XEX"
    assert not country.body.covered_by
    look(ledger, clock, ZERO + hours(30))
    assert "escalation" not in about(ledger)[0].steps, "a covered warning asks nobody"
    assert about(ledger, "XEX", "country-wide")[0].steps["escalation"]
    worse = [alert(ZERO + hours(31), source=f"elders-{each}") for each in (1, 2)]
    look(ledger, clock, ZERO + hours(31) + timedelta(minutes=5), worse)
    (area,) = about(ledger)
    assert rank(area.body.level) > rank(country.body.level)
    assert (area.body.covered_by, area.body.change) == ("", "uncovered")
    look(ledger, clock, ZERO + hours(33))
    assert about(ledger)[0].steps["escalation"], "its own clock runs from then"


def test_a_covered_warning_goes_with_the_decision_on_the_larger_one(
    ledger: Ledger, clock: Clock
) -> None:
    look(ledger, clock, ZERO)
    after = at("2020-06-30T10:00")
    look(ledger, clock, after)
    assert about(ledger)[0].is_open, "the larger one is not decided"
    (larger,) = about(ledger, "XEX", "country-wide")
    ledger.append([steps.decide(larger, MINISTER, after, "monitor")])
    look(ledger, clock, after + hours(1))
    ended = min(about(ledger), key=lambda one: one.subject)
    assert (ended.state, ended.closure.body.by) == ("superseded", larger.subject)


def test_superseding_by_hand_needs_one_that_asks(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    with pytest.raises(UsageError, match="nobody would be asked"):
        steps.supersede(held, held, OFFICER, ZERO + hours(1))
    ledger.append([alert(ZERO, area="XEX.brin", source=f"relay-{each}") for each in (1, 2)])
    run(ledger, clock, ZERO + hours(1))
    (other,) = about(ledger, "XEX.brin")
    ledger.append([steps.supersede(held, other, OFFICER, ZERO + hours(1))])
    after = standing(ledger, ZERO + hours(2))
    assert after.state == "superseded"
    assert other.is_open


def test_the_board_says_what_is_silenced_owed_and_undelivered(ledger: Ledger, clock: Clock) -> None:
    held = raised(ledger, clock)
    now = ZERO + hours(1)
    ledger.append([steps.silence(ANALYST, ZERO, "2020-02-20", "army exercise", area="XEX")])
    ledger.append([steps.decide(held, MINISTER, now, "monitor")])

    def line():
        found = open_warnings(everything(ledger))
        lines = board(found, BOOK.clocks, now, read_silences(ledger, now))
        return next(each for each in lines if each.id == held.id)

    assert (line().silenced_until, line().silenced_why) == ("2020-02-20", "army exercise")
    assert line().feedback_owed
    ledger.append([steps.give_feedback(standing(ledger, now), ANALYST, now, "elders-1", "seen")])
    assert not line().feedback_owed


def test_a_later_silence_on_the_same_area_replaces_the_first(ledger: Ledger, clock: Clock) -> None:
    from tocsin.warning.standing import silenced

    ledger.append([steps.silence(ANALYST, ZERO, "2020-03-01", "long", area=HERE)])
    ledger.append([steps.silence(ANALYST, ZERO + hours(1), "2020-02-01", "lifted", area=HERE)])
    said = read_silences(ledger, ZERO + hours(2))
    assert silenced(said, "mass-casualty", HERE, ZERO + hours(0.5)) is not None
    assert silenced(said, "mass-casualty", HERE, ZERO + hours(2)) is None


def test_reporters_hear_of_no_decision_that_a_partner_made_up(ledger: Ledger, clock: Clock) -> None:
    """What a partner signs about a warning of this house becomes no answer to who reported."""
    held = raised(ledger, clock)
    firing = msgspec.structs.replace(held.body.firings[0], statements=("r-1",))
    body = msgspec.structs.replace(
        held.body, version=held.body.version + 1, state="issued", firings=(firing,)
    )
    own = Author("cell", "duty-officer")
    rests = statement_of(body, held.subject, ZERO + hours(1), own, source="cell")
    forged = steps.decide(held, Author("north", "duty-officer"), ZERO + hours(1), "act")
    ledger.append([rests, msgspec.structs.replace(forged, rel_to=("cell",), tlp="AMBER")])
    use = uses_of(ledger.view(Reader("cell")), "cell")["r-1 False"]
    assert use.decision is None
    ledger.append([steps.decide(held, own, ZERO + hours(2), "monitor")])
    use = uses_of(ledger.view(Reader("cell")), "cell")["r-1 False"]
    assert use.decision is not None
    assert use.decision.origin == "cell"
