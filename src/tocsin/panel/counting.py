"""Events and series to counts by unit and month."""

from typing import Literal

import numpy as np
import polars as pl

from tocsin.errors import UsageError
from tocsin.geo import priogrid
from tocsin.panel.places import admin1_of_events
from tocsin.tables.levels import Level, Target, counted_violence
from tocsin.tables.months import month_expr

DateRule = Literal["end", "start"]
COUNTS = {
    "unit_id": pl.String,
    "month": pl.Int32,
    "low": pl.Int64,
    "best": pl.Int64,
    "high": pl.Int64,
    "events": pl.Int64,
}
# UCDP's precision 4 is "somewhere in the first-level area", 6 "somewhere in the country": neither
# belongs to a cell. This is the rule of VIEWS, too.
TOO_COARSE_FOR_CELLS = (4, 6)


def require_date_rule(text: str) -> DateRule:
    """`end` or `start`.

    Raises
    ------
    UsageError
    """
    if text == "end":
        return "end"
    if text == "start":
        return "start"
    raise UsageError(
        "an event cannot be booked by {rule!r}", remedy="Choose end or start.", rule=text
    )


def build_counts_from_events(
    events: pl.DataFrame, level: Level, target: Target, date_rule: DateRule = "end"
) -> pl.DataFrame:
    """Deaths by unit and month, non-zero rows only.

    Parameters
    ----------
    events : `events` table
    date_rule : book an event in the month of its last possible day (as VIEWS does) or its first

    Returns
    -------
    unit_id, month, low, best, high (sums; an event without a range counts its best), events
    """
    counted = events.filter(pl.col("violence").is_in(counted_violence(target)))
    counted = counted.with_columns(month_expr(pl.col(f"date_{date_rule}")).alias("month"))
    placed = _placed(counted, level).filter(pl.col("unit_id").is_not_null())
    return (
        placed.group_by("unit_id", "month")
        .agg(
            pl.coalesce("low", "best").sum().cast(pl.Int64).alias("low"),
            pl.col("best").sum().cast(pl.Int64),
            pl.coalesce("high", "best").sum().cast(pl.Int64).alias("high"),
            pl.len().cast(pl.Int64).alias("events"),
        )
        .select(COUNTS.keys())
    )


def build_counts_from_series(
    series: pl.DataFrame, level: Level, target: Target
) -> pl.DataFrame | None:
    """Deaths by unit and month of a series; None if the series does not hold that target."""
    held = series.filter(pl.col("level") == level)
    deaths = held.filter(pl.col("measure") == target)
    if deaths.is_empty():
        return None
    number = held.filter(pl.col("measure") == "events_" + target.removeprefix("ged_"))
    return (
        deaths.select("unit_id", "month", pl.col("value").alias("best"))
        .join(
            number.select("unit_id", "month", pl.col("value").alias("events")),
            on=["unit_id", "month"],
            how="left",
        )
        .with_columns(pl.lit(None, pl.Int64).alias("low"), pl.lit(None, pl.Int64).alias("high"))
        .select(pl.col(name).cast(dtype) for name, dtype in COUNTS.items())
    )


def _placed(events: pl.DataFrame, level: Level) -> pl.DataFrame:
    """`events` with the `unit_id` of each at `level`; missing where it cannot be said."""
    match level:
        case "country":
            return events.with_columns(pl.col("iso3").alias("unit_id"))
        case "admin1":
            return events.with_columns(admin1_of_events(events).alias("unit_id"))
        case "priogrid":
            precise = ~pl.col("where_prec").is_in(TOO_COARSE_FOR_CELLS).fill_null(False)
            fine = events.filter(
                precise & pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()
            )
            gids = priogrid.gid_of(fine["longitude"].to_numpy(), fine["latitude"].to_numpy())
            return fine.with_columns(pl.Series("unit_id", np.asarray(gids)).cast(pl.String))
