"""What a brief says: true in peace, in war, where nobody counts, and the same in both languages."""

import json
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.briefs import (
    Place,
    Skill,
    Words,
    build_brief,
    facts_of,
    lay_out,
    order_of_numbers,
    to_json,
)
from tocsin.briefs.facts import Fact, Line
from tocsin.briefs.reckoning import Count, History, Window
from tocsin.briefs.sourcing import short_citation
from tocsin.briefs.wording import _OUTLOOK, _PAST
from tocsin.errors import NotEnoughData
from tocsin.language.text import Lang, french
from tocsin.tables.months import month_of

LANGS: tuple[Lang, ...] = ("fr", "en")
WAR = [40, 55, 61, 48, 90, 75] * 10
LAST = month_of(date(2023, 5, 1))


def said(brief, lang: Lang = "en") -> str:
    page = lay_out(brief, lang)
    groups = [page.headline, *page.standfirst, *page.coming, *page.unseen, page.fighting_why]
    return "\n".join("".join(run.text for run in runs) for runs in groups)


def test_both_languages_hold_the_same_numbers_in_the_same_order(make, deaths) -> None:
    skill = Skill(3.1, 3.3, 31, LAST - 60, LAST - 8)
    brief = build_brief(make(deaths, reconstructed=True, skill=skill))
    orders = [order_of_numbers(lay_out(brief, lang)) for lang in LANGS]
    assert orders[0] == orders[1]
    assert len(orders[0]) > 10


def test_every_template_of_a_brief_has_its_french() -> None:
    headlines = [
        f"{past}, {{coming}}"
        for past in {*_PAST.values(), "After three months without a recorded death"}
    ]
    outlooks = [template for pair in _OUTLOOK.values() for template in pair]
    assert [one for one in headlines + outlooks if one not in french()] == []


def test_no_english_is_left_on_a_french_page(make, deaths) -> None:
    brief = build_brief(make(deaths, reconstructed=True))
    words = set(re.findall(r"[a-z]+", said(brief, "fr").lower()))
    assert not words & {"the", "deaths", "month", "months", "recorded", "forecast", "unknown"}


def test_every_number_has_a_source_that_the_brief_lists(make, deaths) -> None:
    brief = build_brief(make(deaths))
    listed = {source.key for source in brief.sources}
    for fact in facts_of(brief):
        if fact.value is not None:
            assert fact.sources, fact.id
            assert set(fact.sources) <= listed, fact.id


def test_the_same_fact_has_one_value(make, deaths) -> None:
    seen: dict[str, object] = {}
    brief = build_brief(make(deaths))
    for fact in [*facts_of(brief), *brief.headline.facts(), brief.count]:
        assert seen.setdefault(fact.id, fact.value) == fact.value


def test_the_json_says_what_the_page_says(make) -> None:
    page = lay_out(build_brief(make(WAR, reconstructed=True)), "fr")
    told = json.loads(to_json(page))
    assert told["schema"] == "tocsin-brief/1"
    assert told["headline"] == page.brief.headline.plain("fr")
    assert told["reconstruction"] is True
    assert {fact["id"] for fact in told["facts"]} >= set(order_of_numbers(page))
    assert told["sources"][0]["sha256"] == "0" * 64


def test_sums_tie(make) -> None:
    parts = {"XEX.north": [20] * 60, "XEX.south": [10] * 60}
    brief = build_brief(make([33] * 60, parts))
    assert len(brief.ties) == 4
    for tie in brief.ties:
        assert tie.total.known == tie.parts.known + tie.unallocated.known
    assert "9 of the 99 deaths of the quarter are tied to no area." in said(brief)


@pytest.mark.parametrize(
    ("deaths", "start"),
    [
        ([100] * 57 + [20, 20, 20], "After a lull of 60 deaths"),
        ([100] * 57 + [300, 300, 300], "After a surge to 900 deaths"),
        ([100] * 60, "After 300 deaths"),
        ([100] * 57 + [0, 0, 0], "After three months without a recorded death"),
        ([0] * 57 + [0, 1, 2], "After 3 deaths"),
        ([0] * 59 + [1], "After 1 death in"),
        ([10] * 48 + [200] * 9 + [100] * 3, "After a fall to 300 deaths"),
        ([200] * 48 + [10] * 9 + [100] * 3, "After a rise to 300 deaths"),
    ],
)
def test_the_headline_starts_with_what_was(make, deaths, start) -> None:
    headline = build_brief(make(deaths)).headline.plain("en")
    assert headline.replace("\u00a0", " ").startswith(start)


