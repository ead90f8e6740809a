"""Chances from forecasts: how likely at least so many deaths are, by a model's draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tocsin.evaluation import Forecaster, UnitMonths
from tocsin.tables.levels import Level, Target
from tocsin.warning.counts import Counts

DRAWS = 200
KNOWN_WITHIN = 12  # a unit is forecast if something is known of it in the year before


@dataclass(eq=False)
class Chances:
    """Exceedance by any origin, worked out when first asked for and kept.

    The model sees a history cut at the origin; asking for more raises `LeakageError`.
    """

    model: Forecaster
    counts: Mapping[tuple[Level, Target], Counts]
    seed: int = 1
    _kept: dict[tuple[Level, Target, int, int], tuple[tuple[str, ...], np.ndarray]] = field(
        default_factory=dict
    )

    def __call__(
        self, level: Level, target: Target, origin: int, months: int, deaths: float
    ) -> Mapping[str, float]:
        """Unit → chance of at least `deaths` in the `months` after `origin`, where it is known."""
        key = (level, target, origin, months)
        if key not in self._kept:
            self._kept[key] = self._sums(level, target, origin, months)
        units, sums = self._kept[key]
        if not units:
            return {}
        return dict(zip(units, (sums >= deaths).mean(axis=1).tolist(), strict=True))

    def _sums(
        self, level: Level, target: Target, origin: int, months: int
    ) -> tuple[tuple[str, ...], np.ndarray]:
        held = self.counts.get((level, target))
        if held is None or not held.first_month <= origin:
            return (), np.zeros((0, DRAWS))
        columns = min(origin, held.last_month) - held.first_month + 1
        recent = held.values[:, max(0, columns - KNOWN_WITHIN) : columns]
        known = np.flatnonzero((~np.isnan(recent)).any(axis=1))
        units = tuple(held.units[row] for row in known)
        if not units:
            return (), np.zeros((0, DRAWS))
        panel = UnitMonths(level, target, units, held.first_month, held.values[known])
        draws = self.model.forecast(panel.until(origin), range(1, months + 1), DRAWS, self.seed)
        return units, draws.sum(axis=1, dtype=np.int64)
