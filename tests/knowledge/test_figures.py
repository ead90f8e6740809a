"""Figures are compared and explained; what the Mali record holds is found at the right date."""

from datetime import date
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.dossiers import with_own_id
from tocsin.knowledge.figures import figure_cards, interval, one_slip, reconcile, stated
from tocsin.knowledge.figures.findings import SEVERITIES, Finding
from tocsin.tables.kinds import Derivation, Figure, Words
from tocsin.tables.statements import Statement

_NEXT = count()


def figure(subject: str, value: float, **more: Any) -> Statement:
    """A figure of the invented land XTL; envelope fields among `more` are told apart by name."""
    envelope = {
        name: more.pop(name) for name in ("source", "known_at", "valid_from") if name in more
    }
    derived = more.pop("derived", None)
    if derived is not None:
        how, *of = derived
        more["derived"] = Derivation(how=how, of=tuple(of))
    body: dict[str, Any] = {
        "quantity": "q", "title": Words(fr=subject, en=subject), "unit": "persons",
        "place": "XTL", "value": value,
    }  # fmt: skip
    body |= more
    return with_own_id(
        Statement(
            id="00000000-0000-7000-8000-000000000000",
            kind="figure",
            subject=subject,
            origin="cell",
            author=f"test-{next(_NEXT)}",
            body=Figure(**body),
            **({"source": "a", "known_at": "2023-01-01"} | envelope),
        )
    )


TURNOUT = "figure:referendum-2023-turnout"


def of(findings: list[Finding], rule: str, subject: str = "") -> list[Finding]:
    return [one for one in findings if one.rule == rule and subject in ("", one.subjects[0])]


def card(statements: list[Statement], query: str, subject: str):
    return next(one for one in figure_cards(statements, query) if one.subject == subject)


class TestMali:
    def test_turnout_is_provisional_then_final_and_the_change_is_explained(self, record) -> None:
        before = card(record("2023-06-30"), "turnout", TURNOUT)
        assert (before.shown.value, before.shown.status) == (39.4, "provisional")
        assert before.shown.stated.en == "39.40%"
        assert before.shown.stated.fr == "39,40\u202f%"
        assert not of(list(before.findings), "revision")
        after = card(record("2023-08-01"), "participation référendum", TURNOUT)
        assert (after.shown.value, after.shown.status) == (38.23, "final")
        (change,) = of(list(after.findings), "revision", TURNOUT)
        assert "3,334,531 to 3,235,427 (−99,104)" in change.text.en
        assert "8,463,084" in change.text.en

    def test_both_turnouts_follow_from_their_own_voters(self, record) -> None:
        shares = of(reconcile(record()), "share", TURNOUT)
        assert {one.stated: one.outcome for one in shares} == {39.4: "ties", 38.23: "ties"}

    def test_the_rise_of_54_per_cent_has_the_wrong_base(self, record) -> None:
        findings = of(reconcile(record("2023-03-31")), "change")
        (wrong,) = [one for one in findings if one.severity == "error"]
        assert wrong.outcome == "wrong_base"
        assert wrong.stated == 54
        assert wrong.computed == pytest.approx((1277 - 584) / 584 * 100)
        assert "the right base is the earlier one (584)" in wrong.text.en
        assert "+118.7%" in wrong.text.en
        assert "584" in wrong.text.fr

    def test_the_rise_is_flagged_on_the_day_of_the_note(self, record) -> None:
        assert any(one.outcome == "wrong_base" for one in reconcile(record("2023-03-22")))
        assert not any(one.outcome == "wrong_base" for one in reconcile(record("2023-03-21")))

    def test_a_repetition_is_not_one_more_voice(self, record) -> None:
        sources = of(reconcile(record("2023-06-30")), "sources")
        assert not any("agencies" in one.text.en for one in sources)

    def test_killed_and_harmed_differ_by_definition(self, record) -> None:
        found = of(reconcile(record("2023-06-30")), "definition")
        (one,) = [one for one in found if "2,001" in one.text.en]
        for number in ("1,277", "372", "352"):
            assert number in one.text.en
        assert one.severity == "notice"

    def test_parts_tie_with_their_totals(self, record) -> None:
        sums = {one.stated: one.outcome for one in of(reconcile(record()), "sum")}
        assert sums == {1277: "ties", 2001: "ties"}

    def test_the_total_leaves_moura_out(self, record) -> None:
        found = of(reconcile(record()), "exclusion", "figure:civilians-killed-mli-2022")
        assert "203" in found[0].text.en
        assert "at least 500" in found[0].text.en

    def test_three_thousand_troops_are_two_shares(self, record) -> None:
        shares = {
            one.subjects[0]: round(one.computed or 0, 1)
            for one in of(reconcile(record("2023-07-31")), "share")
        }
        assert shares["figure:minusma-leaving-of-ceiling"] == 22.6
        assert shares["figure:minusma-leaving-of-present"] == 25.9

    def test_polling_stations_differ_by_definition(self, record) -> None:
        found = of(reconcile(record()), "definition")
        (one,) = [one for one in found if "24,416" in one.text.en]
        assert "24,697 (With the stations abroad)" in one.text.en

    def test_burkina_fasos_displaced_are_stale(self, record) -> None:
        (now,) = of(reconcile(record()), "stale")
        assert now.outcome == "stopped"
        assert "2,062,534" in now.text.en
        assert not of(reconcile(record("2023-06-30")), "stale")

    def test_needs_imply_their_base(self, record) -> None:
        (one,) = of(reconcile(record("2023-02-28")), "implied")
        assert one.computed == pytest.approx(7.52e6, rel=0.001)

    def test_ucdp_series_falls_silent_only_when_it_does(self, record) -> None:
        assert not of(reconcile(record("2025-06-30"), date(2025, 6, 30)), "stale", UCDP_LAST)
        assert of(reconcile(record(), date(2026, 6, 30)), "stale", UCDP_LAST)

    def test_findings_come_by_severity(self, record) -> None:
        ranks = [SEVERITIES.index(one.severity) for one in reconcile(record())]
        assert ranks == sorted(ranks)
        assert ranks[0] == 0

    def test_every_finding_names_statements_of_the_record(self, record) -> None:
        held = {one.id for one in record()}
        for one in reconcile(record()):
            assert set(one.statements) <= held
            assert one.text.fr != one.text.en


