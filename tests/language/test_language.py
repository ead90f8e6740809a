"""Numbers, dates, words: what French and English readers expect, and what must always hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import UsageError
from tocsin.language import (
    BANDS,
    band,
    chance,
    change,
    day,
    fold,
    likelihood,
    month,
    number,
    parse_number,
    percent,
    period,
    plural,
    quarter,
    quarter_name,
    relative,
    typeset,
)
from tocsin.language.text import Lang, french

LANGS: tuple[Lang, ...] = ("fr", "en")
langs = st.sampled_from(LANGS)


@given(st.integers(-(10**12), 10**12), langs)
def test_a_whole_number_survives_writing_and_reading(value: int, lang: Lang) -> None:
    assert parse_number(number(value, lang), lang) == value


@given(st.decimals(-(10**9), 10**9, places=2), langs)
def test_a_decimal_survives_writing_and_reading(value: float, lang: Lang) -> None:
    assert parse_number(number(float(value), lang, 2), lang) == pytest.approx(float(value))


def test_numbers_as_each_language_writes_them() -> None:
    assert number(1728, "fr") == "1\u202f728"
    assert number(1728, "en") == "1,728"
    assert percent(39.4, "fr", 1) == "39,4\u202f%"
    assert percent(39.4, "en", 1) == "39.4%"
    assert percent(-42, "fr", signed=True) == "\u221242\u202f%"
    assert number(-0.3, "en") == "0", "a rounded zero has no sign"


@pytest.mark.parametrize("bad", ["", "douze", "1.7.2"])
def test_what_is_no_number_is_refused(bad: str) -> None:
    with pytest.raises(UsageError, match="not a number"):
        parse_number(bad, "en")


def test_plural_differs_at_zero() -> None:
    assert [plural(n, "mort", "morts", "fr") for n in (0, 1, 2)] == ["mort", "mort", "morts"]
    assert [plural(n, "death", "deaths", "en") for n in (0, 1, 2)] == ["deaths", "death", "deaths"]


def test_days_months_periods_quarters() -> None:
    assert day(date(2023, 7, 1), "fr") == "1er\u00a0juillet 2023"
    assert day(date(2023, 6, 30), "fr") == "30\u00a0juin 2023"
    assert day(date(2023, 6, 30), "en") == "30\u00a0June 2023"
    assert month(date(2023, 8, 1), "fr") == "août 2023"
    assert period(date(2023, 3, 1), date(2023, 5, 31), "en") == "March to May 2023"
    assert period(date(2023, 5, 1), date(2023, 5, 31), "fr") == "mai 2023"
    assert quarter(date(2023, 4, 1), date(2023, 6, 30)) == 2
    assert quarter(date(2023, 3, 1), date(2023, 5, 31)) is None
    assert quarter_name(1, "fr") == "premier trimestre"


@given(st.floats(0, 1))
def test_every_probability_has_one_word_or_only_a_number(probability: float) -> None:
    found = band(probability)
    assert (found is None) == (probability < 0.01 or probability > 0.99)
    for lang in LANGS:
        assert chance(probability, lang) in likelihood(probability, lang)


def test_bands_touch_and_a_bound_belongs_to_the_band_above() -> None:
    assert [one.low for one in BANDS[1:]] == [one.high for one in BANDS[:-1]]
    assert (BANDS[0].low, BANDS[-1].high) == (0.01, 0.99)
    for one in BANDS:
        assert band(one.low) is one


def test_the_word_never_contradicts_the_number_beside_it() -> None:
    # 79.6 % is shown as 80 %, and 80 % is "very likely".
    assert likelihood(0.796, "en") == "very likely (80%)"
    assert likelihood(0.554, "fr") == "probable (55\u202f%)"
    assert likelihood(0.78, "fr") == "probable (78\u202f%)"
    assert likelihood(1, "en") == ">\u00a099%"
    assert likelihood(0, "fr") == "<\u00a01\u202f%"


@given(st.integers(0, 10**6), st.integers(0, 10**6), langs)
def test_a_change_has_the_right_direction(now: int, before: int, lang: Lang) -> None:
    said = change(now, before, lang)
    share = relative(now, before)
    if now == before:
        assert said == "="
    elif share is None:
        assert said in ("de zéro", "from none")
    elif share < 0:
        assert said.startswith("\u2212") or said.startswith("0")
    else:
        assert said[0] in "+×0"


@given(st.text(), langs)
def test_the_text_filter_is_done_after_one_pass(text: str, lang: Lang) -> None:
    once = typeset(text, lang)
    assert typeset(once, lang) == once


def test_french_typography() -> None:
    assert typeset("L'an : « oui » ; 3 % ?", "fr") == (
        "L’an\u00a0: «\u202foui\u202f»\u202f; 3\u202f%\u202f?"
    )
    address = "https://example.org/a?b=c;d"
    assert address in typeset(f"Voir {address} : ici", "fr")
    assert typeset("at 08:15", "en") == "at 08:15"


@given(st.text())
def test_folding_is_done_after_one_pass(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_folded_as_they_are_beside_accented_ones(text: str) -> None:
    assert fold(f"e{text}e") == fold(f"é{text}é")


def test_folding_finds_accented_names() -> None:
    assert fold("SÉGOU") == fold("segou") == "segou"
    assert fold("Ménaka") == "menaka"
    assert fold("Bobo‐Dioulasso") != ""


def test_the_french_keeps_every_field_of_the_english() -> None:
    import string

    def fields(template: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name}

    for english, translated in french().items():
        assert fields(english) == fields(translated), english
