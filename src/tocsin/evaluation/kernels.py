"""The scores of a sample forecast, exactly as the VIEWS Prediction Challenge defines them.

Each kernel takes N observations and an N x S matrix of draws and gives N scores; smaller is
better. Rows are sorted once and everything is read off the sorted draws, so the cost is
O(S log S) a row; rows are worked in blocks, so memory beyond the draws stays at a few megabytes.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.errors import NegativeCount, ShapeMismatch

Floats = NDArray[np.float64]
Draws = NDArray[Any]  # whole or real numbers, 0 or more

# Lower edges of the challenge's eleven categories of deaths; the last is open.
IGNORANCE_EDGES: tuple[float, ...] = (
    0,
    0.5,
    2.5,
    5.5,
    10.5,
    25.5,
    50.5,
    100.5,
    250.5,
    500.5,
    1000.5,
)
INTERVAL = 0.9
_BLOCK_CELLS = 1 << 20


def crps_sample(observed: ArrayLike, predicted: ArrayLike) -> Floats:
    """Continuous ranked probability score of a sample forecast.

    The mean distance of the draws to the observation less half the mean distance between the
    draws (the ensemble form, denominator S²: Hersbach 2000, doi:10.1175/1520-0434(2000)015).

    Parameters
    ----------
    observed : (N,) array, deaths per unit-month
    predicted : (N, S) array, S draws each; order does not matter

    Returns
    -------
    (N,) array, same unit as `observed`; 0 is best, smaller is better.

    Raises
    ------
    ShapeMismatch, if the first dimensions differ.  NegativeCount, if a count is below 0.

    >>> crps_sample([3], [[3, 3, 3]])
    array([0.])
    """
    return by_sorted_blocks(crps_of_sorted, *require_scorable(observed, predicted))


def ignorance(observed: ArrayLike, predicted: ArrayLike) -> Floats:
    """Log score of counts in the challenge's eleven categories, in bits.

    One pseudo-draw is added to each category, and the score is -log2 of the share of the draws
    in the observed one (Roulston & Smith 2002; edges: Hegre et al., arXiv 2407.11045).

    Parameters, errors: as `crps_sample`.

    Returns
    -------
    (N,) array, bits; the best possible is log2((S + 11) / (S + 1)).

    >>> ignorance([0], [[0] * 1013]).round(4)
    array([0.0142])
    """
    return by_sorted_blocks(ignorance_of_sorted, *require_scorable(observed, predicted))


def interval_score(observed: ArrayLike, predicted: ArrayLike) -> Floats:
    """Interval score of the central 90 % interval of the draws.

    Its width, plus 2/0.1 for each death by which the observation lies outside it (Gneiting &
    Raftery 2007, doi:10.1198/016214506000001437); the challenge calls the mean of it MIS.
    Quantiles are interpolated between the draws, as numpy does by default.

    Parameters, errors: as `crps_sample`.

    Returns
    -------
    (N,) array, same unit as `observed`; 0 is best.

    >>> interval_score([10], [[0, 0, 0]])
    array([200.])
    """
    return by_sorted_blocks(interval_of_sorted, *require_scorable(observed, predicted))


def all_scores(observed: ArrayLike, predicted: ArrayLike) -> dict[str, Floats]:
    """The three scores at once, sorting the draws only once.

    Returns
    -------
    {"crps": (N,), "ign": (N,), "mis": (N,)}

    >>> sorted(all_scores([0], [[0, 0]]))
    ['crps', 'ign', 'mis']
    """
    scores = by_sorted_blocks(_three_of_sorted, *require_scorable(observed, predicted))
    return {"crps": scores[:, 0], "ign": scores[:, 1], "mis": scores[:, 2]}


def quantile_of_sorted(draws: Draws, level: float) -> Floats:
    """The `level` quantile of each row, interpolated between draws (numpy's default).

    >>> quantile_of_sorted(np.array([[0.0, 1.0, 2.0]]), 0.25)
    array([0.5])
    """
    position = level * (draws.shape[1] - 1)
    below = int(np.floor(position))
    above = min(below + 1, draws.shape[1] - 1)
    low = draws[:, below].astype(np.float64)
    quantile: Floats = low + (draws[:, above] - low) * (position - below)
    return quantile


def require_scorable(observed: ArrayLike, predicted: ArrayLike) -> tuple[Floats, Draws]:
    """Arrays whose shapes fit and whose counts are not below zero.

    Raises
    ------
    ShapeMismatch, NegativeCount
    """
    truth = np.asarray(observed, dtype=np.float64)
    draws = np.asarray(predicted)
    if truth.ndim != 1 or draws.ndim != 2 or len(truth) != len(draws) or draws.shape[1] == 0:
        raise ShapeMismatch(
            "observations of shape {truth} do not fit draws of shape {draws}",
            remedy="Give N observations and N rows of one or more draws.",
            truth=truth.shape,
            draws=draws.shape,
        )
    if draws.dtype.kind not in "iuf":
        draws = draws.astype(np.float64)
    if not np.isfinite(truth).all() or (draws.dtype.kind == "f" and not np.isfinite(draws).all()):
        raise ShapeMismatch(
            "an observation or a draw is not a finite number",
            remedy="Leave out the rows whose truth is unknown before scoring.",
        )
    if (truth < 0).any() or (draws.size and draws.min() < 0):
        raise NegativeCount(
            "a count of deaths is below zero", remedy="Counts start at 0; look for a sign error."
        )
    return truth, draws


def by_sorted_blocks(
    kernel: Callable[[Floats, Draws], Floats], observed: Floats, predicted: Draws
) -> Floats:
    """`kernel` on blocks of sorted rows; sorting leaves Python, so threads share the work."""
    step = max(1, _BLOCK_CELLS // predicted.shape[1])
    starts = range(0, len(predicted), step)

    def work(start: int) -> Floats:
        rows = slice(start, start + step)
        return kernel(observed[rows], np.sort(predicted[rows], axis=1))

    if not starts:
        return kernel(observed, predicted)
    if len(starts) == 1:
        return work(0)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.concatenate(list(pool.map(work, starts)))


def crps_of_sorted(observed: Floats, draws: Draws) -> Floats:
    """With x sorted, the mean distance between draws is 2/S² times sum (2i - S - 1) x_i."""
    size = draws.shape[1]
    values = draws.astype(np.float64)
    rank = (2.0 * np.arange(1, size + 1) - size - 1) / size**2
    spread = values @ rank
    values -= observed[:, None]
    distance: Floats = np.abs(values, out=values).mean(axis=1) - spread
    # Cancellation may leave -1e-15 where the forecast is a single right point.
    return np.maximum(distance, 0.0)


def ignorance_of_sorted(observed: Floats, draws: Draws) -> Floats:
    edges = np.array([*IGNORANCE_EDGES, np.inf])
    category = np.searchsorted(edges, observed, side="right") - 1
    low, high = edges[category][:, None], edges[category + 1][:, None]
    inside = ((draws >= low) & (draws < high)).sum(axis=1)
    share = (inside + 1) / (draws.shape[1] + len(IGNORANCE_EDGES))
    bits: Floats = -np.log2(share)
    return bits


def interval_of_sorted(observed: Floats, draws: Draws) -> Floats:
    tail = (1 - INTERVAL) / 2
    low, high = quantile_of_sorted(draws, tail), quantile_of_sorted(draws, 1 - tail)
    miss = np.maximum(low - observed, 0) + np.maximum(observed - high, 0)
    return high - low + 2 / (1 - INTERVAL) * miss


def _three_of_sorted(observed: Floats, draws: Draws) -> Floats:
    return np.column_stack(
        [
            crps_of_sorted(observed, draws),
            ignorance_of_sorted(observed, draws),
            interval_of_sorted(observed, draws),
        ]
    )