UCDP_LAST = "figure:ucdp-deaths-mli-2023"


class TestSums:
    def total(self, stated_total: float, *parts: float) -> list[Finding]:
        subjects = [f"figure:p{index}" for index in range(len(parts))]
        made = [
            figure(name, value, scope=name)
            for name, value in zip(subjects, parts, strict=True)
        ]  # fmt: skip
        return reconcile(
            [*made, figure("figure:t", stated_total, scope="t", derived=("sum", *subjects))]
        )

    def test_a_transposition_is_asked_and_not_applied(self) -> None:
        findings = self.total(1727, 543, 317, 243, 174)
        (wrong,) = of(findings, "sum")
        assert (wrong.stated, wrong.computed, wrong.outcome) == (1727, 1277, "does_not_tie")
        (asked,) = of(findings, "slip")
        assert asked.severity == "question"
        assert "1,277 rather than 1,727 (two digits exchanged)" in asked.text.en
        assert "not applied" in asked.text.en

    def test_a_wrong_digit_in_a_part_is_found(self) -> None:
        (asked,) = of(self.total(1277, 543, 377, 243, 174), "slip")
        assert "was figure:p1 317 rather than 377 (one digit)?" in asked.text.en

    def test_no_question_where_no_single_slip_explains_it(self) -> None:
        assert not of(self.total(9999, 543, 317), "slip")

    def test_a_sum_with_a_missing_part_says_nothing(self) -> None:
        findings = reconcile([figure("figure:t", 5, derived=("sum", "figure:a", "figure:b"))])
        assert not of(findings, "sum")

    @given(st.lists(st.integers(0, 10**6), min_size=2, max_size=6))
    def test_true_sums_tie(self, parts: list[int]) -> None:
        (one,) = of(self.total(sum(parts), *parts), "sum")
        assert one.outcome == "ties"

    @given(
        st.lists(st.integers(1, 10**6), min_size=2, max_size=6), st.integers(-1000, 1000)
    )  # fmt: skip
    def test_a_question_always_makes_the_sum_tie(self, parts: list[int], error: int) -> None:
        stated_total = sum(parts) + error
        if error == 0 or stated_total < 0:
            return
        for asked in of(self.total(stated_total, *parts), "slip"):
            needed = sum(parts)
            slips = [one_slip(stated_total, needed)]
            slips += [one_slip(part, part + error) for part in parts]
            assert any(slips), asked.text.en


