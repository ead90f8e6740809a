"""Invented events for the invented country: quiet years, an onset, a war that moves, a lull.

Each region has a monthly rate of events that feeds on its own recent events and, more weakly, on
its neighbours'. The result has the traits that matter for practice: clusters, long quiet spells,
and one month that breaks every scale.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from tocsin.exercise.country import ISO3, NAME, REGIONS, Region
from tocsin.tables.months import first_day, last_day, parse_month

FIRST_MONTH, LAST_MONTH = parse_month("2010-01"), parse_month("2024-06")

_STATE, _DAWN, _LEAGUE, _RIVER, _CIVILIANS = (
    "Government of Hadaria",
    "Front de l’Aube",
    "Ligue des Pistes",
    "Milice du Fleuve",
    "Civilians",
)
# Type of violence, side A, side B, share of events, mean deaths of an event.
_PAIRS: tuple[tuple[str, str, str, float, float], ...] = (
    ("state-based", _STATE, _DAWN, 0.42, 5.0),
    ("state-based", _STATE, _LEAGUE, 0.16, 4.0),
    ("non-state", _DAWN, _LEAGUE, 0.12, 6.0),
    ("non-state", _RIVER, _LEAGUE, 0.06, 3.0),
    ("one-sided", _DAWN, _CIVILIANS, 0.15, 3.0),
    ("one-sided", _RIVER, _CIVILIANS, 0.09, 3.0),
)
# Base rate of events a month, by region, and the month in which it begins.
_RATES: dict[str, tuple[float, str]] = {
    "Haut-Nord": (0.5, "2012-02"),
    "Lisière": (0.8, "2015-06"),
    "Plateau": (1.1, "2017-03"),
    "Delta": (0.7, "2018-09"),
    "District central": (0.03, "2016-01"),
    "Fleuve": (0.25, "2020-04"),
}
_MASSACRE = ("Plateau", date(2022, 3, 27), date(2022, 3, 30), 310)


def events(seed: int = 2012) -> pl.DataFrame:
    """One row an event, in the columns of the exercise's mapping file.

    Returns
    -------
    frame with `id, start, end, region, place, lat, lon, kind, side_a, side_b, low, best, high`,
    ordered by date; the same seed gives the same rows.

    >>> events().height
    626
    """
    draw = np.random.default_rng(seed)
    rows = [
        row
        for month, region, count in _counts(draw)
        for row in (_event(draw, region, month) for _ in range(count))
    ]
    rows.append(_massacre(draw))
    rows.sort(key=lambda row: (row["start"], row["place"], row["best"]))
    frame = pl.DataFrame(rows)
    return frame.with_columns(
        id=pl.format("HAD-{}-{}", pl.col("start").dt.year(), pl.int_range(1, pl.len() + 1)),
        country=pl.lit(NAME),
        iso3=pl.lit(ISO3),
    )


def _counts(draw: np.random.Generator) -> list[tuple[int, Region, int]]:
    """Number of events by month and region."""
    heat = dict.fromkeys((region.name for region in REGIONS), 0.0)
    counted: list[tuple[int, Region, int]] = []
    for month in range(FIRST_MONTH, LAST_MONTH + 1):
        abroad = sum(heat.values()) / len(heat)
        for region in REGIONS:
            base, begins = _RATES[region.name]
            active = month >= parse_month(begins)
            rate = base + 0.55 * heat[region.name] + 0.08 * abroad if active else 0.01
            count = int(draw.poisson(min(rate * draw.gamma(3.0, 1 / 3.0), 40)))
            heat[region.name] = 0.6 * heat[region.name] + 0.4 * count
            counted.append((month, region, count))
    return counted


def _event(draw: np.random.Generator, region: Region, month: int) -> dict[str, object]:
    kind, side_a, side_b, _, mean = _PAIRS[draw.choice(len(_PAIRS), p=[p[3] for p in _PAIRS])]
    place, (longitude, latitude) = region.places[draw.integers(len(region.places))]
    start = first_day(month) + timedelta(days=int(draw.integers(last_day(month).day)))
    best = int(draw.negative_binomial(0.8, 0.8 / (0.8 + mean)))
    return {
        "start": start,
        "end": min(start + timedelta(days=int(draw.random() < 0.1)), last_day(LAST_MONTH)),
        "region": region.name,
        "place": place,
        "lat": round(latitude + float(draw.normal(0, 0.08)), 4),
        "lon": round(longitude + float(draw.normal(0, 0.08)), 4),
        "kind": kind,
        "side_a": side_a,
        "side_b": side_b,
        "low": int(best * draw.uniform(0.6, 1.0)),
        "best": best,
        "high": best + int(draw.poisson(0.3 * best)),
    }


def _massacre(draw: np.random.Generator) -> dict[str, object]:
    region_name, start, end, deaths = _MASSACRE
    region = next(region for region in REGIONS if region.name == region_name)
    row = _event(draw, region, parse_month(start.isoformat()))
    return row | {
        "start": start,
        "end": end,
        "kind": "one-sided",
        "side_a": _DAWN,
        "side_b": _CIVILIANS,
        "low": 203,
        "best": deaths,
        "high": 500,
    }
