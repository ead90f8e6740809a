"""Which area holds a point, on the point's own day."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.errors import ShapeMismatch, UsageError
from tocsin.geo import facts, priogrid
from tocsin.geo.country_codes import countries
from tocsin.geo.layers import (
    Area,
    Layer,
    admin1,
    country_layer,
    country_outline,
    own_layer,
    periods,
)

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]
Holder = npt.NDArray[np.int32]
Indexes = npt.NDArray[np.intp]
Days = npt.NDArray[np.datetime64]

# Outlines are drawn for maps of whole countries: a harbour may lie this far outside its own.
# About 11 km; only points that no area holds are moved to the nearest one.
SHORE_DEGREES = 0.1


def locate(
    longitudes: npt.ArrayLike,
    latitudes: npt.ArrayLike,
    on: date | npt.ArrayLike,
    level: Literal["country", "admin1", "priogrid"] = "admin1",
    layers: Sequence[Layer] = (),
) -> Names:
    """The unit that holds each point (degrees, WGS 84) on its day; None where that is not known.

    `on` is one day for all points or one a point (dates or datetime64). Not known is a point off
    every area, one without coordinates, and one on ground that was divided after its shape was
    drawn (Gao and Ménaka since 2016), until a user's layer tells the two apart. A point within
    0.1° outside an outline, as a harbour may be, belongs to the nearest area.

    Raises
    ------
    ShapeMismatch, if the arrays differ in length; ToolMissing, if the layers were not built.

    >>> locate([-4.2, 2.4], [14.5, 15.9], date(2015, 6, 1)).tolist()
    ['MLI.mopti', 'MLI.gao']
    >>> locate([-4.2, 2.4], [14.5, 15.9], date(2022, 6, 1)).tolist()
    ['MLI.mopti', None]
    """
    x, y = np.atleast_1d(np.asarray(longitudes, float)), np.atleast_1d(np.asarray(latitudes, float))
    days = _days(on, len(x))
    if len(x) != len(y) or len(days) != len(x):
        raise ShapeMismatch(
            "{longitudes} longitudes, {latitudes} latitudes and {days} days",
            remedy="Give one of each a point.",
            longitudes=len(x),
            latitudes=len(y),
            days=len(days),
        )
    known = np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90)
    found: Names = np.full(len(x), None, dtype=object)
    if not known.any():
        return found
    if level == "priogrid":
        found[known] = priogrid.gid_of(x[known], y[known]).astype(str).astype(object)
        return found
    breaks = _breaks(level, layers)
    period = np.searchsorted(breaks, days, side="right")
    periods, period = np.unique(period, return_inverse=True)
    days_of = [_day_in(breaks, int(each), days) for each in periods]
    shapes = _Shapes([_areas(level, day, layers) for day in days_of])
    found[known] = shapes.holding(x[known], y[known], period[known])
    return found


def _days(on: date | npt.ArrayLike, count: int) -> Days:
    if isinstance(on, date):
        return np.full(count, np.datetime64(on, "D"))
    days = np.asarray(on, dtype="datetime64[D]")
    if np.any(np.isnat(days)):
        raise UsageError("a point has no day", remedy="Give every point its date.")
    return np.atleast_1d(days)


def _breaks(level: str, layers: Sequence[Layer]) -> Days:
    """The days on which some area changed."""
    days: set[date] = set()
    if level == "admin1":
        days = {day for each in countries() if each.group for day in periods(each.iso3)}
    elif level == "country":
        parted = {row["iso3"] for row in facts.rows("succession.csv")}
        days = {each.valid_from for each in countries() if each.iso3 in parted and each.valid_from}
    for layer in layers:
        if layer.valid_from:
            days.add(layer.valid_from)
        if layer.valid_to and layer.valid_to < date.max:
            days.add(date.fromordinal(layer.valid_to.toordinal() + 1))
    return np.array(sorted(days), dtype="datetime64[D]")


def _day_in(breaks: Days, period: int, days: Days) -> date:
    """A day that stands for a period: the one on which it begins, or before all breaks any."""
    day: date = (breaks[period - 1] if period else days.min()).astype(object)
    return day


def _areas(level: str, on: date, layers: Sequence[Layer]) -> list[Area]:
    own_countries = {layer.iso3 for layer in layers if own_layer(layer.iso3, on, layers)}
    if level == "country":
        known = {area.unit_id for area in country_layer().areas}
        invented = [
            Area(iso3, iso3, iso3, country_outline(iso3, layers, on))
            for iso3 in sorted(own_countries - known)
        ]
        return [*country_layer(on).with_polygon(), *invented]
    reviewed = {each.iso3 for each in countries() if each.group}
    chosen = [admin1(iso3, on, layers) for iso3 in sorted(reviewed | own_countries)]
    return [area for layer in chosen for area in layer.with_polygon()]


class _Shapes:
    """Every shape of several periods once, and which unit it stands for in each of them.

    Most areas never change: a point is held against a shape once, whatever its day.
    """

    def __init__(self, areas_of: list[list[Area]]) -> None:
        self.shapes: list[BaseGeometry] = []
        rows: list[list[str | None]] = []
        used: list[list[bool]] = []
        known: dict[int, int] = {}
        for period, areas in enumerate(areas_of):
            for area in areas:
                row = known.setdefault(id(area.polygon), len(rows))
                if row == len(rows):
                    self.shapes.append(area.polygon)
                    rows.append([None] * len(areas_of))
                    used.append([False] * len(areas_of))
                rows[row][period] = area.unit_id if area.exact else None
                used[row][period] = True
        self.used = np.array(used, dtype=bool).reshape(-1, len(areas_of))
        self.names: Names = np.array([*rows, [None] * len(areas_of)], dtype=object)

    def holding(self, x: Floats, y: Floats, period: Indexes) -> Names:
        """The unit of each point; the first shape in order where a point lies on a border."""
        holder = np.full(len(x), -1, dtype=np.int32)
        self._place_inside(holder, x, y, period)
        self._move_ashore(holder, x, y, period)
        names: Names = self.names[holder, period]
        return names

    def _place_inside(self, holder: Holder, x: Floats, y: Floats, period: Indexes) -> None:
        boxes = _Boxes(x, y)
        for row, shape in enumerate(self.shapes):
            near = boxes.inside(shape.bounds)
            near = near[(holder[near] < 0) & self.used[row][period[near]]]
            if len(near):
                shapely.prepare(shape)
                holder[near[shapely.intersects_xy(shape, x[near], y[near])]] = row

    def _move_ashore(self, holder: Holder, x: Floats, y: Floats, period: Indexes) -> None:
        outside = np.flatnonzero(holder < 0)
        points = shapely.points(x[outside], y[outside])
        boxes = _Boxes(x[outside], y[outside])
        closest = np.full(len(outside), np.inf)
        for row, shape in enumerate(self.shapes):
            near = boxes.inside(shape.bounds, SHORE_DEGREES)
            near = near[self.used[row][period[outside[near]]]]
            near = near[shapely.dwithin(shape, points[near], SHORE_DEGREES)]
            distance = shapely.distance(shape, points[near])
            nearer = distance < closest[near]
            closest[near[nearer]] = distance[nearer]
            holder[outside[near[nearer]]] = row


class _Boxes:
    """Points sorted by longitude, to find those inside a box without looking at every one."""

    def __init__(self, x: Floats, y: Floats) -> None:
        self.order = np.argsort(x, kind="stable")
        self.x, self.y = x[self.order], y

    def inside(self, bounds: tuple[float, float, float, float], margin: float = 0.0) -> Indexes:
        west, south, east, north = bounds
        first = np.searchsorted(self.x, west - margin, side="left")
        last = np.searchsorted(self.x, east + margin, side="right")
        near = self.order[first:last]
        latitude = self.y[near]
        return near[(latitude >= south - margin) & (latitude <= north + margin)]
