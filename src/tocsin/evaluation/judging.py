"""Draws beside what happened: one row a forecast, with everything that a report says of it."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import CheckFailed
from tocsin.evaluation.forecaster import Forecaster, UnitMonths, with_known_units
from tocsin.evaluation.measures import every_measure
from tocsin.evaluation.rolling import RollingOrigins, regime
from tocsin.tables.months import month_text

# A war is heavy where the last month known at the origin counts this many deaths.
HEAVY = 100.0


def judge(
    name: str,
    samples: NDArray[np.int32],
    observed: UnitMonths,
    origin: int,
    horizons: Sequence[int],
    *,
    window: str,
    seed: int,
) -> pl.DataFrame:
    """Rows of one model at one origin; targets whose truth is unknown are left out.

    Parameters
    ----------
    samples : (U, H, S) draws for the units of `observed` at origin + horizons
    observed : unit-months that reach past the origin as far as the truth is known
    window : the heading under which a report counts these rows

    Returns
    -------
    model_id, window, unit_id, month, horizon, regime, recent (deaths of the origin month),
    observed, and the columns of `every_measure`

    Raises
    ------
    CheckFailed, if nothing is known of any target.
    """
    truth = np.stack([observed.at(origin + step) for step in horizons], axis=1)
    known = ~np.isnan(truth)
    rows, steps = np.nonzero(known)
    if not len(rows):
        raise CheckFailed(
            "none of {rows} forecasts has a known outcome",
            remedy="Score forecasts whose target months have been observed.",
            rows=truth.size,
        )
    measured = every_measure(truth[known], samples[known], np.random.default_rng((seed, origin)))
    count = len(rows)
    return pl.DataFrame(
        {
            "model_id": pl.Series([name]).new_from_index(0, count),
            "window": pl.Series([window]).new_from_index(0, count),
            "unit_id": np.array(observed.units)[rows],
            "month": pl.Series(origin + np.asarray(horizons)[steps], dtype=pl.Int32),
            "horizon": pl.Series(np.asarray(horizons)[steps], dtype=pl.Int32),
            "regime": regime(observed, origin, horizons)[known],
            "recent": np.nan_to_num(observed.at(origin))[rows],
            "observed": truth[known],
            **measured,
        }
    )


def judge_origins(
    models: Sequence[Forecaster], observed: UnitMonths, origins: RollingOrigins
) -> Iterator[pl.DataFrame]:
    """Rows of every model at every origin; each year of targets is a window.

    Each model is handed only the history up to the origin, of the units of which something is
    known in the year before it.

    Raises
    ------
    LeakageError, if a model looks past its origin.
    """
    for origin in origins:
        known, _ = with_known_units(observed, origin)
        history = known.until(origin)
        for model in models:
            samples = model.forecast(history, origins.horizons, origins.draws, origins.seed)
            rows = judge(
                model.name,
                samples,
                known,
                origin,
                origins.horizons,
                window="",
                seed=origins.seed,
            )
            year = {month: month_text(month)[:4] for month in rows["month"].unique().to_list()}
            yield rows.with_columns(
                window=pl.col("month").replace_strict(year, return_dtype=pl.String)
            )
