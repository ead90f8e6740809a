"""Events as rules see them: which were known at a clock, and where nobody's list is whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.panel import Candidate, choose_speakers
from tocsin.panel.places import admin1_of_events
from tocsin.tables.months import month_expr, month_of

KEPT = {
    "iso3": pl.String,
    "unit_id": pl.String,
    "month": pl.Int32,
    "date_end": pl.Date,
    "violence": pl.String,
    "side_a": pl.String,
    "side_b": pl.String,
    "best": pl.Float64,
    "civilians": pl.Float64,
    "snapshot": pl.String,
    "reconstructed": pl.Boolean,
}
COVER = {"iso3": pl.String, "month": pl.Int32, "whole": pl.Boolean}


@dataclass(frozen=True, eq=False)
class Events:
    """Events of the watched countries, and for which months the list is whole.

    Attributes
    ----------
    frame : columns of `KEPT`, in the order of `date_end`; an event belongs to the month in which
        it ends, and becomes known when that month does
    cover : columns of `COVER`: country-months that some snapshot lists, and whether it lists all
    """

    frame: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=KEPT))
    cover: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COVER))

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Day of each event's end, counted from 1 January 1970."""
        return self.frame["date_end"].to_physical().to_numpy().astype(np.int64)

    @cached_property
    def whole(self) -> frozenset[tuple[str, int]]:
        """Country-months of which every event is listed."""
        held = self.cover.filter(pl.col("whole"))
        return frozenset(zip(held["iso3"].to_list(), held["month"].to_list(), strict=True))

    def between(self, first: date, last: date) -> slice:
        """Rows of `frame` whose events end from `first` to `last`, both counted."""
        start, end = ((day - date(1970, 1, 1)).days for day in (first, last))
        left = int(np.searchsorted(self.days, start, "left"))
        return slice(left, int(np.searchsorted(self.days, end, "right")))

    def is_whole(self, iso3: str, first: date, last: date) -> bool:
        """Whether every event of a country from `first` to `last` is listed."""
        months = range(month_of(first), month_of(last) + 1)
        return all((iso3, month) in self.whole for month in months)


def build_events(
    candidates: Sequence[Candidate], countries: Sequence[str], as_of: date, reconstruct: bool
) -> Events:
    """The events of `countries` as known on a day: one snapshot speaks for each country and month.

    The first snapshot to be heard (see `choose_speakers`) that covers a country-month gives its
    events; the others are not added to it, so that no event counts twice.

    Parameters
    ----------
    candidates : snapshots with their `events`
    as_of, reconstruct : as for the panel
    """
    heard: list[pl.DataFrame] = []
    cover = pl.DataFrame(schema=COVER)
    for speaker in choose_speakers(candidates, as_of, reconstruct):
        held = speaker.candidate
        said = held.coverage
        within = [iso3 for iso3 in countries if not said.units or iso3 in said.units]
        new = (
            pl.DataFrame({"iso3": pl.Series(within, dtype=pl.String)})
            .join(_months(said.month_from, speaker.month_to), how="cross")
            .join(cover, on=["iso3", "month"], how="anti")
        )
        wanted = held.frame.filter(pl.col("iso3").is_in(within))
        events = wanted.with_columns(
            admin1_of_events(wanted).alias("unit_id"),
            month_expr(pl.col("date_end")).cast(pl.Int32).alias("month"),
            pl.lit(held.snapshot.snapshot_id).alias("snapshot"),
            pl.lit(speaker.reconstructed).alias("reconstructed"),
            _civilians().alias("civilians"),
        )
        heard.append(events.join(new, on=["iso3", "month"], how="semi").select(KEPT.keys()))
        whole = pl.lit(said.complete and said.silence_is_zero).alias("whole")
        cover = pl.concat([cover, new.with_columns(whole)])
    if not heard:
        return Events()
    frame = pl.concat(heard).select(pl.col(name).cast(kind) for name, kind in KEPT.items())
    return Events(frame.sort("date_end", "iso3", "unit_id", "best"), cover)


def _months(first: int, last: int) -> pl.DataFrame:
    return pl.DataFrame({"month": pl.Series(range(first, last + 1), dtype=pl.Int32)})


def _civilians() -> pl.Expr:
    """Civilians killed: as counted, or all who died in one-sided violence."""
    all_dead = pl.when(pl.col("violence") == "os").then(pl.col("best"))
    return pl.coalesce(pl.col("deaths_civilians"), all_dead, pl.lit(0)).cast(pl.Float64)
