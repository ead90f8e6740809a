"""What maps need: coarser outlines that still meet, a place for names, hatching as lines."""

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tocsin import geo

DAY = date(2023, 6, 30)


@pytest.mark.geodata
def test_coarser_outlines_still_meet() -> None:
    fine = geo.admin1("BFA", DAY)
    coarse = geo.simplified(fine, 0.05)
    points = [shapely.get_num_coordinates(layer.outline()) for layer in (fine, coarse)]
    assert points[1] < points[0] / 2
    shapes = [area.polygon for area in coarse.areas]
    assert sum(shape.area for shape in shapes) == pytest.approx(coarse.outline().area, rel=1e-6)
    assert [area.unit_id for area in coarse.areas] == [area.unit_id for area in fine.areas]


@pytest.mark.geodata
def test_units_without_a_shape_stay_listed() -> None:
    coarse = geo.simplified(geo.admin1("MLI", DAY), 0.05)
    assert [area.unit_id for area in coarse.without_polygon()] == ["MLI.menaka"]


@pytest.mark.geodata
def test_names_stand_inside_their_area() -> None:
    for area in geo.admin1("NGA", DAY).areas:
        assert area.polygon.contains(shapely.Point(geo.label_point(area.polygon))), area.unit_id


@given(
    st.floats(0.05, 1.0),
    st.floats(0, 180),
    st.floats(-20, 20),
    st.floats(0, 20),
)
def test_hatching_lies_inside_and_is_evenly_spaced(
    spacing: float, angle: float, west: float, south: float
) -> None:
    shape = shapely.Point(west, south).buffer(2.0)
    lines = geo.hatching(shape, spacing, angle)
    assert shape.buffer(1e-9).covers(lines)
    # Lines a spacing apart fill a shape with about its area over the spacing.
    assert lines.length == pytest.approx(shape.area / spacing, rel=spacing)
    turn = np.radians(angle)
    middles = [line.interpolate(0.5, normalized=True) for line in lines.geoms]
    ranks = sorted(-p.x * np.sin(turn) + p.y * np.cos(turn) for p in middles)
    assert np.diff(ranks) == pytest.approx(spacing, abs=1e-6)


def test_hatching_of_nothing_is_nothing() -> None:
    assert geo.hatching(shapely.Polygon(), 0.1).is_empty
    assert geo.hatching(shapely.box(0.1, 0.5, 0.2, 0.6), 5.0).is_empty
