"""The scorecard: rules replayed month by month on what was known, against written outcomes.

At each month the rules see counts up to that month only. Thresholds and probabilities are learned
anew each January from months whose outcomes had all come by then. Two opponents are learned the
same way: persistence (was there such harm in the window just past?) and the seasonal base rate
(how often in this area and calendar month?).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData, UsageError
from tocsin.tables.months import month_text, year_month
from tocsin.warning.abouts import About, abouts_of
from tocsin.warning.assessing import entries, ranks
from tocsin.warning.evidence import Evidence
from tocsin.warning.judging import Measured, measure, states
from tocsin.warning.problems import Problem
from tocsin.warning.rulebook import Rulebook

FACTORS = (0.5, 1.0, 2.0, 4.0, 8.0)
ALARM = 3  # the rank of `alert`: from there on a warning is an alarm
WEEKS = 52.18 / 12  # in a month
KNOWN_TO_AUTHORS = ("MLI", "BFA")
RESAMPLES = 500
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Replayed:
    """Area by month: the rank of the level, three chances, and what came (NaN: not known)."""

    units: tuple[str, ...]
    months: NDArray[np.int64]
    rank: NDArray[np.int8]
    chance: Matrix
    persistence: Matrix
    seasonal: Matrix
    came: Matrix
    deaths: Matrix  # of the month itself
    factors: dict[int, float]  # year → factor on the thresholds that may be learned


def replay_rules(book: Rulebook, name: str, evidence: Evidence, first: int) -> Replayed:
    """Replay the rules of one problem over every month of `evidence`; scored from `first` on.

    Raises
    ------
    UsageError, if the problem's outcome is not counted by area and month.
    NotEnoughData, if no counts are held.
    """
    problem = book.problem(name)
    if problem.outcome.target is None or not problem.where.level:
        raise UsageError(
            "the outcome of {name} is not counted by area and month",
            remedy="Choose one of: mass-casualty, quiet-area, coastal-spillover.",
            name=name,
        )
    counts = evidence.counts.get((problem.where.level, problem.outcome.target))
    if counts is None:
        raise NotEnoughData(
            "no rule can be judged: the panel is empty",
            remedy="Ingest a release that covers these areas and months: tocsin ingest FILE.",
        )
    abouts = [
        each
        for each in abouts_of(problem, evidence, evidence.clocks[-1])
        if counts.row(each.area) is not None
    ]
    rows = [counts.row(each.area) or 0 for each in abouts]
    months = np.array(evidence.known_month)
    came = outcomes(problem, counts.values[rows], months - counts.first_month)
    deaths = counts.values[rows][:, months - counts.first_month]
    measured = {
        each: measure(book.indicators[each], abouts, evidence) for each in book.used_by(name)
    }
    by_factor = {factor: _ranks(book, name, measured, evidence, factor) for factor in FACTORS}
    return _learned(problem, abouts, months, by_factor, came, deaths, first)


def outcomes(problem: Problem, values: Matrix, columns: NDArray[np.int64]) -> Matrix:
    """1 where the harm comes in the window after a month, 0 where it does not, NaN if unknown.

    With `from_quiet`, months whose own last three months had such harm are left out (NaN).
    """
    least, window = problem.outcome.deaths or 1, problem.window_months
    found = np.full((values.shape[0], len(columns)), np.nan)
    for place, column in enumerate(columns):
        ahead = values[:, column + 1 : column + 1 + window]
        harmed = (np.nan_to_num(ahead) >= least).any(axis=1)
        whole = (ahead.shape[1] == window) & ~np.isnan(ahead).any(axis=1)
        found[:, place] = np.where(harmed, 1.0, np.where(whole, 0.0, np.nan))
        if problem.outcome.from_quiet:
            past = np.nan_to_num(values[:, max(0, column - 2) : column + 1]) >= least
            found[past.any(axis=1), place] = np.nan
    return found


def _ranks(
    book: Rulebook,
    name: str,
    measured: Mapping[str, Measured],
    evidence: Evidence,
    factor: float,
) -> NDArray[np.int8]:
    asked = {each: states(book.indicators[each], got, factor) for each, got in measured.items()}
    problem = book.problems[name]
    return ranks(problem, entries(problem, asked), evidence.micros)


def _learned(
    problem: Problem,
    abouts: Sequence[About],
    months: NDArray[np.int64],
    by_factor: Mapping[float, NDArray[np.int8]],
    came: Matrix,
    deaths: Matrix,
    first: int,
) -> Replayed:
    shape = came.shape
    rank = np.zeros(shape, np.int8)
    chance, persistence, seasonal = (np.full(shape, np.nan) for _ in range(3))
    factors: dict[int, float] = {}
    least = problem.outcome.deaths or 1
    harmed = _recent(np.nan_to_num(deaths) >= least, problem.window_months)
    calendar = np.array([year_month(int(month))[1] for month in months])
    for year in sorted({year_month(int(month))[0] for month in months if month >= first}):
        january = (year - 1980) * 12 + 1
        # Learned from months whose whole window had been published before that January.
        train = np.flatnonzero(months + problem.window_months + 2 <= january)
        now = np.flatnonzero((months >= max(january, first)) & (months < january + 12))
        if not len(train) or not len(now):
            continue
        factors[year] = _best_factor(by_factor, came, train, problem.budget)
        chosen = by_factor[factors[year]]
        rank[:, now] = chosen[:, now]
        table = _rates(chosen[:, train], came[:, train], 5)
        chance[:, now] = table[chosen[:, now]]
        table = _rates(harmed[:, train], came[:, train], 2)
        persistence[:, now] = table[harmed[:, now]]
        seasonal[:, now] = _seasonal(came[:, train], calendar[train], calendar[now])
    scored = months >= first
    return Replayed(
        tuple(each.area for each in abouts), months[scored], rank[:, scored], chance[:, scored],
        persistence[:, scored], seasonal[:, scored], came[:, scored], deaths[:, scored], factors,
    )  # fmt: skip


def _recent(harmed: NDArray[np.bool_], window: int) -> NDArray[np.int8]:
    found = np.zeros(harmed.shape, np.int8)
    for column in range(harmed.shape[1]):
        found[:, column] = harmed[:, max(0, column - window + 1) : column + 1].any(axis=1)
    return found


def _rates(groups: NDArray[np.int8], came: Matrix, number: int) -> Matrix:
    """How often the harm came in each group, drawn to the whole by two pseudo-months."""
    known = ~np.isnan(came)
    base = came[known].mean() if known.any() else 0.0
    rates = np.zeros(number)
    for group in range(number):
        chosen = known & (groups == group)
        rates[group] = (came[chosen].sum() + 2 * base) / (chosen.sum() + 2)
    return rates


def _seasonal(came: Matrix, calendar: NDArray[np.int64], wanted: NDArray[np.int64]) -> Matrix:
    """The area's own rate in that calendar month, drawn to its rate over all months."""
    known = ~np.isnan(came)
    whole = came[known].mean() if known.any() else 0.0
    own = (np.nansum(came, axis=1) + 2 * whole) / (known.sum(axis=1) + 2)
    found = np.zeros((came.shape[0], len(wanted)))
    for place, month in enumerate(wanted):
        same = calendar == month
        number = known[:, same].sum(axis=1)
        found[:, place] = (np.nansum(came[:, same], axis=1) + 4 * own) / (number + 4)
    return found


