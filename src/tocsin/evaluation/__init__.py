"""Scores of sample forecasts, rolling origins over any forecaster, comparison.

Four steps, each a table: forecasts → `score` (one row a forecast, unsummarised) →
`summarise(by=…)` → a report.
"""

from tocsin.evaluation import live
from tocsin.evaluation.forecaster import Forecaster, History, UnitMonths, with_known_units
from tocsin.evaluation.kernels import all_scores, crps_sample, ignorance, interval_score
from tocsin.evaluation.rolling import RollingOrigins, backtest, regime
from tocsin.evaluation.scores import score, score_draws, summarise

__all__ = [
    "Forecaster",
    "History",
    "RollingOrigins",
    "UnitMonths",
    "all_scores",
    "backtest",
    "crps_sample",
    "ignorance",
    "interval_score",
    "live",
    "regime",
    "score",
    "score_draws",
    "summarise",
    "with_known_units",
]
