"""Chances learned from earlier years: how likely a harm is, by what the counts say of an area.

A logistic regression over logarithms of deaths (here, next door, in the rest of the country), of
how often and how long ago there was harm. It is fitted anew each January on the area-months whose
whole window had been counted by then; nothing later reaches it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.tables.bodies import Words
from tocsin.tables.levels import Level, Target
from tocsin.tables.months import year_month
from tocsin.warning.counts import Counts, trailing
from tocsin.warning.indicators import HazardRule

Matrix = NDArray[np.float64]
START = 60  # months of counts before the first that may teach
LAG = 2  # months until the last month of a window has been counted and published
QUIET_MONTHS = 3  # an onset has had no such harm in the months before
RIDGE = 3.0
LEAST_HARMS = 20  # with fewer there is nothing to learn from
LONGEST = 120.0  # months since the last harm, at most
STEPS = 25
SPARED = 4  # of months without harm one in four teaches, and weighs for four: it says as much
# What each feature says, in the order of `build_features`.
FEATURES = (
    Words("morts du dernier mois", "deaths of the last month"),
    Words("morts de trois mois", "deaths of three months"),
    Words("morts de douze mois", "deaths of twelve months"),
    Words("morts de cinq ans", "deaths of five years"),
    Words("part des douze derniers mois avec ce mal", "share of the last twelve months with it"),
    Words("part des cinq dernières années avec ce mal", "share of the last five years with it"),
    Words("morts chez les voisins en trois mois", "deaths next door in three months"),
    Words("morts chez les voisins en douze mois", "deaths next door in twelve months"),
    Words("nombre de voisins en guerre", "number of neighbours at war"),
    Words(
        "morts du reste du pays en trois mois", "deaths in the rest of the country, three months"
    ),
    Words("morts du reste du pays en un an", "deaths in the rest of the country, twelve months"),
    Words("temps depuis les derniers morts", "time since the last deaths"),
    Words("temps depuis le dernier mal de cette taille", "time since the last harm of that size"),
)
NAMED = 3  # features that an explanation names
ENOUGH = 1e-6  # gain in log likelihood, over tens of thousands of area-months


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights of one January, for features that are centred and scaled."""

    centre: Matrix
    scale: Matrix
    weights: Matrix  # the first is the constant

    def chance(self, features: Matrix) -> Matrix:
        """(…, F) features → (…) chances."""
        linear = self.weights[0] + ((features - self.centre) / self.scale) @ self.weights[1:]
        return np.asarray(1 / (1 + np.exp(-np.clip(linear, -30, 30))))


