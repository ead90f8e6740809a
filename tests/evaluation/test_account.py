"""The account of an evaluation, on an invented world whose figures can be told beforehand."""

import numpy as np
import polars as pl
import pytest

from tocsin.errors import CheckFailed, LeakageError, UnknownName
from tocsin.evaluation import RollingOrigins, UnitMonths
from tocsin.evaluation.account import Setting, account
from tocsin.evaluation.judging import judge, judge_origins

UNITS = {
    "country": tuple(f"X{letter}A" for letter in "ABCDEFGH"),
    "admin1": tuple(f"X{letter}A.{side}" for letter in "ABCD" for side in ("n", "s")),
    "priogrid": tuple(str(100001 + 720 * index) for index in range(8)),
}


def world(level: str = "country", months: int = 150) -> UnitMonths:
    rng = np.random.default_rng(3)
    values = rng.negative_binomial(0.5, 0.03, (8, months)).astype(float)
    values[0] *= 20
    values[1:3] = 0
    values[2, 130] = 40
    return UnitMonths(level, "ged_sb", UNITS[level], 300, values)


class Tells:
    """Draws that are the truth of `world`, moved; a model that only a test may have."""

    def __init__(self, name: str, moved: float):
        self.name, self.moved = name, moved

    def forecast(self, history, horizons, draws, seed):
        month = [history.origin + step - 300 for step in horizons]
        truth = world(history.level).values[: len(history.units), month]
        noise = np.random.default_rng(seed).poisson(self.moved, (*truth.shape, draws))
        return (truth[:, :, None] + noise).astype(np.int32)


class Cheat:
    name = "cheat"

    def __init__(self, how: str):
        self.how = how

    def forecast(self, history, horizons, draws, seed):
        month = history.origin + horizons[0]
        looks = {
            "at": lambda: history.at(month),
            "between": lambda: history.between(history.origin, month),
            "until": lambda: history.until(month).recent(1),
        }
        looks[self.how]()
        raise AssertionError("the future was shown")


def judged(level: str = "country") -> pl.DataFrame:
    origins = RollingOrigins(first=420, last=432, step=3, horizons=tuple(range(1, 7)), draws=50)
    return pl.concat(
        judge_origins(
            [Tells("near", 1), Tells("far", 8), Tells("farther", 30)], world(level), origins
        )
    )


def setting(level: str = "country", **changes) -> Setting:
    given = {
        "basis": "store",
        "level": level,
        "target": "ged_sb",
        "model": "near",
        "baseline": "far",
        "configuration": "",
        "draws": 50,
        "seed": 1,
    }
    return Setting(**(given | changes))


def test_the_account_says_what_was_put_into_it() -> None:
    rows = judged()
    found = account(rows, setting(), rounds=50)
    assert found.rows == 5 * 6 * 8
    assert (found.first, found.last) == ("2015-01", "2016-06")
    assert found.windows == ("2015", "2016")
    assert set(found.scores) == {"near", "far", "farther"}
    for name, scores in found.scores.items():
        mine = rows.filter(model_id=name)
        assert scores["crps"] == pytest.approx(mine["crps"].mean(), rel=1e-5)
        assert scores["brier_25"] == pytest.approx(mine["brier_25"].mean(), rel=1e-5)
    whole = found.comparisons[0]
    near, far = found.scores["near"]["crps"], found.scores["far"]["crps"]
    assert whole.skill["crps"].value == pytest.approx(1 - near / far, abs=1e-4)
    assert 0.5 < whole.skill["crps"].both[0] < whole.skill["crps"].both[1] < 1
    assert sum(group.rows for group in found.regimes) == found.rows
    assert sum(group.rows for group in found.by_horizon) == found.rows
    assert sum(group.deaths for group in found.regimes) == pytest.approx(
        rows.filter(model_id="near")["observed"].sum()
    )


def test_largest_and_summary_months_are_left_out_where_said() -> None:
    unit = UNITS["country"][0]
    found = account(judged(), setting(summaries=((unit, 425), (unit, 426))), rounds=20)
    parts = {part.part: part for part in found.comparisons}
    assert found.largest[0] == unit
    # The two months are targets of two origins each: 420 and 423.
    assert parts["all"].rows - parts["without summary months"].rows == 4
    assert parts["without the largest units"].rows == 5 * 6 * 3
    assert parts["without either"].rows == 5 * 6 * 3
    assert set(parts["all"].by_window) == {"2015", "2016"}


def test_misses_are_the_worst_rows_by_name() -> None:
    rows = judged()
    found = account(rows, setting(model="farther"), rounds=20)
    mine = rows.filter(model_id="farther").unique(["unit_id", "month"], keep="any")
    assert len(found.misses) == 20
    scores = [one.score for one in found.misses]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(rows.filter(model_id="farther")["crps"].max(), rel=1e-5)
    assert len({(one.unit, one.month) for one in found.misses}) == 20 <= mine.height
    one = found.misses[0]
    assert one.quantiles["q05"] <= one.quantiles["q50"] <= one.quantiles["q95"]
    onset = [each for each in found.regimes if each.name == "onset"]
    assert onset[0].deaths == 40 * onset[0].rows


@pytest.mark.parametrize("level", UNITS)
def test_the_same_seed_gives_the_same_account_at_every_level(level) -> None:
    countries = {unit: unit.partition(".")[0] for unit in UNITS[level]} if level == "admin1" else {}
    once, again = (
        account(judged(level), setting(level, countries=countries), rounds=20) for _ in range(2)
    )
    assert once == again
    if level == "admin1":
        assert {group.name for group in once.by_country} <= {f"X{letter}A" for letter in "ABCD"}


@pytest.mark.parametrize("level", UNITS)
@pytest.mark.parametrize("how", ["at", "between", "until"])
def test_a_model_that_looks_ahead_is_caught(level, how) -> None:
    origins = RollingOrigins(first=420, last=426, step=3, horizons=(1, 2), draws=10)
    with pytest.raises(LeakageError, match="ends with"):
        list(judge_origins([Cheat(how)], world(level), origins))


def test_only_rows_that_all_models_have_are_compared() -> None:
    rows = judged()
    lacking = rows.filter((pl.col("model_id") != "far") | (pl.col("unit_id") != "XCA"))
    found = account(lacking, setting(), rounds=20)
    assert found.units == 7
    assert found.unpaired == 2 * 30
    with pytest.raises(CheckFailed, match="common"):
        account(
            rows.filter((pl.col("model_id") == "near") == (pl.col("unit_id") == "XAA")), setting()
        )
    with pytest.raises(UnknownName):
        account(rows, setting(baseline="nobody"))


def test_a_model_may_be_judged_alone() -> None:
    found = account(judged().filter(model_id="near"), setting(baseline="near"), rounds=20)
    assert found.comparisons[0].skill["crps"].value == 0
    assert found.models == ("near",)


def test_unknown_truth_is_left_out() -> None:
    seen = world()
    values = seen.values.copy()
    values[3, 121:] = np.nan
    partly = UnitMonths("country", "ged_sb", seen.units, 300, values)
    samples = np.zeros((8, 2, 10), np.int32)
    rows = judge("zero", samples, partly, 420, (1, 2), window="w", seed=1)
    assert rows.height == 14
    assert "XDA" not in rows["unit_id"].to_list()
    nothing = UnitMonths("country", "ged_sb", seen.units, 300, np.full_like(values, np.nan))
    with pytest.raises(CheckFailed, match="outcome"):
        judge("zero", samples, nothing, 420, (1, 2), window="w", seed=1)
