"""No model sees past its origin; every forecaster keeps the contract."""

import numpy as np
import polars as pl
import pytest

from tocsin.errors import LeakageError, NotEnoughData, UsageError
from tocsin.evaluation import (
    RollingOrigins,
    UnitMonths,
    backtest,
    regime,
    score,
    summarise,
    with_known_units,
)
from tocsin.models import build_forecasts, build_unit_months, named, names

UNITS = {
    "country": ("XEA", "XEB", "XEC"),
    "admin1": ("XEA.n", "XEA.s", "XEB.n"),
    "priogrid": ("100001", "100002", "100720"),
}


def panel(level: str, seed: int = 1, months: int = 120) -> UnitMonths:
    rng = np.random.default_rng(seed)
    values = rng.negative_binomial(0.4, 0.02, (3, months)).astype(float)
    values[1, -40:] = 0
    return UnitMonths(level, "ged_sb", UNITS[level], 300, values)


class Cheat:
    """Asks for the month that it should forecast."""

    name = "cheat"

    def __init__(self, how: str):
        self.how = how

    def forecast(self, history, horizons, draws, seed):
        month = history.origin + horizons[0]
        if self.how == "at":
            future = history.at(month)
        elif self.how == "between":
            future = history.between(history.origin, month)[:, -1]
        else:
            future = history.until(month).recent(1)[:, 0]
        return np.broadcast_to(future[:, None, None], (len(future), len(horizons), draws))


@pytest.mark.parametrize("level", UNITS)
@pytest.mark.parametrize("how", ["at", "between", "until"])
def test_a_model_that_looks_ahead_is_caught(level, how) -> None:
    origins = RollingOrigins(first=380, last=390, step=5, horizons=(1, 2), draws=10)
    with pytest.raises(LeakageError, match="ends with"):
        list(backtest([Cheat(how)], panel(level), origins))


@pytest.mark.parametrize("level", UNITS)
def test_the_future_is_cut_off_not_hidden(level) -> None:
    history = panel(level).until(380)
    assert history.values.shape == (3, 81)
    assert history.values.base is None or history.values.base.shape == (3, 81)
    with pytest.raises(ValueError, match="read-only"):
        history.values[0, 0] = 1


@pytest.mark.parametrize("level", UNITS)
@pytest.mark.parametrize("future", [0.0, 10_000.0])
def test_no_forecast_depends_on_the_future(level, future) -> None:
    whole = panel(level)
    other = whole.values.copy()
    other[:, 90:] = future
    changed = UnitMonths(level, "ged_sb", whole.units, 300, other)
    for name in names(level):
        model = named(name, level)
        left = model.forecast(whole.until(389), (1, 4), 50, 1)
        right = model.forecast(changed.until(389), (1, 4), 50, 1)
        np.testing.assert_array_equal(left, right, err_msg=name)


@pytest.mark.parametrize("level", UNITS)
def test_every_forecaster_keeps_the_contract(level) -> None:
    history = panel(level).until(400)
    for name in names(level):
        model = named(name, level)
        samples = model.forecast(history, (1, 3, 12, 36), 60, 5)
        assert samples.shape == (3, 4, 60), name
        assert samples.dtype == np.int32, name
        assert samples.min() >= 0, name
        np.testing.assert_array_equal(samples, model.forecast(history, (1, 3, 12, 36), 60, 5))


@pytest.mark.parametrize("level", UNITS)
def test_bad_input_is_answered(level) -> None:
    """All zeros, two known months, gaps, an absurd count: every model still gives counts."""
    values = np.full((3, 60), np.nan)
    values[0] = 0
    values[1, -2:] = [3, 2_100_000_000]
    values[2, ::2] = 5
    odd = UnitMonths(level, "ged_sb", UNITS[level], 300, values).until(359)
    for name in names(level):
        samples = named(name, level).forecast(odd, (1, 12), 40, 2)
        assert samples.min() >= 0, name
        assert np.isfinite(samples).all(), name


def test_units_of_which_nothing_is_known_are_named() -> None:
    values = panel("country").values.copy()
    values[2] = np.nan
    held = UnitMonths("country", "ged_sb", UNITS["country"], 300, values)
    kept, left_out = with_known_units(held, 400)
    assert kept.units == ("XEA", "XEB")
    assert left_out == ("XEC",)
    with pytest.raises(NotEnoughData, match="XEC"):
        named("conflictology12").forecast(held.until(400), (1,), 10, 1)
    with pytest.raises(NotEnoughData):
        held.until(299)


def test_rolling_origins_score_what_is_known() -> None:
    origins = RollingOrigins(first=416, last=418, horizons=(1, 2, 3), draws=20)
    scores = pl.concat(backtest([named("zero"), named("last")], panel("country"), origins))
    # Months 417, 418 and 419 are known: three, two and one horizons of three units.
    assert summarise(scores)["forecasts"].to_list() == [18, 18]
    zero = scores.filter(pl.col("model_id") == "zero")
    np.testing.assert_array_equal(zero["crps"], zero["observed"])
    with pytest.raises(UsageError):
        list(RollingOrigins(first=2, last=1))


def test_forecast_tables_score_like_matrices() -> None:
    whole = panel("country")
    frame = build_forecasts(named("last"), whole.until(400), (1, 2), 30, 1)
    truth = pl.DataFrame(
        [
            {
                "level": "country",
                "unit_id": unit,
                "target": "ged_sb",
                "month": month,
                "best": int(whole.at(month)[row]),
            }
            for row, unit in enumerate(whole.units)
            for month in (401, 402)
        ]
    )
    by_table = score(frame, truth)
    origins = RollingOrigins(first=400, last=400, horizons=(1, 2), draws=30)
    by_matrix = next(backtest([named("last")], whole, origins))
    assert by_table.equals(by_matrix.drop("regime"))


def test_a_panel_becomes_a_matrix() -> None:
    frame = pl.DataFrame(
        {
            "level": ["country"] * 3,
            "unit_id": ["B", "A", "A"],
            "month": [11, 10, 11],
            "target": ["ged_sb"] * 3,
            "best": [4, 2, None],
        }
    )
    held = build_unit_months(frame)
    np.testing.assert_array_equal(held.values, [[2, np.nan], [np.nan, 4]])
    assert (held.units, held.first_month) == (("A", "B"), 10)


def test_regimes_follow_the_vocabulary() -> None:
    quiet = [0.0] * 12
    held = UnitMonths(
        "country",
        "ged_sb",
        ("onset", "up", "same", "down", "peace", "relapse"),
        100,
        np.array(
            [
                [*quiet, 5],
                [*quiet[:9], 4, 4, 4, 7],
                [*quiet[:9], 4, 4, 4, 6],
                [*quiet[:9], 9, 9, 9, 5],
                [*quiet[:9], 4, 4, 4, 0],
                [1, *quiet[1:], 5],
            ]
        ),
    )
    words = regime(held, 111, (1,))[:, 0].tolist()
    assert words == ["onset", "escalation", "continuation", "de-escalation", "peace", "escalation"]
