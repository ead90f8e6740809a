"""Which models these are: a hash of the code and the fitted shares that decide their forecasts."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tocsin.tables.levels import Level

# What decides the draws of countries and areas, and what those of cells: the module of the pool
# and all that it imports in this room (a test follows the imports).
_POOL = ("analogs.py", "baselines.py", "memory.py", "own.py", "pool.py", "returning.py", "tails.py")
_GRID = (
    "baselines.py",
    "grid.py",
    "grid_forest.py",
    "grid_memory.py",
    "memory.py",
    "neighbourhood.py",
)
DECIDING: Mapping[Level, tuple[str, ...]] = {
    "country": (*_POOL, "shares_country.json"),
    "admin1": (*_POOL, "shares_admin1.json"),
    "priogrid": (*_GRID, "shares_priogrid.json"),
}


def configuration(level: Level | None = None) -> str:
    """Twelve hexadecimal digits that change with any file that decides the forecasts of a level.

    Without a level, with any file of this room: an issue is also fitted together, and examined.

    >>> len({configuration(), configuration("country"), configuration("priogrid")})
    3
    """
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    if level is None:
        found = [path for pattern in ("*.py", "shares_*.json") for path in folder.glob(pattern)]
    else:
        found = [folder / name for name in DECIDING[level]]
    for path in sorted(found):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
