"""Figures of a replay: hits, misses, false alarms, lead, skill with intervals, calibration.

The headline is the countries whose history the authors of the rules did not know; those that they
knew stand apart.
"""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.months import first_day, month_text, year_month
from tocsin.warning.abouts import name_of
from tocsin.warning.explaining import both
from tocsin.warning.learning import ALARM, WEEKS, Matrix, alarms
from tocsin.warning.problems import Problem
from tocsin.warning.scorecard import Replayed

KNOWN_TO_AUTHORS = ("MLI", "BFA")
HEADLINE = "other_countries"
RESAMPLES = 500
EPOCH = date(1970, 1, 1)


def summary(
    problem: Problem,
    found: Replayed,
    decided_after: float = 0.0,
    within: frozenset[str] = frozenset(),
    seed: int = 1,
) -> dict[str, Any]:
    """Figures for the other countries (the headline), and apart for those the authors knew.

    `decided_after`: days from a warning to its decision, taken off the lead time. `within`: the
    countries that are judged; none for all.
    """
    country = np.array([unit[:3] for unit in found.units])
    apart = np.isin(country, KNOWN_TO_AUTHORS)
    asked = np.isin(country, sorted(within)) if within else np.ones(len(country), bool)
    groups = {HEADLINE: ~apart & asked} | {
        iso3: country == iso3 for iso3 in KNOWN_TO_AUTHORS if ((country == iso3) & asked).any()
    }
    return {
        "months": [month_text(int(found.months[0])), month_text(int(found.months[-1]))],
        "budget": problem.budget,
        "lessons": {
            str(year): {"factor": each.factor, "alarms_a_week": _round(each.alarms_a_week)}
            for year, each in found.lessons.items()
        },
        "decided_after_days": decided_after,
        "never_counted": _never_counted(found, country),
        "groups": {
            name: figures(problem, found, rows, decided_after, seed)
            | ({} if name == HEADLINE else {"known_to_the_authors": True})
            for name, rows in groups.items()
        },
    }


def _never_counted(found: Replayed, country: NDArray[np.str_]) -> dict[str, float]:
    """Countries of which some area-months were not counted, with the share: unknown, not quiet."""
    shares = {
        str(iso3): _round(np.isnan(found.deaths[country == iso3]).mean())
        for iso3 in np.unique(country)
    }
    return {iso3: share for iso3, share in shares.items() if share}


def figures(
    problem: Problem,
    found: Replayed,
    rows: NDArray[np.bool_],
    decided_after: float,
    seed: int,
) -> dict[str, Any]:
    """Hits, misses, false alarms, lead, Brier and skill with intervals, precision and recall."""
    came, rank = found.came[rows], found.rank[rows]
    scored = ~np.isnan(came) & ~np.isnan(found.chance[rows])
    said, truth = (rank >= ALARM) & scored, (came == 1) & scored
    starts = alarms(rank) & scored
    errors = {
        name: (chance[rows] - came) ** 2
        for name, chance in (
            ("rules", found.chance),
            ("persistence", found.persistence),
            ("seasonal", found.seasonal),
        )
    }
    years = np.array([year_month(int(month))[0] for month in found.months])
    result: dict[str, Any] = {
        "areas": int(rows.sum()),
        "area_months": int(scored.sum()),
        "unknown_area_months": int((~scored).sum()),
        "harm_came": int(truth.sum()),
        "alarms": int(starts.sum()),
        "alarms_hit": int((starts & truth).sum()),
        "false_alarms": int((starts & ~truth).sum()),
        "alarms_per_analyst_week": _round(starts.sum() / (len(found.months) * WEEKS)),
        "precision": _ratio(int((said & truth).sum()), int(said.sum())),
        "recall": _ratio(int((said & truth).sum()), int(truth.sum())),
        "brier": {name: _round(error[scored].mean()) for name, error in errors.items()}
        if scored.any()
        else {},
        "calibration": _calibration(found.chance[rows][scored], came[scored]),
        "precision_recall": _curve(found.chance[rows][scored], came[scored]),
        **_harms(problem, found, rows, decided_after),
    }
    for opponent in ("persistence", "seasonal"):
        result[f"skill_over_{opponent}"] = _skill(
            errors["rules"], errors[opponent], scored, years, seed
        )
    return result


def harm_months(problem: Problem, found: Replayed) -> list[tuple[int, int, bool]]:
    """(area, month, whether an onset) of every month of harm that a warning could announce.

    An onset has had no such harm for twelve months. The year before is needed to tell.
    """
    harmed = np.nan_to_num(found.deaths) >= (problem.outcome.deaths or 1)
    told = []
    for row, column in zip(*np.nonzero(harmed), strict=True):
        if column < max(problem.window_months, 12):
            continue
        onset = not harmed[row, column - 12 : column].any()
        recent = harmed[row, column - 3 : column].any()
        if not (problem.outcome.from_quiet and recent):
            told.append((int(row), int(column), onset))
    return told


