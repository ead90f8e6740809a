"""The worst misses by name: where a forecast was furthest from what happened."""

import msgspec
import polars as pl

from tocsin.evaluation.measures import QUANTILES
from tocsin.evaluation.rounding import six_digits
from tocsin.tables.months import month_text


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """One forecast and what happened. `share` is its part of the model's whole score."""

    unit: str
    month: str
    window: str
    horizon: int
    regime: str
    observed: float
    quantiles: dict[str, float]
    baseline_quantiles: dict[str, float]
    chance_25: float
    score: float
    baseline_score: float
    share: float


def worst(ours: pl.DataFrame, theirs: pl.DataFrame, measure: str, count: int) -> tuple[Miss, ...]:
    """The rows with the highest score of `measure`, each unit-month once, worst first.

    Parameters
    ----------
    ours, theirs : rows of `judge` for the same forecasts in the same order
    """
    total = float(ours[measure].to_numpy().sum())
    if total <= 0:
        return ()
    paired = ours.with_columns(
        pl.Series("_score", theirs[measure]),
        *(pl.Series(f"_{name}", theirs[name]) for name in QUANTILES),
    )
    listed = (
        paired.sort(measure, "unit_id", "month", descending=[True, False, False])
        .unique(["unit_id", "month"], keep="first", maintain_order=True)
        .head(count)
    )
    return tuple(
        Miss(
            unit=row["unit_id"],
            month=month_text(row["month"]),
            window=row["window"],
            horizon=row["horizon"],
            regime=row["regime"],
            observed=row["observed"],
            quantiles={name: six_digits(row[name]) for name in QUANTILES},
            baseline_quantiles={name: six_digits(row[f"_{name}"]) for name in QUANTILES},
            chance_25=six_digits(row["chance_25"]),
            score=six_digits(row[measure]),
            baseline_score=six_digits(row["_score"]),
            share=six_digits(row[measure] / total),
        )
        for row in listed.iter_rows(named=True)
    )
