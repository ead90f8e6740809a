"""Countries, areas with their dates, PRIO-GRID, the gazetteer, points in polygons.

The names below are loaded when they are first used: asking for a country's code must not load
the shapes of the world.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.geo import gazetteer, priogrid
    from tocsin.geo.area_names import (
        Division,
        admin1_of_name,
        divisions,
        require_unit,
        slug,
        unit_name,
        units,
        units_without_polygon,
    )
    from tocsin.geo.boundary_files import (
        read_boundary_file,
        regions_from_districts,
        to_geojson,
        with_regions,
    )
    from tocsin.geo.country_codes import (
        EXERCISE,
        Country,
        countries,
        country_by,
        iso3_of_name,
        region,
        regions,
    )
    from tocsin.geo.drawing import hatching, label_point, simplified
    from tocsin.geo.layers import (
        Area,
        Layer,
        admin1,
        country_layer,
        country_outline,
        neighbours,
        region_layer,
    )
    from tocsin.geo.placement import locate

_HOMES = {
    "country_codes": "EXERCISE Country countries country_by iso3_of_name region regions",
    "area_names": (
        "Division admin1_of_name divisions require_unit slug unit_name units units_without_polygon"
    ),
    "layers": "Area Layer admin1 country_layer country_outline neighbours region_layer",
    "placement": "locate",
    "boundary_files": "read_boundary_file regions_from_districts to_geojson with_regions",
    "drawing": "hatching label_point simplified",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "EXERCISE",
    "Area",
    "Country",
    "Division",
    "Layer",
    "admin1",
    "admin1_of_name",
    "countries",
    "country_by",
    "country_layer",
    "country_outline",
    "divisions",
    "gazetteer",
    "hatching",
    "iso3_of_name",
    "label_point",
    "locate",
    "neighbours",
    "priogrid",
    "read_boundary_file",
    "region",
    "region_layer",
    "regions",
    "regions_from_districts",
    "require_unit",
    "simplified",
    "slug",
    "to_geojson",
    "unit_name",
    "units",
    "units_without_polygon",
    "with_regions",
]


def __getattr__(name: str) -> object:
    if name in ("gazetteer", "priogrid"):
        return import_module(f"tocsin.geo.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tocsin.geo.{_HOME_OF[name]}"), name)
