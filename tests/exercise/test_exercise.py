from itertools import combinations

import polars as pl
from shapely.geometry import Point, shape

from tocsin.exercise import ISO3, boundaries, events
from tocsin.exercise.country import REGIONS

SHAPES = {
    feature["properties"]["name"]: shape(feature["geometry"])
    for feature in boundaries()["features"]
}  # type: ignore[attr-defined]


def test_the_invented_country_lies_where_there_is_only_water() -> None:
    # The open Atlantic, well away from the shelf and from Saint Peter and Saint Paul (29.3° W).
    west, south, east, north = -36.0, 0.0, -26.5, 7.5
    assert all(
        west <= x0 and x1 <= east and south <= y0 and y1 <= north
        for x0, y0, x1, y1 in (area.bounds for area in SHAPES.values())
    )


def test_its_code_is_one_that_no_country_will_ever_have() -> None:
    assert "XAA" <= ISO3 <= "XZZ"


def test_regions_tile_the_country() -> None:
    assert all(area.is_valid and area.exterior.is_ccw for area in SHAPES.values())
    assert all(a.intersection(b).area < 1e-9 for a, b in combinations(SHAPES.values(), 2))


def test_places_lie_in_their_regions() -> None:
    assert all(
        SHAPES[region.name].contains(Point(point))
        for region in REGIONS
        for _, point in region.places
    )


def test_the_same_seed_tells_the_same_story() -> None:
    assert events().equals(events())
    assert not events(1).equals(events(2))


def test_events_are_ordered_estimates() -> None:
    frame = events()
    assert frame["id"].is_unique().all()
    assert frame.filter(
        (pl.col("low") > pl.col("best")) | (pl.col("best") > pl.col("high"))
    ).is_empty()
    assert frame.filter(pl.col("end") < pl.col("start")).is_empty()
    assert frame["start"].is_sorted()


def test_the_invented_country_is_told_by_the_areas_that_come_with_it() -> None:
    from datetime import date

    from tocsin.briefs.scoping import scope_of

    assert scope_of("XEX", date(2023, 6, 30)).parts_level == "admin1"
