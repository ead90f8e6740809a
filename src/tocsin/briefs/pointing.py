"""A small map of where a reported place may be: numbered points, as in the list beside it."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tocsin.briefs.drawing import Drawing

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LEAST_SPAN = 1.5  # degrees that a map shows at least, so that one point has a country around it
EDGE = 0.15  # of the span, left free on each side
RADIUS = 6.5
ROW, NEAR = 11.0, 90.0  # height of a label; how far apart labels may stand on one row


class Pointed(NamedTuple):
    """One candidate: its line in the list, its name and its position (WGS 84, degrees)."""

    line: int
    name: str
    latitude: float
    longitude: float


def draw_points(
    points: Sequence[Pointed],
    shapes: Sequence["BaseGeometry"],
    label: str,
    width: float = 420.0,
) -> Drawing:
    """Candidates over the outlines of areas, north up, longitudes narrowed by the latitude.

    shapes : polygons in degrees (longitude, latitude); width : points of the drawing

    >>> drawn = draw_points([Pointed(1, "Gao", 16.27, -0.04)], [], "Gao")
    >>> "Gao" in drawn.for_document()
    True
    """
    west, south, east, north = _frame(points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * narrow)
    height = (north - south) * scale
    drawing = Drawing(width, height, label)
    drawing.rect("abroad", 0, 0, width, height)

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - west) * narrow * scale, (north - latitude) * scale

    for shape in shapes:
        for ring in _rings_within(shape, (west, south, east, north)):
            drawing.polyline("land", [at(x, y) for x, y in ring], close=True)
    placed: list[tuple[float, float]] = []
    for one in points:
        x, y = at(one.longitude, one.latitude)
        drawing.circle("solid", x, y, RADIUS / 2, title=one.name)
        left = x > width * 0.7
        row = _free_row(x, y, placed)
        if row != y:
            drawing.line("lead", x, y, x - RADIUS if left else x + RADIUS, row)
        drawing.letters(
            "strong-halo", x - RADIUS if left else x + RADIUS, row + 3,
            f"{one.line} {one.name}", "end" if left else "start",
        )  # fmt: skip
    return drawing


def _free_row(x: float, y: float, placed: list[tuple[float, float]]) -> float:
    """The nearest row at or below a point where no label near it stands yet; it is taken."""
    row = y
    while any(abs(row - other) < ROW and abs(x - beside) < NEAR for beside, other in placed):
        row += ROW
    placed.append((x, row))
    return row


def _frame(points: Sequence[Pointed]) -> tuple[float, float, float, float]:
    """West, south, east and north of a map that shows every point with room around it."""
    longitudes = [one.longitude for one in points]
    latitudes = [one.latitude for one in points]
    span = max(
        max(longitudes) - min(longitudes), max(latitudes) - min(latitudes), LEAST_SPAN
    ) * (0.5 + EDGE)  # fmt: skip
    middle_x = (min(longitudes) + max(longitudes)) / 2
    middle_y = (min(latitudes) + max(latitudes)) / 2
    return middle_x - span, middle_y - span, middle_x + span, middle_y + span


def _rings_within(
    shape: "BaseGeometry", frame: tuple[float, float, float, float]
) -> list[list[tuple[float, float]]]:
    """The outer rings of what of a shape lies in the frame."""
    from shapely import clip_by_rect  # noqa: PLC0415  (only where a map is drawn)

    clipped = clip_by_rect(shape, *frame)
    parts = getattr(clipped, "geoms", [clipped])
    return [
        [(x, y) for x, y, *_ in part.exterior.coords]
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    ]
