"""A nowcast of late figures: what the last months will count once they are final.

Monthly figures are first ones; a year later many are higher, some lower. How final figures have
differed from first ones, unit by unit, is drawn upon: each version of the last months takes, for
each unit, another unit of a like level whose figures have been through the revision, and changes
the unit's months as that unit's were changed. A forecast from several versions is wider, and
moves to where revisions usually go.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData
from tocsin.evaluation import Forecaster, History
from tocsin.models.baselines import COUNT_LIMIT, Samples
from tocsin.models.memory import Floats

FEWEST_PAIRS = 200
VERSIONS = 5
_DONORS = 12  # units of the nearest levels from which one is drawn


@dataclass(frozen=True, eq=False)
class Revisions:
    """Unit-months that have been through the revision.

    Attributes
    ----------
    units : (N,) index of the unit of each pair
    first, final : (N,) its counts
    """

    units: NDArray[np.intp]
    first: Floats
    final: Floats

    def __len__(self) -> int:
        return len(self.first)


def build_revisions(units: Sequence[str], first: Sequence[int], final: Sequence[int]) -> Revisions:
    """Revisions from columns of equal length.

    Raises
    ------
    NotEnoughData, if they are too few to say anything.

    >>> len(build_revisions(["A"] * 300, [1] * 300, [2] * 300))
    300
    """
    if len(first) < FEWEST_PAIRS:
        raise NotEnoughData(
            "only {count} figures have been through a revision, and {fewest} are needed",
            remedy="Forecast from the figures as they are, without --nowcast.",
            count=len(first),
            fewest=FEWEST_PAIRS,
        )
    index = np.unique(np.array(units, dtype=object).astype(str), return_inverse=True)[1]
    return Revisions(
        index.astype(np.intp), np.array(first, np.float64), np.array(final, np.float64)
    )


def final_versions(
    counts: Floats, revisions: Revisions, versions: int, rng: np.random.Generator
) -> Floats:
    """(versions, U, M) what the late counts may be once they are final; NaN stays NaN.

    Parameters
    ----------
    counts : (U, M) first counts of the late months

    A month with deaths is multiplied as a month of the donor was (counts plus one); a quiet one
    gets what a quiet month of the donor came to.
    """
    donors = int(revisions.units.max()) + 1
    size = np.bincount(revisions.units, minlength=donors)
    level = np.log1p(np.bincount(revisions.units, revisions.first, donors) / np.maximum(size, 1))
    by_unit = [np.flatnonzero(revisions.units == donor) for donor in range(donors)]
    made = np.repeat(counts[None], versions, axis=0)
    here = np.log1p(np.nan_to_num(np.nanmean(_some(counts), axis=1)))
    for unit in range(len(counts)):
        near = np.argsort(np.abs(level - here[unit]), kind="stable")[: min(_DONORS, donors)]
        for version in range(versions):
            pairs = by_unit[int(rng.choice(near))]
            made[version, unit] = _revised(counts[unit], revisions, pairs, rng)
    return made


def nowcast_histories(
    history: History,
    late: NDArray[np.bool_],
    revisions: Revisions,
    seed: int,
    versions: int = VERSIONS,
) -> list[History]:
    """Histories whose late counts are versions of what they may become.

    Parameters
    ----------
    late : (U, M) where a count is still to be revised
    """
    months = np.flatnonzero(late.any(axis=0))
    if not len(months):
        return [history]
    rng = np.random.default_rng([seed, history.origin, 97])
    counts = np.where(late[:, months], history.values[:, months], np.nan)
    histories = []
    for version in final_versions(counts, revisions, versions, rng):
        values = history.values.copy()
        values[:, months] = np.where(np.isnan(version), values[:, months], version)
        histories.append(history.with_values(values))
    return histories


def forecast_versions(
    model: Forecaster, histories: Sequence[History], horizons: Sequence[int], draws: int, seed: int
) -> Samples:
    """(U, H, draws) draws of a model, in equal parts from each version of the history."""
    parts = [
        model.forecast(history, horizons, len(range(place, draws, len(histories))), seed + place)
        for place, history in enumerate(histories)
    ]
    return np.concatenate(parts, axis=2)


def _revised(
    counts: Floats, revisions: Revisions, pairs: NDArray[np.intp], rng: np.random.Generator
) -> Floats:
    """One unit's months, each changed as one of the donor's was."""
    first, final = revisions.first[pairs], revisions.final[pairs]
    quiet, deadly = np.flatnonzero(first == 0), np.flatnonzero(first > 0)
    revised = counts.copy()
    for month, count in enumerate(counts):
        held = quiet if count == 0 else deadly
        if np.isnan(count) or not len(held):
            continue
        one = int(rng.choice(held))
        if count == 0:
            revised[month] = final[one]
        else:
            scaled = (count + 1) * (final[one] + 1) / (first[one] + 1) - 1
            revised[month] = min(np.floor(max(scaled, 0) + rng.random()), COUNT_LIMIT)
    return revised


def _some(counts: Floats) -> Floats:
    """Counts with a zero where a unit has none at all, so that a mean exists."""
    return np.where(np.isnan(counts).all(axis=1, keepdims=True), 0.0, counts)
