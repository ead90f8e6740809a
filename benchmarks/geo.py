"""Places: points into first-level areas by date, beside shapely's own tree in the same run."""

import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from benchmarks.figure import Figure, timed
from tocsin import geo
from tocsin.geo import built
from tocsin.geo.build import build

POINTS = 400_000
PROMISED_SECONDS = 2.0
DAY = date(2023, 6, 30)


def measure() -> list[Figure]:
    """Seconds to place points on one day and on their own days, to load and to build layers."""
    random = np.random.default_rng(1)
    x, y = random.uniform(-17, 24, POINTS), random.uniform(4, 25, POINTS)
    days = np.datetime64("2010-01-01") + random.integers(0, 5_000, POINTS)
    areas = [
        area.polygon
        for country in geo.countries()
        if country.group
        for area in geo.admin1(country.iso3, DAY).with_polygon()
    ]
    tree = _seconds(lambda: _place_with_tree(areas, x, y))
    peer = f"shapely STRtree.query: {tree:.2f} s"
    return [
        _placing("400,000 points into 24 countries' admin-1, one day", x, y, DAY, "admin1", peer),
        _placing("the same, each on its own day (2010 to 2023)", x, y, days, "admin1", peer),
        _placing("400,000 points into the countries of the world", x, y, DAY, "country", ""),
        Figure(
            "shapes read and put together, from nothing",
            f"{_seconds(_load_everything):.2f} s",
            "seconds",
        ),
        Figure(
            "layers built from the npm packages", f"{_seconds(_build, runs=1):.1f} s", "seconds"
        ),
    ]


def _placing(
    what: str, x: np.ndarray, y: np.ndarray, on: date | np.ndarray, level: str, peer: str
) -> Figure:
    seconds = _seconds(lambda: geo.locate(x, y, on, level))
    promised = f"under {PROMISED_SECONDS:.0f} s"
    return Figure(what, f"{seconds:.2f} s", promised, peer, seconds < PROMISED_SECONDS)


def _place_with_tree(areas: list[object], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return shapely.STRtree(areas).query(shapely.points(x, y), predicate="intersects")


def _load_everything() -> None:
    for read in (built.parts, built.country_shapes):
        read.cache_clear()
        read()
    shapely.union_all(list(built.parts().values()))


def _build() -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(Path("node_modules"), Path(folder))


def _seconds(work: object, runs: int = 5) -> float:
    return timed(work, runs)[1]
