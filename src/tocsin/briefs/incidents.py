"""Single events of the last months known, as the releases that may speak then hold them."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from tocsin.briefs.gathering import last_observed
from tocsin.briefs.scoping import Scope
from tocsin.panel import Candidate, choose_speakers
from tocsin.tables.months import month_expr

MONTHS = 2  # a week can lie in two months
SCHEMA = pl.Schema(
    {
        "month": pl.Int32, "event_id": pl.String, "date_start": pl.Date, "date_end": pl.Date,
        "place": pl.String, "admin1": pl.String, "violence": pl.String, "side_a": pl.String,
        "side_b": pl.String, "low": pl.Int32, "best": pl.Int32, "high": pl.Int32,
        "snapshot": pl.String,
    }
)  # fmt: skip


def incidents_of(
    unit: pl.DataFrame, candidates: Sequence[Candidate], scope: Scope, as_of: date,
    reconstruct: bool,
) -> pl.DataFrame:  # fmt: skip
    """Events of the last two months known, each month from one release, the deadliest first.

    Where the release that speaks for a month holds totals only, the first after it that holds
    events is heard; where none does, there is no row: that is not calm.

    Returns
    -------
    one row an event: `month`, `event_id`, `date_start`, `date_end`, `place`, `admin1`, `violence`,
    `side_a`, `side_b`, `low`, `best`, `high` (deaths), `snapshot`
    """
    last = last_observed(unit)
    if last is None:
        return SCHEMA.to_frame()
    found = []
    for month in range(last - MONTHS + 1, last + 1):
        for speaker in choose_speakers(candidates, as_of, reconstruct):
            held, covered = speaker.candidate, speaker.candidate.coverage
            within = not covered.units or set(scope.countries) <= set(covered.units)
            inside = covered.month_from <= month <= speaker.month_to
            if held.table == "events" and within and inside:
                found.append(_of_month(held, month, scope))
                break
    whole = pl.concat([SCHEMA.to_frame(), *found])
    return whole.sort(["best", "date_end", "event_id"], descending=[True, True, False])


def _of_month(held: Candidate, month: int, scope: Scope) -> pl.DataFrame:
    from tocsin.panel.places import admin1_of_events  # noqa: PLC0415

    mine = held.frame.filter(
        pl.col("iso3").is_in(scope.countries)
        & pl.col("violence").is_in(["sb", "ns", "os"])
        & (month_expr(pl.col("date_end")) == month)
    )
    if scope.level == "admin1":
        mine = mine.filter(admin1_of_events(mine).is_in(scope.units))
    return mine.with_columns(
        pl.lit(month).alias("month"), pl.lit(held.snapshot.snapshot_id).alias("snapshot")
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
