"""`tocsin init`, `ingest`, `snapshots`, `sources` as a person meets them."""

import json
import zipfile
from pathlib import Path

import pytest
from tests.sources.events.hadaria import Write, row, text
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import UnknownName

RUN = CliRunner()


def run(*words: str, code: int = 0) -> str:
    result = RUN.invoke(app, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_store_is_named(own_store: Path) -> None:
    assert f"belongs to Observatory: {own_store}" in run("init", "--org", "Observatory")


def test_the_closing_table_says_what_became_of_every_row(write: Write) -> None:
    shown = run("ingest", str(write([row(1), row(2, best="-1"), row(3, high="1"), row(1)])))
    for words in (
        "GEDEvent_v23_0_10.csv: kept",
        "rows read       4",
        "rows kept       2",
        "1  a count below zero",
        "1  the high estimate is below the best one",
        "duplicates      1",
        "2023-10-02 … 2023-10-02",
        "places          1",
        "CC BY 4.0",
        "Hegre",
        "rejects.csv",
    ):
        assert words in shown, shown


def test_json_gives_the_same(write: Write) -> None:
    content = json.loads(run("ingest", str(write([row(1), row(2, best="-1")])), "--json"))
    (file,) = content["files"]
    assert file["status"] == "kept"
    assert file["snapshot"]["rows_read"] == 2
    assert file["snapshot"]["set_aside"] == {"negative": 1}
    assert file["snapshot"]["licence"] == "CC BY 4.0"
    assert Path(file["rejects_file"]).is_file()


def test_a_folder_is_walked_and_one_bad_file_stops_nobody(write: Write, tmp_path: Path) -> None:
    write([row(1)], "in/GEDEvent_v23_0_10.csv")
    write("a,b\n1,2\n", "in/deeper/notes.csv")
    write("", "in/empty.csv")
    with zipfile.ZipFile(tmp_path / "in" / "more.zip", "w") as archive:
        archive.writestr("GEDEvent_v23_0_9.csv", text([row(9)]))
        archive.writestr("__MACOSX/._x.csv", "x")
    files = json.loads(run("ingest", str(tmp_path / "in"), "--json", code=3))["files"]
    found = {Path(file["path"]).name: file["status"] for file in files}
    assert found == {
        "GEDEvent_v23_0_10.csv": "kept",
        "notes.csv": "not recognised",
        "empty.csv": "refused",
        "more.zip": "kept",
    }
    problem = next(file for file in files if file["status"] == "refused")
    assert problem["problem"] == "empty.csv: the file is empty"


def test_snapshots_as_of(write: Write) -> None:
    assert "holds nothing yet" in run("snapshots")
    run("ingest", str(write([row(1)])))
    assert "ucdp_candidate" in run("snapshots")
    assert "Nothing" in run("snapshots", "--as-of", "2023-11-19")
    held = json.loads(run("snapshots", "--as-of", "2023-11-20", "--json"))["snapshots"]
    assert [each["version"] for each in held] == ["23.0.10"]


def test_sources_are_listed_with_licence_and_citation() -> None:
    listed = json.loads(run("sources", "--json"))["sources"]
    keys = [each["key"] for each in listed]
    assert keys == sorted(keys)
    assert {"ucdp_ged", "ucdp_candidate"} <= set(keys)
    assert all(each["licence"] and each["citation"] and each["home"] for each in listed)
    assert "Sundberg" in run("sources")


def test_an_unknown_source_names_its_neighbours(write: Write) -> None:
    with pytest.raises(UnknownName, match="ucdp_ged"):
        run("ingest", str(write([row(1)])), "--source", "ucdp_gde")
