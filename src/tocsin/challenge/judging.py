"""The challenge's windows, forecast or read from a submission, row by row beside what happened."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.challenge.files import (
    FOLDER,
    UNIT_COLUMN,
    ChallengeLevel,
    from_challenge_folder,
)
from tocsin.challenge.submission import DRAWS
from tocsin.challenge.windows import MONTHS, Window, window_of_directory
from tocsin.errors import CheckFailed, UnreadableFile
from tocsin.evaluation import Forecaster, UnitMonths
from tocsin.evaluation.judging import judge
from tocsin.tables.months import month_text


def judge_windows(
    data: Path,
    level: ChallengeLevel,
    windows: Sequence[Window],
    models: Sequence[Forecaster],
    seed: int = 1,
) -> Iterator[pl.DataFrame]:
    """Rows of `evaluation.judging.judge` for each window and model, in that order.

    A model is handed only what the files hold up to the window's cut.

    Raises
    ------
    NotEnoughData, if the files do not reach the end of a window.
    LeakageError, if a model looks past the cut.
    """
    for window in windows:
        history = from_challenge_folder(data, level, window.origin).until(window.origin)
        observed = _observed(data, level, window, history.units)
        for model in models:
            samples = model.forecast(history, window.horizons, DRAWS, seed)
            yield judge(
                model.name,
                samples,
                observed,
                window.origin,
                window.horizons,
                window=window.name,
                seed=seed,
            )


def judge_files(
    given: Path, data: Path, baseline: Forecaster, seed: int = 1
) -> Iterator[tuple[ChallengeLevel, pl.DataFrame]]:
    """Rows of somebody's forecasts in the challenge's layout, and of a baseline beside them.

    Parameters
    ----------
    given : the folder of one model (`cm` or `pgm` with `window=…` inside), or one file, Parquet
        or CSV, with the columns month_id, country_id or priogrid_gid, and outcome
    data : the folder of the challenge's files, which holds what happened

    Raises
    ------
    UnreadableFile, CheckFailed, NotEnoughData
    """
    from tocsin.challenge.long_form import from_long_files  # noqa: PLC0415  (numba takes a second)

    with tempfile.TemporaryDirectory(prefix="tocsin-") as scratch:
        for level, window, place in _windows_given(given, Path(scratch)):
            pairs = _pairs(place, level).filter(
                pl.col("month").is_between(window.first, window.last)
            )
            if pairs.is_empty():
                continue
            units = pairs["unit"].unique().sort()
            months = pairs["month"].unique().sort()
            grid = units.to_frame().join(months.to_frame(), how="cross").sort("unit", "month")
            draws = from_long_files(place, level, grid["month"].to_numpy(), grid["unit"].to_numpy())
            horizons = [month - window.origin for month in months.to_list()]
            names = tuple(str(unit) for unit in units.to_list())
            observed = _observed(data, level, window, names)
            samples = draws.reshape(len(units), len(months), draws.shape[1])
            yield (
                level,
                judge(
                    given.stem,
                    samples,
                    observed,
                    window.origin,
                    horizons,
                    window=window.name,
                    seed=seed,
                ),
            )
            history = from_challenge_folder(data, level, window.origin).until(window.origin)
            theirs = baseline.forecast(history, horizons, DRAWS, seed)
            yield (
                level,
                judge(
                    baseline.name,
                    theirs,
                    _observed(data, level, window, history.units),
                    window.origin,
                    horizons,
                    window=window.name,
                    seed=seed,
                ),
            )


def level_given(given: Path) -> ChallengeLevel:
    """The level of a submission's folder or of one file of forecasts.

    Raises
    ------
    UnreadableFile
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-") as scratch:
        for level, _, _ in _windows_given(given, Path(scratch)):
            return level
    raise AssertionError("a submission without windows is refused above")


def _observed(
    data: Path, level: ChallengeLevel, window: Window, units: Sequence[str]
) -> UnitMonths:
    """What happened to `units` up to the end of the window; NaN for one the files do not know."""
    whole = from_challenge_folder(data, level, window.last)
    row = {unit: index for index, unit in enumerate(whole.units)}
    values = np.full((len(units), whole.values.shape[1]), np.nan)
    for index, unit in enumerate(units):
        if unit in row:
            values[index] = whole.values[row[unit]]
    return UnitMonths(level, whole.target, tuple(units), whole.first_month, values)


def _windows_given(given: Path, scratch: Path) -> Iterator[tuple[ChallengeLevel, Window, Path]]:
    """Level, window and folder of every part of a submission."""
    if given.is_dir():
        found = False
        for level, folder in FOLDER.items():
            for place in sorted((given / folder).glob("window=*")):
                found = True
                yield level, window_of_directory(place.name), place
        if not found:
            raise UnreadableFile(
                "the folder holds no cm/window=… or pgm/window=…",
                where=str(given),
                remedy="Give the folder of one model's submission, or one file of forecasts.",
            )
        return
    place = _as_folder(given, scratch)
    level = _level_of(place, given.name)
    months = _pairs(place, level)["month"].to_numpy()
    for first in range(int(months.min()), int(months.max()) + 1, MONTHS):
        text = month_text(first)
        yield level, Window(f"Y{text[:4]}" if text.endswith("-01") else text, first), place


def _as_folder(given: Path, scratch: Path) -> Path:
    """A folder with the file as Parquet: as it is, or made from CSV."""
    if not given.is_file():
        raise UnreadableFile(
            "there is no such file",
            where=str(given),
            remedy="Give a file of forecasts, or the folder of one model's submission.",
        )
    target = scratch / "forecast.parquet"
    try:
        if given.suffix == ".csv":
            pl.scan_csv(given).sink_parquet(target)
        else:
            target.symlink_to(given.resolve())
    except pl.exceptions.PolarsError as problem:
        raise UnreadableFile(
            "the file cannot be read as a table ({problem})",
            where=given.name,
            remedy="Give a Parquet or CSV file with month_id, country_id or priogrid_gid, outcome.",
            problem=str(problem).splitlines()[0][:120],
        ) from None
    return scratch


def _level_of(place: Path, name: str) -> ChallengeLevel:
    held = pl.scan_parquet(place / "*.parquet").collect_schema().names()
    for level, column in UNIT_COLUMN.items():
        if {"month_id", column, "outcome"} <= set(held):
            return level
    raise UnreadableFile(
        "the forecast has no column {missing}",
        where=name,
        remedy="The columns are month_id, country_id or priogrid_gid, draw and outcome.",
        missing="month_id, country_id, outcome",
    )


def _pairs(place: Path, level: ChallengeLevel) -> pl.DataFrame:
    """Columns `unit` and `month` of every unit-month that a forecast is made for."""
    try:
        return (
            pl.scan_parquet(place / "*.parquet")
            .select(
                pl.col(UNIT_COLUMN[level]).cast(pl.Int32).alias("unit"),
                pl.col("month_id").cast(pl.Int32).alias("month"),
            )
            .unique()
            .collect()
        )
    except pl.exceptions.PolarsError as problem:
        raise CheckFailed(
            "the file cannot be read as a table ({problem})",
            where=place.name,
            remedy="Give a Parquet or CSV file with month_id, country_id or priogrid_gid, outcome.",
            problem=str(problem).splitlines()[0][:120],
        ) from None
