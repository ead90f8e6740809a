"""`tocsin forecast score`: judged as truth arrives, once for each vintage, and never by a guess."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.forecasting.conftest import FIRST, hold, said, season, types
from typer.testing import Result

from tocsin.evaluation import all_scores
from tocsin.lake.archive import Archive
from tocsin.tables.declared import LIVE_SCORES
from tocsin.tables.months import parse_month

Tocsin = Callable[..., Result]
COUNTRIES = {"XAA": season(114, 40), "XBA": season(114, 9, 2)}
RUN = ("--as-of", "2024-01-10", "--origin", "2023-12", "--draws", "200", "--horizons", "1-6")


def known(until: str) -> dict[str, list[int]]:
    months = parse_month(until) - FIRST + 1
    return {unit: values[:months] for unit, values in COUNTRIES.items()}


@pytest.fixture
def issued(own_store: Path, tocsin: Tocsin) -> Path:
    hold(own_store, types(known("2023-12")), "2024-01-05")
    run = tocsin("forecast", "run", *RUN, "--target", "ged_sb")
    assert run.exit_code == 0, said(run)
    return own_store


def score(tocsin: Tocsin, *words: str) -> dict[str, Any]:
    done = tocsin("forecast", "score", *words, "--json")
    assert done.exit_code == 0, said(done)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def lines(home: Path) -> pl.DataFrame:
    held = Archive(home).scores()
    assert held is not None
    return held


def test_nothing_is_judged_before_its_truth_is_known(issued: Path, tocsin: Tocsin) -> None:
    found = score(tocsin, "--as-of", "2024-01-31")
    assert (found["added"], found["waiting"]) == (0, 12)
    assert found["standings"] == []


def test_each_forecast_is_judged_as_its_truth_arrives(issued: Path, tocsin: Tocsin) -> None:
    hold(issued, types(known("2024-02")), "2024-03-20")
    found = score(tocsin, "--as-of", "2024-03-31")
    # Two areas, two months, the model and two baselines.
    assert (found["added"], found["waiting"]) == (12, 8)
    assert score(tocsin, "--as-of", "2024-03-31")["added"] == 0
    held = lines(issued)
    assert LIVE_SCORES.check(held) == []
    (issue,) = Archive(issued).issues()
    draws = pl.read_parquet(issued / "forecasts/issued" / issue.issue_id / issue.parts[0].path)
    one = draws.filter(unit_id="XAA", horizon=2)["samples"].to_numpy()
    truth = np.array([COUNTRIES["XAA"][parse_month("2024-02") - FIRST]], float)
    row = held.filter(model_id="tocsin", unit_id="XAA", horizon=2).to_dicts()[0]
    for name, value in all_scores(truth, one).items():
        assert row[name] == pytest.approx(value[0])
    assert row["observed"] == truth[0]
    assert not row["live"], "an issue made long after the month is in hindsight"


def test_a_truth_released_later_judges_nothing_before(issued: Path, tocsin: Tocsin) -> None:
    hold(issued, types(known("2024-02")), "2024-03-20")
    assert score(tocsin, "--as-of", "2024-03-19")["added"] == 0


def test_a_later_vintage_is_a_new_line_that_names_it(issued: Path, tocsin: Tocsin) -> None:
    first = hold(issued, types(known("2024-01")), "2024-02-20")
    score(tocsin, "--as-of", "2024-02-28")
    revised = known("2024-01")
    revised["XAA"] = [*revised["XAA"][:-1], revised["XAA"][-1] + 500]
    second = hold(issued, types(revised), "2024-06-20")
    found = score(tocsin, "--as-of", "2024-06-30")
    assert found["added"] == 6
    both = lines(issued).filter(model_id="tocsin", unit_id="XAA")
    assert both["vintage"].to_list() == [first.snapshot_id, second.snapshot_id]
    assert both["observed"][1] - both["observed"][0] == 500
    # The standings count each forecast once: by the newest truth of the day that is asked for.
    assert found["standings"][0]["forecasts"] == 2
    newest = found["standings"][0]["crps"]
    assert newest > score(tocsin, "--as-of", "2024-02-28")["standings"][0]["crps"] + 100


def test_a_part_of_the_truth_judges_only_when_asked(issued: Path, tocsin: Tocsin) -> None:
    hold(issued, types(known("2024-01")), "2024-02-20", complete=False)
    found = score(tocsin, "--as-of", "2024-02-28")
    assert (found["added"], found["waiting"], found["in_part"]) == (0, 12, 2)
    assert "--partial judges by it" in tocsin("forecast", "score", "--as-of", "2024-02-28").stdout
    found = score(tocsin, "--as-of", "2024-02-28", "--partial")
    assert found["added"] == 6
    assert lines(issued)["partial"].all()
    assert found["standings"][0]["partial"] == 2
    assert score(tocsin, "--as-of", "2024-02-28")["standings"] == []


def test_a_month_that_had_not_ended_judges_nothing(issued: Path, tocsin: Tocsin) -> None:
    hold(issued, types(known("2024-01")), "2024-01-20")
    assert score(tocsin, "--as-of", "2024-02-28")["added"] == 0


def test_a_forecast_issued_twice_counts_once(issued: Path, tocsin: Tocsin) -> None:
    tocsin("forecast", "run", *RUN, "--target", "ged_sb")
    hold(issued, types(known("2024-01")), "2024-02-20")
    found = score(tocsin, "--as-of", "2024-02-28")
    assert found["added"] == 12
    assert found["standings"][0]["forecasts"] == 2


def test_the_standings_are_told_and_written(
    issued: Path, tocsin: Tocsin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(issued, types(known("2024-06")), "2024-07-20")
    told = tocsin("forecast", "score", "--as-of", "2024-07-31", "--out", str(tmp_path))
    assert "conflictology12" in told.stdout
    assert "skill over the best baseline" in told.stdout
    assert pl.read_csv(tmp_path / "scores.csv").height == 36
    page = (tmp_path / "scorecard.html").read_text()
    assert "Worst misses" in page
    assert "XAA" in page
    found = score(tocsin, "--as-of", "2024-07-31")
    (row,) = found["standings"]
    assert row["best_baseline"] in ("conflictology12", "last")
    means = row["baselines"][row["best_baseline"]]
    assert row["skill"] == pytest.approx(1 - row["crps"] / means["crps"])


def test_an_empty_archive_has_nothing_to_judge(own_store: Path, tocsin: Tocsin) -> None:
    found = score(tocsin)
    assert (found["issues"], found["added"]) == (0, 0)
