"""What a model is, and what it is shown: a history that ends at the origin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import LeakageError, NotEnoughData, ShapeMismatch
from tocsin.tables.levels import Level, Target
from tocsin.tables.months import month_text

# A unit is forecast if something is known of it in the year before the origin.
KNOWN_WITHIN = 12


@dataclass(frozen=True, eq=False)
class UnitMonths:
    """Counts of one target by unit and month; NaN where nobody's count covers them.

    Attributes
    ----------
    units : U names, one a row
    first_month : month of the first column
    values : (U, M) array, deaths; NaN is unknown, never zero
    """

    level: Level
    target: Target
    units: tuple[str, ...]
    first_month: int
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or len(self.units) != self.values.shape[0]:
            raise ShapeMismatch(
                "{units} units do not fit an array of shape {shape}",
                units=len(self.units),
                shape=self.values.shape,
            )

    @property
    def last_month(self) -> int:
        return self.first_month + int(self.values.shape[1]) - 1

    def until(self, origin: int) -> "History":
        """What had happened by the end of `origin`: the rest is cut off, not hidden.

        Raises
        ------
        NotEnoughData, if there is no month at or before the origin.
        """
        known = min(origin, self.last_month) - self.first_month + 1
        if known < 1:
            raise NotEnoughData(
                "nothing is known at or before {month}",
                remedy="Choose a later origin, or ingest an older release.",
                month=month_text(origin),
            )
        values = np.full((len(self.units), origin - self.first_month + 1), np.nan)
        values[:, :known] = self.values[:, :known]
        values.setflags(write=False)
        return History(self.level, self.target, self.units, self.first_month, values)

    def at(self, month: int) -> NDArray[np.float64]:
        """(U,) counts in `month`; NaN outside the months held."""
        if self.first_month <= month <= self.last_month:
            return self.values[:, month - self.first_month]
        return np.full(len(self.units), np.nan)


@dataclass(frozen=True, eq=False)
class History(UnitMonths):
    """Unit-months up to an origin. Asking for a later month raises `LeakageError`."""

    @property
    def origin(self) -> int:
        return self.last_month

    def at(self, month: int) -> NDArray[np.float64]:
        """(U,) counts in `month`; NaN before the first month held.

        Raises
        ------
        LeakageError, if `month` lies after the origin.
        """
        self._require_known(month)
        return super().at(month)

    def between(self, first: int, last: int) -> NDArray[np.float64]:
        """(U, last - first + 1) counts; NaN before the first month held.

        Raises
        ------
        LeakageError, if `last` lies after the origin.
        """
        self._require_known(last)
        wanted = np.full((len(self.units), max(0, last - first + 1)), np.nan)
        start = max(first, self.first_month)
        if start <= last:
            offset = self.first_month
            wanted[:, start - first :] = self.values[:, start - offset : last - offset + 1]
        return wanted

    def recent(self, months: int) -> NDArray[np.float64]:
        """(U, months) counts of the last `months` months up to the origin."""
        return self.between(self.origin - months + 1, self.origin)

    def until(self, origin: int) -> "History":
        """An earlier history.

        Raises
        ------
        LeakageError, if `origin` lies after this history's own.
        """
        self._require_known(origin)
        return super().until(origin)

    def with_values(self, values: NDArray[np.float64]) -> "History":
        """The same units and months with other values (capped, for instance)."""
        return History(self.level, self.target, self.units, self.first_month, values)

    def _require_known(self, month: int) -> None:
        if month > self.origin:
            raise LeakageError(
                "a model asked for {asked}, but its history ends with {origin}",
                remedy="A forecast may use nothing after its origin month.",
                asked=month_text(month),
                origin=month_text(self.origin),
            )


def with_known_units(panel: UnitMonths, origin: int) -> tuple[UnitMonths, tuple[str, ...]]:
    """The panel without units of which nothing is known in the year before the origin, and these.

    Raises
    ------
    NotEnoughData, if that leaves none.
    """
    recent = panel.until(origin).recent(KNOWN_WITHIN)
    known = ~np.isnan(recent).all(axis=1)
    if not known.any():
        raise NotEnoughData(
            "nothing is known of any area in the year before {month}",
            remedy="Ingest a release that covers it, choose an earlier origin, or allow "
            "--reconstruct.",
            month=month_text(origin),
        )
    names = np.array(panel.units, dtype=object)
    kept = UnitMonths(
        panel.level, panel.target, tuple(names[known]), panel.first_month, panel.values[known]
    )
    return kept, tuple(names[~known])


@runtime_checkable
class Forecaster(Protocol):
    """A model: history in, draws out. The same seed gives the same draws.

    Draw i of a unit is one path through all horizons, so sums over months are sums of draws.
    """

    @property
    def name(self) -> str:
        """Short name without spaces: `model_id` in every table."""
        ...

    def forecast(
        self, history: History, horizons: Sequence[int], draws: int, seed: int
    ) -> NDArray[np.int32]:
        """(U, H, draws) array of counts, 0 or more, for the history's units in their order."""
        ...
