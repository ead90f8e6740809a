"""One future a draw: the draws of all units, areas and types of one origin, made to fit together.

What a country's own draws say of a type of violence is never changed: they are only put in order.
Areas are given shares of them; the sum of the types is their sum, draw by draw.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.evaluation import History
from tocsin.models.baselines import COUNT_LIMIT
from tocsin.models.draws import Draws
from tocsin.models.reconciling import changes_from, divided, ordered_as, usual_counts
from tocsin.tables.levels import LEVELS, TARGETS, Target

TYPES: tuple[Target, ...] = ("ged_sb", "ged_ns", "ged_os")


def in_order(draws: Draws, history: History, months: NDArray[np.int64], seed: int) -> Draws:
    """The same draws, with draw i of every unit standing for the same month of the past.

    Parameters
    ----------
    months : (S,) as `past_months` gives them
    """
    span = max(draws.horizons)
    rng = _chance(draws, seed)
    return draws.with_samples(ordered_as(draws.samples, changes_from(history, months, span), rng))


def shared_out(
    countries: Draws,
    areas: Draws,
    history: History,
    country_of: Callable[[str], str | None],
    seed: int,
) -> Draws:
    """The draws of areas that add up to those of their country, draw by draw.

    Areas of a country that has no draws, and cells of no country, stay as they were.

    Parameters
    ----------
    countries, areas : both in order (see `in_order`)
    history : of the areas, for what they usually count
    country_of : the country of an area

    >>> one = Draws("m", "country", "ged_sb", ("AAA",), 400, (1,), np.array([[[7]]]))
    >>> both, held = ("AAA.x", "AAA.y"), np.array([[[3]], [[1]]])
    >>> two = Draws("m", "admin1", "ged_sb", both, 400, (1,), held)
    >>> past = History("admin1", "ged_sb", two.units, 400, np.ones((2, 1)))
    >>> int(shared_out(one, two, past, lambda unit: unit[:3], 1).samples.sum())
    7
    """
    samples = areas.samples.copy()
    usual = usual_counts(history)
    place = {name: row for row, name in enumerate(countries.units)}
    rng = _chance(areas, seed)
    for country, rows in _by_country(areas.units, country_of).items():
        if country in place:
            totals = countries.samples[place[country]]
            samples[rows] = divided(totals, areas.samples[rows], usual[rows], rng)
    return areas.with_samples(samples)


def summed(parts: Mapping[Target, Draws], whole: Draws) -> Draws:
    """Draws of all types together: the sum of the three where all are held, else `whole`'s own.

    A cell in which no death of a type was ever counted has no forecast of that type: it is zero.
    """
    samples = whole.samples.copy()
    place = {name: row for row, name in enumerate(whole.units)}
    named = [set(parts[kind].units) & set(place) for kind in TYPES]
    together = set.union if whole.level == "priogrid" else set.intersection
    units = [name for name in whole.units if name in together(*named)]
    total = np.zeros((len(whole.units), *samples.shape[1:]), np.int64)
    for kind, held in zip(TYPES, named, strict=True):
        rows = [place[name] for name in parts[kind].units if name in held]
        total[rows] += parts[kind].of([whole.units[row] for row in rows]).samples
    rows = [place[name] for name in units]
    samples[rows] = np.minimum(total[rows], COUNT_LIMIT).astype(np.int32)
    return whole.with_samples(samples)


def misfits(countries: Draws, areas: Draws, country_of: Callable[[str], str | None]) -> list[str]:
    """Countries whose areas do not add up to them in every draw and month; none if all is well."""
    place = {name: row for row, name in enumerate(countries.units)}
    return [
        country
        for country, rows in _by_country(areas.units, country_of).items()
        if country in place
        and not np.array_equal(
            areas.samples[rows].sum(axis=0, dtype=np.int64), countries.samples[place[country]]
        )
    ]


def _by_country(
    units: Sequence[str], country_of: Callable[[str], str | None]
) -> dict[str, NDArray[np.intp]]:
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(units):
        if country := country_of(name):
            rows.setdefault(country, []).append(row)
    return {country: np.array(held, dtype=np.intp) for country, held in rows.items()}


def _chance(draws: Draws, seed: int) -> np.random.Generator:
    return np.random.default_rng(
        [seed, draws.origin, 89, LEVELS.index(draws.level), TARGETS.index(draws.target)]
    )
