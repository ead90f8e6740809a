"""What joining draws costs and brings, on origins whose targets end before January 2018.

    python -m benchmarks.joint EVENTS [--areas]

EVENTS is a file of UCDP GED events (GED 21.1, precise places). For countries: the scores of the
sum of types against a forecast of the sum itself, and of regions with draws in order or by
chance. With --areas: first-level areas forecast alone, against shares of their country's draws.
"""

import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

from tocsin import evaluation, geo, models
from tocsin.evaluation import UnitMonths, all_scores
from tocsin.evaluation.kernels import Floats
from tocsin.models import joint
from tocsin.models.draws import Draws
from tocsin.models.reconciling import past_months
from tocsin.tables.levels import TARGETS, Level, Target
from tocsin.tables.months import parse_month
from tocsin.workflow import arriving, counting

HORIZONS = tuple(range(1, 13))
DRAWS, SEED = 400, 1
REGIONS = {
    "Liptako-Gourma": ("MLI", "BFA", "NER"),
    "Sahel": ("MLI", "BFA", "NER", "TCD", "MRT"),
    "Lake Chad": ("NGA", "NER", "TCD", "CMR"),
    "Horn": ("SOM", "ETH", "KEN", "SDN", "SSD"),
    "Syria and Iraq": ("SYR", "IRQ", "TUR"),
    "Afghanistan and Pakistan": ("AFG", "PAK"),
}
Scores = dict[str, list[dict[str, Floats]]]


def forecast(name: str, panel: UnitMonths, origin: int) -> tuple[Draws, evaluation.History]:
    known, _ = evaluation.with_known_units(panel, origin)
    history = known.until(origin)
    samples = models.named(name, panel.level).forecast(history, HORIZONS, DRAWS, SEED)
    draws = Draws(name, panel.level, panel.target, history.units, origin, HORIZONS, samples)
    return draws, history


def truth(panel: UnitMonths, units: tuple[str, ...], origin: int) -> Floats:
    rows = [panel.units.index(unit) for unit in units]
    return np.stack([panel.at(origin + step)[rows] for step in HORIZONS], axis=1)


def add(scores: Scores, what: str, observed: Floats, samples: np.ndarray) -> None:
    known = ~np.isnan(observed.ravel())
    rows = samples.reshape(-1, samples.shape[-1])[known]
    scores.setdefault(what, []).append(all_scores(observed.ravel()[known], rows))


def countries(panels: dict[Target, UnitMonths], origin: int, scores: Scores) -> None:
    made = {target: forecast("tocsin", panel, origin) for target, panel in panels.items()}
    months = past_months(made["ged_all"][1], max(HORIZONS), DRAWS, SEED)
    ordered = {t: joint.in_order(draws, past, months, SEED) for t, (draws, past) in made.items()}
    whole = made["ged_all"][0]
    observed = truth(panels["ged_all"], whole.units, origin)
    add(scores, "ged_all, forecast itself", observed, whole.samples)
    apart = {t: draws for t, (draws, _) in made.items()}
    add(scores, "ged_all, sum of types by chance", observed, joint.summed(apart, whole).samples)
    add(scores, "ged_all, sum of types in order", observed, joint.summed(ordered, whole).samples)
    for members in REGIONS.values():
        held = [unit for unit in members if unit in whole.units]
        rows = [whole.units.index(unit) for unit in held]
        for how, draws in (("by chance", whole), ("in order", ordered["ged_all"])):
            total = draws.of(held).samples.sum(axis=0, dtype=np.int64)
            year = observed[rows].sum()
            add(scores, f"region's month, {how}", observed[rows].sum(axis=0), total)
            add(scores, f"region's year, {how}", np.array([year]), total.sum(axis=0)[None])


def areas(panels: dict[Level, UnitMonths], origin: int, scores: Scores) -> None:
    country, past = forecast("tocsin", panels["country"], origin)
    area, area_past = forecast("tocsin", panels["admin1"], origin)
    rival, _ = forecast("conflictology12", panels["admin1"], origin)
    months = past_months(past, max(HORIZONS), DRAWS, SEED)
    country = joint.in_order(country, past, months, SEED)
    ordered = joint.in_order(area, area_past, months, SEED)
    shared = joint.shared_out(country, ordered, area_past, lambda unit: unit[:3], SEED)
    assert not joint.misfits(country, shared, lambda unit: unit[:3])
    observed = truth(panels["admin1"], area.units, origin)
    for what, draws in (("alone", area), ("shares of the country", shared), ("baseline", rival)):
        add(scores, f"areas, {what}", observed, draws.samples)


def told(scores: Scores) -> None:
    print(f"{'':34} {'CRPS':>10} {'IGN':>8} {'MIS':>10} {'rows':>8}")
    for what, parts in scores.items():
        mean = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        print(
            f"{what:34} {mean['crps'].mean():>10.4f} {mean['ign'].mean():>8.4f} "
            f"{mean['mis'].mean():>10.3f} {len(mean['crps']):>8}"
        )


def main(events: Path, with_areas: bool) -> None:
    scores: Scores = {}
    with tempfile.TemporaryDirectory() as home:
        os.environ["TOCSIN_HOME"] = home
        list(arriving.ingest([events]))
        last, day = parse_month("2017-12"), date(2021, 12, 31)

        def panel(level: Level, target: Target, area: str = "") -> UnitMonths:
            rows = counting.build_panel(
                level, target, counting.FIRST_MONTH, last, as_of=day, area=area
            )
            return models.build_unit_months(rows)

        if with_areas:
            divided = ",".join(one.iso3 for one in geo.countries() if geo.units(one.iso3))
            held = {
                "country": panel("country", "ged_sb"),
                "admin1": panel("admin1", "ged_sb", divided),
            }
            for origin in range(parse_month("2006-12"), parse_month("2016-12") + 1, 24):
                areas(held, origin, scores)  # type: ignore[arg-type]
        else:
            every = {target: panel("country", target) for target in TARGETS}
            for origin in range(parse_month("2004-12"), parse_month("2016-12") + 1, 8):
                countries(every, origin, scores)
    told(scores)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--areas" in sys.argv)
