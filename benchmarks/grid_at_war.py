"""How far to trust a cell's own past at war, on six origins whose targets end before 2018.

    python -m benchmarks.grid_at_war DATA

Yearly origins see too few wars end. Here the last ones are added, with what horizons still end in
2017 (the battle of Mosul ended in July): variants of the shares in `shares_priogrid.json` that give
less to replays and more to the forest, and damp more. Of those within one per cent of the best mean
ratio to *zero*, the one that damps most is taken. Nothing is written.
"""

import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from tocsin.challenge import from_challenge_folder
from tocsin.evaluation import crps_sample
from tocsin.models import grid
from tocsin.tables.months import parse_month

ORIGINS = {
    "2017-07": range(3, 6),
    "2017-04": range(3, 9),
    "2016-10": range(3, 15),
    "2015-10": range(3, 15),
    "2013-10": range(3, 15),
    "2012-10": range(3, 15),
}
AT_WAR = (grid.STATES.index("war"), grid.STATES.index("heavy"))
# The replays' shares at war as `grid_selection` fits them, and what to try: how much of those
# remains, and the damping.
FITTED = {"war": 0.202, "heavy": 0.393}
VARIANTS = ((1.0, 0.7), (0.5, 0.7), (0.0, 0.7), (0.5, 0.5), (0.0, 0.5), (0.0, 1.0))
DRAWS, SEED = 160, 1


def variant(kept: float, damping: float) -> grid.GridShares:
    """The shares with a part of the replays' handed to the two lifted components."""
    held = grid.read_grid_shares()
    rows = [list(row) for row in held.shares]
    for state in AT_WAR:
        moved = rows[state][0] - kept * FITTED[grid.STATES[state]]
        rows[state][0] -= moved
        rows[state][2] += moved / 2
        rows[state][3] += moved / 2
    return msgspec.structs.replace(held, shares=tuple(tuple(row) for row in rows), damping=damping)


def main(data: Path) -> None:
    observed = from_challenge_folder(data, "priogrid", parse_month("2017-12"))
    table = []
    for name, steps in ORIGINS.items():
        origin, horizons = parse_month(name), tuple(steps)
        history = observed.until(origin)
        truth = np.stack([observed.at(origin + step) for step in horizons], axis=1)
        drawing = grid.GridPool().prepare(history, horizons, DRAWS, SEED)
        assert drawing is not None
        cells = drawing.held.cells
        state = grid.states_of(history, cells)
        at_war = drawing.held.now_level > np.log1p(grid.read_grid_shares().damped_above)
        row = []
        for shares in (variant(*one) for one in VARIANTS):
            drawn = replace(
                drawing,
                edges=np.cumsum(shares.table()[state], axis=1),
                damping=np.where(at_war, shares.damping, 1.0),
            )
            crps = truth.sum() - truth[cells].sum()
            for start in range(0, len(cells), 256):
                here = truth[cells[start : start + 256]]
                crps += crps_sample(here.ravel(), drawn(start).reshape(here.size, -1)).sum()
            row.append(crps / truth.sum())
        table.append(row)
        print(name, " ".join(f"{value:.4f}" for value in row), flush=True)
    for (kept, damping), value in zip(VARIANTS, np.mean(table, axis=0), strict=True):
        print(f"replays kept {kept}, damping {damping}: mean ratio {value:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
