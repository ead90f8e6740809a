"""Agreements, the mission, plans, cases and territory, as they stood on a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.dossiers import with_own_id
from tocsin.errors import UnknownName
from tocsin.knowledge.actors import registry_of
from tocsin.knowledge.agreements import agreements, commitments
from tocsin.knowledge.calendar import calendar, polling
from tocsin.knowledge.caseload import caseloads
from tocsin.knowledge.cases import case_card
from tocsin.knowledge.conditions import conditions
from tocsin.knowledge.digest import digest
from tocsin.knowledge.mission import mission_card
from tocsin.knowledge.telling import told
from tocsin.knowledge.territory import territory
from tocsin.knowledge.timeline import learned, timeline
from tocsin.tables.bodies import Body
from tocsin.tables.kinds import (
    CalendarItem,
    Commitment,
    ControlAssessment,
    DdrCaseload,
    Denial,
    Step,
    Words,
)
from tocsin.tables.statements import Statement


def statement(subject: str, body: Body, known_at: str, **more: str) -> Statement:
    """An invented statement that holds from the day it became known."""
    envelope = {"source": "a source", "valid_from": known_at} | more
    return with_own_id(
        Statement(
            id="00000000-0000-7000-8000-000000000000",
            kind=body.kind,
            subject=subject,
            known_at=known_at,
            origin="cell",
            author="analyst",
            body=body,
            **envelope,
        )
    )


def on(day: str) -> date:
    return date.fromisoformat(day)


class TestMission:
    @pytest.fixture
    def mission(self, record):
        def card(day: str):
            return mission_card(record(day), "MINUSMA", on(day))

        return card

    def test_the_countdown(self, mission) -> None:
        before, after = mission("2023-06-29").mandate, mission("2023-06-30").mandate
        assert (before.state, before.days) == ("in_force", 1)
        assert (after.state, after.days) == ("winding_down", 184)
        assert mission("2024-02-01").mandate.state == "over"

    def test_ceilings_follow_the_instruments(self, mission) -> None:
        early, late = mission("2014-06-30").mandate, mission("2022-06-30").mandate
        assert (early.military_ceiling, early.police_ceiling) == (11200, 1440)
        assert (late.military_ceiling, late.police_ceiling) == (13289, 1920)

    def test_a_task_of_an_ended_mandate_has_no_successor(self, mission) -> None:
        orphans = [task for task in mission("2023-06-30").mandate.tasks if task.orphaned]
        assert [task.instrument for task in orphans] == ["S/RES/2531 (2020)"]
        assert not [task for task in mission("2023-06-29").mandate.tasks if task.orphaned]

    def test_three_thousand_troops(self, mission) -> None:
        assert mission("2023-06-30").residual is None
        left = mission("2023-07-31").residual
        assert round(left.share_of_ceiling, 1) == 22.6
        assert round(left.share_of_present, 1) == 25.9
        assert (left.leaving, left.present, left.remaining) == (3000, 11600, 8600)
        assert "22,6\u202f%" in left.text.fr

    def test_air_cover_is_a_gap_once_it_is_lost(self, mission) -> None:
        states = {
            day: [(one.status, one.gap) for one in mission(day).capabilities]
            for day in ("2022-01-31", "2022-06-30", "2022-08-15")
        }
        assert states == {
            "2022-01-31": [("available", False)],
            "2022-06-30": [("announced_loss", False)],
            "2022-08-15": [("lost", True)],
        }

    def test_camps_close_one_by_one(self, mission) -> None:
        start, later = mission("2023-06-30"), mission("2023-08-31")
        assert (start.camps_open, start.camps_gone) == (13, 0)
        gone = {
            camp.place.en: camp.status
            for camp in later.camps
            if camp.status not in ("open", "closure_planned")
        }
        assert gone == {
            "Ber": "left_early",
            "Goundam": "closed",
            "Ménaka": "closed",
            "Ogossagou": "handed_over",
        }
        at_risk = {camp.place.en for camp in start.camps if camp.at_risk}
        assert at_risk == {"Kidal", "Tessalit", "Aguelhok", "Ber"}

    def test_after_the_mission_silence_is_not_an_open_camp(self, mission) -> None:
        after = mission("2024-02-01")
        assert after.camps_open == 0
        assert {camp.place.en for camp in after.camps if camp.unreported} == {
            "Bamako", "Gao", "Ansongo", "Mopti-Sévaré", "Douentza",
        }  # fmt: skip

    def test_consent_goes_down(self, mission) -> None:
        strengths = [step.strength for step in mission("2023-06-30").consent]
        assert strengths == [-1, -2]

    def test_an_unknown_mission(self, record) -> None:
        with pytest.raises(UnknownName):
            mission_card(record(), "Atlantis", on("2023-06-30"))


class TestAgreements:
    def test_initialled_signed_and_suspended_are_different(self, record) -> None:
        def cma(day: str) -> str:
            (card,) = agreements(record(), on(day))
            return {party.party: party.status for party in card.parties}["actor:cma"]

        assert cma("2015-05-20") == "initialled"
        assert cma("2015-06-20") == "signed"
        assert cma("2022-12-21") == "suspended"

    def test_as_of_the_day_before_the_suspension_was_known(self, record) -> None:
        (card,) = agreements(record("2022-12-21"), on("2022-12-21"))
        assert card.status == "signed"
        (card,) = agreements(record("2022-12-22"), on("2022-12-22"))
        assert card.status == "suspended"

    def test_support_for_a_revival_is_no_standing(self, record) -> None:
        (card,) = agreements(record("2023-06-30"), on("2023-06-30"))
        assert {party.party: party.status for party in card.parties}["actor:mali"] == "signed"
        assert "revival_supported" in {step.status for step in card.steps}

    def test_counts_of_what_is_owed(self, record) -> None:
        (card,) = agreements(record("2023-06-30"), on("2023-06-30"))
        assert (card.commitments, card.implemented, card.blocked) == (5, 0, 2)
        (card,) = agreements(record("2024-02-01"), on("2024-02-01"))
        assert (card.status, card.blocked) == ("ended", 0)

    def test_a_deadline_that_passed_is_overdue(self) -> None:
        made = statement(
            "commitment:x",
            Commitment(title=Words(fr="x", en="x"), responsible=("actor:a",), deadline="2023-03"),
            "2023-01-01",
        )
        (line,) = commitments([made], on("2023-03-31"))
        assert (line.status, line.overdue, line.days) == ("open", False, 0)
        (line,) = commitments([made], on("2023-04-01"))
        assert (line.overdue, line.days) == (True, -1)


class TestCaseload:
    def test_the_arithmetic_of_2022(self, record) -> None:
        found = {one.programme: one for one in caseloads(record("2023-06-30"), on("2023-06-30"))}
        said = [one.text.en for one in found["programme:integration"].balances]
        assert said == [
            "The tranches (13,000, 13,000) add up to 26,000.",
            "36,000 registered for 26,000 places: 10,000 without one.",
        ]
        (arrived,) = found["programme:coordination-mechanism"].balances
        assert "28.0%, 1,152 missing" in arrived.text.en

    @given(st.lists(st.integers(0, 10**5), min_size=1, max_size=4), st.integers(-9, 9))
    def test_tranches_hold_only_if_they_add_up(self, tranches: list[int], error: int) -> None:
        total = sum(tranches) + error
        if total < 0:
            return
        body = DdrCaseload(
            programme="programme:x", stage="planned", persons=total, tranches=tuple(tranches)
        )
        (programme,) = caseloads([statement("ddr:x", body, "2023-01-01")], on("2023-02-01"))
        assert [one.holds for one in programme.balances] == [error == 0]

    def test_a_later_stage_cannot_hold_more(self) -> None:
        made = [
            statement("ddr:x", DdrCaseload(programme="p:x", stage=stage, persons=persons), "2023")
            for stage, persons in (("registered", 10), ("integrated", 12))
        ]
        (programme,) = caseloads(made, on("2023-12-31"))
        assert [one.holds for one in programme.balances] == [False]


class TestConditions:
    def test_a_condition_fires_when_its_last_part_is_met(self, record) -> None:
        def jnim(day: str):
            (line,) = conditions(record(day), on(day))
            return line

        assert [part.met for part in jnim("2022-01-31").parts] == [False, False]
        assert [part.met for part in jnim("2023-06-30").parts] == [True, False]
        assert not jnim("2023-06-30").met
        fired = jnim("2024-01-31")
        assert (fired.met, fired.met_on) == (True, "2023-12-31")
        assert "31\u00a0December 2023" in fired.text.en


class TestCalendar:
    def test_the_referendum_slipped_by_ninety_one_days(self, record) -> None:
        plans = {plan.subject: plan for plan in calendar(record("2023-05-31"), on("2023-05-31"))}
        plan = plans["calendar:referendum"]
        assert (plan.status, plan.planned, plan.slipped) == ("confirmed", "2023-06-18", 91)
        assert (plan.days, plan.overdue) == (18, False)

    def test_the_election_is_postponed_without_a_date(self, record) -> None:
        def election(day: str):
            plans = calendar(record(day), on(day))
            return next(one for one in plans if one.subject == "calendar:presidential-election")

        assert election("2023-06-30").planned == "2024-02"
        after = election("2023-09-25")
        assert (after.status, after.planned, after.first_planned) == ("postponed", None, "2024-02")

    def test_a_plan_that_nobody_has_reported_on_is_overdue(self) -> None:
        item = CalendarItem(
            title=Words(en="x"), type="other", planned="2023-01-10", status="planned"
        )
        (plan,) = calendar([statement("calendar:x", item, "2022-12-01")], on("2023-01-11"))
        assert plan.overdue

    def test_where_no_vote_was_held(self, record) -> None:
        (one,) = polling(record(), "calendar:referendum")
        assert one.status == "partly_held"


class TestCases:
    def test_three_tolls_with_their_scopes(self, record) -> None:
        card = case_card(record("2023-06-30"), "moura", on("2023-06-30"))
        (killed,) = [one for one in card.ranges if one.about == "killed"]
        assert [(one.value, one.bound, one.party) for one in killed.claims] == [
            (203, "exact", True), (300, "about", False), (500, "at_least", False),
        ]  # fmt: skip
        assert len({one.scope.en for one in killed.claims}) == 3
        assert "mean" not in killed.text.en

    def test_claims_come_one_after_the_other(self, record) -> None:
        def tolls(day: str) -> int:
            card = case_card(record(day), "moura", on(day))
            return sum(len(one.claims) for one in card.ranges if one.about == "killed")

        assert [tolls(day) for day in ("2022-04-01", "2022-04-05", "2023-05-12")] == [1, 2, 3]

    def test_the_clock_of_denied_access(self, record) -> None:
        card = case_card(record("2023-06-30"), "Moura", on("2023-06-30"))
        (clock,) = card.denials
        assert clock.days == (date(2023, 6, 30) - date(2022, 4, 1)).days
        assert not case_card(record("2023-05-11"), "moura", on("2023-05-11")).denials

    def test_the_clock_stops_when_access_is_given(self) -> None:
        from tocsin.tables.kinds import Case

        made = [
            statement("case:x", Case(title=Words(fr="x", en="x")), "2023-01-01"),
            statement(
                "case:x",
                Denial(case="case:x", by="actor:a", asked_on="2023-01-01", what=Words(en="access"),
                       ended_on="2023-01-31"),
                "2023-01-01",
            ),
        ]  # fmt: skip
        (clock,) = case_card(made, "x", on("2023-06-30")).denials
        assert (clock.days, clock.ended_on) == (30, "2023-01-31")
        (clock,) = case_card(made, "x", on("2023-01-11")).denials
        assert (clock.days, clock.ended_on) == (10, None)

    def test_ogossagou_was_warned(self, record) -> None:
        card = case_card(record(), "ogossagou-2020", on("2020-03-01"))
        assert "warning" in {step.type for step in card.steps}

    def test_ber_convoy(self, record) -> None:
        (move,) = case_card(record(), "ber-2023", on("2023-08-31")).movements
        assert "57 km in 51 hours, attacked 2 times" in move.text.en


class TestTerritory:
    def test_disagreement_is_kept(self, record) -> None:
        found = territory(record("2023-08-31"), on("2023-08-31"))
        about_isgs = [
            one for one in found.disagreements if one.one.actor == one.other.actor == "actor:isgs"
        ]
        assert len(about_isgs) == 1
        assert "both are kept" in about_isgs[0].text.en

    def test_a_source_that_follows_itself_is_a_change(self) -> None:
        def held(level: str, since: str, source: str) -> Statement:
            body = ControlAssessment(area="XTL.north", actor="actor:a", level=level)  # type: ignore[arg-type]
            return statement("control:a", body, since, source=source)

        alone = [held("controls", "2023-01-01", "one"), held("absent", "2023-02-01", "one")]
        found = territory(alone, on("2023-03-01"))
        assert [one.level for one in found.judgements] == ["absent"]
        assert not found.disagreements
        both = [*alone, held("dominates", "2023-01-01", "two")]
        assert len(territory(both, on("2023-03-01")).disagreements) == 1

    def test_an_area_lies_in_its_country(self, record) -> None:
        found = territory(record(), on("2023-12-31"), "MLI.kidal")
        assert {one.area for one in found.judgements} == {"MLI", "MLI.kidal"}


class TestTimeline:
    def test_in_the_order_in_which_it_happened(self, record) -> None:
        found = [one.on for one in timeline(record(), "JNIM")]
        assert found.index("../2019") < found.index("2019") < found.index("2020-03")

    def test_a_subject_is_found_by_any_name_and_in_bodies(self, record) -> None:
        by_alias = timeline(record(), "GSIM")
        assert by_alias == timeline(record(), "actor:jnim")
        assert any(one.subject == "actor:ansar-dine" for one in by_alias)

    def test_what_was_learned_in_august(self, record) -> None:
        found = learned(record("2023-08-31"), on("2023-07-31"), on("2023-08-31"))
        known = [one.cited.known_at for one in found]
        assert known == sorted(known)
        assert all("2023-08" in one for one in known)

    def test_every_statement_has_a_line_in_both_languages(self, record) -> None:
        registry = registry_of(record())
        for one in record():
            line = told(one, registry)
            assert line.fr, one.subject
            assert line.en, one.subject
            assert "{" not in line.fr + line.en

    def test_a_step_without_a_note_is_named_by_its_type(self) -> None:
        one = statement("case:x", Step(case="case:x", type="inquiry"), "2023")
        assert told(one, registry_of([])) == Words(fr="enquête", en="inquiry")


class TestDigest:
    def test_a_brief_of_august_2023(self, record) -> None:
        found = digest(record("2023-08-31"), on("2023-07-31"), on("2023-08-31"))
        assert any("Ber" in one.text.en for one in found.new)
        assert "commitment:minusma-exit" in {one.subject for one in found.commitments}
        assert "calendar:presidential-election" in {one.subject for one in found.calendar}
        assert [one.about for one in found.contested] == ["killed"]
        assert "wrong_base" in {one.outcome for one in found.findings}
        assert "agrees" not in {one.severity for one in found.findings}

    def test_ties_that_changed_since_the_last_brief(self, record) -> None:
        found = digest(record("2023-02-28"), on("2023-01-31"), on("2023-02-28"))
        assert {one.subject for one in found.ties} == {"actor:mnla", "actor:hcua", "actor:maa"}


@pytest.mark.mirror
class TestContext:
    def test_series_of_the_lake_serve_as_figures(self, mirror) -> None:
        from tocsin.workflow import arriving, record_reading

        for name in ("unhcr_population_westafrica.csv", "idmc_idps_westafrica.csv"):
            list(arriving.ingest([mirror / "context" / name]))
        found = record_reading.findings(record_reading.Question())
        stale = [one for one in found if one.rule == "stale" and "2,062,534" in one.text.en]
        assert stale
        cards = record_reading.figures(record_reading.Question(), "displaced mali 2023")
        assert {card.shown.value for card in cards} >= {354739}
        early = record_reading.figures(
            record_reading.Question(as_of="2023-06-30"), "displaced mali 2023"
        )
        assert early == []
