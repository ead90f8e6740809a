"""Rolling origins: what a model would have said, month after month, and how it scored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import UsageError
from tocsin.evaluation.fan import Fan, in_turn
from tocsin.evaluation.forecaster import Forecaster, UnitMonths, with_known_units
from tocsin.evaluation.scores import score_draws
from tocsin.tables.declared import SCORES
from tocsin.tables.months import month_text

QUIET_MONTHS = 12
ESCALATION = 1.5


@dataclass(frozen=True)
class RollingOrigins:
    """Which origins, horizons, how many draws and which seed.

    >>> list(RollingOrigins(first=450, last=456, step=3))
    [450, 453, 456]
    """

    first: int
    last: int
    step: int = 1
    horizons: tuple[int, ...] = tuple(range(1, 13))
    draws: int = 1000
    seed: int = 1

    def __iter__(self) -> Iterator[int]:
        if self.first > self.last or self.step < 1:
            raise UsageError(
                "no origin lies between {first} and {last} in steps of {step}",
                remedy="Give a longer span, or shorter horizons.",
                first=month_text(self.first),
                last=month_text(self.last),
                step=self.step,
            )
        return iter(range(self.first, self.last + 1, self.step))


def backtest(
    models: Sequence[Forecaster],
    observed: UnitMonths,
    origins: RollingOrigins,
    fan: Fan = in_turn,
) -> Iterator[pl.DataFrame]:
    """Scores of every model at every origin, one `scores` table (plus `regime`) a pair.

    Each model is handed only the history up to the origin, of the units of which something is
    known in the year before it. Targets whose truth is unknown are left out. `fan` decides who
    does the pairs, not what comes out.

    Raises
    ------
    LeakageError, if a model looks past its origin.
    """
    pairs = [(origin, model) for origin in origins for model in models]
    return fan(_Pair(observed, origins), pairs)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Forecasts and scores one pair of origin and model."""

    observed: UnitMonths
    origins: RollingOrigins

    def __call__(self, pair: tuple[int, Forecaster]) -> pl.DataFrame:
        origin, model = pair
        known, _ = with_known_units(self.observed, origin)
        steps = self.origins.horizons
        samples = model.forecast(known.until(origin), steps, self.origins.draws, self.origins.seed)
        return _scores_at(model.name, samples, known, origin, steps)


def _scores_at(
    name: str,
    samples: NDArray[np.int32],
    observed: UnitMonths,
    origin: int,
    horizons: Sequence[int],
) -> pl.DataFrame:
    truth = np.stack([observed.at(origin + step) for step in horizons], axis=1)
    known = ~np.isnan(truth)
    rows, steps = np.nonzero(known)
    scores = score_draws(truth[known], samples[known])
    table = SCORES.build(
        {
            "model_id": [name] * len(rows),
            "level": [observed.level] * len(rows),
            "unit_id": np.array(observed.units, dtype=object)[rows].tolist(),
            "target": [observed.target] * len(rows),
            "origin_month": [origin] * len(rows),
            "horizon": pl.Series(np.asarray(horizons)[steps]),
            "observed": pl.Series(truth[known]),
            **{column: scores[column] for column in scores.columns},
        }
    )
    return table.with_columns(regime=regime(observed, origin, horizons)[known])


def regime(observed: UnitMonths, origin: int, horizons: Sequence[int]) -> NDArray[np.str_]:
    """(U, H) words: onset, escalation, continuation, de-escalation or peace in each target month.

    Onset is the first month with deaths after at least 12 quiet ones; otherwise deaths are set
    against the mean of the three months before: escalation above 1.5 times, de-escalation below
    1/1.5 of it, continuation between. Every other month is peace.
    """
    words = np.full((len(observed.units), len(horizons)), "peace", dtype="<U13")
    for column, step in enumerate(horizons):
        month = origin + step
        now = observed.at(month)
        before = np.stack([observed.at(month - back) for back in range(1, QUIET_MONTHS + 1)])
        mean = np.nan_to_num(before[:3]).mean(axis=0)
        deadly = now > 0
        quiet = ~(before > 0).any(axis=0)
        words[deadly, column] = "continuation"
        words[deadly & (now > ESCALATION * mean), column] = "escalation"
        words[deadly & (now < mean / ESCALATION), column] = "de-escalation"
        words[deadly & quiet, column] = "onset"
    return words
