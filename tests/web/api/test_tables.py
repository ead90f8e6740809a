"""Lists as table files: over the API and from the command line, read by other people's programs."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas
import hxl
import openpyxl
import pytest
from litestar.testing import TestClient
from tests.web.conftest import Make
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.language.text import french
from tocsin.web.api.routes import ROOT
from tocsin.workflow import record_reading, tabling
from tocsin.workflow.list_columns import COLUMNS
from tocsin.workflow.record_keeping import add_statement


def told(number: int, **more: Any) -> str:
    """Write an alias of an invented actor; its id."""
    one = {"kind": "alias", "subject": f"actor:zed-{number}", "known_at": "2023-07",
           "source": "invented", "tlp": "GREEN", "body": {"name": f"name {number}"}}  # fmt: skip
    return add_statement(one | more).ids[0]


def test_every_list_has_columns_with_titles_in_both_languages() -> None:
    assert set(COLUMNS) == set(tabling.LISTS)
    catalogue = french()
    for name, columns in COLUMNS.items():
        assert tabling.LISTS[name].about in catalogue
        assert len({one.key for one in columns}) == len(columns)
        tags = [one.hxl for one in columns if one.hxl]
        assert len(set(tags)) == len(tags), name
        for one in columns:
            assert one.title in catalogue, one.title


@pytest.mark.geodata
def test_other_programs_read_what_the_command_writes(node: Path, tmp_path: Path) -> None:
    record_reading.load_dossier("mali")
    files = {form: tmp_path / f"cases{suffix}" for form, suffix in tabling.SUFFIXES.items()}
    for path in files.values():
        run = CliRunner().invoke(
            app, ["table", "cases", "--as-of", "2023-11-30", "--out", str(path), "--lang", "en"]
        )
        assert run.exit_code == 0, run.output
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text("utf-8"))))
    assert [row["subject"] for row in rows] == sorted(row["subject"] for row in rows)
    assert all(row["sources"] and row["handling"].startswith("TLP:") for row in rows)
    source = hxl.data(str(files["hxl"]), hxl.InputOptions(allow_local=True))
    assert "#meta+id" in source.display_tags
    assert len(list(source)) == len(rows)
    book = openpyxl.load_workbook(files["xlsx"])
    assert book.sheetnames == ["README", "cases"]
    assert "TLP:CLEAR" in [cell.value for cell in book["README"]["B"]]
    frame = geopandas.read_file(files["geojson"])
    assert len(frame) == len(rows)
    assert not any(frame[frame["unit_id"] == "MLI.mopti"].geometry.is_empty)


def test_a_table_shows_what_its_reader_may_see_and_is_marked_so(
    client: TestClient[Any], bearer: Make
) -> None:
    told(1, tlp="CLEAR")
    peer = bearer("peer", org="NORTH")
    path = f"{ROOT}/statements"
    before = {form: client.get(path, params={"format": form}, headers=peer).content
              for form in tabling.MEDIA}  # fmt: skip
    told(2, tlp="AMBER", rel_to=["SOUTH"])
    for form, content in before.items():
        assert client.get(path, params={"format": form}, headers=peer).content == content, form
    south = client.get(path, params={"format": "csv"}, headers=bearer("peer", org="SOUTH")).text
    assert "name 2" in south
    assert "TLP:AMBER" in south
    assert "TLP:AMBER" not in before["csv"].decode()


def test_pages_of_a_table_are_linked(client: TestClient[Any], bearer: Make) -> None:
    ids = {told(number) for number in range(5)}
    headers = bearer("analyst")
    path, found = f"{ROOT}/statements?format=csv&limit=2", []
    while path:
        page = client.get(path, headers=headers)
        assert page.headers["content-type"].startswith("text/csv")
        found += [row["id"] for row in csv.DictReader(io.StringIO(page.text))]
        path = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert sorted(found) == sorted(ids)
    accept = headers | {"Accept": "application/geo+json"}
    assert json.loads(client.get(f"{ROOT}/calendar", headers=accept).text)["features"] == []


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["figures", "--out", "a.pdf"], "does not say how"),
        (["nothing", "--out", "a.csv"], "no list is named"),
        (["areas", "--out", "a.csv"], "country is missing"),
        (["figures", "--out", "a.csv", "--where", "colour=red"], "is not asked with colour"),
        (["figures", "--out", "a.csv", "--where", "red"], "is not NAME=VALUE"),
        (["figures", "--out", "a.csv", "--as-of", "2199"], "lies in the future"),
    ],
)
def test_what_makes_no_sense_is_refused(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], answer: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["table", *words, "--lang", "en"])
    said = str(run.exception) + run.output
    assert run.exit_code != 0
    assert answer in said
    assert list(tmp_path.glob("*.*")) == []
