"""Forecasts of the open challenge windows against the baselines: the table of how good we are.

    python -m benchmarks.forecast DATA [--grid]

DATA is the folder of the challenge's files; with --grid its cells are forecast, else its
countries. Each new configuration (a hash of the code and shares that decide the level's
forecasts) that is scored on the open windows is one run, appended with its scores to
docs/evaluation/runs.csv; a hash that stands there already is no new run.
"""

import csv
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tocsin import models
from tocsin.challenge import from_challenge_folder, parse_windows
from tocsin.challenge.files import ChallengeLevel, from_actuals_file
from tocsin.evaluation import all_scores
from tocsin.evaluation.kernels import Floats
from tocsin.evaluation.measures import covered, log_crps, randomised_pit
from tocsin.evaluation.skill import skill
from tocsin.tables.months import parse_month

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "docs" / "evaluation" / "runs.csv"
COUNTRY = ("country_month_actuals_Y2018_Y2022.parquet", "Y2018,Y2019,Y2020,Y2021,Y2022")
GRID = ("priogrid_month_actuals_Y2018_Y2020.parquet", "Y2018,Y2019,Y2020")
DRAWS, SEED = 1000, 1
# Two months of Ethiopia (VIEWS id 57) hold records that book the Tigray war at once.
ETHIOPIA, SUMMARIES = 57, (parse_month("2021-12"), parse_month("2022-10"))
Rows = dict[str, Floats]


def rows_of(data: Path, level: ChallengeLevel, name: str, actuals: str, windows: str) -> Rows:
    """Every score of one model over the windows, one entry a unit-month, and the seconds taken."""
    _, truth = from_actuals_file(data / actuals)
    parts: list[Rows] = []
    rng = np.random.default_rng(SEED)
    for window in parse_windows(windows):
        history = from_challenge_folder(data, level, window.origin).until(window.origin)
        started = time.perf_counter()
        samples = models.named(name, level).forecast(history, window.horizons, DRAWS, SEED)
        seconds = time.perf_counter() - started
        wanted = truth.filter(truth["month"].is_between(window.first, window.last))
        row = {int(unit): index for index, unit in enumerate(history.units)}
        units = wanted["unit"].to_numpy()
        where = np.array([row[int(unit)] for unit in units])
        draws = samples[where, wanted["month"].to_numpy() - window.first]
        observed = wanted["observed"].to_numpy()
        part: Rows = all_scores(observed, draws)
        part |= {
            "unit": units.astype(float),
            "month": wanted["month"].to_numpy().astype(float),
            "seconds": np.full(len(units), seconds),
            "window": np.full(len(units), float(window.first)),
        }
        if level == "country":
            part |= {
                "log": log_crps(observed, draws),
                "pit": randomised_pit(observed, draws, rng),
                "covered": covered(observed, draws).astype(float),
                "mean": draws.mean(axis=1),
                "origin": np.nan_to_num(history.at(window.origin))[where],
            }
        parts.append(part)
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def by_window(rows: Rows, measure: str) -> list[float]:
    return [float(rows[measure][rows["window"] == w].mean()) for w in np.unique(rows["window"])]


