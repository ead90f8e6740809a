"""Of the places named first, how many saw the event? Precision and recall at every cut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import NotEnoughData
from tocsin.evaluation.kernels import Floats
from tocsin.evaluation.reliability import require_events


@dataclass(frozen=True, eq=False)
class Ranking:
    """Precision and recall at falling cuts, one a distinct chance.

    Attributes
    ----------
    cuts, recall, precision : (K,) at the cut *the chance is at least this*
    average : mean precision over the recall gained at each cut (average precision)
    base : share of the forecasts whose event came: what a blind order reaches
    """

    cuts: Floats
    recall: Floats
    precision: Floats
    average: float
    base: float


def precision_recall(chances: ArrayLike, happened: ArrayLike) -> Ranking:
    """Precision against recall, ties taken together (Davis & Goadrich 2006,
    doi:10.1145/1143844.1143874: no straight line is drawn between points).

    Raises
    ------
    ShapeMismatch
    NotEnoughData, if the event never came.

    >>> found = precision_recall([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0])
    >>> found.recall.tolist(), round(found.average, 3)
    ([0.5, 1.0, 1.0], 0.833)
    """
    given, came = require_events(chances, happened)
    if not came.any():
        raise NotEnoughData("the event never came, so no recall can be given")
    cuts, place = np.unique(-given, return_inverse=True)
    named = np.cumsum(np.bincount(place))
    hits = np.cumsum(np.bincount(place, weights=came))
    recall, precision = hits / hits[-1], hits / named
    gained = np.diff(recall, prepend=0.0)
    return Ranking(-cuts, recall, precision, float(gained @ precision), float(came.mean()))
