"""Fit the grid pool's shares and damping on years before 2018.

    python -m benchmarks.grid_selection DATA --out FILE [--check]

DATA is the folder of the challenge's files and UCDP's events beside it; nothing after December
2017 is read. From each October the next calendar year is forecast, as in the challenge. A year
counts by its CRPS over that of *zero*, so that the years of a great war do not decide alone. Of
all dampings within one per cent of the best, the strongest is taken: a grid's bad years are those
in which a war has just ended.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tocsin.challenge import from_challenge_folder
from tocsin.evaluation import UnitMonths, crps_sample, ignorance
from tocsin.models import grid
from tocsin.models.baselines import NeighbourConflictology
from tocsin.tables.months import parse_month

YEARS = tuple(range(2006, 2018))
HORIZONS = tuple(range(3, 15))
DAMPINGS = (1.0, 0.85, 0.7)
DRAWS, SEED = 160, 1
# Cells that only lie beside deaths are many and quiet: every fourth serves as evidence.
BESIDE_STEP = 4
WITHIN = 1.01
Floats = NDArray[np.float64]

START = grid.GridShares(
    components=grid.COMPONENTS,
    states=grid.STATES,
    shares=((0.2,) * 5,) * 5,
    damping=1.0,
    damped_above=3.0,
    kept_hot=0.3,
    kept_restless=0.02,
    fitted_on="",
    last_target="2017-12",
)


def evidence_of(observed: UnitMonths, year: int) -> tuple[Floats, Floats, float]:
    """For each damping and state, what the components' CRPS is made of, over that of zero.

    Returns
    -------
    (D, states, C) mean distances to the truth, (D, states, C, C) between draws, and the share of
    deaths that fell where the forecast is zero for certain
    """
    origin = parse_month(f"{year - 1}-10")
    history = observed.until(origin)
    truth = np.stack([observed.at(origin + step) for step in HORIZONS], axis=1)
    drawing = grid.GridPool(START).prepare(history, HORIZONS, DRAWS, SEED)
    assert drawing is not None
    cells = drawing.held.cells
    state = grid.states_of(history, cells)
    at_war = drawing.held.now_level > np.log1p(START.damped_above)
    count = len(grid.COMPONENTS)
    distance = np.zeros((len(DAMPINGS), len(grid.STATES), count))
    between = np.zeros((len(DAMPINGS), len(grid.STATES), count, count))
    for d, damping in enumerate(DAMPINGS):
        damped = replace(drawing, damping=np.where(at_war, damping, 1.0))
        for start in range(0, len(cells), 256):
            block = slice(start, start + 256)
            parts = [
                replace(damped, edges=np.tile(np.cumsum(one), (len(cells), 1)))(start)
                for one in np.eye(count)
            ]
            add_evidence(parts, truth[cells[block]], state[block], distance[d], between[d])
    total = truth.sum()
    elsewhere = np.ones(len(truth), bool)
    elsewhere[cells] = False
    return distance / total, between / total, float(truth[elsewhere].sum() / total)


def add_evidence(
    parts: list[NDArray[np.int32]],
    truth: Floats,
    state: NDArray[np.intp],
    distance: Floats,
    between: Floats,
) -> None:
    """Add a block of cells to the sums by state; every fourth cell beside stands for four."""
    weight = np.where(state == 0, np.where(np.arange(len(state)) % BESIDE_STEP, 0, BESIDE_STEP), 1)
    kept = weight > 0
    weight, state, truth = weight[kept], state[kept], truth[kept]
    draws = [np.sort(part[kept], axis=2).astype(np.float32) for part in parts]

    def add(place: Floats, rows: Floats) -> None:
        np.add.at(place, state, rows.sum(axis=1) * weight)

    within = [spread(part) for part in draws]
    for i, one in enumerate(draws):
        add(distance[:, i], np.abs(one - truth[:, :, None]).mean(axis=2))
        add(between[:, i, i], within[i])
        for j in range(i):
            both = spread(np.sort(np.concatenate([one, draws[j]], axis=2), axis=2))
            rows = 2 * both - (within[i] + within[j]) / 2
            add(between[:, i, j], rows)
            add(between[:, j, i], rows)


def spread(ordered: NDArray[np.float32]) -> Floats:
    """Mean distance between two draws of each row of sorted draws."""
    size = ordered.shape[-1]
    rank = 2 * (2.0 * np.arange(1, size + 1) - size - 1) / size**2
    mean: Floats = ordered @ rank
    return mean


def fit(distance: Floats, between: Floats) -> Floats:
    """(states, C) shares with the least mean of the years' ratios; pulled a little to evenness.

    distance : (years, states, C);  between : (years, states, C, C)
    """
    a, b = distance.mean(axis=0), between.mean(axis=0)
    states, count = a.shape
    shares = np.empty((states, count))
    for state in range(states):
        pull = 0.02 * float(a[state].mean())

        def loss(free: Floats, here: int = state, pull: float = pull) -> float:
            w = softmax(free)
            return float(
                a[here] @ w - 0.5 * w @ b[here] @ w + pull * count * ((w - 1 / count) ** 2).sum()
            )

        shares[state] = softmax(minimize(loss, np.zeros(count), method="L-BFGS-B").x)
    return shares


def softmax(free: Floats) -> Floats:
    raised = np.exp(free - free.max())
    shares: Floats = raised / raised.sum()
    return shares


def ratios(distance: Floats, between: Floats, shares: Floats) -> Floats:
    """(years,) CRPS of the pool over that of zero, where the pool is not zero for certain."""
    found: Floats = np.einsum("ysc,sc->y", distance, shares) - 0.5 * np.einsum(
        "yscd,sc,sd->y", between, shares, shares
    )
    return found


def main(data: Path, out: Path, checked: bool) -> None:
    started = time.perf_counter()
    observed = from_challenge_folder(data, "priogrid", parse_month("2017-12"))
    found = []
    for year in YEARS:
        found.append(evidence_of(observed, year))
        print(f"{year} {time.perf_counter() - started:.0f} s", flush=True)
    missed = np.array([one[2] for one in found])
    results = []
    for d in range(len(DAMPINGS)):
        distance = np.stack([one[0][d] for one in found])
        between = np.stack([one[1][d] for one in found])
        shares = fit(distance, between)
        results.append((shares, ratios(distance, between, shares) + missed))
        print(f"damping {DAMPINGS[d]}: mean ratio {results[-1][1].mean():.4f}")
        print("  by year", " ".join(f"{value:.3f}" for value in results[-1][1]))
        for name, one in zip(grid.COMPONENTS, np.eye(len(grid.COMPONENTS)), strict=True):
            alone = ratios(distance, between, np.tile(one, (len(grid.STATES), 1))) + missed
            print(f"  {name:<14} {alone.mean():.4f} ", " ".join(f"{v:.3f}" for v in alone))
    least = min(result[1].mean() for result in results)
    best = max(d for d, result in enumerate(results) if result[1].mean() <= least * WITHIN)
    shares = results[best][0].round(3)
    chosen = msgspec.structs.replace(
        START,
        shares=tuple(tuple(row) for row in shares.tolist()),
        damping=DAMPINGS[best],
        fitted_on=f"the years {YEARS[0]} to {YEARS[-1]}, each from the October before",
    )
    out.write_bytes(msgspec.json.format(msgspec.json.encode(chosen), indent=1) + b"\n")
    for state, row in zip(grid.STATES, shares, strict=True):
        print(state, row.tolist())
    print(f"damping {DAMPINGS[best]}; {time.perf_counter() - started:.0f} s")
    if checked:
        check(observed, chosen)


def check(observed: UnitMonths, shares: grid.GridShares) -> None:
    """The whole pool beside conflictology_n and zero, drawn anew, year by year."""
    for year in YEARS:
        origin = parse_month(f"{year - 1}-10")
        history = observed.until(origin)
        truth = np.stack([observed.at(origin + step) for step in HORIZONS], axis=1)
        line = [str(year)]
        for model in (grid.GridPool(shares), NeighbourConflictology()):
            draws = model.forecast(history, HORIZONS, 1000, SEED).reshape(truth.size, -1)
            crps = crps_sample(truth.ravel(), draws).sum() / truth.sum()
            line.append(f"{model.name} {crps:.3f} {ignorance(truth.ravel(), draws).mean():.4f}")
        print("  ".join(line), flush=True)


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument("data", type=Path)
    told.add_argument("--out", type=Path, required=True, help="file for the shares")
    told.add_argument("--check", action="store_true", help="draw the whole pool anew each year")
    asked = told.parse_args()
    main(asked.data, asked.out, asked.check)
