"""The checks: what is wrong keeps a submission out with its reason, what is odd is marked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake import Submission, check, form_named
from tocsin.intake.reporters import handle_of, is_handle
from tocsin.tables.kinds.reports import Report, Situation

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
FORM = form_named("incident")
GOOD = {"day_from": "2026-11-06", "place": "Old Ford", "event": "threat", "how_known": "told"}


def sent(created: datetime | None = None, **answers: str) -> Submission:
    return Submission("incident", GOOD | answers, "m-1", "kobo", NOW, "uuid:1", created=created)


def test_a_sound_submission_becomes_a_report() -> None:
    made = check(sent(killed="٣", killed_low="2", killed_high="4"), FORM).body
    assert isinstance(made, Report)
    assert (made.harm.killed, made.harm.killed_low, made.doubts) == (3, 2, ())


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"killed": "five"}, "killed"),
        ({"killed": "-1"}, "killed"),
        ({"killed": "99999999999"}, "killed"),
        ({"day_from": "yesterday"}, "day_from"),
        ({"day_from": ""}, "day_from"),
        ({"event": "dragon"}, "event"),
        ({"position": "200 400"}, "position"),
        ({"shoe_size": "41"}, "shoe_size"),
    ],
)
def test_what_is_wrong_is_named_with_its_question(answers: dict[str, str], question: str) -> None:
    made = check(sent(**answers), FORM)
    assert made.body is None
    assert [one.question for one in made.problems] == [question]


@pytest.mark.parametrize(
    ("made", "doubt"),
    [
        (sent(created=NOW - timedelta(days=365)), "device_clock"),
        (sent(created=NOW + timedelta(days=365)), "device_clock"),
        (sent(day_from="2027-11-06"), "day_after_arrival"),
        (sent(day_from="2020-11-06"), "told_late"),
        (sent(day_to="2026-11-01"), "ends_before_it_begins"),
        (sent(killed="1", killed_low="3"), "killed_out_of_order"),
        (sent(killed="1", killed_civilians="3"), "more_civilians_than_killed"),
        (sent(note="🔥" * 5000), "note_cut"),
    ],
)
def test_what_is_odd_comes_in_with_a_doubt(made: Submission, doubt: str) -> None:
    body = check(made, FORM).body
    assert body is not None
    assert doubt in body.doubts


def test_a_position_is_kept_to_a_hundred_metres() -> None:
    body = check(sent(position="12.3456789 -1.9876543 0 0"), FORM).body
    assert isinstance(body, Report)
    assert (body.latitude, body.longitude) == (12.346, -1.988)


def test_an_indicator_without_an_answer_was_not_asked() -> None:
    form = form_named("situation")
    told = {"week": "2026-11-22", "place": "Old Ford", "threats": "could_not_observe"}
    body = check(Submission("situation", told, "m-1", "odk", NOW), form).body
    assert isinstance(body, Situation)
    states = {one.indicator: one.state for one in body.observed}
    assert states.pop("threats") == "could_not_observe"
    assert set(states.values()) == {"not_asked"}


@given(st.dictionaries(st.sampled_from([*FORM.names, "else"]), st.text(max_size=60)))
def test_any_answers_are_a_report_or_problems_never_both(answers: dict[str, str]) -> None:
    made = check(Submission("incident", answers, "m-1", "web", NOW), FORM)
    assert (made.body is None) == bool(made.problems)


def test_signs_that_turn_or_hide_text_are_taken_out() -> None:
    body = check(sent(place="Old\u202e Ford\u200b\x00"), FORM).body
    assert body is not None
    assert body.place == "Old Ford"


@given(st.from_regex(r"\+?[0-9]{8,13}", fullmatch=True), st.binary(min_size=32, max_size=32))
def test_a_handle_is_stable_and_says_nothing_of_the_contact(contact: str, key: bytes) -> None:
    handle = handle_of(contact, key)
    assert is_handle(handle)
    assert not is_handle(contact)
    assert handle == handle_of(f" {contact} ", key)
    assert contact.strip("+")[-6:] not in handle