def alarms(rank: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Where a level of alert or above begins."""
    high = rank >= ALARM
    before = np.zeros(high.shape, bool)
    before[:, 1:] = high[:, :-1]
    return high & ~before


def _best_factor(
    by_factor: Mapping[float, NDArray[np.int8]],
    came: Matrix,
    train: NDArray[np.int64],
    budget: float,
) -> float:
    """The factor with the best F1 on the training months among those within the budget."""
    best, chosen = -1.0, max(by_factor)
    truth = came[:, train] == 1
    known = ~np.isnan(came[:, train])
    for factor, rank in sorted(by_factor.items()):
        rate = alarms(rank)[:, train].sum() / (len(train) * WEEKS)
        said = rank[:, train] >= ALARM
        right = (said & truth).sum()
        total = (said & known).sum() + truth.sum()
        score = 2 * right / total if total else 0.0
        if rate <= budget and score > best:
            best, chosen = float(score), factor
    return chosen


def summary(problem: Problem, found: Replayed, seed: int = 1) -> dict[str, Any]:
    """Figures for the other countries (the headline), and apart for those the authors knew."""
    country = np.array([unit[:3] for unit in found.units])
    apart = np.isin(country, KNOWN_TO_AUTHORS)
    groups = {"other_countries": ~apart} | {
        iso3: country == iso3 for iso3 in KNOWN_TO_AUTHORS if (country == iso3).any()
    }
    return {
        "months": [month_text(int(found.months[0])), month_text(int(found.months[-1]))],
        "factors": found.factors,
        "groups": {
            name: figures(problem, found, rows, seed)
            | ({} if name == "other_countries" else {"known_to_the_authors": True})
            for name, rows in groups.items()
        },
    }


def figures(
    problem: Problem, found: Replayed, rows: NDArray[np.bool_], seed: int
) -> dict[str, Any]:
    """Hits, misses, false alarms, lead, Brier and skill with intervals, precision and recall."""
    came, rank, deaths = found.came[rows], found.rank[rows], found.deaths[rows]
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
        **_harms(problem, rank, deaths),
    }
    for opponent in ("persistence", "seasonal"):
        result[f"skill_over_{opponent}"] = _skill(
            errors["rules"], errors[opponent], scored, years, seed
        )
    return result


def _harms(problem: Problem, rank: NDArray[np.int8], deaths: Matrix) -> dict[str, Any]:
    """Months of harm, onset and continuation apart: warned of before, or missed; lead in months."""
    least, window = problem.outcome.deaths or 1, problem.window_months
    harmed = np.nan_to_num(deaths) >= least
    result: dict[str, Any] = {}
    leads: list[int] = []
    tally = {"onset": [0, 0], "continuation": [0, 0]}
    for row, column in zip(*np.nonzero(harmed), strict=True):
        if column < max(window, 12):
            continue  # the year before is needed to say which of the two it is
        onset = not harmed[row, column - 12 : column].any()
        if problem.outcome.from_quiet and not onset:
            continue
        before = rank[row, column - window : column] >= ALARM
        kind = "onset" if onset else "continuation"
        tally[kind][0 if before.any() else 1] += 1
        if before.any():
            leads.append(window - int(np.argmax(before)))
    for kind, (hits, missed) in tally.items():
        result[kind] = {"hits": hits, "misses": missed, "share_warned": _ratio(hits, hits + missed)}
    result["median_lead_months"] = float(np.median(leads)) if leads else None
    return result


def worst_misses(problem: Problem, found: Replayed, number: int = 20) -> list[dict[str, Any]]:
    """The deadliest months that no alarm in the window before had announced, and what was said."""
    least, window = problem.outcome.deaths or 1, problem.window_months
    rows: list[dict[str, Any]] = []
    for row, column in zip(*np.nonzero(np.nan_to_num(found.deaths) >= least), strict=True):
        before = found.rank[row, max(0, column - window) : column]
        if column < window or (before >= ALARM).any():
            continue
        chance = found.chance[row, column - 1]
        rows.append(
            {
                "area": found.units[row],
                "month": month_text(int(found.months[column])),
                "deaths": int(found.deaths[row, column]),
                "highest_rank_before": int(before.max(initial=0)),
                "chance_given": None if np.isnan(chance) else _round(chance),
            }
        )
    return sorted(rows, key=lambda each: -each["deaths"])[:number]


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
