"""Which first-level areas touch each other, across borders too."""

from collections.abc import Iterable
from datetime import date

from tocsin import geo
from tocsin.errors import TocsinError

REACH = 0.05  # degrees: outlines of two countries seldom meet exactly


def touching_areas(countries: Iterable[str], on: date) -> dict[str, list[str]]:
    """Unit → units whose outline lies within `REACH` of its own; areas without a shape left out."""
    import shapely  # noqa: PLC0415  (slow to import, and only wanted here)

    units, shapes = [], []
    for iso3 in countries:
        try:
            layer = geo.admin1(iso3, on)
        except TocsinError:
            continue  # no shapes are held for it: its areas have no known neighbours
        for area in layer.areas:
            if area.polygon is not None:
                units.append(area.unit_id)
                shapes.append(area.polygon)
    if not shapes:
        return {}
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=REACH)
    found: dict[str, list[str]] = {unit: [] for unit in units}
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one != other:
            found[units[one]].append(units[other])
    return {unit: sorted(set(others)) for unit, others in found.items()}
