"""Short messages: what is sent is what is read; a slip is mended or asked back, never guessed."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import UnreadableFile
from tocsin.intake import form_named
from tocsin.intake.sms import SIGNS, checksum, decode, encode

DAY = date(2026, 11, 24)
FORM = form_named("incident")
EVENTS = [one.name for one in FORM.choices["event"]]
answers = st.fixed_dictionaries(
    {
        "day_from": st.dates(date(2025, 12, 1), DAY).map(date.isoformat),
        "place": st.text("abcdéfgh ijkl", min_size=1, max_size=20)
        .map(lambda text: " ".join(text.split()))
        .filter(bool),
        "event": st.sampled_from(EVENTS),
        "how_known": st.sampled_from(["saw", "heard", "told"]),
    },
    optional={
        "killed": st.integers(0, 999).map(str),
        "killed_civilians": st.integers(0, 999).map(str),
        "weapon": st.sampled_from([one.name for one in FORM.choices["weapon"]]),
    },
)


@given(answers)
def test_what_is_sent_is_what_is_read(told: dict[str, str]) -> None:
    read = decode(encode(FORM, told), DAY)
    assert (read.form, read.answers, read.mended) == (FORM, told, False)


@given(answers, st.integers(0, 200), st.sampled_from(SIGNS + "01,"))
def test_a_slip_is_mended_to_what_was_sent_or_asked_back(
    told: dict[str, str], at: int, sign: str
) -> None:
    message = encode(FORM, told)
    at %= message.index("#")
    wrong = message[:at] + sign + message[at + 1 :]
    try:
        read = decode(wrong, DAY)
    except UnreadableFile:
        return
    # The case of a letter is not part of the checksum: places are compared without it.
    assert {name: value.upper() for name, value in read.answers.items()} == {
        name: value.upper() for name, value in told.items()
    }


def test_the_usual_slips_are_mended() -> None:
    sent = "I,D0611,LOld Ford,TAV,K5,SS"
    message = f"{sent}#{checksum(sent)}"
    for slip in (
        message.replace("D0611", "DO611"),
        message.replace("D0611", "D0161"),
        message.replace("TAV", "TAVV"),
    ):
        read = decode(slip, DAY)
        assert read.mended
        assert read.answers["day_from"] == "2026-11-06"
        assert read.answers["event"] == "attack_village"


def test_digits_of_other_scripts_are_read() -> None:
    sent = "I,D0611,LOld Ford,TAV,K12,SS"
    arabic = f"{sent}#{checksum(sent)}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert decode(arabic, DAY).answers["killed"] == "12"


@pytest.mark.parametrize(
    "message", ["", "hello", "I,D0611#", "Z,D0611#AA", "I,D3202#" + checksum("I,D3202"), "#" * 400]
)
def test_what_is_no_message_is_asked_back(message: str) -> None:
    with pytest.raises(UnreadableFile):
        decode(message, DAY)


@given(st.text(max_size=300))
def test_any_text_is_read_or_asked_back(text: str) -> None:
    with suppress(UnreadableFile):
        assert decode(text, DAY).answers


def test_a_week_fits_into_one_message() -> None:
    form = form_named("situation")
    told = {"week": "2026-11-22", "place": "Old Ford", "outlook": "worse"}
    for one in form.indicators:
        told |= {one.name: "observed", f"{one.name}_level": "high", f"{one.name}_direction": "up"}
    message = encode(form, told)
    assert len(message) <= 160
    assert decode(message, DAY).answers == told


def test_a_message_too_long_for_one_is_refused_when_it_is_made() -> None:
    with pytest.raises(UnreadableFile, match="160"):
        encode(FORM, {"place": "a" * 200})
