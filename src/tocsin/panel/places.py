"""Which first-level area an event belongs to."""

from datetime import date

import polars as pl

from tocsin import geo

# The published area is missing, or the event is placed no better than the country.
_TOO_COARSE = (6, 7)


def admin1_of_events(events: pl.DataFrame) -> pl.Series:
    """`ISO3.slug` of each event, missing where nobody can say.

    The published name decides, by the reviewed crosswalk and on the event's own date; an event
    without a name that the crosswalk knows is placed by its coordinates, if they are finer than
    the country.
    """
    named = _by_name(events)
    unplaced = events.with_columns(named.alias("unit_id")).filter(
        pl.col("unit_id").is_null()
        & pl.col("latitude").is_not_null()
        & pl.col("longitude").is_not_null()
        & ~pl.col("where_prec").is_in(_TOO_COARSE).fill_null(False)
    )
    if unplaced.is_empty():
        return named
    found = _by_coordinates(unplaced)
    joined = events.select("source", "event_id").join(
        found, on=["source", "event_id"], how="left", maintain_order="left"
    )
    return named.fill_null(joined["located"])


def _by_name(events: pl.DataFrame) -> pl.Series:
    keys = events.select("iso3", "admin1", pl.col("date_end").dt.truncate("1mo").alias("on"))
    distinct = keys.unique().drop_nulls()
    units = [geo.admin1_of_name(iso3, name, on) for iso3, name, on in distinct.iter_rows()]
    looked_up = distinct.with_columns(pl.Series("unit_id", units, dtype=pl.String))
    return keys.join(looked_up, on=["iso3", "admin1", "on"], how="left", maintain_order="left")[
        "unit_id"
    ]


def _by_coordinates(events: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for (year,), group in events.group_by(pl.col("date_end").dt.year(), maintain_order=True):
        on = date(int(str(year)), 7, 1)
        units = geo.locate(
            group["longitude"].to_numpy(), group["latitude"].to_numpy(), on, "admin1"
        )
        parts.append(
            group.select("source", "event_id").with_columns(
                pl.Series("located", [unit or None for unit in units], dtype=pl.String)
            )
        )
    return pl.concat(parts)
