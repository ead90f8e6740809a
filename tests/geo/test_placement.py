"""Points: in the area of their day, or in none."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin import geo
from tocsin.errors import ShapeMismatch, UsageError
from tocsin.geo import Area, Layer

pytestmark = pytest.mark.geodata
DAY = date(2023, 6, 30)


def square(unit: str, west: float, south: float, size: float = 1.0) -> Area:
    return Area(unit, unit, unit, shapely.box(west, south, west + size, south + size))


INVENTED = Layer(
    "invented",
    "admin1",
    "XEX",
    (square("XEX.west", -40, 0), square("XEX.east", -39, 0)),
    source="an exercise",
)


@pytest.fixture(scope="module")
def region() -> list[Area]:
    """Every area with a shape, in the order of the countries' codes."""
    reviewed = [each.iso3 for each in geo.countries() if each.group]
    return [area for iso3 in reviewed for area in geo.admin1(iso3, DAY).with_polygon()]


@pytest.mark.parametrize(
    ("longitude", "latitude", "unit"),
    [
        (-8.0, 12.65, "MLI.bamako"),
        (-4.2, 14.5, "MLI.mopti"),
        (-3.0, 16.77, "MLI.tombouctou"),
        (0.03, 14.03, "BFA.sahel"),
        (2.1, 13.5, "NER.niamey"),
        (13.15, 11.85, "NGA.borno"),
        (15.04, 12.11, "TCD.n-djamena"),
        (3.39, 6.45, "NGA.lagos"),
        (-17.45, 14.69, "SEN.dakar"),
        (-30.0, 10.0, None),
    ],
)
def test_known_towns(longitude: float, latitude: float, unit: str | None) -> None:
    assert geo.locate([longitude], [latitude], DAY).tolist() == [unit]


def test_a_point_is_placed_by_its_own_date() -> None:
    days = np.array(["2016-01-18", "2016-01-19", "2012-01-10", "2012-01-11"], "datetime64[D]")
    x, y = [2.4, 2.4, 23.47, 23.47], [15.9, 15.9, 12.9, 12.9]  # Ménaka twice, Zalingei twice
    found = geo.locate(x, y, days)
    assert found.tolist() == ["MLI.gao", None, "SDN.west-darfur", "SDN.central-darfur"]


def test_a_harbour_just_outside_the_outline_belongs_to_the_shore() -> None:
    at_sea = [(2.42, 6.28), (-17.55, 14.72), (2.42, 6.0)]
    ashore = geo.admin1("BEN", DAY).outline()
    assert not shapely.intersects_xy(ashore, *at_sea[0])
    x, y = zip(*at_sea, strict=True)
    assert geo.locate(x, y, DAY).tolist() == ["BEN.littoral", "SEN.dakar", None]


def test_a_border_point_has_one_unit_whatever_its_company() -> None:
    border = geo.locate([-39.0], [0.5], DAY, layers=[INVENTED])
    crowd = geo.locate([-39.0, -39.5, -38.5], [0.5, 0.5, 0.5], DAY, layers=[INVENTED])
    assert border.tolist() == ["XEX.west"]
    assert crowd.tolist() == ["XEX.west", "XEX.west", "XEX.east"]


def test_points_that_cannot_be_placed() -> None:
    nan = float("nan")
    assert geo.locate([nan, 500, -4.2], [14, 14, nan], DAY).tolist() == [None, None, None]
    assert geo.locate([], [], DAY).tolist() == []
    with pytest.raises(ShapeMismatch):
        geo.locate([1, 2], [1], DAY)
    with pytest.raises(UsageError):
        geo.locate([1], [1], np.array(["NaT"], "datetime64[D]"))


def test_a_users_layer_takes_the_place_of_the_built_one_while_it_holds() -> None:
    own = Layer("own", "admin1", "MLI", (square("MLI.menaka", 2, 15),), valid_from=DAY)
    at = ([2.4, -4.2], [15.9, 14.5])
    assert geo.locate(*at, DAY, layers=[own]).tolist() == ["MLI.menaka", None]
    assert geo.locate(*at, date(2023, 6, 29), layers=[own]).tolist() == [None, "MLI.mopti"]
    older = replace(own, valid_from=None, valid_to=date(2000, 1, 1))
    assert geo.locate(*at, DAY, layers=[older]).tolist() == [None, "MLI.mopti"]


def test_an_older_layer_of_ones_own_does_not_claim_ground_that_was_divided() -> None:
    whole_gao = Layer("old", "admin1", "MLI", (square("MLI.gao", -1, 14, 5),))
    assert geo.locate([2.4], [15.9], date(2015, 1, 1), layers=[whole_gao]).tolist() == ["MLI.gao"]
    assert geo.locate([2.4], [15.9], DAY, layers=[whole_gao]).tolist() == [None]
    listed = geo.admin1("MLI", DAY, [whole_gao])
    assert "MLI.menaka" in [area.unit_id for area in listed.without_polygon()]


def test_other_levels() -> None:
    assert geo.locate([-4.2], [14.5], DAY, "country").tolist() == ["MLI"]
    assert geo.locate([-4.2], [14.5], DAY, "priogrid").tolist() == ["150832"]
    assert geo.locate([-39.5], [0.5], DAY, "country", [INVENTED]).tolist() == ["XEX"]


def test_a_country_that_parted() -> None:
    juba_and_asmara = ([31.6, 38.93], [4.85, 15.33])
    for day, found in (
        (date(1993, 5, 23), ["SDN", "ETH"]),
        (date(2011, 7, 8), ["SDN", "ERI"]),
        (date(2011, 7, 9), ["SSD", "ERI"]),
    ):
        assert geo.locate(*juba_and_asmara, day, "country").tolist() == found


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_placing_agrees_with_asking_every_area(region: list[Area], seed: int) -> None:
    """The fast way gives what asking one area after the other gives."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(-12, 5, 40), random.uniform(10, 25, 40)
    slow: list[str | None] = [None] * len(x)
    inside = np.zeros(len(x), dtype=bool)
    for area in region:
        for index in np.flatnonzero(shapely.contains_xy(area.polygon, x, y) & ~inside):
            # Layers of neighbouring countries overlap by slivers: the first in order has them.
            slow[index] = area.unit_id if area.exact else None
            inside[index] = True
    fast = geo.locate(x, y, DAY)
    assert fast[inside].tolist() == [slow[index] for index in np.flatnonzero(inside)]


@pytest.mark.mirror
def test_published_areas_and_points_agree(mirror: Path) -> None:
    """Where UCDP gives an area and a point, the crosswalk and the shapes say the same."""
    columns = ["longitude", "latitude", "country", "adm_1"]
    events = pl.read_csv(
        mirror / "ucdp/GEDEvent_v23_0_10.csv", columns=columns, infer_schema_length=None
    ).drop_nulls()
    reviewed = {each.iso3 for each in geo.countries() if each.group}
    names = [geo.iso3_of_name(country) for country in events["country"]]
    events = events.with_columns(pl.Series("iso3", names)).filter(pl.col("iso3").is_in(reviewed))
    placed = geo.locate(events["longitude"], events["latitude"], date(2023, 10, 15))
    pairs = [
        (unit, geo.admin1_of_name(iso3, name))
        for unit, iso3, name in zip(placed, events["iso3"], events["adm_1"], strict=True)
        if unit is not None
    ]
    assert len(pairs) > 240
    assert sum(a == b for a, b in pairs) / len(pairs) > 0.97
