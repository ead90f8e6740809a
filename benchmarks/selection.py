"""Fit the pool's shares on past origins whose targets end before January 2018.

    python -m benchmarks.selection LEVEL DATA --out FILE

LEVEL is country or admin1; the grid has a selection of its own (benchmarks.grid_selection). DATA is
the folder of the challenge's files; nothing after December 2017 is read from it. For admin1 it is a
store that holds UCDP's series by area.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from tocsin.challenge import from_challenge_folder
from tocsin.evaluation import UnitMonths, with_known_units
from tocsin.lake import Lake
from tocsin.models import build_unit_months, fitting, pool, returning, tails
from tocsin.models.fitting_returns import Rows, fit_returns, join_rows
from tocsin.models.fitting_tails import fit_spread
from tocsin.models.memory import cap_summary_events
from tocsin.tables.levels import Level, require_level
from tocsin.tables.months import month_text, parse_month
from tocsin.workflow import counting

LAST_TARGET = parse_month("2017-12")
HORIZONS = (1, 2, 3, 4, 6, 8, 9, 11, 13, 14)
LAST_ORIGIN = LAST_TARGET - max(HORIZONS)
FIRST_ORIGIN: dict[Level, int] = {
    "country": parse_month("1999-03"),
    "admin1": parse_month("2014-01"),
}
CHALLENGE = tuple(range(3, 15))
FIRST_CUT: dict[Level, int] = {
    "country": parse_month("1997-10"),
    "admin1": parse_month("2013-10"),
}
STEP: dict[Level, int] = {"country": 5, "admin1": 6}
# Deaths a month from which upper tails are drawn in, and the two levels with factors of their own.
KNOTS: dict[Level, tuple[float, float, float]] = {
    "country": (60, 150, 400),
    "admin1": (24, 60, 160),
}
DRAWS = 250
SEED = 1


def observed_until_2017(level: Level, data: Path) -> UnitMonths:
    """The panel up to December 2017."""
    if level == "admin1":
        first = parse_month("2010-01")
        panel = counting.build_panel("admin1", "ged_all", first, LAST_TARGET, lake=Lake(data))
        return build_unit_months(panel)
    return from_challenge_folder(data, "country", LAST_TARGET)


def truth_after(known: UnitMonths, origin: int, horizons: Sequence[int] = HORIZONS) -> np.ndarray:
    """(U, H) what happened; NaN where it is unknown, or where one record booked months of war.

    No forecast can foresee such a record, and a few of them would decide every choice.
    """
    plain = np.where(cap_summary_events(known.values) < known.values, np.nan, known.values)
    series = UnitMonths(known.level, known.target, known.units, known.first_month, plain)
    return np.stack([series.at(origin + step) for step in horizons], axis=1)


def evidence_at(observed: UnitMonths, origin: int) -> fitting.Evidence:
    """What the components said from one origin, and what happened."""
    known, _ = with_known_units(observed, origin)
    history = known.until(origin)
    state = pool.states(history)
    truth = truth_after(known, origin)
    judged = ~np.isnan(truth)
    samples = [part.forecast(history, HORIZONS, DRAWS, SEED)[judged] for part in pool.COMPONENTS]
    units, steps = np.nonzero(judged)
    level = pool.level_now(history)
    groups = np.array([pool.horizon_group(step) for step in HORIZONS])
    return fitting.build_evidence(
        samples, truth[judged], 1 + level[units], state[units], groups[steps]
    )


def spread_of(observed: UnitMonths, shares: pool.Shares) -> tails.Spread:
    """The factors by which the upper tails of the pool are drawn in.

    Judged from the challenge's two data cuts, October and April, over its twelve months.
    """
    draws, truths, levels = [], [], []
    for origin in range(FIRST_CUT[observed.level], LAST_ORIGIN + 1, 6):
        known, _ = with_known_units(observed, origin)
        history = known.until(origin)
        level = pool.level_now(history)
        truth = truth_after(known, origin, CHALLENGE)
        judged = ~np.isnan(truth) & (level >= KNOTS[observed.level][0])[:, None]
        samples = pool.Pool(shares).forecast(history, CHALLENGE, 2 * DRAWS, SEED)
        draws.append(samples[judged])
        truths.append(truth[judged])
        levels.append(level[np.nonzero(judged)[0]])
    return fit_spread(
        np.concatenate(draws), np.concatenate(truths), np.concatenate(levels), KNOTS[observed.level]
    )


def returns_of(observed: UnitMonths, shares: pool.Shares) -> returning.Returns:
    """How the chance of violence in quiet countries is told, from October and April."""
    steps = np.array(HORIZONS)
    parts: list[Rows] = []
    for origin in range(FIRST_CUT[observed.level], LAST_ORIGIN + 1, 6):
        known, _ = with_known_units(observed, origin)
        history = known.until(origin)
        samples = pool.Pool(shares).forecast(history, HORIZONS, 4 * DRAWS, SEED)
        told = returning.features(history, (samples > 0).mean(axis=2), HORIZONS)
        truth = truth_after(known, origin)
        judged = ~np.isnan(truth) & returning.is_quiet(history)[:, None]
        ahead = np.broadcast_to(steps, truth.shape)
        parts.append((told[judged], truth[judged] > 0, ahead[judged]))
    return fit_returns(*join_rows(parts))


def main(level: Level, data: Path, out: Path) -> None:
    started = time.perf_counter()
    observed = observed_until_2017(level, data)
    origins = range(FIRST_ORIGIN[level], LAST_ORIGIN + 1, STEP[level])
    evidence = fitting.join_evidence([evidence_at(observed, origin) for origin in origins])
    shares = fitting.fit_shares(evidence, len(pool.STATES), len(pool.HORIZON_GROUPS))
    names = tuple(part.name for part in pool.COMPONENTS)
    fitted = pool.Shares(
        components=names,
        states=pool.STATES,
        horizon_groups=pool.HORIZON_GROUPS,
        shares=tuple(tuple(tuple(row) for row in block) for block in shares.round(3).tolist()),
        fitted_on=f"{len(origins)} origins, {month_text(origins[0])} to {month_text(origins[-1])}",
        last_target=month_text(LAST_TARGET),
    )
    spread = spread_of(observed, fitted)
    print(f"spread {spread}")
    fitted = msgspec.structs.replace(fitted, spread=spread)
    if level == "country":
        fitted = msgspec.structs.replace(fitted, returns=returns_of(observed, fitted))
    out.write_bytes(msgspec.json.format(msgspec.json.encode(fitted), indent=1) + b"\n")
    for name, one in zip(names, np.eye(len(names)), strict=True):
        report(name, evidence, one)
    for state, block in zip(pool.STATES, shares.round(2), strict=True):
        print(state, block.tolist())
    rows = shares[evidence.state, evidence.group]
    pooled = np.zeros(3)
    for block in np.unique(rows, axis=0):
        here = evidence.rows((rows == block).all(axis=1))
        scores = [here.crps(block), here.log_crps(block), here.ign(block)]
        pooled += [float(score.sum()) for score in scores]
    crps, log_crps, ign = pooled / len(rows)
    print(f"{'pool':<16} crps {crps:8.3f}  log crps {log_crps:.4f}  ign {ign:.4f}")
    print(f"{time.perf_counter() - started:.0f} s")


def report(name: str, evidence: fitting.Evidence, shares: np.ndarray) -> None:
    print(
        f"{name:<16} crps {evidence.crps(shares).mean():8.3f}  "
        f"log crps {evidence.log_crps(shares).mean():.4f}  ign {evidence.ign(shares).mean():.4f}"
    )


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    told.add_argument("level", type=require_level)
    told.add_argument("data", type=Path)
    told.add_argument("--out", type=Path, required=True, help="file for the shares")
    asked = told.parse_args()
    main(asked.level, asked.data, asked.out)