class TestChanges:
    @pytest.mark.parametrize(
        ("said", "outcome"),
        [
            (119, "ties"),
            (54, "wrong_base"),
            (219, "ratio"),
            (-119, "sign"),
            (-54, "swapped"),
            (693, "absolute"),
            (80, "does_not_follow"),
        ],
    )
    def test_what_was_done_instead_is_named(self, said: float, outcome: str) -> None:
        statements = [
            figure("figure:a", 584, period_to="2021"),
            figure("figure:b", 1277, period_to="2022"),
            figure("figure:c", said, unit="percent", decimals=0, quantity="c",
                   derived=("change", "figure:a", "figure:b")),
        ]  # fmt: skip
        (one,) = of(reconcile(statements), "change")
        assert one.outcome == outcome
        assert one.severity == ("agrees" if outcome == "ties" else "error")

    def test_a_share_that_does_not_follow_is_an_error(self) -> None:
        statements = [
            figure("figure:a", 30, quantity="a"),
            figure("figure:b", 120, quantity="b"),
            figure("figure:c", 30, unit="percent", quantity="c",
                   derived=("share", "figure:a", "figure:b")),
        ]  # fmt: skip
        (one,) = of(reconcile(statements), "share")
        assert (one.severity, one.computed) == ("error", 25)


class TestSources:
    def pair(self, one: dict, other: dict) -> str:  # type: ignore[type-arg]
        values = [one.pop("value"), other.pop("value")]
        statements = [
            figure("figure:x", values[0], source="one", **one),
            figure("figure:x", values[1], source="other", **other),
        ]
        found = [
            one
            for one in reconcile(statements)
            if one.rule in ("sources", "exclusion", "definition", "revision")
        ]
        assert len(found) == 1
        return found[0].outcome

    def test_each_way_of_differing_has_its_name(self) -> None:
        assert self.pair({"value": 5}, {"value": 5}) == "agree"
        assert self.pair({"value": 5}, {"value": 6}) == "contradict"
        assert self.pair({"value": 300, "bound": "about"}, {"value": 320}) == "overlap"
        assert self.pair({"value": 300, "bound": "at_least"}, {"value": 500}) == "overlap"
        assert self.pair({"value": 5}, {"value": 6, "exclusions": ("case:x",)}) == (
            "differ_by_exclusion"
        )
        assert self.pair({"value": 5}, {"value": 6, "scope": "other"}) == "differ_by_definition"
        assert self.pair(
            {"value": 5, "status": "provisional"}, {"value": 6, "status": "final"}
        ) == ("revised")

    def test_series_that_repeat_a_number_are_asked_about(self) -> None:
        series = [
            figure(f"figure:{year}", 2062534, period_from=str(year), period_to=str(year))
            for year in (2023, 2024, 2025)
        ]
        (one,) = of(reconcile(series), "stale")
        assert one.outcome == "repeated"
        assert "3 periods" in one.text.en


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_slips_work_both_ways(one: int, other: int) -> None:
    assert one_slip(one, other) == one_slip(other, one)
    assert one_slip(one, one) is None


@given(st.integers(10, 10**7), st.data())
def test_every_exchange_of_neighbours_is_found(value: int, data) -> None:
    digits = list(str(value))
    place = data.draw(st.integers(0, len(digits) - 2))
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    other = int("".join(digits))
    if other == value or len(str(other)) != len(str(value)):
        return
    assert one_slip(value, other) == "transposition"


def test_about_is_good_to_half_of_its_last_digit() -> None:
    one = Figure(quantity="q", title=Words(en="t"), unit="u", value=300, bound="about")
    assert interval(one) == (250, 350)
    assert stated(one) == Words(fr="environ 300", en="about 300")


def test_words_are_ordered_by_severity_without_gaps() -> None:
    assert all(SEVERITIES.index(a) < SEVERITIES.index(b) for a, b in pairwise(SEVERITIES))
