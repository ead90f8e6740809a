"""Indicators: what fires, what is quiet, and what nobody can say."""

from datetime import timedelta
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.warning.conftest import ANALYST, FAR, HERE, NEXT, alert, at, counts_of, evidence_of

from tocsin.tables.bodies import Words
from tocsin.tables.kinds import KINDS
from tocsin.tables.statements import Statement
from tocsin.warning.abouts import About
from tocsin.warning.counts import quiet_for, trailing, worst
from tocsin.warning.evidence import Evidence
from tocsin.warning.firings import firing
from tocsin.warning.indicators import (
    CalendarRule,
    CommitmentRule,
    ConditionRule,
    FigureRule,
    SilenceRule,
    StatementRule,
    UnitMonthRule,
)
from tocsin.warning.judging import FIRES, QUIET, UNKNOWN, measure, states
from tocsin.warning.steps import statement_of

T = Words("t", "t")
CLOCK = at("2023-06-30T12:00")
NAN = float("nan")
ABOUT = About(HERE, HERE, "XEX", T)


def judged(rule, evidence, about=ABOUT) -> int:
    return int(states(rule, measure(rule, [about], evidence))[0, -1])


def months(measured: str, **fields):
    return UnitMonthRule(title=T, measure=measured, **fields)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0, 0, 25], FIRES),
        ([0, 0, 24], QUIET),
        ([NAN, 0, 24], UNKNOWN),  # there may have been one more
        ([NAN, 0, 25], FIRES),  # more could only raise it
        ([NAN, NAN, NAN], UNKNOWN),
    ],
)
def test_a_sum_fires_is_quiet_or_is_unknown(row, expected) -> None:
    rule = months("deaths", months=3, at_least=25)
    assert judged(rule, evidence_of(CLOCK, {HERE: row, NEXT: [0, 0, 0]})) == expected


def test_an_area_nobody_counts_is_unknown_not_quiet() -> None:
    evidence = evidence_of(CLOCK, {NEXT: [0, 0, 0]})
    assert judged(months("deaths", months=3, at_least=1), evidence) == UNKNOWN
    assert judged(months("deaths", months=3, at_most=5), evidence) == UNKNOWN


def test_low_counts_fire_only_where_all_months_are_known() -> None:
    rule = months("deaths", months=3, at_most=5)
    assert judged(rule, evidence_of(CLOCK, {HERE: [1, 1, 1]})) == FIRES
    assert judged(rule, evidence_of(CLOCK, {HERE: [1, NAN, 1]})) == UNKNOWN
    assert judged(rule, evidence_of(CLOCK, {HERE: [9, NAN, 1]})) == QUIET


def test_a_rise_needs_the_year_before_it_to_be_known() -> None:
    rule = months("ratio", months=3, baseline_months=12, floor=1, at_least=2)
    assert judged(rule, evidence_of(CLOCK, {HERE: [4] * 12 + [8] * 3})) == FIRES
    assert judged(rule, evidence_of(CLOCK, {HERE: [4] * 12 + [7] * 3})) == QUIET
    assert judged(rule, evidence_of(CLOCK, {HERE: [NAN] + [4] * 11 + [8] * 3})) == UNKNOWN


def test_neighbours_and_country() -> None:
    evidence = evidence_of(CLOCK, {HERE: [0], NEXT: [30], FAR: [70]})
    assert judged(months("neighbours", at_least=30), evidence) == FIRES
    assert judged(months("neighbours", at_least=31), evidence) == QUIET
    assert judged(months("country", at_least=100), evidence) == FIRES


def test_quiet_months_stop_at_the_first_unknown_one() -> None:
    rule = months("quiet_months", at_least=3)
    assert judged(rule, evidence_of(CLOCK, {HERE: [1, 0, 0, 0]})) == FIRES
    assert judged(rule, evidence_of(CLOCK, {HERE: [0, 0, 1, 0]})) == QUIET
    assert judged(rule, evidence_of(CLOCK, {HERE: [0, NAN, 0, 0]})) == UNKNOWN


def test_could_not_observe_makes_a_zero_unknown() -> None:
    note = KINDS["observation_note"](
        area=HERE, period_from="2023-05-01", period_to="2023-05-31", state="could_not_observe"
    )
    said = statement_of(note, f"note:{HERE}", at("2023-06-01T00:00"), ANALYST, source="x")
    rule = months("deaths", months=1, at_least=5)
    rows = {HERE: [0.0], NEXT: [0.0]}
    assert judged(rule, evidence_of(CLOCK, rows)) == QUIET
    assert judged(rule, evidence_of(CLOCK, rows, [said])) == UNKNOWN
    other = About(NEXT, NEXT, "XEX", T)
    assert judged(rule, evidence_of(CLOCK, rows, [said]), other) == QUIET


ALERTS = StatementRule(
    title=T, kind="alert", where={"threat": ["attack_on_civilians"]}, within_days=14, scope="area"
)


