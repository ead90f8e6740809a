"""The forecast that a brief shows, the baseline beside it, and how both did in the past."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin import __version__, evaluation, models
from tocsin.briefs.gathering import counted_units, last_observed, place_observations
from tocsin.briefs.grounds import MONTHS_AHEAD
from tocsin.briefs.inputs import Outlook, Skill
from tocsin.briefs.reckoning import YEAR
from tocsin.briefs.scoping import Scope
from tocsin.errors import NotEnoughData
from tocsin.evaluation import History, UnitMonths, crps_sample
from tocsin.tables.months import month_of

DRAWS = 2000
# Past origins on which the model is compared with the baselines: one a year for five years.
_TESTED_MONTHS = 60
_TESTED_STEP = 12
_TESTED_DRAWS = 400


class Keep(Protocol):
    """Gives the array kept under a key, or makes and keeps it."""

    def __call__(self, key: str, make: Callable[[], NDArray[np.int32]], /) -> NDArray[np.int32]: ...


def make_anew(key: str, make: Callable[[], NDArray[np.int32]]) -> NDArray[np.int32]:
    """Keeps nothing."""
    del key
    return make()


@dataclass(frozen=True, eq=False)
class Issued:
    """A forecast as it was issued: (units, horizons, draws), from horizon 1 on."""

    name: str
    model: str
    seed: int
    samples: NDArray[np.int32]


class FindIssued(Protocol):
    """Gives the issued forecast of some units for the months after an origin, if there is one."""

    def __call__(self, units: Sequence[str], origin: int, horizons: int, /) -> Issued | None: ...


def none_issued(units: Sequence[str], origin: int, horizons: int) -> Issued | None:
    """Knows of no issue."""
    del units, origin, horizons
    return None


def outlook_of(
    observations: pl.DataFrame,
    scope: Scope,
    as_of: date,
    keep: Keep = make_anew,
    seed: int = 1,
    issued: FindIssued = none_issued,
) -> Outlook | None:
    """The forecast for the six months after the as-of month, beside the best baseline.

    The model sees every unit of the level that is held, since it learns from all of them. A
    region is the sum of its members, draw by draw. The best baseline is the one with the lowest
    CRPS on past origins, all of which lie so far back that their truth is known. None where the
    months known are too few. Where a forecast was issued, its draws speak; the past scores are told
    only of the model that made them.

    Parameters
    ----------
    observations : OBSERVATIONS of the level, target ged_all, of all units held
    keep : remembers draws that took long to make
    issued : finds the forecast that was issued for these units, if any
    """
    place = place_observations(observations, scope)
    origin, until = last_observed(place), month_of(as_of) + MONTHS_AHEAD
    if origin is None or until <= origin:
        return None
    units = counted_units(observations.filter(pl.col("unit_id").is_in(scope.units)))
    made = _Outlooks(models.build_unit_months(observations), units, keep, seed)
    horizons = range(1, until - origin + 1)
    # One country's areas are too few to learn from others: each is forecast from its own months.
    model = models.best("country") if scope.level == "country" else models.named("own_history")
    try:
        scores, tested = made.past_scores(model, origin, horizons)
        baseline = min(models.BASELINES, key=lambda name: (scores.get(name, np.inf), name))
        said = issued(made.known(origin), origin, len(horizons))
        draws = _summed(said.samples) if said else made.paths(model, origin, horizons, DRAWS)
        beside = made.paths(models.named(baseline, scope.level), origin, horizons, DRAWS)
    except NotEnoughData:
        return None
    skill = None
    name = said.model if said else model.name
    if tested and name in scores:
        skill = Skill(scores[name], scores[baseline], len(tested), tested[0], tested[-1])
    if said is None:
        return Outlook(name, baseline, origin, draws, beside, skill, seed)
    return Outlook(name, baseline, origin, draws, beside, skill, said.seed, said.name)


def _summed(samples: NDArray[np.int32]) -> NDArray[np.int32]:
    """(horizons, draws): units added up, draw by draw."""
    summed: NDArray[np.int32] = samples.sum(axis=0, dtype=np.int32)
    return summed


@dataclass(frozen=True)
class _Outlooks:
    """Forecasts of some units, added up, from the months of all."""

    panel: UnitMonths
    units: Sequence[str]
    keep: Keep
    seed: int

    def paths(
        self, model: evaluation.Forecaster, origin: int, horizons: Sequence[int], draws: int
    ) -> NDArray[np.int32]:
        """(horizons, draws): the units' draws added up, each one path through the months."""
        known, _ = evaluation.with_known_units(self.panel, origin)
        history = known.until(origin)
        rows = [known.units.index(unit) for unit in self.units if unit in known.units]
        if not rows:
            raise NotEnoughData("nothing is known of these areas in the year before the forecast")
        samples = self.keep(
            _key(model.name, history, len(horizons), draws, self.seed),
            lambda: model.forecast(history, horizons, draws, self.seed),
        )
        return _summed(samples[rows])

    def known(self, origin: int) -> list[str]:
        """The units that can be forecast: of which something was known in the year before."""
        held, _ = evaluation.with_known_units(self.panel, origin)
        return [unit for unit in self.units if unit in held.units]

    def truth(self, origin: int, horizons: Sequence[int]) -> NDArray[np.float64]:
        """What happened in the units together; NaN where it is unknown."""
        rows = [self.panel.units.index(unit) for unit in self.units]
        return np.array([self.panel.at(origin + step)[rows].sum() for step in horizons])

    def past_scores(
        self, model: evaluation.Forecaster, origin: int, horizons: Sequence[int]
    ) -> tuple[dict[str, float], list[int]]:
        """Mean CRPS of the model and of the baselines on past origins, and these origins."""
        last = origin - max(horizons)
        first = max(last - _TESTED_MONTHS, self.panel.first_month + 3 * YEAR)
        # Fixed months of the calendar, so that later briefs find the same origins kept.
        origins = [one for one in range(first, last + 1) if one % _TESTED_STEP == 0]
        truths = {one: self.truth(one, horizons) for one in origins}
        tested = [one for one in origins if not np.isnan(truths[one]).any()]
        if not tested:
            return {}, []
        rivals = [model, *(models.named(name, self.panel.level) for name in models.BASELINES)]
        means = {}
        for rival in rivals:
            samples = [self.paths(rival, one, horizons, _TESTED_DRAWS) for one in tested]
            scores = crps_sample(
                np.concatenate([truths[one] for one in tested]), np.concatenate(samples)
            )
            means[rival.name] = float(scores.mean())
        return means, tested


def _key(model: str, history: History, horizons: int, draws: int, seed: int) -> str:
    """Names everything that draws depend on: the model's release, and what it was shown."""
    shown = sha256(history.values.tobytes())
    shown.update("\n".join((__version__, history.level, *history.units)).encode())
    return f"{model}-{history.origin}-{horizons}-{draws}-{seed}-{shown.hexdigest()[:16]}"
