"""The panel: one row a unit and month, a number where somebody counted and else unknown."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import polars as pl

from tocsin.panel.candidates import Candidate, Speaker, choose_speakers
from tocsin.panel.counting import (
    COUNTS,
    DateRule,
    build_counts_from_events,
    build_counts_from_series,
)
from tocsin.tables.declared import OBSERVATIONS
from tocsin.tables.levels import Level, Target

UNALLOCATED = "unallocated"


def assemble(
    level: Level,
    target: Target,
    month_from: int,
    month_to: int,
    candidates: Sequence[Candidate],
    *,
    as_of: date,
    reconstruct: bool = False,
    units: Collection[str] = (),
    within: Collection[str] = (),
    date_rule: DateRule = "end",
    country_of: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Observations by unit and month as of a date.

    For each unit-month the first snapshot that covers it speaks (see `choose_speakers`): its
    count, or zero where it covers the place and says nothing. Where none does, the row is
    `unknown`.

    Parameters
    ----------
    month_from, month_to : months, inclusive
    candidates : snapshots with their events or series
    as_of : what had been released by the end of this day
    reconstruct : let later releases speak for months whose first figures had appeared
    units : units to list even if no snapshot names them; those that one names come with them
    within : countries (ISO3) to which the units named are limited; empty for the world
    date_rule : month of an event: of its last possible day, or of its first
    country_of : country of a unit, where its id does not say (cells)

    Returns
    -------
    `observations` table, sorted by unit and month, dense over units and months
    """
    speakers = choose_speakers(candidates, as_of, reconstruct)
    spoken = [
        counts
        for speaker in speakers
        if (counts := _counts(speaker, level, target, date_rule)) is not None
    ]
    home = country_of or {}
    named = {unit for _, counts in spoken for unit in counts["unit_id"].unique().to_list()}
    limited = {unit for unit in named if not within or home.get(unit, unit[:3]) in within}
    wanted = sorted(limited | set(units))
    months = pl.DataFrame({"month": pl.Series(range(month_from, month_to + 1), dtype=pl.Int32)})
    parts = [
        _dense(counts, speaker, wanted, months, home).with_columns(pl.lit(turn).alias("turn"))
        for turn, (speaker, counts) in enumerate(spoken)
    ]
    heard = (
        pl.concat(parts).sort("turn").unique(["unit_id", "month"], keep="first") if parts else None
    )
    grid = pl.DataFrame({"unit_id": pl.Series(wanted, dtype=pl.String)}).join(months, how="cross")
    return _observations(grid, heard, level, target)


def add_unallocated(areas: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    """`areas` with one more unit a country, `ISO3.unallocated`: the country less its areas.

    What a country's total holds beyond its areas happened somewhere in it, and belongs to none.
    The row is unknown where the country or one of its areas is; it is zero where rounding or
    vintages leave the areas above the country.

    Parameters
    ----------
    areas, countries : `observations` tables of one target, levels admin1 and country

    Returns
    -------
    `observations` table of level admin1
    """
    if areas.is_empty():
        return areas
    sums = (
        areas.with_columns(pl.col("unit_id").str.slice(0, 3).alias("iso3"))
        .group_by("iso3", "month", "target")
        .agg(
            pl.col("best").sum().alias("allocated"),
            pl.col("events").sum().alias("allocated_events"),
            (pl.col("status") == "observed").all().alias("known"),
            pl.col("reconstructed").any().alias("areas_reconstructed"),
        )
    )
    joined = sums.join(
        countries.rename({"unit_id": "iso3"}), on=["iso3", "month", "target"], how="left"
    )
    known = pl.col("known") & (pl.col("status") == "observed").fill_null(False)
    rest = joined.select(
        pl.lit("admin1").alias("level"),
        pl.concat_str(pl.col("iso3"), pl.lit(f".{UNALLOCATED}")).alias("unit_id"),
        "month",
        "target",
        pl.when(known).then(pl.lit("observed")).otherwise(pl.lit("unknown")).alias("status"),
        pl.lit(None, pl.Int32).alias("low"),
        pl.when(known)
        .then((pl.col("best") - pl.col("allocated")).clip(lower_bound=0))
        .cast(pl.Int32)
        .alias("best"),
        pl.lit(None, pl.Int32).alias("high"),
        pl.when(known)
        .then((pl.col("events") - pl.col("allocated_events")).clip(lower_bound=0))
        .cast(pl.Int32)
        .alias("events"),
        pl.when(known).then("snapshot").alias("snapshot"),
        (known & (pl.col("reconstructed") | pl.col("areas_reconstructed"))).alias("reconstructed"),
    )
    return pl.concat([areas, rest.select(areas.columns)]).sort("unit_id", "month")


def _counts(
    speaker: Speaker, level: Level, target: Target, date_rule: DateRule
) -> tuple[Speaker, pl.DataFrame] | None:
    """What the speaker has to say at this level; None if it does not hold the target."""
    held = speaker.candidate
    if level not in held.coverage.levels:
        return None
    if held.table == "series":
        counts = build_counts_from_series(held.frame, level, target)
    else:
        counts = build_counts_from_events(held.frame, level, target, date_rule)
    return None if counts is None else (speaker, counts)


def _dense(
    counts: pl.DataFrame,
    speaker: Speaker,
    units: list[str],
    months: pl.DataFrame,
    country_of: Mapping[str, str],
) -> pl.DataFrame:
    """Every unit-month asked for of which the snapshot knows; its silence is zero if it says so."""
    coverage = speaker.candidate.coverage
    world = not coverage.units
    covered = [unit for unit in units if world or country_of.get(unit, unit[:3]) in coverage.units]
    within = months.filter(pl.col("month").is_between(coverage.month_from, speaker.month_to))
    dense = pl.DataFrame({"unit_id": pl.Series(covered, dtype=pl.String)}).join(within, how="cross")
    zeros = ("best", "events") if speaker.candidate.table == "series" else tuple(COUNTS)[2:]
    # A series without numbers of events has none to be zero.
    if counts.height and counts["events"].null_count() == counts.height:
        zeros = tuple(name for name in zeros if name != "events")
    if not coverage.silence_is_zero:
        zeros = tuple(name for name in zeros if name != "best")
    joined = dense.join(counts, on=["unit_id", "month"], how="left").with_columns(
        *(pl.col(name).fill_null(0) for name in zeros),
        pl.lit(speaker.candidate.snapshot.snapshot_id).alias("snapshot"),
        pl.lit(speaker.reconstructed).alias("reconstructed"),
    )
    return joined.filter(pl.col("best").is_not_null())


def _observations(
    grid: pl.DataFrame, heard: pl.DataFrame | None, level: Level, target: Target
) -> pl.DataFrame:
    if heard is None:
        heard = pl.DataFrame(schema={**COUNTS, "snapshot": pl.String, "reconstructed": pl.Boolean})
    joined = grid.join(heard, on=["unit_id", "month"], how="left").with_columns(
        pl.lit(level).alias("level"),
        pl.lit(target).alias("target"),
        pl.when(pl.col("best").is_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("observed"))
        .alias("status"),
        pl.col("reconstructed").fill_null(False),
    )
    return joined.select(
        pl.col(column.name).cast(column.dtype) for column in OBSERVATIONS.columns
    ).sort("unit_id", "month")
