"""The challenge's files: any order of rows, strict about what is missing, blind to the future."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tocsin import challenge
from tocsin.challenge.files import from_challenge_folder
from tocsin.challenge.long_form import from_long_files, to_long_files
from tocsin.challenge.windows import parse_window, parse_windows
from tocsin.errors import CheckFailed, NegativeCount, NotEnoughData, UnreadableFile, UsageError
from tocsin.evaluation import all_scores
from tocsin.models import BASELINES, named

Y2018 = parse_window("Y2018")
UNITS = ("4", "9", "200")


def draws(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(3, (3, 12, 20)).astype(np.int32)


def pairs() -> tuple[np.ndarray, np.ndarray]:
    months = np.repeat(np.array(Y2018.months, np.int32), 3)
    return months, np.tile(np.array([4, 9, 200], np.int32), 12)


def expected(samples: np.ndarray) -> np.ndarray:
    return np.sort(samples.transpose(1, 0, 2).reshape(36, 20), axis=1)


@pytest.mark.parametrize("level", ["country", "priogrid"])
def test_long_files_round_trip(tmp_path: Path, level) -> None:
    samples = draws()
    path = to_long_files(tmp_path, level, Y2018, UNITS, samples)
    assert path.parent.name == "window=Y2018"
    unit = "country_id" if level == "country" else "priogrid_gid"
    assert pl.read_parquet_schema(path).keys() == {"month_id", unit, "draw", "outcome"}
    back = from_long_files(path.parent, level, *pairs())
    np.testing.assert_array_equal(np.sort(back, axis=1), expected(samples))


def test_rows_may_come_in_any_order_and_from_several_files(tmp_path: Path) -> None:
    samples = draws()
    path = to_long_files(tmp_path, "country", Y2018, UNITS, samples)
    frame = pl.read_parquet(path).sample(fraction=1.0, shuffle=True, seed=3)
    path.unlink()
    wide = frame.with_columns(
        pl.col("month_id", "country_id").cast(pl.Int64), pl.col("outcome").cast(pl.Float64)
    )
    wide[:300].write_parquet(path.parent / "a.parquet")
    wide[300:].write_parquet(path.parent / "b.parquet")
    back = from_long_files(path.parent, "country", *pairs())
    np.testing.assert_array_equal(np.sort(back, axis=1), expected(samples))


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (
            lambda f: f.filter((pl.col("country_id") != 9) | (pl.col("month_id") != 460)),
            CheckFailed,
        ),
        (lambda f: f[1:], CheckFailed),
        (lambda f: pl.concat([f[1:], f[-1:]]), CheckFailed),
        (lambda f: f.with_columns(pl.col("outcome") - 1), NegativeCount),
        (lambda f: f.with_columns(pl.lit(None, pl.Float64).alias("outcome")), CheckFailed),
        (lambda f: f.with_columns(pl.lit(3_000_000_000).alias("outcome")), CheckFailed),
        (lambda f: f.drop("outcome"), UnreadableFile),
    ],
)
def test_spoilt_submissions_are_refused(tmp_path: Path, spoil, error) -> None:
    path = to_long_files(tmp_path, "country", Y2018, UNITS, draws())
    spoil(pl.read_parquet(path)).write_parquet(path)
    with pytest.raises(error):
        from_long_files(path.parent, "country", *pairs())


def test_windows() -> None:
    assert [w.first for w in parse_windows("Y2018, Y2019")] == [457, 469]
    future = parse_window("Y2024")
    assert (future.first, future.last, future.origin) == (535, 546, 532)
    assert parse_window("2024-07").months == future.months
    with pytest.raises(UsageError):
        parse_window("2018")


def series(path: Path, months: range, value) -> None:
    rows = [(month, unit, float(value(month, unit))) for unit in (4, 9, 200) for month in months]
    pl.DataFrame(rows, schema=["month_id", "country_id", "ged_sb"], orient="row").write_parquet(
        path
    )


def test_nothing_after_the_cut_is_read(tmp_path: Path) -> None:
    """Y2023 is forecast from data to October 2022: November and December may hold anything."""
    y2023 = parse_window("Y2023")
    assert y2023.origin == 514
    written = []
    for folder, future in (("calm", 0), ("war", 100_000)):
        data = tmp_path / folder
        data.mkdir()
        series(
            data / "s.parquet",
            range(400, 517),
            lambda m, u, f=future: f if m > 514 else (m * u) % 7,
        )
        models = [named(name) for name in (*BASELINES, "own_history")]
        out = tmp_path / "out" / folder
        files = challenge.write_forecasts(data, "country", [y2023], models, out)
        written.append([path.read_bytes() for _, _, path in files])
    assert written[0] == written[1]
    assert len(written[0]) == 5


def test_a_series_too_short_is_answered(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        from_challenge_folder(tmp_path, "country", 454)
    series(tmp_path / "s.parquet", range(400, 450), lambda m, u: 1)
    with pytest.raises(NotEnoughData, match="2017-10"):
        from_challenge_folder(tmp_path, "country", 454)
    (tmp_path / "broken.parquet").write_bytes(b"not a parquet file")
    with pytest.raises(UnreadableFile, match=r"broken\.parquet"):
        from_challenge_folder(tmp_path, "country", 440)


def test_a_submission_scores_like_its_matrix(tmp_path: Path) -> None:
    samples = draws()
    to_long_files(tmp_path / "model", "country", Y2018, UNITS, samples)
    months, units = pairs()
    truth = np.random.default_rng(5).poisson(3, 36)
    actuals = tmp_path / "actuals.parquet"
    pl.DataFrame({"month_id": months, "country_id": units, "outcome": truth}).write_parquet(actuals)
    (row,) = challenge.score_submission(tmp_path / "model", actuals)
    scores = all_scores(truth, samples.transpose(1, 0, 2).reshape(36, 20))
    assert (row.crps, row.ign, row.mis) == pytest.approx(
        tuple(scores[name].mean() for name in ("crps", "ign", "mis"))
    )
    assert challenge.mean_of_windows([row]).crps == row.crps


# Published for Y2018-Y2022 (country-month; arXiv 2407.11045).
PUBLISHED = {
    "zero": (24.130, 23.0, 32.0, 87.3, 121.0),
    "last": (20.17, 9.5, 23.7, 85.6, 131.0),
    "conflictology12": (14.483, 9.15, 21.34, 76.85, 124.0),
    "bootstrap240": (23.577,),
}


@pytest.mark.mirror
def test_the_baselines_reach_the_published_figures(mirror: Path, tmp_path: Path) -> None:
    data = mirror / "views_challenge"
    windows = parse_windows("Y2018,Y2019,Y2020,Y2021,Y2022")
    models = [named(name) for name in BASELINES]
    list(challenge.write_forecasts(data, "country", windows, models, tmp_path))
    actuals = data / "country_month_actuals_Y2018_Y2022.parquet"
    for name, figures in PUBLISHED.items():
        scores = challenge.score_submission(tmp_path / name, actuals)
        for figure, score in zip(figures, scores, strict=False):
            # Half a percent, or the last digit that was published.
            assert score.crps == pytest.approx(figure, rel=0.005, abs=0.05), (name, score.window)
            assert score.rows == 2292


@pytest.mark.mirror
def test_grid_history_joins_events_and_series(mirror: Path) -> None:
    held = from_challenge_folder(mirror / "views_challenge", "priogrid", 466)
    assert len(held.units) == 13_110
    assert not np.isnan(held.values).any()
    assert held.last_month == 466
    assert held.at(460).sum() > 0
