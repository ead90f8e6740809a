"""A user's boundary files: read, repaired, or refused with what to do."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import mapping

from tocsin import exercise, geo
from tocsin.errors import NotEnoughData, UnknownName, UnreadableFile
from tocsin.geo import boundary_files

DAY = date(2023, 6, 30)
Feature = dict[str, Any]


def feature(shape: Any, **properties: str) -> Feature:
    geometry = shape if isinstance(shape, dict) else mapping(shape)
    return {"type": "Feature", "properties": {"iso3": "XEX", **properties}, "geometry": geometry}


def saved(folder: Path, *features: Feature, **members: Any) -> Path:
    path = folder / "areas.geojson"
    collection = {"type": "FeatureCollection", "features": list(features), **members}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


SQUARE = shapely.box(-40, 0, -39, 1)


def test_the_exercise_country(tmp_path: Path) -> None:
    path = tmp_path / "exercise.geojson"
    path.write_text(json.dumps(exercise.boundaries()), encoding="utf-8")
    layer = geo.read_boundary_file(path)
    assert (layer.iso3, layer.level, layer.repaired) == ("XEX", "admin1", 0)
    ids = [area.unit_id for area in layer.areas]
    assert ids[0] == "XEX.haut-nord"
    assert [area.unit_id for area in geo.admin1("XEX", DAY, [layer]).areas] == ids
    assert geo.country_outline("XEX", [layer]).is_valid


def test_a_layer_written_and_read_again_is_the_same(tmp_path: Path) -> None:
    first = geo.read_boundary_file(
        saved(tmp_path, feature(SQUARE, name="Ouest", valid_from="2016-01-19")),
        valid_to=date(2023, 3, 12),
    )
    (tmp_path / "again").mkdir()
    path = tmp_path / "again" / "areas.geojson"
    path.write_text(json.dumps(geo.to_geojson(first)), encoding="utf-8")
    second = geo.read_boundary_file(path)
    assert (second.valid_from, second.valid_to) == (date(2016, 1, 19), date(2023, 3, 12))
    assert second.areas[0].polygon.equals(first.areas[0].polygon)
    assert second.areas[0].unit_id == first.areas[0].unit_id == "XEX.ouest"


def test_outlines_that_cross_themselves_are_repaired(tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    layer = geo.read_boundary_file(saved(tmp_path, feature(bow, name="Bow")), iso3="XEX")
    assert layer.repaired == 1
    assert layer.areas[0].polygon.is_valid
    assert layer.areas[0].polygon.area == pytest.approx(2.0)


def test_pieces_of_one_area_become_one(tmp_path: Path) -> None:
    other = shapely.box(-38, 0, -37, 1)
    path = saved(tmp_path, feature(SQUARE, name="Îles"), feature(other, name="Iles"))
    layer = geo.read_boundary_file(path)
    assert [area.unit_id for area in layer.areas] == ["XEX.iles"]
    assert layer.areas[0].polygon.area == pytest.approx(2.0)


def test_heights_and_points_beside_polygons_do_not_matter(tmp_path: Path) -> None:
    high = {"type": "Polygon", "coordinates": [[[0, 0, 9], [1, 0, 9], [1, 1, 9], [0, 0, 9]]]}
    point = {"type": "Point", "coordinates": [0, 0]}
    layer = geo.read_boundary_file(saved(tmp_path, feature(point), feature(high, name="A")))
    assert not layer.areas[0].polygon.has_z


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not GeoJSON"),
        (b"name;latitude\n", "not GeoJSON"),
        (b"\xff\xfe\x00", "not GeoJSON"),
        (b"[1, 2]", "not GeoJSON"),
        (b"[" * 100_000, "not GeoJSON"),
        (b'{"type": "Topology"}', "not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": 3}', "not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "no polygon"),
        (b'{"type": "FeatureCollection", "features": [null, 7]}', "no polygon"),
    ],
)
def test_files_that_are_no_layer(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=problem):
        geo.read_boundary_file(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        geo.read_boundary_file(tmp_path / "absent.geojson")


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_files, "MOST_BYTES", 1_000_000)
    path = saved(tmp_path, feature(SQUARE, name="A", padding="x" * 2_000_000))
    with pytest.raises(UnreadableFile, match="too large: 2 MB"):
        geo.read_boundary_file(path)


@pytest.mark.parametrize(
    ("features", "problem"),
    [
        ([feature(SQUARE)], "no name"),
        ([{**feature(SQUARE, name="A"), "properties": {"name": "A"}}], "no iso3"),
        ([{**feature(SQUARE), "properties": None}], "no name"),
        ([feature({"type": "Point", "coordinates": [0, 0]}, name="A")], "no polygon"),
        ([feature({"type": "Polygon", "coordinates": []}, name="A")], "empty shape"),
        ([feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, name="A")], "cannot be"),
        ([feature({"type": "Polygon", "coordinates": [["a"]]}, name="A")], "cannot be read"),
        ([feature({"type": "Polygon"}, name="A")], "cannot be read"),
        ([feature(SQUARE, name="A", valid_from="19/01/2016")], "not a date"),
        ([feature(SQUARE, name="A"), feature(SQUARE, name="B", iso3="XEA")], "mixes countries"),
        ([feature(SQUARE, name="A"), feature(SQUARE, name="B", level="ADM2")], "mixes countries"),
        ([feature(shapely.box(3e5, 1e6, 4e5, 2e6), name="A")], "not degrees"),
        ([feature(shapely.box(0, 95, 1, 120), name="A")], "swapped"),
    ],
)
def test_features_that_cannot_be_used(
    tmp_path: Path, features: list[Feature], problem: str
) -> None:
    with pytest.raises(UnreadableFile, match=problem) as caught:
        geo.read_boundary_file(saved(tmp_path, *features))
    assert "areas.geojson" in caught.value.where
    assert caught.value.remedy


def test_another_coordinate_system(tmp_path: Path) -> None:
    utm = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32630"}}
    with pytest.raises(UnreadableFile, match="EPSG::32630"):
        geo.read_boundary_file(saved(tmp_path, feature(SQUARE, name="A"), crs=utm))
    crs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert geo.read_boundary_file(saved(tmp_path, feature(SQUARE, name="A"), crs=crs84)).areas


@pytest.mark.geodata
def test_latitude_and_longitude_swapped(tmp_path: Path) -> None:
    mopti = shapely.box(-5, 13.5, -3, 15.5)
    swapped = shapely.box(13.5, -5, 15.5, -3)
    good = geo.read_boundary_file(saved(tmp_path, feature(mopti, name="Mopti", iso3="MLI")))
    assert good.areas[0].unit_id == "MLI.mopti"
    with pytest.raises(UnreadableFile, match="swapped, or the country is not MLI"):
        geo.read_boundary_file(saved(tmp_path, feature(swapped, name="Mopti", iso3="MLI")))


@pytest.mark.mirror
@pytest.mark.geodata
def test_cercles_give_menaka_its_shape(mirror: Path) -> None:
    cercles = geo.read_boundary_file(
        mirror / "boundaries/geoboundaries_MLI_ADM2_simplified.geojson"
    )
    assert (cercles.level, len(cercles.areas)) == ("admin2", 50)
    before = geo.regions_from_districts(cercles, date(2015, 6, 1))
    after = geo.regions_from_districts(cercles, DAY)
    assert [len(layer.areas) for layer in (before, after)] == [9, 10]
    assert before.valid_to == date(2016, 1, 18)
    assert after.valid_from == date(2016, 1, 19)
    towns = ([2.4, -0.04], [15.92, 16.27])  # Ménaka and Gao
    layers = geo.with_regions([cercles])
    assert geo.locate(*towns, DAY, layers=layers).tolist() == ["MLI.menaka", "MLI.gao"]
    assert geo.locate(*towns, date(2015, 6, 1), layers=layers).tolist() == ["MLI.gao", "MLI.gao"]
    assert geo.admin1("MLI", DAY, layers).without_polygon() == ()


@pytest.mark.mirror
@pytest.mark.geodata
def test_provinces_give_burkina_faso_its_regions(mirror: Path) -> None:
    path = mirror / "boundaries/geoboundaries_BFA_ADM2_simplified.geojson"
    regions = geo.regions_from_districts(geo.read_boundary_file(path), DAY)
    assert {area.unit_id for area in regions.areas} == set(geo.units("BFA"))


def test_districts_that_nobody_reviewed(tmp_path: Path) -> None:
    unknown = feature(shapely.box(-5, 14, -4, 15), name="Cercle Neuf", iso3="MLI", level="ADM2")
    layer = geo.read_boundary_file(saved(tmp_path, unknown))
    with pytest.raises(UnknownName, match="Cercle Neuf"):
        geo.regions_from_districts(layer, DAY)
    assert geo.with_regions([layer]) == (layer,)
    alone = feature(shapely.box(-5, 14, -4, 15), name="Mopti", iso3="MLI", level="ADM2")
    with pytest.raises(NotEnoughData, match="Abeïbara"):
        geo.regions_from_districts(geo.read_boundary_file(saved(tmp_path, alone)), DAY)
