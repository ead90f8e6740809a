"""Which models these are: a hash of the code and the fitted shares that decide their forecasts."""

import hashlib
from pathlib import Path

from tocsin.tables.levels import Level

# What decides the grid's forecasts; changes to the countries' models are none of its own.
_GRID = ("grid*.py", "neighbourhood.py", "memory.py", "baselines.py", "shares_priogrid.json")


def configuration(level: Level | None = None) -> str:
    """Twelve hexadecimal digits that change with anything that decides the forecasts of a level.

    Without a level, of every level. Countries and areas share their code, and so their hash.

    >>> configuration() == configuration("country") != configuration("priogrid")
    True
    """
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    patterns = _GRID if level == "priogrid" else ("*.py", "shares_*.json")
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
