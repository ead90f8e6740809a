"""The chance that violence comes to a quiet country, set apart from how deadly it would be.

A pool of a quiet country's own months holds mostly zeros, and its analogs are few: of 437 years
with deaths in countries that had been quiet for three months its draws foresaw 288, on windows
before 2018. So the chance itself is told by a logistic regression, from the pool's own chance, the
country's record of violence, and that of its neighbours; draws are silenced or raised until as
many are deadly as the chance says.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.geo.borders import neighbours_of
from tocsin.models.baselines import Samples
from tocsin.models.memory import (
    Floats,
    cap_summary_events,
    months_since_deaths,
    trailing_mean,
)

LEAST_QUIET = 3  # months without deaths, the origin's own included, that make a country quiet
FEATURES = (
    "one",
    "the pool's chance, logit",
    "months since deaths, log",
    "deadly months in one year",
    "in five years",
    "in ten years",
    "months ahead, log",
    "deaths a month over a year in the deadliest neighbour, log",
    "outbreaks in a year in the most troubled neighbour",
    "deadly months in a year, mean of the neighbours",
)
_LEAST_CHANCE = 0.0005
# How alike the months are in which one draw is raised. Of 0, .5, .7 and .9 the last told the chance
# of any death in a year best on windows before 2018: 423 foreseen of 437 that came.
_ALIKE = 0.9


class Returns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fitted weights: `weights[group][feature]`, for groups of horizons from each of `first`."""

    first: tuple[int, ...]
    weights: tuple[tuple[float, ...], ...]


def is_quiet(history: History) -> NDArray[np.bool_]:
    """(U,) whether each unit saw no deaths for `LEAST_QUIET` months."""
    quiet: NDArray[np.bool_] = months_since_deaths(history.values)[:, -1] >= LEAST_QUIET
    return quiet


def features(history: History, chance: Floats, horizons: Sequence[int]) -> Floats:
    """(U, H, F) what the chance is told from, in the order of `FEATURES`.

    Parameters
    ----------
    chance : (U, H) share of the pool's draws with deaths
    """
    values = cap_summary_events(history.values)
    known = np.nan_to_num(values)
    silence = months_since_deaths(values)
    deadly = (known > 0).astype(np.float64)
    outbreak = np.zeros_like(known)
    outbreak[:, 1:] = (known[:, 1:] > 0) & (silence[:, :-1] >= LEAST_QUIET)
    beside = neighbours_of(history.units)
    level = np.log1p(trailing_mean(values, 12)[:, -1])
    own = [
        np.log1p(silence[:, -1]),
        *(trailing_mean(deadly, span)[:, -1] for span in (12, 60, 120)),
    ]
    theirs = [
        _most(beside, level),
        _most(beside, trailing_mean(outbreak, 12)[:, -1]),
        _mean(beside, trailing_mean(deadly, 12)[:, -1]),
    ]
    shape = chance.shape
    held = np.clip(chance, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    ahead = np.log(np.asarray(horizons, dtype=np.float64))
    columns = [
        np.ones(shape),
        np.log(held / (1 - held)),
        *(np.broadcast_to(one[:, None], shape) for one in own),
        np.broadcast_to(ahead, shape),
        *(np.broadcast_to(one[:, None], shape) for one in theirs),
    ]
    return np.stack(columns, axis=2)


def told_chance(rows: Floats, horizons: Sequence[int], fitted: Returns) -> Floats:
    """(U, H) chance of a death in each month.

    >>> told_chance(np.zeros((1, 2, 1)), [1, 2], Returns((1,), ((0.3,),))).tolist()
    [[0.5, 0.5]]
    """
    group = np.searchsorted(fitted.first, horizons, side="right") - 1
    weights = np.array(fitted.weights)[group]
    chance: Floats = 1 / (1 + np.exp(-np.einsum("uhf,hf->uh", rows, weights)))
    return chance


def with_returns(
    samples: Samples, history: History, horizons: Sequence[int], fitted: Returns, seed: int
) -> Samples:
    """Draws of which, in quiet units, as many are deadly as the told chance says.

    What a raised draw holds is what a first deadly month after quiet held, anywhere: later months
    hold wars that had grown, and a year summed up from them foresaw twice the years of a hundred
    deaths that came. Units that are not quiet keep their draws, and so do all where violence has
    never come after quiet.

    Parameters
    ----------
    samples : (U, H, S) counts
    """
    sizes = _outbreaks(history.values)
    if not len(sizes):
        return samples
    quiet = np.flatnonzero(is_quiet(history))
    rng = np.random.default_rng([seed, history.origin, 83])
    before = (samples > 0).mean(axis=2)
    chance = told_chance(features(history, before, horizons), horizons, fitted)[quiet]
    draws = samples.shape[2]
    wanted = np.floor(chance * draws + rng.random(chance.shape)).astype(np.intp)
    changed = samples.copy()
    for row, unit in enumerate(quiet):
        steady = rng.standard_normal(draws)
        for column in range(len(horizons)):
            mixed = _ALIKE * steady + np.sqrt(1 - _ALIKE**2) * rng.standard_normal(draws)
            here = changed[unit, column]
            deadly = here > 0
            missing = int(wanted[row, column]) - int(deadly.sum())
            if missing < 0:
                here[_first(mixed, deadly, -missing)] = 0
            elif missing > 0:
                here[_first(mixed, ~deadly, missing)] = rng.choice(sizes, missing)
    return changed


def _first(order: Floats, among: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
    """Positions of the `count` lowest of some."""
    ranked: NDArray[np.intp] = np.argsort(np.where(among, order, np.inf), kind="stable")[:count]
    return ranked


def _outbreaks(values: Floats) -> NDArray[np.int32]:
    """Deaths of all first deadly months after quiet."""
    quiet = months_since_deaths(values)[:, :-1] >= LEAST_QUIET
    after = np.nan_to_num(values[:, 1:])
    return np.rint(after[quiet & (after > 0)]).astype(np.int32)


def _most(beside: NDArray[np.bool_], of: Floats) -> Floats:
    """(U,) the most among each unit's neighbours; 0 without any."""
    most: Floats = np.where(beside, of, 0.0).max(axis=1, initial=0.0)
    return most


def _mean(beside: NDArray[np.bool_], of: Floats) -> Floats:
    """(U,) the mean over each unit's neighbours; 0 without any."""
    mean: Floats = (beside @ of) / np.maximum(beside.sum(axis=1), 1)
    return mean
