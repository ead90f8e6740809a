"""Rules asked of evidence: for each about and clock, does the rule fire, is it quiet, or unknown?

A rule first *measures* (a number, and whether more may lie behind what is not known); the threshold
is applied afterwards, so that one measurement serves every threshold that is tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.tables.levels import Level
from tocsin.tables.months import last_day
from tocsin.warning.abouts import About
from tocsin.warning.counts import Counts, Window, quiet_for, trailing, worst
from tocsin.warning.evidence import Evidence
from tocsin.warning.indicators import (
    EventRule,
    ForecastRule,
    HazardRule,
    Rule,
    UnitMonthRule,
)
from tocsin.warning.matching import measure_statements
from tocsin.warning.reported import could_not_observe

FIRES, QUIET, UNKNOWN = 1, 0, -1
States = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Measured:
    """What a rule measured, about by clock.

    `doubt` says that more may lie behind what is not known; `grows`, that more could only raise
    the value, so that a threshold which is passed stays passed.
    """

    value: NDArray[np.float64]
    doubt: NDArray[np.bool_]
    grows: bool = True


def measure(rule: Rule, abouts: Sequence[About], evidence: Evidence) -> Measured:
    """What `rule` measures for each about at each clock."""
    if isinstance(rule, UnitMonthRule):
        return _measure_months(rule, abouts, evidence)
    if isinstance(rule, ForecastRule):
        return _measure_forecast(rule, abouts, evidence)
    if isinstance(rule, HazardRule):
        return _measure_hazard(rule, abouts, evidence)
    if isinstance(rule, EventRule):
        return _measure_events(rule, abouts, evidence)
    value, doubt, grows = measure_statements(rule, abouts, evidence)
    return Measured(value, doubt, grows)


def states(rule: Rule, measured: Measured, factor: float | NDArray[np.float64] = 1.0) -> States:
    """Fires, quiet or unknown.

    `factor` multiplies a threshold that may be learned (one number, or one a clock).
    """
    scale = factor if getattr(rule, "learned", False) else 1.0
    at_least = getattr(rule, "at_least", None)
    at_most = getattr(rule, "at_most", None)
    value, doubt = measured.value, measured.doubt
    if at_most is not None and at_least is None:
        within = value <= at_most * scale
        fires = within & ~doubt
        unknown = doubt & within if measured.grows else doubt
    else:
        reached = value >= (threshold_of(rule) * scale)
        fires = reached if measured.grows else reached & ~doubt
        unknown = doubt & ~fires
    return np.where(fires, FIRES, np.where(unknown, UNKNOWN, QUIET)).astype(np.int8)


def threshold_of(rule: Rule) -> float:
    """The lower threshold of a rule: one where the rule only asks whether something is so."""
    at_least: float | None = getattr(rule, "at_least", None)
    if at_least is None:
        at_least = getattr(rule, "share", 1.0)
    return float(at_least or 0.0)


def level_of(area: str) -> Level:
    """The level of an area by the form of its id."""
    return "admin1" if "." in area else "country"


def _measure_months(rule: UnitMonthRule, abouts: Sequence[About], evidence: Evidence) -> Measured:
    shape = (len(abouts), len(evidence.clocks))
    value, doubt = np.zeros(shape), np.ones(shape, bool)
    for level in {level_asked(rule, about) for about in abouts}:
        counts = evidence.counts.get((level, rule.target))
        if counts is None:
            continue
        chosen = [i for i, about in enumerate(abouts) if level_asked(rule, about) == level]
        window = _windowed(rule, counts)
        rows = [rows_asked(rule, abouts[i], counts) for i in chosen]
        columns = np.array(evidence.known_month) - counts.first_month
        inside = (columns >= 0) & (columns < counts.values.shape[1])
        safe = np.clip(columns, 0, counts.values.shape[1] - 1)
        for i, own in zip(chosen, rows, strict=True):
            if own:
                value[i] = np.where(inside, window.known[own][:, safe].sum(axis=0), 0.0)
                doubt[i] = ~inside | (window.unknown[own][:, safe].sum(axis=0) > 0)
    if rule.measure not in ("neighbours", "country"):
        blind = could_not_observe(abouts, evidence, rule.months * 31)
        doubt |= blind
        if rule.measure == "quiet_months":
            value = np.where(blind, 0.0, value)  # where nobody could look, nothing is quiet
    return Measured(value, doubt, rule.measure not in ("ratio",))


def level_asked(rule: UnitMonthRule, about: About) -> Level:
    """The level of the counts that a rule reads for an about."""
    if rule.measure == "country":
        return "country"
    return "admin1" if rule.measure == "neighbours" else level_of(about.area)


def rows_asked(rule: UnitMonthRule, about: About, counts: Counts) -> list[int]:
    """The rows of the counts that a rule adds up for an about."""
    if rule.measure == "country":
        units: Sequence[str] = (about.country,)
    elif rule.measure == "neighbours":
        units = counts.touching.get(about.area, ())
    else:
        units = (about.area,)
    return [row for unit in units if (row := counts.row(unit)) is not None]


def _windowed(rule: UnitMonthRule, counts: Counts) -> Window:
    key = (rule.measure, rule.months, rule.baseline_months, rule.floor)
    if key not in counts.windows:
        counts.windows[key] = _window(rule, counts)
    return counts.windows[key]


def _window(rule: UnitMonthRule, counts: Counts) -> Window:
    match rule.measure:
        case "worst_month":
            return worst(counts.values, rule.months)
        case "quiet_months":
            return quiet_for(counts.values)
        case "ratio":
            return _ratio(rule, counts)
    return trailing(counts.values, rule.months)


def _ratio(rule: UnitMonthRule, counts: Counts) -> Window:
    """The last months against the mean of equal spans in the months before them."""
    now = trailing(counts.values, rule.months)
    before = trailing(counts.values, rule.baseline_months)
    spans = rule.baseline_months / rule.months
    shifted = np.zeros(before.known.shape)
    unknown = np.full(before.unknown.shape, rule.baseline_months)
    if before.known.shape[1] > rule.months:
        shifted[:, rule.months :] = before.known[:, : -rule.months]
        unknown[:, rule.months :] = before.unknown[:, : -rule.months]
    return Window(now.known / np.maximum(shifted / spans, rule.floor), now.unknown + unknown)


def _measure_forecast(rule: ForecastRule, abouts: Sequence[About], evidence: Evidence) -> Measured:
    shape = (len(abouts), len(evidence.clocks))
    value, doubt = np.zeros(shape), np.ones(shape, bool)
    if evidence.exceedance is None:
        return Measured(value, doubt, grows=False)
    levels = {level_of(about.area) for about in abouts}
    for column, origin in enumerate(evidence.known_month):
        for level in levels:
            now = evidence.exceedance(level, rule.target, origin, rule.months, rule.deaths)
            before = (
                evidence.exceedance(level, rule.target, origin - 1, rule.months, rule.deaths)
                if rule.measure == "change"
                else {}
            )
            for row, about in enumerate(abouts):
                if level_of(about.area) != level or about.area not in now:
                    continue
                if rule.measure == "change" and about.area not in before:
                    continue
                value[row, column] = now[about.area] - before.get(about.area, 0.0)
                doubt[row, column] = False
    return Measured(value, doubt, grows=False)


def _measure_hazard(rule: HazardRule, abouts: Sequence[About], evidence: Evidence) -> Measured:
    """Chances learned from earlier years; unknown where the last months are, or too little is."""
    shape = (len(abouts), len(evidence.clocks))
    value, doubt = np.zeros(shape), np.ones(shape, bool)
    if evidence.hazards is None:
        return Measured(value, doubt, grows=False)
    asked: dict[tuple[Level, int], tuple[NDArray[np.float64], NDArray[np.bool_]]] = {}
    for level in sorted({level_of(about.area) for about in abouts}):
        counts = evidence.counts.get((level, rule.target))
        if counts is None:
            continue
        held = [(i, counts.row(about.area)) for i, about in enumerate(abouts)]
        chosen = [(i, row) for i, row in held if row is not None]
        ours, rows = [i for i, _ in chosen], [row for _, row in chosen]
        for column, month in enumerate(evidence.known_month):
            if (level, month) not in asked:
                asked[level, month] = evidence.hazards.chances(rule, level, month)
            chance, unknown = asked[level, month]
            value[ours, column], doubt[ours, column] = chance[rows], unknown[rows]
    return Measured(value, doubt, grows=False)


def _measure_events(rule: EventRule, abouts: Sequence[About], evidence: Evidence) -> Measured:
    """Events of the last days that each clock knows; in doubt where no list of them is whole.

    The days end with the last month that the clock knows. A list that is not whole can show that
    a threshold was passed, never that it was not.
    """
    shape = (len(abouts), len(evidence.clocks))
    value, doubt = np.zeros(shape), np.ones(shape, bool)
    held = evidence.events
    if held is None:
        return Measured(value, doubt)
    wide = rule.scope == "country"
    row_of: dict[str, list[int]] = {}
    for row, about in enumerate(abouts):
        row_of.setdefault(about.country if wide else about.area, []).append(row)
    amount, chosen = _amounts(rule, held.frame), _chosen(rule, held.frame)
    place = held.frame["iso3" if wide else "unit_id"].to_list()
    add = np.maximum if rule.measure == "largest" else np.add
    for column, month in enumerate(evidence.known_month):
        first, last = days_asked(rule, month)
        part = held.between(first, last)
        for event in np.flatnonzero(chosen[part]) + part.start:
            for row in row_of.get(place[event], ()):
                value[row, column] = add(value[row, column], amount[event])
        whole = {iso3: held.is_whole(iso3, first, last) for iso3 in {a.country for a in abouts}}
        doubt[:, column] = [not whole[about.country] for about in abouts]
    return Measured(value, doubt)


def days_asked(rule: EventRule, known_month: int) -> tuple[date, date]:
    """The first and the last day that an event rule looks at, given the last known month."""
    last = last_day(known_month)
    return last - timedelta(days=rule.days - 1), last


def events_near(rule: EventRule, evidence: Evidence, area: str) -> pl.DataFrame:
    """Events that a rule counts in an area at the last clock."""
    assert evidence.events is not None
    near = evidence.events.frame[
        evidence.events.between(*days_asked(rule, evidence.known_month[-1]))
    ]
    key = "iso3" if rule.scope == "country" else "unit_id"
    return near.filter(pl.Series(_chosen(rule, near)) & (pl.col(key) == area))


def _chosen(rule: EventRule, frame: pl.DataFrame) -> NDArray[np.bool_]:
    """Which events a rule is about, wherever and whenever they were."""
    asked = pl.lit(True)
    if rule.violence:
        asked &= pl.col("violence").is_in(rule.violence)
    for word in rule.side.lower().split():
        sides = pl.concat_str("side_a", pl.lit(" "), "side_b", ignore_nulls=True)
        asked &= sides.str.to_lowercase().str.contains(word, literal=True)
    found: NDArray[np.bool_] = (
        frame.select(pl.repeat(True, pl.len()) & asked).to_series().to_numpy()
    )
    return found


def _amounts(rule: EventRule, frame: pl.DataFrame) -> NDArray[np.float64]:
    """What each event adds to what a rule measures."""
    match rule.measure:
        case "number":
            return np.ones(frame.height)
        case "civilian_deaths":
            return frame["civilians"].fill_null(0).to_numpy()
    return frame["best"].fill_null(0).to_numpy()
