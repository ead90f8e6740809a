"""What earlier years teach: thresholds within a budget of alarms, and how often a level came true.

A problem whose harm is counted by area and month is replayed over all the months that were known
by a January; nothing later is looked at. The scorecard and the watch learn by the same functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.errors import NotEnoughData
from tocsin.tables.kinds.warnings import LEVELS
from tocsin.tables.months import year_month
from tocsin.warning.abouts import About, abouts_of
from tocsin.warning.assessing import entries, ranks
from tocsin.warning.evidence import Evidence
from tocsin.warning.hazards import LAG, Fit, harms_ahead
from tocsin.warning.indicators import HazardRule
from tocsin.warning.judging import Measured, measure, states
from tocsin.warning.problems import Problem
from tocsin.warning.rulebook import Rulebook

FACTORS = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 8.0)
ALARM = 3  # the rank of `alert`: from there on a warning is an alarm
WEEKS = 52.18 / 12  # in a month
BUDGET_MONTHS = 60  # the budget must hold over the last five years that teach
TEACH_MONTHS = 180  # levels of the last fifteen years teach; what a hazard learns goes back further
WARM_MONTHS = 12  # replayed before them, so that levels held from earlier are held
LEAST_MONTHS = 30  # area-months at a level before its likelihood is learned
RESAMPLES = 200
Matrix = NDArray[np.float64]
Ranks = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class History:
    """The rules of one problem over all months of the evidence, for every factor that is tried."""

    problem: Problem
    abouts: tuple[About, ...]
    months: NDArray[np.int64]
    by_factor: Mapping[float, Ranks]  # factor → (areas, months) ranks
    came: Matrix  # 1, 0, or NaN where it is not known
    deaths: Matrix  # of the month itself
    stated: Matrix | None  # the chance by the problem's own hazard, where it has one

    def until(self, january: int) -> NDArray[np.int64]:
        """The last columns whose whole window had been counted by a January."""
        over = self.months + self.problem.window_months + LAG <= january
        return np.flatnonzero(over)[-TEACH_MONTHS:]


@dataclass(frozen=True)
class Lesson:
    """What the months known by one January teach of one problem."""

    factor: float  # on the thresholds that may be learned
    alarms_a_week: float  # with that factor, over the last years that teach
    rates: tuple[float, ...]  # how often the harm came, by rank 0 … 4
    bands: Mapping[str, tuple[float, float]]  # level → likelihood, 90 % by whole years


@dataclass(frozen=True)
class Lessons:
    """What a pass needs of what was learned: factors, likelihoods and the hazards' weights."""

    year: int
    factors: Mapping[str, float]
    likelihood: Mapping[tuple[str, str], tuple[float, float]]
    fits: Mapping[tuple[str, int], Fit | None]


def counted(problem: Problem) -> bool:
    """Whether a problem's harm is counted by area and month."""
    return problem.outcome.target is not None and bool(problem.where.level)


def january_of(month: int) -> int:
    """The January of a month's year: what it teaches holds for the months of that year."""
    return (year_month(month)[0] - 1980) * 12 + 1


def history_of(book: Rulebook, name: str, evidence: Evidence) -> History:
    """Replay one problem over every month of `evidence`.

    Raises
    ------
    NotEnoughData, if no counts are held.
    """
    problem = book.problem(name)
    level, target = problem.where.level or "country", problem.outcome.target or "ged_all"
    counts = evidence.counts.get((level, target))
    if counts is None:
        raise NotEnoughData(
            "no rule can be judged: the panel is empty",
            remedy="Ingest a release that covers these areas and months: tocsin ingest FILE.",
        )
    found = abouts_of(problem, evidence, evidence.clocks[-1])
    abouts = tuple(each for each in found if counts.row(each.area) is not None)
    rows = [counts.row(each.area) or 0 for each in abouts]
    months = np.array(evidence.known_month)
    columns = months - counts.first_month
    asked = HazardRule(
        title=problem.title, target=target, deaths=problem.outcome.deaths or 1,
        months=problem.window_months, from_quiet=problem.outcome.from_quiet, at_least=1.0,
    )  # fmt: skip
    measured = {
        each: measure(book.indicators[each], abouts, evidence) for each in book.used_by(name)
    }
    own = measure(book.indicators[problem.chance], abouts, evidence) if problem.chance else None
    return History(
        problem,
        abouts,
        months,
        {factor: _ranks(book, name, measured, evidence, factor) for factor in FACTORS},
        harms_ahead(counts.values[rows], columns, asked),
        counts.values[rows][:, columns],
        None if own is None else np.where(own.doubt, np.nan, own.value),
    )


def _ranks(
    book: Rulebook, name: str, measured: Mapping[str, Measured], evidence: Evidence, factor: float
) -> Ranks:
    asked = {each: states(book.indicators[each], got, factor) for each, got in measured.items()}
    problem = book.problems[name]
    return ranks(problem, entries(problem, asked), evidence.micros)


def lesson(history: History, year: int) -> Lesson | None:
    """What was known in January of a year teaches; None if no window had ended by then."""
    train = history.until((year - 1980) * 12 + 1)
    if not len(train):
        return None
    factor, rate = _within_budget(history, train)
    rank, came = history.by_factor[factor][:, train], history.came[:, train]
    years = np.array([year_month(int(month))[0] for month in history.months[train]])
    return Lesson(factor, rate, tuple(rates_of(rank, came, 5)), _bands(rank, came, years))


