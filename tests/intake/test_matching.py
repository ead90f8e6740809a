"""Accounts of one event are offered together; those of different events are not."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.grouping import groups
from tocsin.intake.matching import Accounts, Spot, Trace, compare, weigh
from tocsin.workflow.practising import practise

FIRST = Trace(
    "a", date(2026, 11, 6), "attack_village", "Old Ford", (Spot(12.0, 3.0),), "men on motorbikes", 5
)


def test_a_retelling_with_other_words_and_counts_is_offered() -> None:
    later, near = FIRST.day + timedelta(days=1), (Spot(12.02, 3.0),)
    told = replace(
        FIRST, id="b", place="Old Forde", spots=near, killed=6, event="burning", day=later
    )
    assert [one.id for one in Accounts([told]).candidates(FIRST)] == ["b"]


def test_another_place_another_week_or_another_harm_is_not() -> None:
    others = [
        replace(FIRST, id="far", place="New Mill", spots=(Spot(14.0, 3.0),)),
        replace(FIRST, id="late", day=FIRST.day + timedelta(days=9)),
        replace(FIRST, id="else", event="protest", killed=0, perpetrator="students"),
    ]
    assert Accounts(others).candidates(FIRST) == []


@given(st.integers(0, 6), st.floats(-0.5, 0.5), st.sampled_from(["attack_village", "protest"]))
def test_likeness_is_mutual(days: int, north: float, event: str) -> None:
    later, near = FIRST.day + timedelta(days=days), (Spot(12 + north, 3.0),)
    other = replace(FIRST, id="b", day=later, spots=near, event=event)
    assert compare(FIRST, other).likelihood == compare(other, FIRST).likelihood


def test_the_evidence_adds_up_to_the_likelihood() -> None:
    found = compare(FIRST, replace(FIRST, id="b"))
    assert {name for name, _ in found.evidence} == {
        "day", "place", "event", "perpetrator", "killed", "words", "copy",
    }  # fmt: skip
    assert found.likelihood > 0.95


def test_accounts_without_a_position_are_found_by_name() -> None:
    unplaced = replace(FIRST, id="b", spots=())
    assert [one.id for one in Accounts([FIRST]).candidates(unplaced)] == ["a"]


def test_five_retellings_are_one_group() -> None:
    told = [replace(FIRST, id=str(one), killed=5 + one % 2) for one in range(5)]
    other = replace(FIRST, id="other", place="New Mill", spots=(Spot(14.0, 3.0),))
    assert sorted(map(len, groups([*told, other]))) == [1, 5]


def test_a_third_account_is_weighed_with_both_others_at_once() -> None:
    """What two accounts make of a burning is part of what the third adds."""
    told = [replace(FIRST, id=str(one), event=kind, killed=5 + one) for one, kind in
            enumerate(("attack_village", "burning", "looting"))]  # fmt: skip
    of_all = dict(weigh(told))
    of_pairs = [dict(weigh((one, other))) for one in told for other in told if one.id < other.id]
    assert of_all["event"] != sum(one["event"] for one in of_pairs)
    assert of_all["event"] > max(one["event"] for one in of_pairs)


def test_a_copy_says_that_it_is_one_and_nothing_new() -> None:
    copied = replace(FIRST, id="b")
    told = dict(compare(FIRST, copied).evidence)
    assert told["copy"] > 5
    assert told["event"] == 0


def test_a_day_that_comes_after_the_account_is_unlikely() -> None:
    on_its_day = [replace(FIRST, id=one, arrived=FIRST.day) for one in "ab"]
    later = replace(FIRST, id="c", day=FIRST.day + timedelta(days=2), killed=6)
    came_late = replace(later, arrived=later.day + timedelta(days=1))
    assert compare(on_its_day[0], came_late).odds < compare(FIRST, later).odds


def test_two_names_of_one_place_agree_where_the_gazetteer_is_unsure() -> None:
    unsure = (Spot(12.0, 3.0, 0.6, "Old Ford"), Spot(12.3, 3.0, 0.3, "Old Fort"))
    one, other = replace(FIRST, spots=unsure), replace(FIRST, id="b", spots=unsure[1:], killed=6)
    third = replace(other, place="New Mill", spots=(Spot(12.6, 3.0, 0.9, "New Mill"),))
    assert compare(one, other).odds > compare(one, third).odds + 3


def test_the_exercise_finds_most_of_what_belongs_together() -> None:
    """Well below what was measured over many seeds: a floor, not the figure."""
    marks = practise(3)
    assert marks.refused == 0
    assert marks.precision > 0.88
    assert marks.recall > 0.88
    assert marks.placed > 0.93


def test_the_same_seed_is_the_same_month() -> None:
    assert practise(5) == practise(5)
