"""A unit's own recent months, remembered with decay and blurred."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.models.baselines import Samples, known_tail, to_counts
from tocsin.models.memory import cap_summary_events


@dataclass(frozen=True)
class OwnHistory:
    """Stretches of the unit's own recent months, replayed and blurred.

    Draw i starts at a month of the unit's memory, recent ones more often, and walks on month by
    month (round to the memory's start). Its level is blurred by a lognormal factor that is the
    same for the whole path, and each month by one of its own, so that no mass sits on a few
    points. Summary events are cut from the memory.

    Parameters
    ----------
    months : how many known months are remembered
    half_life : months after which a month counts half
    path_blur, month_blur : standard deviations of the log factors
    """

    months: int = 12
    half_life: float = 6.0
    path_blur: float = 0.3
    month_blur: float = 0.3
    name: str = "own_history"

    def forecast(self, history: History, horizons: Sequence[int], draws: int, seed: int) -> Samples:
        """Blurred replays of the unit's own months."""
        capped = history.with_values(cap_summary_events(history.values))
        tails = known_tail(capped, self.months)
        samples = np.zeros((len(tails), len(horizons), draws), np.int32)
        steps = np.asarray(horizons)
        for unit, tail in enumerate(tails):
            if tail.any():
                rng = np.random.default_rng([seed, history.origin, self.months, unit])
                samples[unit] = self._replay(tail, steps, draws, rng)
        return samples

    def _replay(
        self,
        tail: NDArray[np.float64],
        steps: NDArray[np.int64],
        draws: int,
        rng: np.random.Generator,
    ) -> Samples:
        age = np.arange(len(tail))[::-1]
        weight = 0.5 ** (age / self.half_life)
        start = rng.choice(len(tail), size=draws, p=weight / weight.sum())
        values = tail[(start[None, :] + steps[:, None]) % len(tail)]
        path = rng.normal(0, self.path_blur, draws)
        month = rng.normal(0, self.month_blur, (len(steps), draws))
        blurred = values * np.exp(path + month)
        # Rounding up or down by chance keeps the mean where plain rounding would lose 0.4 deaths.
        return to_counts(np.floor(blurred + rng.random(blurred.shape)))