@dataclass(eq=False)
class Hazards:
    """Chances by area and month for any hazard rule, each year's fit made when first wanted.

    `fits` may be given (what was learned before): a year that is in it is not learned again.
    """

    counts: Mapping[tuple[Level, Target], Counts]
    fits: dict[tuple[str, int], Fit | None] = field(default_factory=dict)
    _came: dict[str, Matrix] = field(default_factory=dict)
    _features: dict[tuple[Level, Target, float], Matrix] = field(default_factory=dict)

    def chances(
        self, rule: HazardRule, level: Level, month: int
    ) -> tuple[Matrix, NDArray[np.bool_]]:
        """Chance by row of the counts, as of a known month, and where it cannot be said.

        The fit is that of the January of the month's year.
        """
        held = self.counts[level, rule.target]
        column = month - held.first_month
        fit = self.fit(rule, level, year_month(month)[0])
        if fit is None or not START <= column < held.values.shape[1]:
            return np.zeros(len(held.units)), np.ones(len(held.units), bool)
        chance = fit.chance(self._of(rule, level)[:, column])
        recent = held.values[:, column - QUIET_MONTHS + 1 : column + 1]
        if rule.from_quiet:
            chance = np.where((np.nan_to_num(recent) >= rule.deaths).any(axis=1), 0.0, chance)
        return chance, np.asarray(np.isnan(recent).any(axis=1))

    def reasons(self, rule: HazardRule, level: Level, unit: str, month: int) -> list[Words]:
        """What raises a unit's chance most above that of an average area-month, the most first."""
        held = self.counts[level, rule.target]
        fit, row = self.fit(rule, level, year_month(month)[0]), held.row(unit)
        if fit is None or row is None:
            return []
        features = self._of(rule, level)[row, month - held.first_month]
        raised = fit.weights[1:] * (features - fit.centre) / fit.scale
        order = np.argsort(-raised, kind="stable")[:NAMED]
        return [FEATURES[place] for place in order if raised[place] > 0]

    def fit(self, rule: HazardRule, level: Level, year: int) -> Fit | None:
        """What was known in January of a year teaches; None where that is too little."""
        key = (fit_name(rule, level), year)
        if key not in self.fits:
            self.fits[key] = self._learn(rule, level, year)
        return self.fits[key]

    def _learn(self, rule: HazardRule, level: Level, year: int) -> Fit | None:
        held = self.counts[level, rule.target]
        january = (year - 1980) * 12 + 1
        end = january - LAG - rule.months - held.first_month + 1
        if end <= START:
            return None
        rows = [row for row, unit in enumerate(held.units) if not unit.endswith(".unallocated")]
        # The window of the last of them ends two months before January: no later month counts.
        came = self._harms(rule, level)[rows, START:end]
        if np.nansum(came) < LEAST_HARMS:
            return None
        taken = (came == 1) | ((came == 0) & _every(SPARED, came.shape))
        features = self._of(rule, level)[rows, START:end]
        return _fitted(features[taken], came[taken])

    def _harms(self, rule: HazardRule, level: Level) -> Matrix:
        key = fit_name(rule, level)
        if key not in self._came:
            values = self.counts[level, rule.target].values
            self._came[key] = harms_ahead(values, np.arange(values.shape[1]), rule)
        return self._came[key]

    def _of(self, rule: HazardRule, level: Level) -> Matrix:
        key = (level, rule.target, rule.deaths)
        if key not in self._features:
            country = self.counts.get(("country", rule.target))
            self._features[key] = build_features(
                self.counts[level, rule.target], country, rule.deaths
            )
        return self._features[key]


def fit_name(rule: HazardRule, level: Level) -> str:
    """What makes two rules learn the same."""
    return f"{level} {rule.target} {rule.deaths:g} {rule.months} {rule.from_quiet}"


def harms_ahead(values: Matrix, columns: NDArray[np.int64], rule: HazardRule) -> Matrix:
    """1 where the harm comes in the window after a month, 0 where it does not, NaN if unknown.

    With `from_quiet`, months whose own last three months had such harm are left out (NaN).

    >>> rule = HazardRule(title=Words(), deaths=25, months=2, at_least=0.5)
    >>> harms_ahead(np.array([[0.0, 0, 30, 0, 0]]), np.array([0, 1, 3]), rule)
    array([[ 1.,  1., nan]])
    """
    found = np.full((values.shape[0], len(columns)), np.nan)
    harm = np.nan_to_num(values) >= rule.deaths
    for place, column in enumerate(columns):
        ahead = slice(column + 1, column + 1 + rule.months)
        whole = values[:, ahead].shape[1] == rule.months
        counted = whole & ~np.isnan(values[:, ahead]).any(axis=1)
        found[:, place] = np.where(harm[:, ahead].any(axis=1), 1.0, np.where(counted, 0.0, np.nan))
        if rule.from_quiet:
            past = harm[:, max(0, column - QUIET_MONTHS + 1) : column + 1]
            found[past.any(axis=1), place] = np.nan
    return found


