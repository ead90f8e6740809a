"""`tocsin forecast exceed`: the chance of any sum, read off draws that belong together."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.forecasting.conftest import hold, said, season, types
from tests.stores import copy_store, settings_of
from typer.testing import Result

from tocsin.lake import Lake
from tocsin.lake.archive import Archive
from tocsin.tables.months import month_of
from tocsin.workflow.briefing import brief_inputs
from tocsin.workflow.foreseeing import issued_finder

Tocsin = Callable[..., Result]


@pytest.fixture(scope="module")
def issued_once(tmp_path_factory: pytest.TempPathFactory, tocsin: Tocsin) -> Path:
    counts = types({"MLI": season(114, 40), "BFA": season(114, 9, 2), "NER": [0] * 114})
    with settings_of(tmp_path_factory.mktemp("issued")) as home:
        hold(home, counts, "2024-06-20")
        run = ("forecast", "run", "--as-of", "2024-07-01", "--draws", "200", "--horizons", "1-6")
        assert tocsin(*run).exit_code == 0
    return home


@pytest.fixture
def issued(issued_once: Path, own_store: Path) -> Path:
    return copy_store(issued_once, own_store)


def test_the_chance_of_a_sum_is_the_share_of_the_draws(issued: Path, tocsin: Tocsin) -> None:
    asked = ("--area", "MLI,BFA,NER", "--months", "2024-07..2024-09", "--above", "150,400")
    found = json.loads(tocsin("forecast", "exceed", *asked, "--json").stdout)
    path = issued / "forecasts" / "issued" / found["issue"] / "tocsin_country_ged_all.parquet"
    held = pl.read_parquet(path).filter(
        pl.col("unit_id").is_in(["MLI", "BFA", "NER"]) & (pl.col("horizon") <= 3)
    )
    sums = held["samples"].to_numpy().sum(axis=0)
    for one in found["models"]["tocsin"]["chances"]:
        assert one["chance"] == pytest.approx((sums > one["above"]).mean())
    assert {"conflictology12", "last"} < set(found["models"])
    told = tocsin("forecast", "exceed", *asked).stdout
    assert "more than 150" in told
    assert "EXERCISE" in told


REFUSED = [
    ("MLI", "2025-07", "1", 1, "no issue of forecasts covers"),
    ("MLI", "2024-09..2024-07", "1", 2, "end before they begin"),
    ("MLI", "2024-07", "many", 2, "not a number of deaths"),
    ("MLI", "2024-07", "-3", 2, "not a number of deaths"),
    (",", "2024-07", "1", 2, "no area is named"),
    ("MLI,MLI.mopti", "2024-07", "1", 2, "lies in another"),
    ("TCD", "2024-07", "1", 1, "has no forecast of TCD"),
]


@pytest.mark.parametrize(("area", "months", "above", "code", "answer"), REFUSED)
def test_what_cannot_be_answered_is_refused_with_a_reason(
    issued: Path, tocsin: Tocsin, area: str, months: str, above: str, code: int, answer: str
) -> None:
    asked = ("--area", area, "--months", months, "--above", above)
    refused = tocsin("forecast", "exceed", *asked)
    assert refused.exit_code == code
    assert answer in said(refused)


def test_an_issue_of_that_name_or_day_must_exist(issued: Path, tocsin: Tocsin) -> None:
    asked = ("forecast", "exceed", "--area", "MLI", "--months", "2024-07", "--above", "1")
    assert "is named nothing" in said(tocsin(*asked, "--issue", "nothing"))
    assert tocsin(*asked, "--as-of", "2024-01-01").exit_code == 1


def _today_store(home: Path) -> tuple[date, int]:
    """A store whose counts end last month, and the day and origin that follow."""
    today = datetime.now(UTC).date()
    origin = month_of(today) - 1
    counts = {f"X{chr(65 + place)}A": season(120, 30 + place, place) for place in range(6)}
    counts["MLI"] = season(120, 40)
    released = today.isoformat()
    hold(home, {("country", "ged_all"): counts}, released, first=origin - 119)
    return today, origin


def test_a_brief_shows_the_forecast_that_was_issued(
    own_store: Path, tocsin: Tocsin, tmp_path: Path
) -> None:
    """Its draws, its name in the footnote, the same bytes twice; drawn anew where none serves."""
    today, origin = _today_store(own_store)
    lake = Lake(own_store)
    before = brief_inputs("MLI", today, False, lake=lake).outlook
    assert before is not None
    assert before.issue == ""
    run = ("forecast", "run", "--target", "ged_all", "--draws", "150", "--seed", "5")
    for horizons in ("1-2", "1-12"):  # the first does not reach far enough
        done = tocsin(*run, "--horizons", horizons, "--despite", "an exercise")
        assert done.exit_code == 0, said(done)
    issue = Archive(own_store).issues()[-1]
    assert issue.origin_month == origin
    shown = brief_inputs("MLI", today, False, lake=lake).outlook
    assert shown is not None
    assert (shown.issue, shown.seed) == (issue.issue_id, 5)
    folder = own_store / "forecasts" / "issued" / issue.issue_id
    part = pl.read_parquet(folder / "tocsin_country_ged_all.parquet")
    mine = part.filter(pl.col("unit_id") == "MLI", pl.col("horizon") <= len(shown.draws))
    assert shown.draws.tolist() == mine.sort("horizon")["samples"].to_list()
    written = []
    for folder, lang in (("a", "en"), ("b", "en"), ("c", "fr")):
        done = tocsin("brief", "MLI", "--lang", lang, "--out", str(tmp_path / folder))
        assert done.exit_code == 0, said(done)
        written.append({path.suffix: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    assert written[0] == written[1]
    assert f"Forecast issued as {issue.issue_id}" in written[0][".json"].decode()
    assert f"publiée sous {issue.issue_id}" in written[2][".json"].decode()


def test_an_issue_of_a_later_day_does_not_change_what_a_brief_says(
    own_store: Path, tocsin: Tocsin
) -> None:
    today, _ = _today_store(own_store)
    lake = Lake(own_store)
    done = tocsin("forecast", "run", "--target", "ged_all", "--draws", "60", "--despite", "none")
    assert done.exit_code == 0, said(done)
    (issue,) = Archive(own_store).issues()
    find = issued_finder("country", "ged_all", today, False, lake)
    rebuilt = issued_finder("country", "ged_all", today, True, lake)
    areas = issued_finder("admin1", "ged_all", today, False, lake)
    assert find(["MLI"], issue.origin_month, 6) is not None
    assert find(["MLI"], issue.origin_month - 1, 6) is None, "another origin"
    assert find(["MLI"], issue.origin_month, 13) is None, "a month beyond"
    assert find(["MLI", "ZZZ"], issue.origin_month, 6) is None, "a unit that it lacks"
    assert rebuilt(["MLI"], issue.origin_month, 6) is None
    assert areas(["MLI"], issue.origin_month, 6) is None
    # Made from the data of an earlier day, but issued today: yesterday nobody had seen it.
    manifest = own_store / "forecasts" / "issued" / issue.issue_id / "manifest.json"
    yesterday = today - timedelta(days=1)
    told = json.loads(manifest.read_text()) | {"as_of": yesterday.isoformat()}
    manifest.write_text(json.dumps(told))
    before = issued_finder("country", "ged_all", yesterday, False, lake)
    assert before(["MLI"], issue.origin_month, 6) is None
