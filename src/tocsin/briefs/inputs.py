"""What a brief is made from: plain tables and shapes, handed in by the workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import polars as pl
    from shapely.geometry.base import BaseGeometry

    from tocsin.briefs.facts import Words
    from tocsin.tables.snapshots import Snapshot

PlaceLevel = Literal["country", "admin1", "region"]
PartWord = Literal[
    "region", "province", "department", "district", "state", "county", "prefecture", "country"
]
Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]


@dataclass(frozen=True)
class Place:
    """What the brief is about; `parts` names what its map is divided into."""

    unit_id: str
    level: PlaceLevel
    names: Words
    parts: PartWord = "region"


@dataclass(frozen=True)
class Part:
    """One area of the map.

    Its count stands at `point` (longitude, latitude), the town of its name, where its own shape is
    not held, and is hatched round where there is no shape; without either it is only listed.
    """

    unit_id: str
    names: Words
    shape: BaseGeometry | None
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Abroad:
    """A neighbouring country, drawn in outline and named where there is room."""

    names: Words
    shape: BaseGeometry


@dataclass(frozen=True)
class Layer:
    """The map: parts, neighbours, and who drew the boundaries."""

    parts: tuple[Part, ...]
    abroad: tuple[Abroad, ...] = ()
    title: str = ""
    licence: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Skill:
    """How the model and its baseline scored on past origins, all before the as-of date."""

    model_crps: float
    baseline_crps: float
    origins: int
    month_from: int
    month_to: int


@dataclass(frozen=True)
class Outlook:
    """A forecast of deaths by month: draws are paths, so that months can be added up.

    `draws` and `baseline_draws` are (horizons, draws); row h is horizon h + 1 after the origin.
    `baseline_draws` is None when the baseline itself is the forecast. `issue` names the issued
    forecast that the draws were read from; empty where they were drawn for this brief.
    """

    model: str
    baseline: str
    origin_month: int
    draws: np.ndarray
    baseline_draws: np.ndarray | None
    skill: Skill | None = None
    seed: int = 0
    issue: str = ""

    def sums(self, first: int, last: int, baseline: bool = False) -> np.ndarray:
        """Draws of the deaths in the months from `first` to `last`, both included."""
        chosen = self.baseline_draws if baseline and self.baseline_draws is not None else self.draws
        start = first - self.origin_month - 1
        summed: np.ndarray = chosen[start : last - self.origin_month].sum(axis=0)
        return summed


@dataclass(frozen=True)
class BriefInputs:
    """Everything that a brief shows.

    unit : OBSERVATIONS of the place, target ged_all, at least the last 60 months where held
    parts : OBSERVATIONS of the parts, target ged_all, the same months
    kinds : events by type: columns month, violence (sb, ns, os), events; None if not held
    dyads : dyad, deaths, events over the last twelve known months; None if events are not held
    incidents : single events of the last two months known (`incidents_of`); None if not gathered
    events_held : how many of the last twelve known months are held event by event
    """

    place: Place
    as_of: date
    reconstruct: bool
    unit: pl.DataFrame
    parts: pl.DataFrame
    layer: Layer
    snapshots: tuple[Snapshot, ...]
    outlook: Outlook | None = None
    kinds: pl.DataFrame | None = None
    dyads: pl.DataFrame | None = None
    incidents: pl.DataFrame | None = None
    events_held: int = 0
    tlp: Tlp = "CLEAR"

    @property
    def exercise(self) -> bool:
        """Whether any of it is invented for practice."""
        return any(snapshot.exercise for snapshot in self.snapshots)
