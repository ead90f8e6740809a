"""`tocsin fetch`: which files make up a release, and where they come from."""

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

import tocsin.sources
from tocsin.cli.main import app
from tocsin.errors import FetchFailed, TocsinError, UnknownName
from tocsin.sources.arrivals import Fetching
from tocsin.sources.declaration import Declaration, OfficialFile, Versions
from tocsin.sources.fetch import Patience
from tocsin.sources.mirror import Copy
from tocsin.sources.registry import source, sources
from tocsin.sources.releases import file_name, mirrored_files, official_files

HASTY = Patience(tries=2, first_pause=0.01, connect_seconds=2, silence_seconds=1.5)
VDEM = b"country_text_id,year,v2x_polyarchy,v2x_libdem\nXEX,2021,0.25,0.125\n"


def declaration(**changes: Any) -> Declaration:
    given = {
        "key": "practice",
        "title": "Practice figures",
        "publisher": "Nobody",
        "licence": "none",
        "citation": "Nobody (2023).",
        "home": "https://example.org/",
        "tables": ("events",),
    }
    return Declaration(**(given | changes))


def test_the_newest_release_is_the_default() -> None:
    (wanted,) = official_files(source("ucdp_ged").declaration)
    assert (wanted.version, wanted.name) == ("25.1", "ged251-csv.zip")


@pytest.mark.parametrize(
    ("key", "version", "name"),
    [
        ("ucdp_ged", "24.1", "ged241-csv.zip"),
        ("ucdp_candidate", "24.0.5", "GEDEvent_v24_0_5.csv"),
        ("ucdp_candidate", "24.01.24.06", "GEDEvent_v24_01_24_06.csv"),
        ("ucdp_country_year", "24.1", "organizedviolencecy-241-csv.zip"),
    ],
)
def test_an_address_is_made_for_a_version_that_is_not_listed(
    key: str, version: str, name: str
) -> None:
    (wanted,) = official_files(source(key).declaration, version)
    assert wanted.name == name
    assert str(wanted.place).startswith("https://ucdp.uu.se/downloads/")


def test_a_version_that_is_no_version_is_refused() -> None:
    with pytest.raises(UnknownName, match="no address is known"):
        official_files(source("ucdp_ged").declaration, "../../secret")


def test_a_hash_that_is_declared_goes_with_the_file() -> None:
    file = OfficialFile(version="1", url="https://example.org/a.csv", sha256="ab" * 32)
    (wanted,) = official_files(declaration(files=(file,)))
    assert wanted.sha256 == "ab" * 32


def test_a_source_without_an_address_says_where_to_go() -> None:
    with pytest.raises(FetchFailed, match="no file at a fixed address") as caught:
        official_files(source("unhcr").declaration)
    assert "https://www.unhcr.org/" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/x/ged.zip?download=1", "ged.zip"),
        ("https://a.example/x/..%2F..%2Fetc", "..%2F..%2Fetc".replace("%", "_").lstrip(".")),
        ("https://a.example/", "download"),
        ("https://a.example/.hidden", "hidden"),
        ("https://a.example/a:b|c.csv", "a_b_c.csv"),
    ],
)
def test_names_stay_inside_their_folder(url: str, name: str) -> None:
    assert file_name(url) == name


def test_copies_are_told_by_their_names() -> None:
    every = [each.declaration for each in sources()]
    names = {
        "GEDEvent_v23_0_10.csv": "ucdp_candidate",
        "ged251-csv.zip": "ucdp_ged",
        "ged_25_1_admin1_month_2010_2024H1.parquet": "ucdp_admin1_month",
        "country_month_deaths_as_of_2024-01-26.csv.gz": "country_month_vintages",
        "photo.csv": None,
    }
    for name, key in names.items():
        found = mirrored_files(every, [Copy(f"m/{name}", f"https://m.example/{name}")])
        assert [each.source for each in found] == ([key] if key else [])


def test_a_copy_on_this_machine_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "indices.csv").write_bytes(VDEM)
    (tmp_path / "other.csv").write_bytes(b"a,b\n1,2\n")
    every = [each.declaration for each in sources()]
    copies = [Copy(name, tmp_path / name) for name in ("indices.csv", "other.csv")]
    assert [(each.source, each.name) for each in mirrored_files(every, copies)] == [
        ("vdem", "indices.csv")
    ]


def test_an_export_under_ones_own_account_is_never_fetched(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="cannot be fetched"):
        list(Fetching(tmp_path).sources(["acled"]))


