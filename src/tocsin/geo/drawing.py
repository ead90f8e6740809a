"""Shapes as maps need them: simpler, with a place for the name, and hatched where unknown."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from tocsin.geo.layers import Layer


def simplified(layer: Layer, tolerance: float) -> Layer:
    """The layer with coarser outlines that still meet; `tolerance` in degrees.

    Borders that two areas share stay one line (Visvalingam-Whyatt on the whole coverage).

    >>> simplified(Layer("none", "admin1", "MLI", ()), 0.01).areas
    ()
    """
    drawn = layer.with_polygon()
    if not drawn:
        return layer
    coarser = shapely.coverage_simplify([area.polygon for area in drawn], tolerance)
    shape_of = {area.unit_id: shape for area, shape in zip(drawn, coarser, strict=True)}
    areas = (replace(area, polygon=shape_of.get(area.unit_id)) for area in layer.areas)
    return replace(layer, areas=tuple(areas))


def label_point(shape: BaseGeometry) -> tuple[float, float]:
    """Where a name has most room: the middle of the largest circle inside the largest part.

    >>> label_point(shapely.box(0, 0, 2, 2))
    (1.0, 1.0)
    """
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    west, south, east, north = largest.bounds
    tolerance = max(east - west, north - south) / 200
    middle = shapely.maximum_inscribed_circle(largest, tolerance).coords[0]
    return round(float(middle[0]), 6), round(float(middle[1]), 6)


def hatching(shape: BaseGeometry, spacing: float, angle: float = 45.0) -> MultiLineString:
    """Parallel lines clipped to a shape: hatching that is geometry, so any renderer shows it.

    `spacing` is in the shape's own units (degrees for a layer), `angle` in degrees anticlockwise
    from east. Lines of different shapes with the same spacing and angle continue each other.

    >>> lines = hatching(shapely.box(0, 0, 1, 1), spacing=0.5, angle=0)
    >>> [line.coords[0][1] for line in lines.geoms]
    [0.5]
    """
    if shape.is_empty:
        return MultiLineString()
    turn = np.radians(angle)
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-along[1], along[0]])
    west, south, east, north = shape.bounds
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    reach, rank = corners @ along, corners @ across
    first, last = np.floor(rank.min() / spacing) + 1, np.ceil(rank.max() / spacing)
    ranks = np.arange(first, last) * spacing
    starts = ranks[:, None] * across + reach.min() * along
    ends = ranks[:, None] * across + reach.max() * along
    lines = shapely.linestrings(np.stack([starts, ends], axis=1))
    return MultiLineString(_lines(shapely.intersection(lines, shape)))


def _lines(clipped: Sequence[BaseGeometry]) -> list[LineString]:
    pieces = shapely.get_parts(clipped)
    return [each for each in pieces if each.geom_type == "LineString" and not each.is_empty]
