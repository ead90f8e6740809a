"""Forecast tables to score tables: unsummarised first, then summarised."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import CheckFailed
from tocsin.evaluation.kernels import Draws, all_scores
from tocsin.tables.declared import SCORES

MEASURES = ("crps", "ign", "mis")
_UNIT = ("level", "unit_id", "target")


def score(forecasts: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """Scores of a table of forecasts against observations, one row a forecast.

    Forecasts whose truth is unknown are left out: silence is neither a hit nor a miss.

    Parameters
    ----------
    forecasts : the `forecasts` table
    observations : the `observations` table (or any with level, unit_id, target, month, best)

    Returns
    -------
    the `scores` table

    Raises
    ------
    CheckFailed, if no forecast has a known truth.
    """
    truth = observations.filter(pl.col("best").is_not_null()).select(
        *_UNIT, "month", pl.col("best").cast(pl.Float64).alias("observed")
    )
    judged = forecasts.with_columns(
        (pl.col("origin_month") + pl.col("horizon")).alias("month")
    ).join(truth, on=[*_UNIT, "month"], how="inner", maintain_order="left")
    if judged.is_empty():
        raise CheckFailed(
            "none of {rows} forecasts has a known outcome",
            remedy="Score forecasts whose target months have been observed.",
            rows=forecasts.height,
        )
    draws = judged["samples"].to_numpy()
    return SCORES.build(
        {
            **{name: judged[name] for name in SCORES.key},
            "observed": judged["observed"],
            **_columns(all_scores(judged["observed"].to_numpy(), draws)),
        }
    )


def score_draws(observed: NDArray[np.float64], predicted: Draws) -> pl.DataFrame:
    """The three scores of a matrix of draws as columns `crps`, `ign`, `mis`.

    >>> score_draws(np.array([0.0]), np.array([[0, 0]]))["crps"].to_list()
    [0.0]
    """
    return pl.DataFrame(_columns(all_scores(observed, predicted)))


def summarise(scores: pl.DataFrame, by: Sequence[str] = ("model_id",)) -> pl.DataFrame:
    """Mean scores by any columns, with the number of forecasts in each mean.

    >>> frame = pl.DataFrame({"model_id": ["a", "a"], "crps": [1.0, 3.0]})
    >>> summarise(frame)["crps"].to_list()
    [2.0]
    """
    measures = [name for name in scores.columns if name in (*MEASURES, *_EXTRA)]
    return (
        scores.group_by(list(by), maintain_order=True)
        .agg(pl.len().alias("forecasts"), *(pl.col(name).mean() for name in measures))
        .sort(list(by))
    )


_EXTRA = ("log_crps", "tw_crps_25", "brier_1", "brier_25", "covered", "covered_50", "pit")


def _columns(scores: dict[str, NDArray[np.float64]]) -> dict[str, pl.Series]:
    return {name: pl.Series(name, values) for name, values in scores.items()}
