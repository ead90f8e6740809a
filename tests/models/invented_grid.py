"""Invented violence on an invented patch of open ocean: no real place, no real count."""

import numpy as np

from tocsin.evaluation import UnitMonths

SIDE = 18


def ocean(months: int = 110, side: int = SIDE, seed: int = 1) -> UnitMonths:
    """A square of cells with one war that smoulders, spreads and wanes; most cells see nothing."""
    rng = np.random.default_rng(seed)
    rows, columns = np.divmod(np.arange(side * side), side)
    gids = (170 + rows) * 720 + 30 + columns + 1
    distance = np.hypot(rows - 5, columns - 5)
    tide = 1 + np.sin(np.arange(months) / 9)
    rate = 0.8 * np.exp(-distance / 1.2)[:, None] * tide
    values = rng.negative_binomial(0.3, 0.3 / (0.3 + 12 * rate + 1e-9)) * (rate > 0.01)
    names = tuple(str(gid) for gid in gids)
    return UnitMonths("priogrid", "ged_sb", names, 300, values.astype(float))
