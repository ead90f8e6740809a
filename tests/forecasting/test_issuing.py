"""`tocsin forecast run` and `list`: archived for good, resumed after a kill, stopped by gates."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.forecasting.conftest import hold, said, season, types
from typer.testing import Result

Tocsin = Callable[..., Result]
RUN = ("forecast", "run", "--as-of", "2024-07-01", "--draws", "60", "--horizons", "1-4")


@pytest.fixture
def held(own_store: Path) -> Path:
    """Ten years of three invented countries, released in mid-2024; the last is at peace."""
    counts = types({"XAA": season(114, 40), "XBA": season(114, 9, 2), "XCA": [0] * 114})
    hold(own_store, counts, "2024-06-20")
    return own_store


def issues(tocsin: Tocsin) -> list[dict]:
    return json.loads(tocsin("forecast", "list", "--json").stdout)


def test_a_run_is_archived_with_what_it_was_made_from(held: Path, tocsin: Tocsin) -> None:
    assert tocsin(*RUN).exit_code == 0
    (issue,) = issues(tocsin)
    assert issue["as_of"] == "2024-07-01"
    assert issue["origin_month"] == 534  # June 2024, the last month counted
    assert issue["snapshots"]
    assert issue["configuration"]
    assert issue["seed"] == 1
    assert issue["exercise"] is True
    assert issue["baselines"] == ["conflictology12", "last"]
    assert {(part["model_id"], part["target"]) for part in issue["parts"]} == {
        (model, target)
        for model in ("tocsin", "conflictology12", "last")
        for target in ("ged_sb", "ged_ns", "ged_os", "ged_all")
    }
    assert issue["issue_id"] in tocsin("forecast", "list").stdout


def test_a_release_after_the_day_is_not_seen(held: Path, tocsin: Tocsin) -> None:
    changed = types({"XAA": season(116, 41), "XBA": season(116, 10, 2), "XCA": [0] * 116})
    hold(held, changed, "2024-09-01")
    assert tocsin(*RUN, "--target", "ged_sb").exit_code == 0
    assert tocsin(*RUN[:2], "--as-of", "2024-10-01", *RUN[4:], "--target", "ged_sb").exit_code == 0
    before, after = issues(tocsin)
    assert (before["origin_month"], after["origin_month"]) == (534, 536)
    assert len(before["snapshots"]) == 1
    assert before["snapshots"] != after["snapshots"]
    assert before["key"] != after["key"]


def test_an_area_is_cut_out_of_what_was_learned_from_all(held: Path, tocsin: Tocsin) -> None:
    counts = types({"MLI": season(114, 30), "XBA": season(114, 9, 2)})
    hold(held, counts, "2024-06-25")
    assert tocsin(*RUN, "--target", "ged_sb", "--apart").exit_code == 0
    assert tocsin(*RUN, "--target", "ged_sb", "--area", "MLI", "--apart").exit_code == 0
    whole, part = (
        pl.read_parquet(
            held / "forecasts/issued" / issue["issue_id"] / "tocsin_country_ged_sb.parquet"
        )
        for issue in issues(tocsin)
    )
    assert part["unit_id"].unique().to_list() == ["MLI"]
    assert part["samples"].to_list() == whole.filter(unit_id="MLI")["samples"].to_list()


def test_types_add_up_in_every_draw_of_the_archive(held: Path, tocsin: Tocsin) -> None:
    tocsin(*RUN)
    folder = held / "forecasts" / "issued" / issues(tocsin)[0]["issue_id"]
    draws = {
        target: pl.read_parquet(folder / f"tocsin_country_{target}.parquet")["samples"].to_numpy()
        for target in ("ged_sb", "ged_ns", "ged_os", "ged_all")
    }
    assert (draws["ged_all"] == draws["ged_sb"] + draws["ged_ns"] + draws["ged_os"]).all()
    assert draws["ged_all"].any()


def test_the_same_forecast_issued_again_is_a_new_entry(held: Path, tocsin: Tocsin) -> None:
    for _ in range(2):
        assert tocsin(*RUN, "--target", "ged_sb").exit_code == 0
    first, second = issues(tocsin)
    assert first["issue_id"] != second["issue_id"]
    assert first["key"] == second["key"]
    assert [part["sha256"] for part in first["parts"]] == [p["sha256"] for p in second["parts"]]


def test_copies_go_where_the_user_wants_them(held: Path, tocsin: Tocsin, tmp_path: Path) -> None:
    done = tocsin(*RUN, "--target", "ged_sb", "--out", str(tmp_path / "out"))
    copy = tmp_path / "out" / "tocsin_country_ged_sb_2024-06.parquet"
    assert str(copy) in done.output
    assert pl.read_parquet(copy)["unit_id"].unique().sort().to_list() == ["XAA", "XBA", "XCA"]


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_and_gives_the_same_bytes(
    own_store: Path, tocsin: Tocsin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = types({f"X{chr(65 + i)}A": season(114, 5 + 3 * i, i) for i in range(20)})
    hold(own_store, counts, "2024-06-20")
    command = [sys.executable, "-m", "tocsin", *RUN, "--draws", "400"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    making = own_store / "forecasts" / "making"
    while process.poll() is None and len(list(making.glob("*/[!.]*.parquet"))) < 3:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = {path.name: path.stat().st_mtime_ns for path in making.glob("*/[!.]*.parquet")}
    assert len(left) >= 3
    assert issues(tocsin) == []
    resumed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Issued as" in resumed.stdout
    (issue,) = issues(tocsin)
    elsewhere = tmp_path / "elsewhere"
    hold(elsewhere, counts, "2024-06-20")
    subprocess.run(command, check=True, env=os.environ | {"TOCSIN_HOME": str(elsewhere)})
    monkeypatch.setenv("TOCSIN_HOME", str(elsewhere))
    (whole,) = issues(tocsin)
    assert {p["path"]: p["sha256"] for p in issue["parts"]} == {
        p["path"]: p["sha256"] for p in whole["parts"]
    }
    assert not list(making.glob("*"))


def test_a_gate_stops_and_a_reason_opens_it(held: Path, tocsin: Tocsin) -> None:
    absurd = types({"XAA": [*season(114, 40)[:-1], 900_000], "XBA": season(114, 9, 2)})
    hold(held, {("country", "ged_sb"): absurd["country", "ged_sb"]}, "2024-06-25")
    stopped = tocsin(*RUN, "--target", "ged_sb")
    assert stopped.exit_code == 1
    assert "XAA: a month of the last year counts 900000 deaths" in said(stopped)
    assert "nothing was published" in said(stopped)
    assert "--despite" in said(stopped)
    assert issues(tocsin) == []
    opened = tocsin(*RUN, "--target", "ged_sb", "--despite", "an exercise with a nuclear strike")
    assert opened.exit_code == 0
    (issue,) = issues(tocsin)
    assert issue["despite"] == "an exercise with a nuclear strike"
    assert [remark["gate"] for remark in issue["remarks"]] == ["absurd"]
    assert "an exercise with a nuclear strike" in tocsin("forecast", "list").stdout


def test_a_reason_is_not_kept_where_no_gate_had_anything_to_say(held: Path, tocsin: Tocsin) -> None:
    tocsin(*RUN, "--target", "ged_sb", "--despite", "to be sure")
    assert issues(tocsin)[0]["despite"] == ""


def test_areas_add_up_to_their_country_with_an_unallocated_one(
    own_store: Path, tocsin: Tocsin
) -> None:
    from tocsin import geo

    north, south = season(114, 20), season(114, 6, 3)
    country = [a + b + step % 2 for step, (a, b) in enumerate(zip(north, south, strict=True))]
    code = geo.EXERCISE.iso3
    counts = {
        ("country", "ged_all"): {code: country, "XAA": season(114, 9)},
        ("admin1", "ged_all"): {f"{code}.north": north, f"{code}.south": south},
    }
    hold(own_store, counts, "2024-06-20")  # type: ignore[arg-type]
    done = tocsin(*RUN, "--level", "country,admin1", "--target", "ged_all")
    assert done.exit_code == 0, said(done)
    folder = own_store / "forecasts" / "issued" / issues(tocsin)[0]["issue_id"]
    areas = pl.read_parquet(folder / "tocsin_admin1_ged_all.parquet")
    assert areas["unit_id"].unique().sort().to_list() == [
        f"{code}.{name}" for name in ("north", "south", "unallocated")
    ]
    total = pl.read_parquet(folder / "tocsin_country_ged_all.parquet").filter(unit_id=code)
    added = sum(
        areas.filter(unit_id=unit)["samples"].to_numpy() for unit in areas["unit_id"].unique()
    )
    assert (added == total["samples"].to_numpy()).all()
    assert added.any()


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.geodata
def test_cells_and_what_none_could_place_add_up_to_their_country(
    own_store: Path, mirror: Path, tocsin: Tocsin
) -> None:
    from tocsin.models.draws import draws_of
    from tocsin.models.joint import misfits
    from tocsin.workflow import arriving
    from tocsin.workflow.forecast_parts import country_of

    list(arriving.ingest([mirror / "ucdp" / "ged_21_1_events_slim_1989_2020.parquet"]))
    done = tocsin(
        "forecast", "run", "--as-of", "2021-12-31", "--origin", "2016-12", "--area", "SAHEL",
        "--level", "country,priogrid", "--target", "ged_sb", "--horizons", "1-2", "--draws", "30",
    )  # fmt: skip
    assert done.exit_code == 0, said(done)
    folder = own_store / "forecasts" / "issued" / issues(tocsin)[0]["issue_id"]
    countries, cells = (
        draws_of(pl.read_parquet(folder / f"tocsin_{level}_ged_sb.parquet"))
        for level in ("country", "priogrid")
    )
    assert "MLI.unallocated" in cells.units
    assert sum(unit.isdigit() for unit in cells.units) > 100
    assert misfits(countries, cells, country_of("priogrid", cells.units)) == []
    assert countries.of(["MLI"]).samples.any()


def test_a_run_waits_for_another_and_says_so(held: Path, tocsin: Tocsin) -> None:
    import threading

    from tocsin.lake.archive import Archive

    archive, waited = Archive(held), threading.Event()

    def second() -> None:
        with archive.adding(on_wait=waited.set):
            pass

    with archive.adding():
        other = threading.Thread(target=second)
        other.start()
        assert waited.wait(10)
        assert other.is_alive()
    other.join(10)
    assert not other.is_alive()


def test_an_archive_that_stays_busy_is_told_as_such(held: Path) -> None:
    from tocsin.errors import StoreBusy
    from tocsin.lake.archive import Archive

    with Archive(held).adding(), pytest.raises(StoreBusy), Archive(held).adding(wait=0.05):
        pytest.fail("two processes had the archive")


def test_an_archive_of_which_a_byte_has_changed_says_so(held: Path, tocsin: Tocsin) -> None:
    from tocsin.errors import StoreDamaged
    from tocsin.lake.archive import Archive

    tocsin(*RUN, "--target", "ged_sb")
    archive = Archive(held)
    (issue,) = archive.issues()
    path = archive.issued / issue.issue_id / issue.parts[0].path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreDamaged, match="does not match its manifest"):
        archive.scan(issue, issue.parts[0])