def build_features(counts: Counts, country: Counts | None, deaths: float) -> Matrix:
    """(U, M, F): what the counts up to each month say of each area.

    Logarithms of deaths of the last 1, 3, 12 and 60 months here, of the last 3 and 12 next door
    and in the rest of the country; the share of the last 12 and 60 months with such a harm; how
    many areas next door had five deaths in six months; months since any death and since such a
    harm. What nobody counted adds nothing.
    """
    values = counts.values
    harm = np.where(np.isnan(values), np.nan, values >= deaths)
    near = _touching(counts)
    whole = _around(counts, country)
    own = {months: trailing(values, months).known for months in (1, 3, 6, 12, 60)}
    parts = [np.log1p(own[months]) for months in (1, 3, 12, 60)]
    parts += [trailing(harm, months).known / months for months in (12, 60)]
    parts += [np.log1p(near @ own[months]) for months in (3, 12)]
    parts.append(np.log1p(near @ (own[6] >= 5).astype(float)))
    for months in (3, 12):
        parts.append(np.log1p(np.maximum(trailing(whole, months).known - own[months], 0)))
    parts += [np.log1p(_since(np.nan_to_num(values) >= 1)), np.log1p(_since(harm == 1))]
    return np.stack(parts, axis=-1)


def _touching(counts: Counts) -> Matrix:
    near: Matrix = np.zeros((len(counts.units), len(counts.units)))
    for row, unit in enumerate(counts.units):
        for other in counts.touching.get(unit, ()):
            place = counts.row(other)
            if place is not None:
                near[row, place] = 1.0
    return near


def _around(counts: Counts, country: Counts | None) -> Matrix:
    """For each area the counts of its country, month by month; nothing where none are held."""
    found: Matrix = np.zeros(counts.values.shape)
    if country is None:
        return found
    first = counts.first_month - country.first_month
    for row, unit in enumerate(counts.units):
        place = country.row(unit[:3])
        if place is not None and first >= 0:
            part = country.values[place][first : first + found.shape[1]]
            found[row, : len(part)] = np.nan_to_num(part)
    return found


def _since(happened: NDArray[np.bool_]) -> Matrix:
    """Months since it last happened; `LONGEST` where it has not."""
    found = np.zeros(happened.shape)
    run = np.full(happened.shape[0], LONGEST)
    for column in range(happened.shape[1]):
        run = np.where(happened[:, column], 0.0, np.minimum(run + 1, LONGEST))
        found[:, column] = run
    return found


def _every(number: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Every so-manieth cell, another month in each area."""
    rows, columns = np.indices(shape)
    return np.asarray((rows + columns) % number == 0)


def _fitted(features: Matrix, came: Matrix) -> Fit:
    """Ridge logistic regression by Newton's method, a step halved where it leads up."""
    counts = np.where(came == 1, 1.0, SPARED)
    centre = np.average(features, axis=0, weights=counts)
    scale = np.sqrt(np.average((features - centre) ** 2, axis=0, weights=counts)) + 1e-9
    rows = np.column_stack([np.ones(len(features)), (features - centre) / scale])
    ridge = np.eye(rows.shape[1]) * RIDGE
    ridge[0, 0] = 0.0
    weights = np.zeros(rows.shape[1])
    share = np.average(came, weights=counts)
    weights[0] = np.log(share / (1 - share))

    linear = rows @ weights
    now = _loss(linear, came, counts)  # the weights but for the constant are nought
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(linear, -30, 30)))
        slope = rows.T @ (counts * (chance - came)) + ridge @ weights
        bend = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + ridge
        step = np.linalg.solve(bend, slope)
        along, length, new = rows @ step, 1.0, float("inf")
        while length > 1e-4:
            to = weights - length * step
            new = _loss(linear - length * along, came, counts) + float(to @ ridge @ to) / 2
            if new <= now:
                break
            length /= 2
        if new > now:
            break
        weights, linear = to, linear - length * along
        if now - new < ENOUGH:
            break
        now = new
    return Fit(centre, scale, weights)


def _loss(linear: Matrix, came: Matrix, counts: Matrix) -> float:
    """Minus the log likelihood of what came."""
    said = np.maximum(linear, 0) + np.log1p(np.exp(-np.abs(linear))) - came * linear
    return float(counts @ said)
