"""The draws of one forecast as an array, and as the table that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.tables.declared import forecasts
from tocsin.tables.levels import Level, Target


@dataclass(frozen=True, eq=False)
class Draws:
    """The draws of one model, level and target from one origin.

    Attributes
    ----------
    samples : (U, H, S) array of counts; draw i is one path through the horizons
    """

    model_id: str
    level: Level
    target: Target
    units: tuple[str, ...]
    origin: int
    horizons: tuple[int, ...]
    samples: NDArray[Any]

    @property
    def months(self) -> tuple[int, ...]:
        """The target months."""
        return tuple(self.origin + step for step in self.horizons)

    def with_samples(self, samples: NDArray[np.int32]) -> "Draws":
        """The same forecast with other draws."""
        return replace(self, samples=samples)

    def of(self, units: Sequence[str]) -> "Draws":
        """The draws of some units, in that order; those that are not held are left out."""
        place = {name: row for row, name in enumerate(self.units)}
        held = tuple(name for name in units if name in place)
        rows = np.array([place[name] for name in held], dtype=np.intp)
        return replace(self, units=held, samples=self.samples[rows])

    def steps(self, first: int, last: int) -> list[int]:
        """Positions of the target months from `first` to `last`."""
        return [place for place, month in enumerate(self.months) if first <= month <= last]

    def means(self, first: int, last: int) -> NDArray[np.float64]:
        """(U,) mean deaths a month over the target months from `first` to `last`."""
        means: NDArray[np.float64] = self.samples[:, self.steps(first, last)].mean(
            axis=(1, 2), dtype=np.float64
        )
        return means

    def usual_means(self, first: int, last: int) -> NDArray[np.float64]:
        """(U,) the same without the deadliest fiftieth of each unit's draws.

        A genocide among the past situations comes back in a few draws, and would decide a mean.
        """
        monthly = np.sort(self.samples[:, self.steps(first, last)].mean(axis=1), axis=1)
        kept = monthly.shape[1] - monthly.shape[1] // 50
        means: NDArray[np.float64] = monthly[:, :kept].mean(axis=1)
        return means

    def table(self) -> pl.DataFrame:
        """The `forecasts` table: one row a unit and horizon."""
        count, steps, draws = self.samples.shape
        rows = count * steps
        frame = pl.DataFrame(
            {
                "model_id": pl.Series([self.model_id]).new_from_index(0, rows),
                "level": pl.Series([self.level]).new_from_index(0, rows),
                "unit_id": np.repeat(np.array(self.units, dtype=object), steps).tolist(),
                "target": pl.Series([self.target]).new_from_index(0, rows),
                "origin_month": pl.Series([self.origin], dtype=pl.Int32).new_from_index(0, rows),
                "horizon": pl.Series(list(self.horizons) * count, dtype=pl.Int32),
                "samples": pl.Series(
                    self.samples.astype(np.int32, copy=False).reshape(rows, draws),
                    dtype=pl.Array(pl.Int32, draws),
                ),
            },
            schema_overrides={"unit_id": pl.String},
        )
        return frame.select(list(forecasts(draws).schema))


def draws_of(table: pl.DataFrame) -> Draws:
    """The draws of a `forecasts` table of one model, level, target and origin.

    >>> one = Draws("last", "country", "ged_sb", ("A",), 400, (1, 2), np.zeros((1, 2, 3), np.int32))
    >>> draws_of(one.table()).samples.shape
    (1, 2, 3)
    """
    horizons = tuple(table["horizon"].unique().sort().to_list())
    units = tuple(table["unit_id"].unique(maintain_order=True).to_list())
    samples = table["samples"].to_numpy().reshape(len(units), len(horizons), -1)
    level: Level = table["level"][0]
    target: Target = table["target"][0]
    return Draws(
        table["model_id"][0], level, target, units, table["origin_month"][0], horizons, samples
    )


def summed_over(parts: Sequence[Draws], first: int, last: int) -> NDArray[np.int64]:
    """(S,) deaths over all units and the target months from `first` to `last`, draw by draw.

    >>> one = Draws("last", "country", "ged_sb", ("A", "B"), 400, (1, 2), np.ones((2, 2, 3), int))
    >>> summed_over([one], 401, 402).tolist()
    [4, 4, 4]
    """
    sums = [
        part.samples[:, part.steps(first, last)].sum(axis=(0, 1), dtype=np.int64) for part in parts
    ]
    total: NDArray[np.int64] = np.sum(sums, axis=0)
    return total
