"""`tocsin places`, as a person types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin import exercise
from tocsin.cli.main import app
from tocsin.errors import UnknownName, UnreadableFile

pytestmark = pytest.mark.geodata


def said(*words: str) -> str:
    result = CliRunner().invoke(app, ["places", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_find_a_town() -> None:
    (place,) = json.loads(said("find", "segou", "--country", "mli", "--limit", "1", "--json"))
    assert (place["name"], place["unit_id"]) == ("Ségou", "MLI.segou")
    assert "Ségou  MLI.segou" in said("find", "Segou")


def test_find_nothing() -> None:
    result = CliRunner().invoke(app, ["places", "find", "Qqqqqq"])
    assert result.exit_code == 1
    assert "No place" in result.output


def test_areas_on_two_days() -> None:
    assert "menaka" not in said("areas", "MLI", "--on", "2016-01-18")
    after = said("areas", "MLI", "--on", "2023-06-30")
    assert "MLI.menaka  Ménaka  no shape" in after
    assert "MLI.gao  Gao  shape with MLI.menaka" in after
    assert "MLI.taoudenit  Taoudénit  counted in MLI.tombouctou" in after


def test_locate_takes_negative_degrees() -> None:
    found = json.loads(said("locate", "-4.2", "14.5", "--on", "2023-06-30", "--json"))
    assert found == {"country": "MLI", "admin1": "MLI.mopti", "priogrid": "150832"}
    assert "admin1  not known" in said("locate", "2.4", "15.9", "--on", "2022-01-01")


def test_a_file_of_ones_own_is_kept_and_used(tmp_path: Path, own_store: Path) -> None:
    path = tmp_path / "exercise.geojson"
    path.write_text(json.dumps(exercise.boundaries()), encoding="utf-8")
    first = json.loads(said("add", str(path), "--json"))
    assert (first["areas"], first["country"]) == (6, "XEX")
    assert json.loads(said("add", str(path), "--json"))["path"] == first["path"]
    assert len(list((own_store / "boundaries").iterdir())) == 1
    found = json.loads(said("locate", "-33.6", "6.1", "--json"))
    assert (found["country"], found["admin1"]) == ("XEX", "XEX.haut-nord")
    assert "XEX.lisiere  Lisière" in said("areas", "XEX")


@pytest.mark.mirror
def test_cercles_of_ones_own_give_menaka_its_shape(mirror: Path) -> None:
    cercles = mirror / "boundaries/geoboundaries_MLI_ADM2_simplified.geojson"
    assert "50 areas of MLI, admin2" in said("add", str(cercles))
    assert "admin1  MLI.menaka" in said("locate", "2.4", "15.9", "--on", "2022-01-01")
    assert "no shape" not in said("areas", "MLI", "--on", "2022-01-01")


def test_errors_reach_the_reader(tmp_path: Path) -> None:
    for words, kind in (
        (["areas", "ATL"], UnknownName),
        (["add", str(tmp_path / "absent.geojson")], UnreadableFile),
    ):
        assert isinstance(CliRunner().invoke(app, ["places", *words]).exception, kind)