def country_table(ours: Rows, theirs: Rows) -> dict[str, str]:
    """The lines of the table for countries."""
    plain = ~((ours["unit"] == ETHIOPIA) & np.isin(ours["month"], SUMMARIES))
    gain = skill(
        ours["crps"][plain], theirs["crps"][plain], ours["unit"][plain], ours["month"][plain]
    )
    each = [
        1 - ours["crps"][here].sum() / theirs["crps"][here].sum()
        for w in np.unique(ours["window"])
        for here in [plain & (ours["window"] == w)]
    ]
    pit = ours["pit"]
    war, heavy = ours["mean"] >= 1, ours["origin"] >= 100
    figures = {
        f"{name} by window": " ".join(f"{value:.3f}" for value in by_window(ours, key))
        for name, key in (("CRPS", "crps"), ("IGN", "ign"), ("MIS", "mis"))
    }
    pairs = {
        name: f"{np.mean(by_window(ours, key)):.3f} (conflictology12 "
        f"{np.mean(by_window(theirs, key)):.3f})"
        for name, key in (("CRPS", "crps"), ("IGN", "ign"), ("MIS", "mis"), ("log CRPS", "log"))
    }
    return {
        **pairs,
        **figures,
        "CRPS without Tigray's two months": f"{np.mean(ours['crps'][plain]):.3f} "
        f"(conflictology12 {np.mean(theirs['crps'][plain]):.3f})",
        "skill without them": f"{gain.value:.1%} (90 % interval {gain.low:.1%} to {gain.high:.1%})",
        "skill by window": " ".join(f"{value:.1%}" for value in each),
        "90 % band of the randomised PIT": f"{((pit > 0.05) & (pit < 0.95)).mean():.1%}",
        "coverage where the mean is at least 1": f"{ours['covered'][war].mean():.1%}",
        "coverage in heavy war": f"{ours['covered'][heavy].mean():.1%}",
        "seconds a window": f"{ours['seconds'].max():.1f}",
    }


def grid_table(ours: Rows, theirs: Rows, zero: Rows) -> dict[str, str]:
    """The lines of the table for PRIO-GRID."""

    def ratio(rows: Rows) -> str:
        pairs = zip(by_window(rows, "crps"), by_window(zero, "crps"), strict=True)
        return " ".join(f"{one / other:.3f}" for one, other in pairs)

    def ign(rows: Rows) -> str:
        return " ".join(f"{value:.4f}" for value in by_window(rows, "ign"))

    return {
        "CRPS as a ratio to zero": f"{ratio(ours)} (conflictology_n {ratio(theirs)})",
        "IGN": f"{ign(ours)} (conflictology_n {ign(theirs)}; zero {ign(zero)})",
        "MIS": " ".join(f"{value:.3f}" for value in by_window(ours, "mis")),
        "seconds a window": f"{ours['seconds'].max():.1f}",
    }


def log_run(level: str, rows: Rows, digest: str) -> None:
    """Append the run, unless this configuration has been scored at this level before."""
    RUNS.parent.mkdir(parents=True, exist_ok=True)
    held = list(csv.DictReader(RUNS.open(encoding="utf-8"))) if RUNS.exists() else []
    if any(run["configuration"] == digest and run["level"] == level for run in held):
        return
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout.strip()
    run = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "commit": commit,
        "configuration": digest,
        "model": models.DEFAULT,
        "level": level,
        **{
            key: " ".join(f"{value:.4f}" for value in by_window(rows, key))
            for key in ("crps", "ign", "mis")
        },
        "mean_crps": f"{np.mean(by_window(rows, 'crps')):.4f}",
        "mean_ign": f"{np.mean(by_window(rows, 'ign')):.4f}",
        "mean_mis": f"{np.mean(by_window(rows, 'mis')):.3f}",
    }
    with RUNS.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, run.keys(), lineterminator="\n")
        if not held:
            writer.writeheader()
        writer.writerow(run)


def show(title: str, lines: dict[str, str]) -> None:
    print(f"\n{title}")
    for name, value in lines.items():
        print(f"  {name:<40} {value}")


def main(data: Path, grid: bool) -> None:
    level: ChallengeLevel = "priogrid" if grid else "country"
    digest = models.configuration(level)
    print(f"model {models.DEFAULT}, level {level}, configuration {digest}")
    ours = rows_of(data, level, models.DEFAULT, *(GRID if grid else COUNTRY))
    log_run(level, ours, digest)
    if grid:
        others = [rows_of(data, level, name, *GRID) for name in ("conflictology_n", "zero")]
        show("PRIO-GRID-month, Y2018 to Y2020", grid_table(ours, *others))
    else:
        theirs = rows_of(data, level, "conflictology12", *COUNTRY)
        show("Country-month, Y2018 to Y2022", country_table(ours, theirs))


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--grid" in sys.argv)
