"""A nowcast of late figures: learned only from what had been revised by the day, and no more."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forecasting.conftest import FIRST, hold, said, season
from typer.testing import Result

from tocsin.evaluation import UnitMonths
from tocsin.models import Conflictology, nowcast
from tocsin.panel import last_final_month, revision_pairs
from tocsin.tables.months import parse_month
from tocsin.workflow import arriving, counting

Tocsin = Callable[..., Result]
UNITS = [f"X{chr(65 + place)}{chr(65 + other)}" for place in range(5) for other in range(5)]
LAST_YEAR = parse_month("2023-12") - FIRST + 1


def revisions(ratio: float) -> nowcast.Revisions:
    """Twenty-five units, twelve months each: finals are `ratio` times the first counts."""
    units = [unit for unit in UNITS for _ in range(12)]
    first = [place * 10 for place in range(25) for _ in range(12)]
    return nowcast.build_revisions(units, first, [round(count * ratio) for count in first])


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
def test_figures_move_as_figures_have_moved(ratio: float) -> None:
    counts = np.array([[80.0, 120.0, 100.0]])
    made = nowcast.final_versions(counts, revisions(ratio), 200, np.random.default_rng(1))
    assert np.median(made / counts) == pytest.approx(ratio, rel=0.03)


@given(st.integers(0, 200_000), st.integers(0, 50))
def test_a_version_is_a_count(count: int, seed: int) -> None:
    counts = np.array([[float(count), np.nan]])
    made = nowcast.final_versions(counts, revisions(1.7), 3, np.random.default_rng(seed))
    assert (made[:, 0, 0] >= 0).all()
    assert (made[:, 0, 0] == np.floor(made[:, 0, 0])).all()
    assert np.isnan(made[:, 0, 1]).all(), "what is unknown stays unknown"


def test_only_late_months_are_changed_and_draws_come_from_every_version() -> None:
    values = np.full((2, 60), 50.0)
    history = UnitMonths("country", "ged_all", ("XAA", "XBA"), 301, values).until(360)
    late = np.zeros((2, 60), bool)
    late[0, -3:] = True
    made = nowcast.nowcast_histories(history, late, revisions(2.0), seed=1)
    assert len(made) == nowcast.VERSIONS
    for one in made:
        assert (one.values[:, :-3] == 50).all()
        assert (one.values[1] == 50).all()
        assert (one.values[0, -3:] > 80).all()
    draws = nowcast.forecast_versions(Conflictology(12), made, (1, 2), 101, 1)
    assert draws.shape == (2, 2, 101)
    plain = Conflictology(12).forecast(history, (1, 2), 101, 1)
    assert draws[0].mean() > plain[0].mean()
    assert draws[0].std() > plain[0].std()
    assert np.array_equal(np.unique(draws[1]), np.unique(plain[1]))


def test_nothing_late_is_nothing_changed() -> None:
    history = UnitMonths("country", "ged_all", ("XAA",), 301, np.ones((1, 60))).until(360)
    late = np.zeros((1, 60), bool)
    assert nowcast.nowcast_histories(history, late, revisions(2.0), seed=1) == [history]


@pytest.mark.parametrize(
    ("day", "month"),
    [("2024-06-19", "2022-12"), ("2024-06-20", "2023-12"), ("2025-01-01", "2023-12")],
)
def test_a_year_is_final_with_the_release_of_june(day: str, month: str) -> None:
    assert last_final_month(date.fromisoformat(day)) == parse_month(month)


@pytest.fixture
def vintages(own_store: Path) -> Path:
    """First figures of 2023 in January 2024, doubled by the release of June."""
    first = {unit: season(LAST_YEAR, 10 + place, place) for place, unit in enumerate(UNITS)}
    revised = {
        unit: [*values[:-12], *(2 * value for value in values[-12:]), *values[-5:]]
        for unit, values in first.items()
    }
    source = "country_month_vintages"
    hold(own_store, {("country", "ged_all"): first}, "2024-01-26", source=source)
    hold(own_store, {("country", "ged_all"): revised}, "2024-06-24", source=source)
    return own_store


def test_pairs_are_those_known_by_the_day(vintages: Path) -> None:
    known = counting.candidates_known(arriving.open_lake(), date(2024, 12, 31), False)
    assert revision_pairs(known, "country", "ged_all", date(2024, 6, 23)).is_empty()
    pairs = revision_pairs(known, "country", "ged_all", date(2024, 6, 24))
    assert pairs.height == 25 * 12
    assert (pairs["final"] == 2 * pairs["first"]).all()


def test_a_run_with_a_nowcast_foresees_more_where_figures_rise(
    vintages: Path, tocsin: Tocsin
) -> None:
    import polars as pl

    run = ("forecast", "run", "--as-of", "2024-07-01", "--target", "ged_all", "--draws", "100")
    despite = ("--horizons", "1-3", "--despite", "counts are invented")
    for extra in ((), ("--nowcast",)):
        done = tocsin(*run, *extra, *despite)
        assert done.exit_code == 0, said(done)
    plain, revised = json.loads(tocsin("forecast", "list", "--json").stdout)
    assert plain["nowcast"] == {}
    assert revised["nowcast"] == {
        "country ged_all revisions": 300,
        "country ged_all late figures": 125,
    }
    means = [
        pl.read_parquet(
            vintages / "forecasts/issued" / issue["issue_id"] / "tocsin_country_ged_all.parquet"
        )["samples"]
        .to_numpy()
        .mean()
        for issue in (plain, revised)
    ]
    assert means[1] > 1.3 * means[0]


def test_where_nothing_has_been_revised_there_is_no_nowcast(vintages: Path, tocsin: Tocsin) -> None:
    refused = tocsin("forecast", "run", "--as-of", "2024-02-01", "--target", "ged_all", "--nowcast")
    assert refused.exit_code == 1
    assert "no nowcast can be made" in said(refused)
