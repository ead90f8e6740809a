"""`tocsin forecast exceed`: the chance of any sum, read off draws that belong together."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.forecasting.conftest import hold, said, season, types
from typer.testing import Result

Tocsin = Callable[..., Result]


@pytest.fixture
def issued(own_store: Path, tocsin: Tocsin) -> Path:
    counts = types({"MLI": season(114, 40), "BFA": season(114, 9, 2), "NER": [0] * 114})
    hold(own_store, counts, "2024-06-20")
    run = ("forecast", "run", "--as-of", "2024-07-01", "--draws", "200", "--horizons", "1-6")
    assert tocsin(*run).exit_code == 0
    return own_store


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
