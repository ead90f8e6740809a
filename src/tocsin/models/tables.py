"""Observations to histories, and draws to the table of forecasts."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tocsin.errors import NotEnoughData
from tocsin.evaluation import Forecaster, History, UnitMonths
from tocsin.tables.declared import forecasts
from tocsin.tables.levels import Level, Target


def build_unit_months(observations: pl.DataFrame) -> UnitMonths:
    """The `observations` table of one level and target as a dense matrix; unknown is NaN.

    Raises
    ------
    NotEnoughData, if the table is empty.
    """
    if observations.is_empty():
        raise NotEnoughData(
            "there is nothing to forecast: the panel is empty",
            remedy="Ingest a release that covers these areas and months.",
        )
    units = observations["unit_id"].unique().sort().to_list()
    months = observations["month"].to_numpy()
    first = int(months.min())
    values = np.full((len(units), int(months.max()) - first + 1), np.nan)
    row = {unit: index for index, unit in enumerate(units)}
    rows = observations["unit_id"].replace_strict(row, return_dtype=pl.Int64).to_numpy()
    values[rows, months - first] = observations["best"].cast(pl.Float64).to_numpy()
    level: Level = observations["level"][0]
    target: Target = observations["target"][0]
    return UnitMonths(level, target, tuple(units), first, values)


def build_forecasts(
    model: Forecaster, history: History, horizons: Sequence[int], draws: int, seed: int
) -> pl.DataFrame:
    """The `forecasts` table of one model at one origin."""
    samples = model.forecast(history, horizons, draws, seed)
    count, steps = len(history.units), len(horizons)
    frame = pl.DataFrame(
        {
            "model_id": [model.name] * (count * steps),
            "level": [history.level] * (count * steps),
            "unit_id": np.repeat(np.array(history.units, dtype=object), steps).tolist(),
            "target": [history.target] * (count * steps),
            "origin_month": pl.Series([history.origin] * (count * steps), dtype=pl.Int32),
            "horizon": pl.Series(list(horizons) * count, dtype=pl.Int32),
            "samples": pl.Series(
                samples.reshape(count * steps, draws), dtype=pl.Array(pl.Int32, draws)
            ),
        }
    )
    return frame.select(list(forecasts(draws).schema))
