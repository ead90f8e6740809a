"""Who fights whom: types of violence and pairs of sides, from the events that are held."""

from collections.abc import Sequence

import polars as pl

from tocsin.briefs.gathering import last_observed
from tocsin.briefs.reckoning import YEAR
from tocsin.briefs.scoping import Scope
from tocsin.panel import Candidate, build_counts_from_events
from tocsin.tables.months import month_expr


def kinds_of(
    unit: pl.DataFrame, candidates: Sequence[Candidate], scope: Scope
) -> pl.DataFrame | None:
    """Events by month and type of violence, as those snapshots hold them that speak for a month."""
    found = []
    for held, months in _spoken(unit, candidates):
        if held.table == "events":
            found += [_kind_of_events(held, months, scope, kind) for kind in ("sb", "ns", "os")]
        else:
            found.append(_kinds_of_series(held, months, scope))
    kept = [frame for frame in found if len(frame)]
    return pl.concat(kept) if kept else None


def _spoken(
    unit: pl.DataFrame, candidates: Sequence[Candidate]
) -> list[tuple[Candidate, list[int]]]:
    """Which snapshot speaks for which months."""
    spoken = []
    for held in candidates:
        mine = unit.filter(pl.col("snapshot") == held.snapshot.snapshot_id)
        if len(mine):
            spoken.append((held, mine["month"].to_list()))
    return spoken


def _kind_of_events(held: Candidate, months: list[int], scope: Scope, kind: str) -> pl.DataFrame:
    counts = build_counts_from_events(held.frame, scope.level, f"ged_{kind}")  # type: ignore[arg-type]
    mine = counts.filter(pl.col("unit_id").is_in(scope.units) & pl.col("month").is_in(months))
    return _kinds_table(mine.with_columns(pl.lit(kind).alias("violence")))


def _kinds_of_series(held: Candidate, months: list[int], scope: Scope) -> pl.DataFrame:
    mine = held.frame.filter(
        (pl.col("level") == scope.level)
        & pl.col("unit_id").is_in(scope.units)
        & pl.col("month").is_in(months)
        & pl.col("measure").is_in(["events_sb", "events_ns", "events_os"])
    )
    kinds = pl.col("measure").str.strip_prefix("events_").alias("violence")
    return _kinds_table(mine.with_columns(kinds, pl.col("value").alias("events")))


def _kinds_table(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.group_by("month", "violence", maintain_order=True).agg(
        pl.col("events").sum().cast(pl.Int64)
    )


def dyads_of(
    unit: pl.DataFrame, candidates: Sequence[Candidate], scope: Scope
) -> tuple[pl.DataFrame | None, int]:
    """Deaths and events by pair of sides in the last twelve known months, if all are held so.

    Returns
    -------
    dyad, deaths, events (None unless each of the months is held event by event), and the number
    of months that are
    """
    last = last_observed(unit)
    if last is None:
        return None, 0
    inside = unit.filter(pl.col("month").is_between(last - YEAR + 1, last))
    frames, held_months = [], 0
    for held, months in _spoken(inside, candidates):
        if held.table != "events":
            continue
        held_months += len(months)
        frames.append(_events_of(held, months, scope))
    if held_months < YEAR:
        return None, held_months
    events = pl.concat(frames)
    pairs = pl.coalesce("dyad", pl.concat_str("side_a", "side_b", separator=" – "))
    return (
        events.group_by(pairs.alias("dyad"))
        .agg(pl.col("best").sum().alias("deaths"), pl.len().alias("events"))
        .filter(pl.col("dyad").is_not_null())
        .sort("deaths", "dyad", descending=[True, False]),
        held_months,
    )


def _events_of(held: Candidate, months: list[int], scope: Scope) -> pl.DataFrame:
    from tocsin.panel.places import admin1_of_events  # noqa: PLC0415

    counted = held.frame.filter(
        pl.col("iso3").is_in(scope.countries)
        & pl.col("violence").is_in(["sb", "ns", "os"])
        & month_expr(pl.col("date_end")).is_in(months)
    )
    if scope.level == "admin1":
        counted = counted.filter(admin1_of_events(counted).is_in(scope.units))
    return counted.select("dyad", "side_a", "side_b", "best")
