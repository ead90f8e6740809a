"""Further views of a sample forecast: on the log scale, above a threshold, calibration."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.evaluation.kernels import (
    INTERVAL,
    Draws,
    Floats,
    by_sorted_blocks,
    crps_of_sorted,
    crps_sample,
    ignorance_of_sorted,
    interval_of_sorted,
    quantile_of_sorted,
    require_scorable,
)

THRESHOLD = 25.0  # deaths a month at which UCDP's yearly threshold of a conflict is met at once


def log_crps(observed: ArrayLike, predicted: ArrayLike) -> Floats:
    """CRPS of log(1 + deaths): a war of 1,000 and one of 10 weigh alike (Bosse et al. 2023,
    doi:10.1371/journal.pcbi.1011393).

    Parameters, errors: as `crps_sample`.  Returns (N,); 0 is best.

    >>> log_crps([0], [[0, 0]])
    array([0.])
    """
    truth, draws = require_scorable(observed, predicted)
    return crps_sample(np.log1p(truth), np.log1p(draws))


def threshold_crps(
    observed: ArrayLike, predicted: ArrayLike, threshold: float = THRESHOLD
) -> Floats:
    """CRPS weighted to outcomes above a threshold: that of max(deaths, threshold).

    (Gneiting & Ranjan 2011, doi:10.1198/jbes.2010.08110.)

    Parameters, errors: as `crps_sample`.  Returns (N,), deaths; 0 is best.

    >>> threshold_crps([3], [[0, 10]])
    array([0.])
    """
    truth, draws = require_scorable(observed, predicted)
    return crps_sample(np.maximum(truth, threshold), np.maximum(draws, threshold))


def chance_of(predicted: ArrayLike, threshold: float) -> Floats:
    """(N,) share of the draws at or above `threshold`.

    >>> chance_of([[0, 1, 2, 3]], 2)
    array([0.5])
    """
    share: Floats = (np.asarray(predicted) >= threshold).mean(axis=1)
    return share


def brier(observed: ArrayLike, predicted: ArrayLike, threshold: float) -> Floats:
    """Brier score of the event that deaths reach `threshold`; 0 is best, 1 is worst.

    >>> brier([30], [[0, 40]], 25)
    array([0.25])
    """
    truth, draws = require_scorable(observed, predicted)
    score: Floats = (chance_of(draws, threshold) - (truth >= threshold)) ** 2
    return score


def covered(observed: ArrayLike, predicted: ArrayLike) -> NDArray[np.bool_]:
    """Whether the central 90 % interval of the draws holds the observation, ends included.

    Counts have ties, so a right forecast is covered more often than 90 %; read the randomised
    PIT beside it.

    >>> covered([1, 5], [[0, 1, 2], [0, 1, 2]])
    array([ True, False])
    """
    truth, draws = require_scorable(observed, predicted)
    ordered = np.sort(draws, axis=1)
    tail = (1 - INTERVAL) / 2
    low, high = quantile_of_sorted(ordered, tail), quantile_of_sorted(ordered, 1 - tail)
    inside: NDArray[np.bool_] = (truth >= low) & (truth <= high)
    return inside


def randomised_pit(observed: ArrayLike, predicted: ArrayLike, rng: np.random.Generator) -> Floats:
    """Where the observation lies among the draws, ties broken by chance: uniform if calibrated.

    (Czado, Gneiting & Held 2009, doi:10.1111/j.1541-0420.2009.01191.x.)

    Returns
    -------
    (N,) between 0 and 1

    >>> float(randomised_pit([9], [[1, 2]], np.random.default_rng(1))[0])
    1.0
    """
    truth, draws = require_scorable(observed, predicted)
    below = (draws < truth[:, None]).mean(axis=1)
    upto = (draws <= truth[:, None]).mean(axis=1)
    pit: Floats = below + rng.random(len(truth)) * (upto - below)
    return pit


# Columns of `every_measure`, in the order in which the kernel writes them.
SCORES = ("crps", "ign", "mis", "log_crps", "tw_crps_25", "brier_1", "brier_25")
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_COLUMNS = (*SCORES, "chance_1", "chance_25", "mean", *QUANTILES, "_below", "_upto")


def every_measure(
    observed: ArrayLike, predicted: ArrayLike, rng: np.random.Generator
) -> Mapping[str, Floats]:
    """Everything that a report says of each forecast, the draws sorted once.

    Returns
    -------
    (N,) arrays by name: the scores (`SCORES`; `brier_1` is that of any death, `brier_25` that of
    25 or more), the chances of those two events, the mean, five quantiles, whether the central
    90 % and 50 % intervals hold the observation, and the randomised PIT.

    Raises
    ------
    ShapeMismatch, NegativeCount

    >>> every_measure([3], [[3, 3]], np.random.default_rng(1))["crps"]
    array([0.])
    """
    truth, draws = require_scorable(observed, predicted)
    table = by_sorted_blocks(_everything_of_sorted, truth, draws)
    found = dict(zip(_COLUMNS, table.T, strict=True))
    below, upto = found.pop("_below"), found.pop("_upto")
    found["covered"] = ((truth >= found["q05"]) & (truth <= found["q95"])).astype(np.float64)
    found["covered_50"] = ((truth >= found["q25"]) & (truth <= found["q75"])).astype(np.float64)
    found["pit"] = below + rng.random(len(truth)) * (upto - below)
    return found


def _everything_of_sorted(observed: Floats, draws: Draws) -> Floats:
    chances = [(draws >= threshold).mean(axis=1) for threshold in (1, THRESHOLD)]
    events = [
        (chance - (observed >= threshold)) ** 2
        for chance, threshold in zip(chances, (1, THRESHOLD), strict=True)
    ]
    return np.column_stack(
        [
            crps_of_sorted(observed, draws),
            ignorance_of_sorted(observed, draws),
            interval_of_sorted(observed, draws),
            crps_of_sorted(np.log1p(observed), np.log1p(draws)),
            crps_of_sorted(np.maximum(observed, THRESHOLD), np.maximum(draws, THRESHOLD)),
            *events,
            *chances,
            draws.mean(axis=1),
            *(quantile_of_sorted(draws, level) for level in QUANTILES.values()),
            (draws < observed[:, None]).mean(axis=1),
            (draws <= observed[:, None]).mean(axis=1),
        ]
    )
