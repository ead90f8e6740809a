"""Joint draws: areas that add up to their country, types of violence to their sum.

Forecasters answer for one unit and one target at a time. To read the chance of any sum off the
draws, draw i of every unit must be one and the same future. Two steps make it so, and neither
touches what a country's own forecast says:

1. *Order.* The draws of each unit are put in the order of the past: draw i of every unit stands
   for the same past month, and its rank among the unit's draws is the rank that the unit's change
   from that month on had among its changes (the Schaake shuffle: Clark et al. 2004,
   doi:10.1175/1525-7541(2004)005<0243:TSSAMF>2.0.CO;2; as a copula of ensembles: Schefzik,
   Thorarinsdottir & Gneiting 2013, doi:10.1214/13-STS443). A draw is a path through all horizons
   and moves as a whole; a unit's distribution stays as it was, to the last draw.
2. *Shares.* A country's draw is divided among its areas, in each draw as the areas' own draws of
   that month stand to each other, in whole deaths that add up exactly.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.models.baselines import Samples
from tocsin.models.memory import Floats

MEMORY = 240  # months of the past from which the order is taken
_BEFORE = 12  # a change is told against the mean of so many months before


def past_months(history: History, span: int, draws: int, seed: int) -> NDArray[np.int64]:
    """(draws,) the month of the past for which each draw stands, each about equally often.

    Every level and target of one origin must be given the same months, so they depend on the
    origin, the span and the seed alone.

    >>> one = History("country", "ged_sb", ("A",), 1, np.ones((1, 60)))
    >>> sorted(set(past_months(one, 6, 100, 1).tolist()))[-1]
    54
    """
    latest = history.origin - span
    earliest = max(history.origin - MEMORY, history.first_month + _BEFORE - 1)
    rng = np.random.default_rng([seed, history.origin, 83])
    months = np.arange(min(earliest, latest), latest + 1)
    stands_for: NDArray[np.int64] = months[rng.permutation(np.arange(draws) % len(months))]
    return stands_for


def changes_from(history: History, months: NDArray[np.int64], span: int) -> Floats:
    """(U, S) log change of each unit's deaths from each month on; NaN where nothing is known.

    The mean of the `span` months after the month against that of the 12 up to it, each plus one.
    Changes and not levels: that two wars rose together over twenty years does not say that they
    rise together from here.
    """
    distinct, where = np.unique(months, return_inverse=True)
    table = np.full((len(history.units), len(distinct)), np.nan)
    for column, month in enumerate(distinct):
        after = history.between(int(month) + 1, int(month) + span)
        before = history.between(int(month) - _BEFORE + 1, int(month))
        with np.errstate(invalid="ignore"):
            table[:, column] = np.log1p(_mean(after)) - np.log1p(_mean(before))
    changes: Floats = table[:, where]
    return changes


def ordered_as(samples: Samples, changes: Floats, rng: np.random.Generator) -> Samples:
    """(U, H, S) the same draws of each unit, put in the order of its past changes.

    Ties, and units of whose past nothing is known, are ordered by chance.

    >>> samples = np.array([[[5, 1, 3]]], np.int32)
    >>> ordered_as(samples, np.array([[0.1, 0.9, 0.5]]), np.random.default_rng(1))
    array([[[1, 5, 3]]], dtype=int32)
    """
    ordered = samples.copy()
    for unit in np.flatnonzero(samples.any(axis=(1, 2))):
        draws = samples[unit]
        wanted = np.nan_to_num(changes[unit])
        chance = rng.random((2, draws.shape[1]))
        by_total = np.lexsort((chance[0], draws.sum(axis=0, dtype=np.int64)))
        by_past = np.lexsort((chance[1], wanted))
        ordered[unit][:, by_past] = draws[:, by_total]
    return ordered


def divided(
    totals: Samples, children: Sequence[Samples] | Samples, usual: Floats, rng: np.random.Generator
) -> Samples:
    """(A, H, S) the totals in whole deaths among A areas, draw by draw; they add up exactly.

    Parameters
    ----------
    totals : (H, S) draws of the country
    children : (A, H, S) draws of its areas, in the same order of draws
    usual : (A,) what the areas usually count, where a draw has deaths in the country and in none
        of its areas; equal where nothing is usual

    >>> parts = divided(np.array([[7]]), np.array([[[2]], [[1]], [[0]]]), np.ones(3),
    ...                 np.random.default_rng(1))
    >>> int(parts.sum()), int(parts[2, 0, 0])
    (7, 0)
    """
    held = np.asarray(children)
    areas, steps, draws = held.shape
    shares = usual if usual.sum() > 0 else np.ones(areas)
    fallback = (shares / shares.sum())[:, None]
    parts = np.zeros((areas, steps, draws), np.int32)
    if areas == 0:
        return parts
    whole_path = held.sum(axis=1, dtype=np.int64).astype(np.float64)
    # Where a draw's month is silent in every area, its other months say where; else what is usual.
    elsewhere = np.where(whole_path.sum(axis=0) > 0, whole_path, fallback)
    for step in range(steps):
        total = totals[step].astype(np.float64)
        if not total.any():
            continue
        weight = held[:, step].astype(np.float64)
        weight = np.where(weight.sum(axis=0) > 0, weight, elsewhere)
        edges = np.cumsum(weight, axis=0)
        edges = edges / edges[-1] * total
        edges[-1] = total
        # One chance for all edges of a draw: each part is its share rounded up or down, and is
        # right on average (systematic sampling).
        edges = np.floor(edges + rng.random(draws))
        edges[-1] = total
        edges = np.minimum(edges, total)
        parts[:, step] = np.diff(edges, axis=0, prepend=0).astype(np.int32)
    return parts


def usual_counts(history: History, months: int = 60) -> Floats:
    """(U,) deaths a month over the last `months` known months; 0 where nothing is known."""
    return _mean(history.recent(months))


def _mean(values: Floats) -> Floats:
    known = ~np.isnan(values)
    mean: Floats = np.nan_to_num(values).sum(axis=1) / np.maximum(1, known.sum(axis=1))
    return mean
