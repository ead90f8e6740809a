"""How figures have been revised: the first count of a month beside the one that became final."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from tocsin.panel.assembly import assemble
from tocsin.panel.candidates import Candidate
from tocsin.tables.levels import Level, Target
from tocsin.tables.months import CANDIDATE_DAY, month_of

# UCDP's yearly release appears in June and makes the year before final; until then its monthly
# Candidate releases speak for that year.
_FINAL_FROM = (6, CANDIDATE_DAY)
# Releases whose figures follow one definition, so that a difference is a revision.
_FAMILIES = (("country_month_vintages",), ("ucdp_candidate", "ucdp_ged"))
PAIRS = {"unit_id": pl.String, "month": pl.Int32, "first": pl.Int64, "final": pl.Int64}
_MONTHS_BACK = 36


def last_final_month(day: date) -> int:
    """The last month whose figures were final by the end of a day.

    >>> from tocsin.tables.months import month_text
    >>> [month_text(last_final_month(date(2024, month, 24))) for month in (5, 6)]
    ['2022-12', '2023-12']
    """
    appeared = (day.month, day.day) >= _FINAL_FROM
    return month_of(date(day.year - (1 if appeared else 2), 12, 1))


def revision_pairs(
    candidates: Sequence[Candidate], level: Level, target: Target, as_of: date
) -> pl.DataFrame:
    """First and final counts of the months that have been through both by the end of a day.

    Returns
    -------
    unit_id, month, first, final; empty where nothing has been revised yet
    """
    held = [one for one in candidates if one.snapshot.released_on <= as_of]
    parts = [
        pairs
        for family in _FAMILIES
        if (pairs := _pairs_of([c for c in held if c.snapshot.source in family], level, target))
        is not None
    ]
    if not parts:
        return pl.DataFrame(schema=PAIRS)
    return pl.concat(parts).unique(["unit_id", "month"], keep="first").sort("unit_id", "month")


def provisional(observations: pl.DataFrame, released: dict[str, date]) -> pl.Series:
    """Whether each observation was still to be revised when its snapshot was released."""
    last = {name: last_final_month(day) for name, day in released.items()}
    final = observations["snapshot"].replace_strict(last, default=None, return_dtype=pl.Int32)
    return (observations["month"] > final).fill_null(False).alias("provisional")


def _pairs_of(family: Sequence[Candidate], level: Level, target: Target) -> pl.DataFrame | None:
    rows = []
    for one in family:
        if level not in one.coverage.levels:
            continue
        released = one.snapshot.released_on
        last = one.coverage.month_to
        counted = assemble(
            level, target, max(one.coverage.month_from, last - _MONTHS_BACK), last, [one],
            as_of=released,
        )  # fmt: skip
        rows.append(
            counted.filter(pl.col("best").is_not_null()).select(
                "unit_id",
                "month",
                pl.col("best").cast(pl.Int64),
                pl.lit(released).alias("released_on"),
                (pl.col("month") > last_final_month(released)).alias("provisional"),
            )
        )
    if not rows:
        return None
    every = pl.concat(rows).sort("released_on")
    first = every.filter("provisional").unique(["unit_id", "month"], keep="first")
    final = every.filter(~pl.col("provisional")).unique(["unit_id", "month"], keep="last")
    return first.join(final, on=["unit_id", "month"], suffix="_final").select(
        "unit_id", "month", pl.col("best").alias("first"), pl.col("best_final").alias("final")
    )
