"""What a report says of an event: reliability, the parts of the Brier score, precision, recall."""

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.evaluation.kernels import Floats
from tocsin.evaluation.ranking import precision_recall
from tocsin.evaluation.reliability import Reliability, reliability
from tocsin.evaluation.rounding import six_digits

_POINTS = 60


class EventAccount(msgspec.Struct, frozen=True, kw_only=True):
    """*Deaths reach `threshold`*, as one model forecast it; score = mcb - dsc + unc.

    Curves are thinned to what an eye can tell apart: `curve` holds (chance, recalibrated chance),
    `band` (chance, low, high), `ranking` (recall, precision).
    """

    model: str
    threshold: int
    rows: int
    base: float
    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    average_precision: float
    curve: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float, float], ...]
    ranking: tuple[tuple[float, float], ...]


def event_account(model: str, frame: pl.DataFrame, threshold: int) -> EventAccount:
    """Judge the chances that `model` gave to *deaths reach `threshold`*.

    Raises
    ------
    NotEnoughData, if that never happened.
    """
    chance = frame[f"chance_{threshold}"].to_numpy()
    came = frame["observed"].to_numpy() >= threshold
    found, order = reliability(chance, came), precision_recall(chance, came)
    steps = _ends_of_blocks(found)
    band = _thinned(found.chances, _POINTS)
    cuts = _thinned(order.recall, 2 * _POINTS)
    return EventAccount(
        model=model,
        threshold=threshold,
        rows=len(chance),
        base=six_digits(order.base),
        score=six_digits(found.score),
        miscalibration=six_digits(found.miscalibration),
        discrimination=six_digits(found.discrimination),
        uncertainty=six_digits(found.uncertainty),
        average_precision=six_digits(order.average),
        curve=_points(found.chances[steps], found.rates[steps]),
        band=tuple(
            (six_digits(at), six_digits(low), six_digits(high))
            for at, low, high in zip(
                found.chances[band], found.low[band], found.high[band], strict=True
            )
        ),
        ranking=_points(order.recall[cuts], order.precision[cuts]),
    )


def _ends_of_blocks(found: Reliability) -> NDArray[np.intp]:
    """Where the recalibrated chance steps: between these points it is level."""
    changes = np.flatnonzero(np.diff(found.rates) > 0)
    ends = np.concatenate([[0], changes, changes + 1, [len(found.rates) - 1]])
    return np.unique(ends)


def _thinned(values: Floats, count: int) -> NDArray[np.intp]:
    """At most `count` places spread evenly over the range of rising `values`, ends included."""
    wanted = np.linspace(values[0], values[-1], count)
    found = np.searchsorted(values, wanted).clip(max=len(values) - 1)
    return np.unique(np.concatenate([[0], found, [len(values) - 1]]))


def _points(x: Floats, y: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((six_digits(a), six_digits(b)) for a, b in zip(x, y, strict=True))
