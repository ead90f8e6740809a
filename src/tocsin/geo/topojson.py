"""Reading TopoJSON: areas that share their borders, stored as arcs.

Only what boundary layers use: polygons with quantised, delta-encoded arcs, as in the TopoJSON
specification 1.0 (https://github.com/topojson/topojson-specification).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Arcs = list[npt.NDArray[np.float64]]


def polygons(topology: dict[str, Any], layer: str) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
    """Each area of one layer: its id and properties, and its valid polygon (degrees).

    Areas without a shape are left out.

    >>> square = {"type": "Polygon", "arcs": [[0]], "properties": {"name": "A"}}
    >>> topology = {
    ...     "transform": {"scale": [0.5, 0.5], "translate": [1, 1]},
    ...     "arcs": [[[0, 0], [2, 0], [0, 2], [-2, 0], [0, -2]]],
    ...     "objects": {"squares": {"type": "GeometryCollection", "geometries": [square]}},
    ... }
    >>> [(found["name"], shape.bounds) for found, shape in polygons(topology, "squares")]
    [('A', (1.0, 1.0, 2.0, 2.0))]
    """
    arcs = _decoded_arcs(topology)
    for geometry in topology["objects"][layer]["geometries"]:
        if shape := _shape(geometry, arcs):
            yield {"id": geometry.get("id"), **geometry.get("properties", {})}, shape


def _decoded_arcs(topology: dict[str, Any]) -> Arcs:
    scale = np.array(topology["transform"]["scale"])
    translate = np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def _shape(geometry: dict[str, Any], arcs: Arcs) -> BaseGeometry | None:
    match geometry["type"]:
        case "Polygon":
            pieces = [geometry["arcs"]]
        case "MultiPolygon":
            pieces = geometry["arcs"]
        case _:
            return None
    drawn = [piece for rings in pieces if (piece := _polygon(rings, arcs)) is not None]
    shape: BaseGeometry = drawn[0] if len(drawn) == 1 else MultiPolygon(drawn)
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    return None if shape.is_empty else shape


def _polygon(rings: Sequence[Sequence[int]], arcs: Arcs) -> Polygon | None:
    outer, *holes = [_ring(ring, arcs) for ring in rings]
    if not _encloses(outer):
        return None
    return Polygon(outer, [hole for hole in holes if _encloses(hole)])


def _encloses(ring: npt.NDArray[np.float64]) -> bool:
    # Quantising has shrunk some islets to a line or a point.
    return len(ring) >= 4


def _ring(indexes: Sequence[int], arcs: Arcs) -> npt.NDArray[np.float64]:
    # A negative index ~i is arc i walked backwards; each arc begins where the last one ended.
    pieces = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indexes]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
