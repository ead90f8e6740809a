"""Events as the Uppsala Conflict Data Program publishes them, in every layout since 17.1."""

from functools import cache

import polars as pl

from tocsin.geo import countries, iso3_of_name
from tocsin.sources.cells import Cells, earliest_day
from tocsin.sources.registry import Parsed, Release, Rows
from tocsin.tables import EVENTS

_TEXTS = (
    "country",
    "admin1",
    "admin2",
    "place",
    "place_note",
    "conflict",
    "dyad",
    "side_a",
    "side_b",
    "code_status",
    "reports",
)
_IDS = ("priogrid_gid", "conflict_id", "dyad_id", "side_a_id", "side_b_id")
_COUNTS = ("best", "low", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")


def parse_ucdp_events(rows: Rows, release: Release) -> Parsed:
    """One block of UCDP event rows to `EVENTS`.

    Rows whose id, dates, place or deaths cannot be read are set aside. A country that no register
    knows is kept without an ISO code, and remembered among the doubts. Where the low or high
    estimate contradicts the best one, the best one stands (it is what UCDP counts), the bound is
    read as equal to it, and what was published is remembered among the doubts.
    """
    declaration = release.declaration
    cells = Cells(rows, declaration.reads)
    cells.whole("event_id", dtype=pl.Int64, required=True, minimum=0)
    cells.mapped("event_id", cells.columns["event_id"].cast(pl.String))
    cells.constant("source", declaration.key)
    for name, required in (("violence", True), ("where_prec", False), ("date_prec", False)):
        column = {"violence": "type_of_violence"}.get(name, name)
        kind = pl.String if name == "violence" else pl.Int8
        cells.category(name, declaration.categories[column], dtype=kind, required=required)
    cells.category("event_clarity", declaration.categories["event_clarity"], dtype=pl.Int32)
    for name in _TEXTS:
        cells.text(name, required=name == "country")
    for name in _IDS:
        cells.whole(name)
    cells.whole("number_of_sources", unknown="-1")
    cells.place()
    _read_dates(cells, rows, release)
    for name in _COUNTS:
        cells.whole(name, required=name == "best", minimum=0, maximum=declaration.bounds.deaths_max)
    best = cells.columns["best"]
    cells.doubt("low_above_best", "low", cells.columns["low"] > best, best)
    cells.doubt("high_below_best", "high", cells.columns["high"] < best, best)
    cells.mapped("iso3", _iso3(cells))
    unplaced = cells.columns["iso3"].is_null()
    cells.doubt("unknown_place", "country", unplaced, cells.columns["country"])
    return cells.parsed(EVENTS)


def _read_dates(cells: Cells, rows: Rows, release: Release) -> None:
    earliest, latest = earliest_day(release), release.released_on
    if "date_start" in rows.frame.columns:
        cells.day("date_start", required=True, earliest=earliest, latest=latest)
        cells.day("date_end", required=True, earliest=earliest, latest=latest)
        swapped = cells.columns["date_end"] < cells.columns["date_start"]
        cells.refuse("dates_swapped", "date_end", swapped)
        return
    # The slim table gives year, month and day of the start, and nothing of the end.
    for name, least, most in (("year", 1, 9999), ("month", 1, 12), ("day", 1, 31)):
        cells.whole(name, required=True, minimum=least, maximum=most)
    parts = pl.DataFrame([cells.columns[name].alias(name) for name in ("year", "month", "day")])
    text = pl.concat_str(
        pl.col("year"),
        pl.col("month").cast(pl.String).str.zfill(2),
        pl.col("day").cast(pl.String).str.zfill(2),
        separator="-",
    )
    day = parts.select(text.str.to_date("%Y-%m-%d", strict=False)).to_series()
    cells.refuse("not_a_date", "day", day.is_null())
    cells.refuse("date_out_of_range", "year", ~day.is_between(earliest, latest))
    cells.mapped("date_start", day)
    cells.mapped("date_end", day)


def _iso3(cells: Cells) -> pl.Series:
    """ISO code by the published name, else by the Gleditsch-Ward number, else missing."""
    names = cells.published("country")
    known = {name: _iso3_of(name) for name in names.unique().drop_nulls().to_list()}
    found = names.replace_strict(known, default=None, return_dtype=pl.String)
    if found.null_count():
        number = cells.published("iso3").cast(pl.Int64, strict=False)
        numbered = number.replace_strict(_by_number(), default=None, return_dtype=pl.String)
        found = found.zip_with(found.is_not_null(), numbered)
    return found


@cache
def _iso3_of(name: str) -> str | None:
    return iso3_of_name(name)


@cache
def _by_number() -> dict[int, str]:
    return {each.gw: each.iso3 for each in countries() if each.gw is not None}