def test_the_headline_holds_word_and_number_of_the_same_probability(make, deaths) -> None:
    brief = build_brief(make(deaths))
    assert brief.prospect is not None
    shown = brief.prospect.probability
    assert shown in brief.headline.facts()
    outlook = make(deaths).outlook
    sums = outlook.draws[1:4].sum(axis=0)  # June is horizon 1, July to September are 2 to 4
    assert shown.known == pytest.approx((sums > sum(deaths[-3:])).mean())


def test_peace_is_told_without_false_alarm(make) -> None:
    text = said(build_brief(make([0] * 60)))
    assert "No death has been recorded in twelve months." in text
    assert "has a chance of <\u00a01% of bringing recorded deaths" in text
    assert "lull" not in text


def test_without_a_forecast_the_page_still_tells_what_was(make) -> None:
    brief = build_brief(make(WAR, forecast=False))
    assert brief.prospect is None
    assert brief.headline.plain("en") == "213\u00a0deaths recorded in three months"
    assert "No forecast reaches" in said(brief)


def test_unknown_is_said_and_is_never_zero(make) -> None:
    parts = {"XEX.north": WAR, "XEX.south": [None] * 60, "XEX.west": [0] * 60}
    brief = build_brief(make(WAR, parts))
    text = said(brief)
    assert "South: unknown." in text
    assert "West: unknown" not in text
    assert brief.area_map.tallies["XEX.south"].now is None
    assert brief.area_map.tallies["XEX.west"].now == 0
    told = json.loads(to_json(lay_out(brief, "en")))
    values = {fact["id"]: fact["value"] for fact in told["facts"]}
    assert values["deaths.year.XEX.south"] is None
    assert values["deaths.year.XEX.west"] == 0
    assert brief.ties == (), "a sum with an unknown part is not a sum"


def test_an_area_known_for_some_months_is_a_floor(make) -> None:
    parts = {"XEX.north": WAR, "XEX.south": [None] * 55 + [4] * 5}
    brief = build_brief(make(WAR, parts))
    tally = brief.area_map.tallies["XEX.south"]
    assert (tally.now, tally.partial) == (20, True)
    assert "≥\u00a020" in lay_out(brief, "en").map.for_page()


def test_a_silent_area_is_named_with_the_month_of_its_last_death(make) -> None:
    parts = {"XEX.north": WAR, "XEX.south": [9] * 52 + [0] * 8}
    assert "South: no death recorded since September 2022." in said(build_brief(make(WAR, parts)))


def test_an_area_without_a_boundary_is_listed(make) -> None:
    brief = build_brief(make(WAR, undrawn=["XEX.south"]))
    assert "South: counted, but its boundary is not held" in said(brief)
    assert ">South<" in lay_out(brief, "en").map.for_page()


def test_nothing_known_is_an_error_that_says_what_to_do(make) -> None:
    with pytest.raises(NotEnoughData, match="nothing is known about Hadaria") as caught:
        build_brief(make([None] * 60))
    assert "--reconstruct" in str(caught.value)


def test_old_knowledge_is_an_error_that_names_its_last_month(make) -> None:
    inputs = make([5] * 40 + [None] * 20, forecast=False)
    with pytest.raises(NotEnoughData, match="ends with 2021-09"):
        build_brief(inputs)


def test_months_between_are_said_to_be_unpublished(make) -> None:
    inputs = make([5] * 56 + [None] * 4, forecast=False)
    assert "February to June 2023: not yet published" in said(build_brief(inputs))


def test_a_reconstruction_is_said_in_plain_words(make) -> None:
    brief = build_brief(make(WAR, reconstructed=True))
    assert "Reconstruction: data published by 1\u00a0June 2025, cut at May 2023." in said(brief)
    assert not build_brief(make(WAR)).reconstruction