def _within_budget(history: History, train: NDArray[np.int64]) -> tuple[float, float]:
    """The most watchful factor whose alarms stay within the budget; else the least watchful."""
    recent = train[-BUDGET_MONTHS:]
    rate = 0.0
    for factor in sorted(history.by_factor):
        begun = alarms(history.by_factor[factor])[:, recent].sum()
        rate = float(begun / (len(recent) * WEEKS))
        if rate <= history.problem.budget:
            return factor, rate
    return max(history.by_factor), rate


def alarms(rank: Ranks) -> NDArray[np.bool_]:
    """Where a level of alert or above begins."""
    high = rank >= ALARM
    before = np.zeros(high.shape, bool)
    before[:, 1:] = high[:, :-1]
    return high & ~before


def rates_of(groups: Ranks, came: Matrix, number: int) -> Matrix:
    """How often the harm came in each group, drawn to the whole by two pseudo-months."""
    known = ~np.isnan(came)
    base = came[known].mean() if known.any() else 0.0
    rates = np.zeros(number)
    for group in range(number):
        chosen = known & (groups == group)
        rates[group] = (came[chosen].sum() + 2 * base) / (chosen.sum() + 2)
    return rates


def _bands(rank: Ranks, came: Matrix, years: NDArray[np.int64]) -> dict[str, tuple[float, float]]:
    """How often the harm came at each level: 90 % over whole years drawn with replacement."""
    rng = np.random.default_rng(1)
    each_year = [years == year for year in np.unique(years)]
    drawn = rng.integers(0, len(each_year), (RESAMPLES, len(each_year)))
    found: dict[str, tuple[float, float]] = {}
    for number, level in enumerate(LEVELS, start=1):
        at = (rank == number) & ~np.isnan(came)
        if at.sum() < LEAST_MONTHS:
            continue
        total = np.array([at[:, year].sum() for year in each_year])
        harms = np.array([((came == 1) & at)[:, year].sum() for year in each_year])
        share = harms[drawn].sum(axis=1) / np.maximum(total[drawn].sum(axis=1), 1)
        low, high = np.quantile(share, [0.05, 0.95])
        found[level] = (round(float(low), 3), round(float(high), 3))
    return found


def learn(book: Rulebook, evidence: Evidence, year: int) -> Lessons:
    """Lessons of one January for every problem whose harm is counted.

    Parameters
    ----------
    evidence : with one clock a month, up to the last month that was known in that January
    """
    factors: dict[str, float] = {}
    likelihood: dict[tuple[str, str], tuple[float, float]] = {}
    for name, problem in book.problems.items():
        if not counted(problem) or (problem.where.level, problem.outcome.target) not in (
            evidence.counts
        ):
            continue
        found = lesson(history_of(book, name, evidence), year)
        if found is not None:
            factors[name] = found.factor
            likelihood |= {(name, level): band for level, band in found.bands.items()}
    _teach_hazards(book, evidence, (year - 1, year))
    fits = evidence.hazards.fits if evidence.hazards is not None else {}
    kept = {key: fit for key, fit in fits.items() if key[1] in (year - 1, year)}
    return Lessons(year, factors, likelihood, kept)


class _Weights(msgspec.Struct):
    name: str
    year: int
    centre: list[float] = []
    scale: list[float] = []
    weights: list[float] = []


class _Kept(msgspec.Struct):
    year: int
    factors: dict[str, float]
    likelihood: list[tuple[str, str, float, float]]
    fits: list[_Weights]


def to_lessons(found: Lessons) -> bytes:
    """Lessons as JSON, to be kept until the next January."""
    fits = [
        _Weights(
            *key,
            *(
                ()
                if fit is None
                else (fit.centre.tolist(), fit.scale.tolist(), fit.weights.tolist())
            ),
        )
        for key, fit in sorted(found.fits.items())
    ]
    likelihood = [(*key, *band) for key, band in sorted(found.likelihood.items())]
    return msgspec.json.encode(_Kept(found.year, dict(found.factors), likelihood, fits))


def lessons_from(kept: bytes) -> Lessons:
    """Lessons from JSON that `to_lessons` wrote."""
    read = msgspec.json.decode(kept, type=_Kept)
    fits = {
        (one.name, one.year): Fit(np.array(one.centre), np.array(one.scale), np.array(one.weights))
        if one.weights
        else None
        for one in read.fits
    }
    likelihood = {(name, level): (low, high) for name, level, low, high in read.likelihood}
    return Lessons(read.year, read.factors, likelihood, fits)


def _teach_hazards(book: Rulebook, evidence: Evidence, years: Sequence[int]) -> None:
    """Fit what a pass of the year will ask: its own January's weights and those of the last."""
    if evidence.hazards is None:
        return
    for name, problem in book.problems.items():
        level = problem.where.level or "admin1"
        for rule in (book.indicators[each] for each in book.used_by(name)):
            if isinstance(rule, HazardRule) and (level, rule.target) in evidence.counts:
                for year in years:
                    evidence.hazards.fit(rule, level, year)