def test_an_unknown_source_names_its_neighbours(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"ucdp_ged") as caught:
        list(Fetching(tmp_path).sources(["ucdpged"]))
    assert "no source is named ucdpged" in str(caught.value)


def test_everything_that_a_stick_holds_is_brought(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "vdem_core_westafrica.csv").write_bytes(VDEM)
    got = list(Fetching(tmp_path / "here", str(stick), patience=HASTY).sources(["vdem"]))
    assert [(each.status, each.version) for each in got] == [("fetched", "15")]
    assert Path(got[0].path).read_bytes() == VDEM
    again = list(Fetching(tmp_path / "here", str(stick)).sources(["vdem"]))
    assert [each.status for each in again] == ["already here"]
    none = Fetching(tmp_path / "here", str(stick), version="13").sources(["vdem"])
    with pytest.raises(FetchFailed):
        list(none)


def test_one_bad_copy_does_not_stop_the_others(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "a_v-dem-cy-v13.csv").write_bytes(VDEM)
    (stick / "b_v-dem-cy-v14.csv").write_bytes(VDEM)
    good = hashlib.sha256(VDEM).hexdigest()
    (stick / "SHA256SUMS").write_text(
        f"{'0' * 64}  a_v-dem-cy-v13.csv\n{good}  b_v-dem-cy-v14.csv\n"
    )
    got = list(Fetching(tmp_path / "here", str(stick)).sources(["vdem"]))
    assert [(each.status, each.exit_code) for each in got] == [("failed", 3), ("fetched", 0)]
    assert "hash" in got[0].problem
    assert "Make the copy again" in got[0].remedy


def test_a_mirror_behind_an_address_is_read_by_its_sums(server: Any, tmp_path: Path) -> None:
    good = hashlib.sha256(VDEM).hexdigest()
    server.serve("/m/SHA256SUMS", f"{good}  vdem_core_westafrica.csv\n".encode())
    server.serve("/m/vdem_core_westafrica.csv", VDEM)
    fetching = Fetching(tmp_path, server.address + "/m", patience=HASTY)
    assert [each.sha256 for each in fetching.sources(["vdem"])] == [good]


def test_a_mirror_that_is_down_is_an_error(
    server: Any, tmp_path: Path, answer: SimpleNamespace
) -> None:
    server.serve("/m/SHA256SUMS", b"", answer.status(500))
    with pytest.raises(TocsinError, match="answers 500"):
        list(Fetching(tmp_path, server.address + "/m", patience=HASTY).sources(["all"]))


def test_one_module_of_this_room_speaks_http() -> None:
    room = Path(tocsin.sources.__file__).parent
    speakers = [
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        if re.search(
            r"^\s*(import|from) (httpx|urllib\.request|requests)", path.read_text("utf-8"), re.M
        )
    ]
    assert speakers == ["fetch.py"]


def test_versions_with_a_dot_are_ordered_as_numbers() -> None:
    files = tuple(
        OfficialFile(version=version, url=f"https://example.org/{version}.csv")
        for version in ("9.1", "10.1", "2.1")
    )
    declared = declaration(files=files, versions=Versions())
    assert official_files(declared)[0].version == "10.1"


@pytest.mark.mirror
def test_the_mirror_is_brought_whole_by_one_command(
    mirror: Path, monkeypatch: pytest.MonkeyPatch, own_store: Path
) -> None:
    monkeypatch.setenv("TOCSIN_MIRROR", str(mirror))
    result = CliRunner().invoke(app, ["fetch", "all", "--json"])
    assert result.exit_code == 0, result.output
    files = json.loads(result.stdout)["files"]
    assert {each["status"] for each in files} == {"fetched"}
    expected = {each.key for each in sources()} - {"acled", "generic_events"}
    assert {each["source"] for each in files} == expected
    assert not [path for path in own_store.rglob("*") if path.suffix == ".part"]


def test_the_command_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_store: Path
) -> None:
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "vdem_core_westafrica.csv").write_bytes(VDEM)
    monkeypatch.setenv("TOCSIN_MIRROR", str(tmp_path / "stick"))
    result = CliRunner().invoke(app, ["fetch", "vdem"])
    assert result.exit_code == 0
    assert f"tocsin ingest {own_store}" in result.stdout.replace("\n", "")
    result = CliRunner().invoke(app, ["fetch", "vdem", "--ingest"])
    assert result.exit_code == 0, result.output
    assert (own_store / "lake" / "vdem").is_dir()