def _harms(
    problem: Problem, found: Replayed, rows: NDArray[np.bool_], decided_after: float
) -> dict[str, Any]:
    """Months of harm, onset and continuation apart: warned of, warned in time, missed; lead."""
    window = problem.window_months
    tally = {"onset": [0, 0, 0], "continuation": [0, 0, 0]}
    leads: list[float] = []
    for row, column, onset in harm_months(problem, found):
        if not rows[row]:
            continue
        before = found.rank[row, column - window : column] >= ALARM
        begins = (first_day(int(found.months[column])) - EPOCH).days
        lead = (
            begins - int(found.clocks[column - window + int(np.argmax(before))])
            if before.any()
            else None
        )
        counts = tally["onset" if onset else "continuation"]
        counts[0 if lead is not None else 2] += 1
        if lead is not None:
            counts[1] += lead > 0
            leads.append(lead)
    result: dict[str, Any] = {
        kind: {
            "hits": hits,
            "in_time": in_time,
            "misses": missed,
            "share_warned": _ratio(hits, hits + missed),
        }
        for kind, (hits, in_time, missed) in tally.items()
    }
    median = float(np.median(leads)) if leads else None
    result["median_lead_days"] = median
    result["median_usable_lead_days"] = None if median is None else _round(median - decided_after)
    return result


def worst_misses(
    problem: Problem, found: Replayed, within: frozenset[str] = frozenset(), number: int = 20
) -> list[dict[str, Any]]:
    """The deadliest months that no alarm in the window before had announced, and what was said."""
    window = problem.window_months
    rows: list[dict[str, Any]] = []
    for row, column, onset in harm_months(problem, found):
        before = found.rank[row, column - window : column]
        unit = found.units[row]
        if (before >= ALARM).any() or (within and unit[:3] not in within):
            continue
        chance = found.chance[row, column - 1]
        rows.append(
            {
                "area": unit,
                "name": both(name_of(unit)),
                "month": month_text(int(found.months[column])),
                "deaths": int(found.deaths[row, column]),
                "onset": onset,
                "highest_rank_before": int(before.max(initial=0)),
                "deaths_of_the_window_before": _sum(found.deaths[row, column - window : column]),
                "chance_given": None if np.isnan(chance) else _round(chance),
                "known_to_the_authors": unit[:3] in KNOWN_TO_AUTHORS,
            }
        )
    return sorted(rows, key=lambda each: (-each["deaths"], each["area"], each["month"]))[:number]


def _sum(deaths: Matrix) -> int | None:
    return None if np.isnan(deaths).all() else int(np.nansum(deaths))


def _curve(chance: Matrix, came: Matrix) -> dict[str, Any]:
    """Precision and recall at falling thresholds of the chance, and the average precision."""
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(came[order] == 1)
    if not len(hits) or not hits[-1]:
        return {"average_precision": None, "base_rate": None, "points": []}
    last = np.flatnonzero(np.append(np.diff(chance[order]) != 0, True))
    precision, recall = hits[last] / (last + 1), hits[last] / hits[-1]
    gained = np.diff(recall, prepend=0.0)
    points = []
    for wanted in np.linspace(0.05, 1.0, 20):
        place = int(np.searchsorted(recall, wanted - 1e-12))
        points.append(
            {
                "recall": _round(recall[place]),
                "precision": _round(precision[place]),
                "chance": _round(chance[order][last[place]]),
            }
        )
    return {
        "average_precision": _round((gained * precision).sum()),
        "base_rate": _round(hits[-1] / len(hits)),
        "points": points,
    }


def _skill(
    own: Matrix, other: Matrix, scored: NDArray[np.bool_], years: NDArray[np.int64], seed: int
) -> dict[str, Any]:
    """1 - Brier / Brier of the opponent, with a 90 % interval from resampling whole years."""
    kept_own, kept_other = np.where(scored, own, 0.0), np.where(scored, other, 0.0)
    blocks = [
        (kept_own[:, years == year].sum(), kept_other[:, years == year].sum())
        for year in np.unique(years)
    ]
    sums = np.array(blocks)
    if sums[:, 1].sum() == 0:
        return {"value": None, "low": None, "high": None}
    rng = np.random.default_rng(seed)
    drawn = sums[rng.integers(0, len(sums), (RESAMPLES, len(sums)))].sum(axis=1)
    skills = 1 - drawn[:, 0] / np.maximum(drawn[:, 1], 1e-12)
    low, high = np.quantile(skills, [0.05, 0.95])
    total = sums.sum(axis=0)
    return {"value": _round(1 - total[0] / total[1]), "low": _round(low), "high": _round(high)}


def _calibration(chance: Matrix, came: Matrix) -> list[dict[str, Any]]:
    """Mean chance and share that came, by tenths of the chance."""
    rows = []
    for tenth in range(10):
        chosen = (chance >= tenth / 10) & (chance < (tenth + 1) / 10 + (tenth == 9))
        if chosen.any():
            rows.append(
                {
                    "said": _round(chance[chosen].mean()),
                    "came": _round(came[chosen].mean()),
                    "area_months": int(chosen.sum()),
                }
            )
    return rows


def _ratio(part: int, whole: int) -> float | None:
    return _round(part / whole) if whole else None


def _round(value: Any) -> float:
    return round(float(value), 4)