@pytest.mark.parametrize(
    ("model", "baseline", "words"),
    [
        (3.5, 3.0, "did worse than"),
        (3.0, 3.0, "did no better than"),
        (2.9, 3.0, "barely beat"),
        (2.7, 3.0, "Confidence: moderate."),
        (2.0, 3.0, "clearly beat"),
        (0.0, 0.0, "did no better than"),
    ],
)
def test_confidence_rests_on_past_scores(make, model, baseline, words) -> None:
    skill = Skill(model, baseline, 31, LAST - 60, LAST - 8)
    assert words in said(build_brief(make(WAR, skill=skill)))


def test_without_scores_confidence_is_low_and_says_why(make) -> None:
    assert "has not yet been scored" in said(build_brief(make(WAR)))


def test_a_forecast_from_another_month_is_not_used(make) -> None:
    inputs = make(WAR)
    stale = replace(inputs.outlook, origin_month=LAST - 1)
    assert build_brief(replace(inputs, outlook=stale)).prospect is None


def test_three_dyads_with_most_deaths_are_named_where_events_are_held(make) -> None:
    dyads = pl.DataFrame(
        {
            "dyad": ["A – B", "C – D", "E – F", "G – H"],
            "deaths": [5, 50, 7, 6],
            "events": [1, 9, 2, 2],
        }
    )
    brief = build_brief(make(WAR, dyads=dyads, events_held=12))
    assert brief.fighting is not None
    assert [row.label.plain("en") for row in brief.fighting.rows] == ["C – D", "E – F", "G – H"]


def test_without_events_types_of_violence_are_counted_and_the_page_says_why(make) -> None:
    kinds = pl.DataFrame(
        {"month": [LAST, LAST, LAST - 30], "violence": ["sb", "os", "sb"], "events": [4, 2, 99]}
    )
    brief = build_brief(make(WAR, kinds=kinds, events_held=1))
    assert [row.counted.value for row in brief.fighting.rows] == [4, 0, 2]
    assert "single events are held for only 1 of these twelve months" in said(brief)


def test_an_area_of_a_country_is_told_by_its_share(make) -> None:
    inputs = make(WAR, {"XEX.north": WAR, "XEX.south": [value * 3 for value in WAR]})
    place = Place("XEX.north", "admin1", Words("North, Hadaria", "Nord, Hadarie"))
    unit = inputs.parts.filter(pl.col("unit_id") == "XEX.north")
    brief = build_brief(replace(inputs, place=place, unit=unit))
    assert "That is 25% of the country’s deaths that are tied to an area." in said(brief)
    assert brief.area_map.focus == "XEX.north"


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=40))
def test_a_sum_is_known_only_if_every_month_is(values) -> None:
    months = {
        index: Count(value, None, None, None, "s")
        for index, value in enumerate(values)
        if value is not None
    }
    total = History(months).deaths(0, len(values) - 1)
    assert total == (None if None in values else sum(values))


@given(st.integers(100, 600))
def test_windows_touch_and_do_not_overlap(last) -> None:
    window = Window(last)
    assert window.quarter_before[1] + 1 == window.quarter[0]
    assert window.year_before[1] + 1 == window.year[0]
    assert window.quarter[1] == window.year[1] == window.three_years[1] == last
    assert window.quarter_year_before[1] == last - 12


def test_a_line_keeps_its_facts_through_typography() -> None:
    fact = Fact(id="a", value=1728, unit="deaths", sources=("s",))
    runs = Line("**{a+^}** : 5 %", {"a": fact}).runs("fr")
    assert [run.text for run in runs] == ["1\u202f728\u00a0morts", "", "\u00a0: 5\u202f%"]
    assert runs[0].fact is fact
    assert runs[1].sources == ("s",)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Hegre, Håvard, Mihai Croicu and others (2020). Introducing.", "Hegre et al. 2020"),
        ("Nobody, Anne (2021). On nothing", "Nobody 2021"),
        ("Exercise data. Nothing here happened.", "Exercise data. Nothing here happened"),
    ],
)
def test_citations_are_shortened_for_the_page(full, short) -> None:
    assert short_citation(full) == short