def test_a_report_counts_for_its_days_and_its_area() -> None:
    said = alert(CLOCK - timedelta(days=13))
    assert judged(ALERTS, evidence_of(CLOCK, statements=[said])) == FIRES
    assert judged(ALERTS, evidence_of(CLOCK + timedelta(days=2), statements=[said])) == QUIET
    assert judged(ALERTS, evidence_of(CLOCK - timedelta(days=14), statements=[said])) == QUIET
    elsewhere = About(FAR, FAR, "XEX", T)
    assert judged(ALERTS, evidence_of(CLOCK, statements=[said]), elsewhere) == QUIET


def test_one_source_twice_is_one_source() -> None:
    rule = StatementRule(
        title=T, kind="alert", within_days=14, at_least=2, by="sources", scope="area"
    )
    twice = [alert(CLOCK - timedelta(days=day)) for day in (1, 2)]
    assert judged(rule, evidence_of(CLOCK, statements=twice)) == QUIET
    other = alert(CLOCK - timedelta(days=1), source="relay-2")
    assert judged(rule, evidence_of(CLOCK, statements=[*twice, other])) == FIRES


def test_what_was_withdrawn_no_longer_counts_from_that_day() -> None:
    said = alert(CLOCK - timedelta(days=5))
    back = Statement(
        id="01890a5d-ac96-774b-bcce-b302099a8057", kind="retraction", subject=said.subject,
        known_at="2023-06-28", source="x", origin="cell", author="analyst", retracts=said.id,
        body=KINDS["retraction"](reason="mistaken"),
    )  # fmt: skip
    assert judged(ALERTS, evidence_of(CLOCK, statements=[said, back])) == QUIET
    assert judged(ALERTS, evidence_of(at("2023-06-27T00:00"), statements=[said, back])) == FIRES
    other = msgspec.structs.replace(back, origin="elsewhere")
    assert judged(ALERTS, evidence_of(CLOCK, statements=[said, other])) == FIRES


def test_silence_where_there_used_to_be_reports() -> None:
    rule = SilenceRule(title=T, days=14, baseline_days=60, at_least=3)
    before = [alert(CLOCK - timedelta(days=day)) for day in (20, 30, 40)]
    assert judged(rule, evidence_of(CLOCK, statements=before)) == FIRES
    assert judged(rule, evidence_of(CLOCK, statements=before[:2])) == QUIET
    spoke = [*before, alert(CLOCK - timedelta(days=2))]
    assert judged(rule, evidence_of(CLOCK, statements=spoke)) == QUIET


def say(kind: str, subject: str, moment: str, **fields):
    return statement_of(KINDS[kind](**fields), subject, at(moment), ANALYST, source="x")


def test_commitments_that_are_overdue_until_kept() -> None:
    made = say(
        "commitment", "commitment:a", "2023-01-01T00:00",
        title=T, responsible=("actor:x",), deadline="2023-03",
    )  # fmt: skip
    who = say("actor", "actor:x", "2023-01-01T00:00", name=T, type="state", countries=("XEX",))
    kept = say(
        "commitment_status", "status:a", "2023-05-01T00:00",
        commitment="commitment:a", status="implemented",
    )  # fmt: skip
    rule = CommitmentRule(title=T, measure="overdue")
    assert judged(rule, evidence_of(CLOCK, statements=[made, who])) == FIRES
    assert judged(rule, evidence_of(at("2023-03-15T00:00"), statements=[made, who])) == QUIET
    assert judged(rule, evidence_of(CLOCK, statements=[made, who, kept])) == QUIET


def test_a_vote_is_near_until_it_is_held_or_put_off() -> None:
    rule = CalendarRule(title=T, measure="near", types=("election",), days=90, scope="anywhere")
    plan = say(
        "calendar_item", "calendar:vote", "2023-01-01T00:00",
        title=T, type="election", planned="2023-08-15", status="planned",
    )  # fmt: skip
    off = say(
        "calendar_item", "calendar:vote", "2023-06-20T00:00",
        title=T, type="election", status="postponed",
    )  # fmt: skip
    assert judged(rule, evidence_of(CLOCK, statements=[plan])) == FIRES
    assert judged(rule, evidence_of(at("2023-04-01T00:00"), statements=[plan])) == QUIET
    assert judged(rule, evidence_of(CLOCK, statements=[plan, off])) == QUIET
    late = CalendarRule(
        title=T, measure="postponed", types=("election",), days=30, scope="anywhere"
    )
    assert judged(late, evidence_of(CLOCK, statements=[plan, off])) == FIRES


def test_a_condition_is_met_step_by_step() -> None:
    stated = say(
        "condition", "condition:a", "2020-03-01T00:00",
        actor="actor:x", would=T, condition=T, met_when=("camp:a", "camp:b"),
    )  # fmt: skip
    who = say(
        "actor", "actor:x", "2020-01-01T00:00", name=T, type="armed_group", countries=("XEX",)
    )
    gone = [
        say("camp", f"camp:{name}", day, mission="mission:m", place=T, status="closed")
        for name, day in (("a", "2023-01-01T00:00"), ("b", "2023-07-01T00:00"))
    ]
    half, whole = ConditionRule(title=T, share=0.5), ConditionRule(title=T)
    said = [stated, who, *gone]
    assert judged(half, evidence_of(CLOCK, statements=said)) == FIRES
    assert judged(whole, evidence_of(CLOCK, statements=said)) == QUIET
    assert judged(whole, evidence_of(at("2023-07-02T00:00"), statements=said)) == FIRES


