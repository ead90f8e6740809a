"""Drawings: well-formed, cut where one bar would flatten the rest, labels on nothing else."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.briefs import build_brief, lay_out
from tocsin.briefs.drawing import LETTERING, STYLES, light_tokens, path_of, stylesheet
from tocsin.briefs.letters import text_width
from tocsin.briefs.placing import Anchor, Box, place_labels, spread
from tocsin.briefs.timeline import ticks
from tocsin.language.text import Lang

points = st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=30)


def read_path(d: str) -> list[tuple[float, float]]:
    """Points of a path that `path_of` wrote, in tenths."""
    numbers = [float(one) for one in re.findall(r"-?\d*\.?\d+", d)]
    x, y = numbers[0], numbers[1]
    found = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


@given(points)
def test_a_path_goes_through_its_points(given_points) -> None:
    told = read_path(path_of(given_points))
    rounded = [(round(x * 10) / 10, round(y * 10) / 10) for x, y in given_points]
    kept = [p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1]]
    assert len(told) == len(kept)
    for (x, y), (a, b) in zip(told, kept, strict=True):
        assert x == pytest.approx(a, abs=1e-6)
        assert y == pytest.approx(b, abs=1e-6)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_drawing_is_xml_for_page_and_document(make, deaths, lang: Lang) -> None:
    page = lay_out(build_brief(make(deaths)), lang)
    drawings = [
        page.chart,
        page.narrow_chart,
        page.map,
        page.scale,
        page.areas[0].spark if page.areas else page.map,
    ]
    for drawing in drawings:
        for svg in (drawing.for_page(), drawing.for_document()):
            root = ElementTree.fromstring(svg)
            assert root.tag.endswith("svg")
            assert "@" not in svg
            assert "nan" not in svg
            assert "var(" not in drawing.for_document()


def test_every_style_has_a_colour_and_a_css_rule() -> None:
    tokens, sheet = light_tokens(), stylesheet()
    for style, properties in STYLES.items():
        assert f".{style}{{" in sheet
        assert all(value in tokens for value in properties.values() if value.startswith("--"))
    for style, (size, _, colour, _) in LETTERING.items():
        assert f"text.{style}{{" in sheet
        assert colour in tokens
        assert size >= 7.5, "nothing under 6.5 pt on paper"


def test_one_bar_that_breaks_the_scale_is_cut_and_its_number_written(make) -> None:
    war = [40, 55, 61, 48, 90, 75] * 10
    spike = [*war[:45], 9000, *war[:14]]
    svg = lay_out(build_brief(make(spike)), "en").chart.for_page()
    assert ">9,000 (March 2022)<" in svg
    assert 'class="cut"' in svg
    assert 'class="cut"' not in lay_out(build_brief(make(war)), "en").chart.for_page()


def test_the_month_in_progress_is_hatched(make) -> None:
    svg = lay_out(build_brief(make([5] * 60)), "fr").chart.for_page()
    assert 'class="unpublished"' in svg
    assert "juin\u00a0: pas encore publié" in svg


def test_zero_is_drawn_as_zero_and_unknown_is_hatched(make) -> None:
    parts = {"XEX.north": [5] * 60, "XEX.south": [0] * 60, "XEX.west": [None] * 60}
    svg = lay_out(build_brief(make([5] * 60, parts)), "en").map.for_page()
    assert svg.count('class="zero"') == 1
    hatched = re.findall(r'<path class="unknown"[^>]*><title>([^<]*)', svg)
    assert hatched == ["West"]


anchors = st.lists(
    st.builds(
        Anchor,
        x=st.floats(60, 240),
        y=st.floats(40, 180),
        radius=st.floats(1, 8),
        width=st.floats(20, 55),
        height=st.just(10.0),
    ),
    max_size=6,
)


@given(anchors)
def test_labels_stay_in_the_frame_and_the_result_repeats(given_anchors) -> None:
    frame = Box(0, 0, 300, 220)
    spots = place_labels(given_anchors, frame)
    assert spots == place_labels(given_anchors, frame)
    assert all(spot.box.outside(frame) < 1e-6 for spot in spots)


def test_neighbouring_labels_do_not_lie_on_each_other() -> None:
    crowd = [Anchor(100 + 14 * i, 100 + 9 * (i % 2), 6, 48, 20) for i in range(6)]
    spots = place_labels(crowd, Box(0, 0, 300, 220))
    overlaps = [a.box.overlap(b.box) for i, a in enumerate(spots) for b in spots[i + 1 :]]
    assert max(overlaps) == 0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_spread_keeps_order_and_gaps(wanted) -> None:
    placed = spread(wanted, 10, 0, 100)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    heights = [placed[index] for index in order]
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(heights))


@given(st.floats(1, 10**6))
def test_ticks_are_few_round_and_within(ceiling) -> None:
    marks = ticks(ceiling)
    assert marks[0] == 0
    assert 1 <= len(marks) <= 6
    assert marks[-1] <= ceiling


def test_text_has_the_width_of_its_letters() -> None:
    assert text_width("11", 10) == pytest.approx(2 * text_width("1", 10))
    assert text_width("Mopti", 10, strong=True) > text_width("Mopti", 10)


def test_the_letters_that_are_taken_for_granted_are_in_every_face() -> None:
    from tocsin.briefs import letters

    for face in letters.FACES:
        assert {ord(one) for one in letters._SURE} <= set(letters._advances(face))
