"""What the map of a place shows: its parts, their counts month by month, events, forecasts.

Nothing here depends on who reads: counts and forecasts are the house's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tocsin.workflow.arriving import open_lake
from tocsin.workflow.counting import FIRST_MONTH, build_panel, candidates_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from tocsin.briefs.inputs import Outlook
    from tocsin.lake import Lake
    from tocsin.workflow.map_ground import Ground

MONTHS_BACK = 36
CELL_MONTHS_BACK = 60  # counts of cells come late: a longer look back still meets some
MONTHS_AHEAD = 6
# Deaths in a month above which the chance is told, by level of the parts.
ABOVE = {"country": 25, "admin1": 10, "priogrid": 0}
_KEPT_AS = 1  # counts up when what is kept of cells changes


@dataclass(frozen=True)
class Event:
    """One listed event: where, when, how many died, who fought, and where it is written."""

    event_id: str
    month: int
    first: date
    last: date
    longitude: float
    latitude: float
    precision: int
    place: str
    violence: str
    sides: tuple[str, str]
    low: int | None
    best: int
    high: int | None
    reports: str
    snapshot: str


@dataclass(frozen=True)
class Ahead:
    """One month to come in one part: the chance of more deaths than `ABOVE`, and 5, 50, 95 %."""

    chance: float
    low: int
    median: int
    high: int
    baseline: float | None


@dataclass(frozen=True)
class Counts:
    """Deaths by part and month, from `first` on; None where nobody knows.

    until : the month of the clock.  known : the last month of which anything is known
    ahead : part → months after `known`
    """

    first: int
    until: int
    known: int | None
    deaths: Mapping[str, tuple[int | None, ...]]
    snapshots: Mapping[int, str]
    ahead: Mapping[str, tuple[Ahead, ...]]
    baseline: str = ""
    model: str = ""


# --- counts and forecasts ---------------------------------------------------------------------


def counts_of(ground: Ground, day: date, lake: Lake | None = None) -> Counts:
    """Deaths by part and month as known on a day, and what is foreseen of each part.

    What was published later is cut where it could have been known (a reconstruction).
    """
    import polars as pl

    from tocsin.tables.months import month_of
    from tocsin.workflow.picturing import kept_inputs

    lake = lake or open_lake()
    until = month_of(day)
    cells = ground.parts_level == "priogrid"
    first = until - (CELL_MONTHS_BACK if cells else MONTHS_BACK) + 1
    units = [part.unit_id for part in ground.parts]
    outlooks: Mapping[str, Outlook] = {}
    if cells:
        panel = _cells_counted(first, until, day, lake)
    else:
        inputs = kept_inputs(ground.unit_id, day, True, lake)
        panel = inputs.parts
        outlooks = _outlooks(ground, day, lake)
    held = panel.filter(pl.col("unit_id").is_in(units) & pl.col("month").is_between(first, until))
    deaths, spoken = _by_month(held, units, first, until)
    known = max(spoken, default=None)
    some = next(iter(outlooks.values()), None)
    return Counts(
        first, until, known, deaths, spoken,
        {unit: _ahead(one, known, until, ABOVE[ground.parts_level])
         for unit, one in outlooks.items()} if known else {},
        baseline=some.baseline if some else "", model=some.model if some else "",
    )  # fmt: skip


def _by_month(
    held: pl.DataFrame, units: Sequence[str], first: int, until: int
) -> tuple[dict[str, tuple[int | None, ...]], dict[int, str]]:
    found: dict[str, list[int | None]] = {unit: [None] * (until - first + 1) for unit in units}
    spoken: dict[int, str] = {}
    rows = held.filter(held["status"] == "observed").select("unit_id", "month", "best", "snapshot")
    for unit, month, best, snapshot in rows.iter_rows():
        found[unit][month - first] = best
        spoken[month] = snapshot or ""
    return {unit: tuple(months) for unit, months in found.items()}, spoken


def _outlooks(ground: Ground, day: date, lake: Lake) -> Mapping[str, Outlook]:
    """The forecast of each part: the one that its own page shows."""
    from tocsin.briefs import outlooks, scoping
    from tocsin.lake import ArrayCache
    from tocsin.tables.months import month_of
    from tocsin.workflow.foreseeing import issued_finder
    from tocsin.workflow.picturing import kept_inputs

    found: dict[str, Outlook | None] = {}
    if ground.parts_level == "country":
        for part in ground.parts:
            found[part.unit_id] = _of_country(part.unit_id, day, lake, kept_inputs)
    else:
        keep = ArrayCache(lake.root.parent).array
        issued = issued_finder("admin1", "ged_all", day, True, lake)
        panel = build_panel(
            "admin1", "ged_all", FIRST_MONTH, month_of(day), area=ground.countries[0], as_of=day,
            reconstruct=True, lake=lake,
        )  # fmt: skip
        for part in ground.parts:
            scope = scoping.scope_of(part.unit_id, day)
            found[part.unit_id] = outlooks.outlook_of(panel, scope, day, keep, issued=issued)
    return {unit: one for unit, one in found.items() if one is not None}


def _of_country(iso3: str, day: date, lake: Lake, kept_inputs: Any) -> Outlook | None:
    from tocsin.errors import NotEnoughData

    try:
        found: Outlook | None = kept_inputs(iso3, day, True, lake).outlook
    except NotEnoughData:
        return None
    return found


def _ahead(one: Outlook, known: int, until: int, above: int) -> tuple[Ahead, ...]:
    import numpy as np

    told = []
    for month in range(known + 1, until + MONTHS_AHEAD + 1):
        row = month - one.origin_month - 1
        if not 0 <= row < len(one.draws):
            continue
        low, median, high = np.quantile(one.draws[row], [0.05, 0.5, 0.95]).round().astype(int)
        beside = one.baseline_draws
        told.append(Ahead(
            float((one.draws[row] > above).mean()), int(low), int(median), int(high),
            None if beside is None or row >= len(beside) else float((beside[row] > above).mean()),
        ))  # fmt: skip
    return tuple(told)


def _cells_counted(first: int, until: int, day: date, lake: Lake) -> pl.DataFrame:
    """Counts of every cell, kept in the store: reading them all takes seconds."""
    import polars as pl

    from tocsin.tables.months import last_known_month

    held = [one.snapshot_id + ("" if one.released_on <= day else "+") for one in lake.snapshots()]
    said = json.dumps([_KEPT_AS, "cells", first, until, last_known_month(day), held])
    name = f"cells-{sha256(said.encode()).hexdigest()[:24]}.parquet"
    path = lake.root.parent / "kept" / name
    if path.is_file():
        return pl.read_parquet(path)
    panel = build_panel(
        "priogrid", "ged_all", first, until, as_of=day, reconstruct=True, lake=lake
    ).select("unit_id", "month", "status", "best", "snapshot")
    from tocsin.lake.whole import write_file

    write_file(path, panel.write_parquet)
    return panel


# --- events -----------------------------------------------------------------------------------


def events_listed(ground: Ground, first: int, day: date, lake: Lake | None = None) -> list[Event]:
    """Events of a place from a month on, as known on a day; one release speaks for each month."""
    import polars as pl
    import shapely

    from tocsin.panel import choose_speakers
    from tocsin.tables.months import month_expr

    lake = lake or open_lake()
    known = [
        one for one in candidates_known(lake, day, True, ground.countries) if one.table == "events"
    ]
    taken: set[tuple[str, int]] = set()
    found: list[Event] = []
    shape = ground.outline
    for speaker in choose_speakers(known, day, True):
        said = speaker.candidate.snapshot.coverage
        assert said is not None
        rows = speaker.candidate.frame.with_columns(month_expr(pl.col("date_end")).alias("month"))
        begin, end = max(first, said.month_from), speaker.month_to
        rows = rows.filter(
            pl.col("month").is_between(begin, end) & pl.col("longitude").is_not_null()
        )
        for row in rows.iter_rows(named=True):
            if (row["iso3"], row["month"]) in taken:
                continue
            if shape is not None and not shapely.contains_xy(
                shape, row["longitude"], row["latitude"]
            ):
                continue
            found.append(_event(row, speaker.candidate.snapshot.snapshot_id))
        taken |= {(iso3, month) for iso3 in ground.countries for month in range(begin, end + 1)}
    return sorted(found, key=lambda one: (one.last, one.event_id))


def _event(row: Mapping[str, Any], snapshot: str) -> Event:
    return Event(
        str(row["event_id"]), int(row["month"]), row["date_start"], row["date_end"],
        row["longitude"], row["latitude"], int(row["where_prec"] or 0), row["place"] or "",
        row["violence"], (row["side_a"] or "", row["side_b"] or ""), row["low"],
        int(row["best"] or 0), row["high"], row["reports"] or "", snapshot,
    )  # fmt: skip