def test_a_figure_that_rises_by_a_fifth_and_one_that_is_not_there() -> None:
    rule = FigureRule(title=T, quantity="displaced", measure="change_percent", at_least=20)
    figures = [
        say(
            "figure", f"figure:{value}", day,
            quantity="displaced", title=T, unit="persons", value=value, place="XEX",
        )
        for value, day in ((100, "2023-01-01T00:00"), (125, "2023-05-01T00:00"))
    ]  # fmt: skip
    assert judged(rule, evidence_of(CLOCK, statements=figures)) == FIRES
    assert judged(rule, evidence_of(CLOCK, statements=figures[:1])) == UNKNOWN


def test_a_firing_keeps_rule_value_threshold_and_what_is_behind_it() -> None:
    rule = months("deaths", months=3, at_least=25, learned=True)
    found = firing("deaths", rule, ABOUT, evidence_of(CLOCK, {HERE: [20, 20, 20]}), 60.0, 2)
    assert (found.value, found.threshold, found.unit) == (60, 50, "deaths")
    assert found.snapshots == ("src/1-abc",)
    assert "at_least=50" in found.rule
    said = alert(CLOCK - timedelta(days=1))
    kept = firing("alerts", ALERTS, ABOUT, evidence_of(CLOCK, statements=[said]), 1.0)
    assert kept.statements == (said.id,)


deaths = st.one_of(st.integers(0, 60).map(float), st.just(NAN))


@given(st.lists(deaths, min_size=30, max_size=40), st.integers(1, 12))
def test_trailing_windows_match_a_slow_count(row, length) -> None:
    values = np.array([row])
    window, high, quiet = trailing(values, length), worst(values, length), quiet_for(values)
    for end in range(len(row)):
        part = np.array(row[max(0, end - length + 1) : end + 1])
        missing = length - len(part) + int(np.isnan(part).sum())
        assert window.known[0, end] == np.nansum(part)
        assert window.unknown[0, end] == missing == high.unknown[0, end]
        assert high.known[0, end] == np.nanmax(np.nan_to_num(part), initial=0)
        run = 0
        while run <= end and row[end - run] == 0:
            run += 1
        assert quiet.known[0, end] == run


@given(st.lists(deaths, min_size=30, max_size=30), st.lists(deaths, min_size=6, max_size=6))
def test_what_comes_later_changes_no_earlier_answer(row, later) -> None:
    """The leakage property of counts: the same clocks, with and without six more months."""
    rules = [
        months("deaths", months=3, at_least=25),
        months("ratio", months=3, at_least=2),
        months("worst_month", months=6, at_least=25),
        months("quiet_months", at_least=12),
    ]
    clocks = tuple(at(f"2022-{month:02d}-28T00:00") for month in range(1, 13))
    last = 505  # January 2022
    for rule in rules:
        answers = []
        for values in (row, [*row, *later]):
            end = last - 1 + len(values) - 30
            evidence = Evidence(
                clocks=clocks[:1],
                known_month=(last - 1,),
                counts={("admin1", "ged_all"): counts_of({HERE: values}, end)},
            )
            answers.append(judged(rule, evidence))
        assert answers[0] == answers[1]


def test_a_partners_word_on_our_report_settles_nothing() -> None:
    from tocsin.warning.observed import settling

    def said(name: str, kind: str, origin: str, about: str = "") -> SimpleNamespace:
        return SimpleNamespace(
            id=name, kind=kind, origin=origin, body=SimpleNamespace(report=about)
        )

    ours, theirs = said("r-1", "report", "us"), said("r-2", "report", "them")
    own, foreign = (said(f"v-{who}", "verification", who, "r-1") for who in ("us", "them"))
    both = [said(f"w-{who}", "placement", who, "r-2") for who in ("us", "them", "third")]
    kept = settling([ours, theirs, own, foreign, *both], "us")
    assert [one.id for one in kept] == ["r-1", "r-2", "v-us", "w-us", "w-them"]


def test_a_partner_makes_no_two_reports_of_others_one() -> None:
    from tocsin.warning.observed import settling

    def linked(origin: str, report: str, other: str) -> SimpleNamespace:
        body = SimpleNamespace(report=report, other=other)
        return SimpleNamespace(
            id=f"{origin} {report} {other}", kind="report_link", origin=origin, body=body
        )

    reports = [
        SimpleNamespace(id=name, kind="report", origin=origin, body=SimpleNamespace())
        for name, origin in (("a", "us"), ("b", "us"), ("c", "them"), ("d", "them"))
    ]
    links = [
        linked("us", "a", "c"), linked("them", "c", "d"), linked("us", "gone", "a"),
        linked("them", "a", "b"), linked("them", "c", "a"), linked("them", "c", "gone"),
    ]  # fmt: skip
    kept = settling([*reports, *links], "us")
    assert [one.id for one in kept[4:]] == ["us a c", "them c d", "us gone a"]
