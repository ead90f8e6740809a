"""The layers that `tocsin.geo.build` wrote: where they are, and how they are read."""

from functools import cache
from pathlib import Path

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.errors import ToolMissing

FOLDER = Path(__file__).parent / "data"
COUNTRIES, PARTS, PLACES = "countries.parquet", "parts.parquet", "places.parquet"
PLACE_COLUMNS = {
    "name": pl.String,
    "iso3": pl.String,
    "admin1": pl.String,
    "longitude": pl.Float64,
    "latitude": pl.Float64,
}
SOURCE = "Natural Earth"
LICENCE = "public domain"


def part_key(iso3: str, part: str) -> str:
    """Where a part is kept; a part may be drawn with another country.

    >>> part_key("ESH", "MAR:Oued el Dahab"), part_key("MLI", "Gao")
    ('MAR:Oued el Dahab', 'MLI:Gao')
    """
    return part if ":" in part else f"{iso3}:{part}"


@cache
def parts() -> dict[str, BaseGeometry]:
    """Shape of each part by its key. Read once.

    Raises
    ------
    ToolMissing, if the layers were not built.
    """
    frame = _read(PARTS)
    shapes = shapely.from_wkb(frame["shape"].to_numpy())
    keys = (f"{iso3}:{part}" for iso3, part in frame.select("iso3", "part").iter_rows())
    return dict(zip(keys, shapes, strict=True))


@cache
def country_shapes(scale: int | None = None) -> dict[str, BaseGeometry]:
    """Shape of each country: at one scale (10 or 50 million), or the finest held of each.

    Raises
    ------
    ToolMissing, if the layers were not built.
    """
    frame = _read(COUNTRIES)
    if scale is not None:
        frame = frame.filter(pl.col("scale") == scale)
    # The finer scale comes first for each country.
    frame = frame.unique("iso3", keep="first", maintain_order=True)
    shapes = shapely.from_wkb(frame["shape"].to_numpy())
    return dict(zip(frame["iso3"], shapes, strict=True))


@cache
def places() -> pl.DataFrame:
    """Places of the reviewed countries (GeoNames, CC BY 4.0).

    Raises
    ------
    ToolMissing, if the gazetteer was not built.
    """
    return _read(PLACES)


def _read(name: str) -> pl.DataFrame:
    path = FOLDER / name
    if not path.exists():
        raise ToolMissing(
            "the boundary layers were not built",
            where=str(path),
            remedy="Run make setup, or npm ci and then python -m tocsin.geo.build.",
        )
    return pl.read_parquet(path)
