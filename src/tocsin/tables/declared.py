"""Every table that passes between rooms, declared once."""

import polars as pl

from tocsin.tables.levels import LEVELS, TARGETS, VIOLENCE
from tocsin.tables.schema import Column, Table

_UNIT_ID = Column(
    "unit_id", pl.String, "area: ISO 3166-1 alpha-3; ISO3.slug for admin-1; the gid for a cell"
)
_LEVEL = Column("level", pl.String, "what kind of area is counted", one_of=LEVELS)
_MONTH = Column("month", pl.Int32, "month, 1 = January 1980", unit="month", minimum=1)
_TARGET = Column("target", pl.String, "what is counted", one_of=TARGETS)


def _count(name: str, meaning: str, required: bool = False) -> Column:
    return Column(name, pl.Int32, meaning, unit="deaths", required=required, minimum=0)


def _text(name: str, meaning: str, required: bool = False) -> Column:
    return Column(name, pl.String, meaning, required=required)


def _number(name: str, meaning: str, unit: str = "") -> Column:
    return Column(name, pl.Int32, meaning, unit=unit, required=False)


EVENTS = Table(
    "events",
    "Incidents of violence, one row each, as one release of one source published them.",
    (
        _text("event_id", "the source's own id", required=True),
        _text("source", "key of the source's folder", required=True),
        Column("source_row", pl.Int64, "row in the file, the header being row 1", minimum=1),
        Column("violence", pl.String, "type of violence", one_of=VIOLENCE),
        _text("iso3", "country, where the published name or code is known"),
        _text("country", "country as published"),
        _text("admin1", "first-level area as published"),
        _text("admin2", "second-level area as published"),
        _text("place", "place as published"),
        _text("place_note", "description of the place as published"),
        Column("latitude", pl.Float64, "WGS 84", "degrees", False, -90, 90),
        Column("longitude", pl.Float64, "WGS 84", "degrees", False, -180, 180),
        Column(
            "where_prec",
            pl.Int8,
            "precision of the place: 1 exact … 7 international",
            required=False,
            minimum=1,
            maximum=7,
        ),
        _number("priogrid_gid", "0.5° cell as published"),
        Column("date_start", pl.Date, "first possible day"),
        Column("date_end", pl.Date, "last possible day"),
        Column(
            "date_prec",
            pl.Int8,
            "precision of the date: 1 day … 5 longer than a month",
            required=False,
            minimum=1,
            maximum=5,
        ),
        _text("conflict", "name of the conflict"),
        _number("conflict_id", "the source's id of the conflict"),
        _text("dyad", "name of the pair of sides"),
        _number("dyad_id", "the source's id of the pair"),
        _text("side_a", "first side as published"),
        _number("side_a_id", "the source's id of the first side"),
        _text("side_b", "second side as published"),
        _number("side_b_id", "the source's id of the second side"),
        _count("low", "lowest estimate of deaths"),
        _count("best", "best estimate of deaths", required=True),
        _count("high", "highest estimate of deaths"),
        _count("deaths_a", "best estimate, side A"),
        _count("deaths_b", "best estimate, side B"),
        _count("deaths_civilians", "best estimate, civilians"),
        _count("deaths_unknown", "best estimate, status unknown"),
        _text("code_status", "the source's state of the record, such as Clear"),
        _number("event_clarity", "1 an event of its own, 2 cut out of a summary"),
        _number("number_of_sources", "reports that the source counted"),
        _text("reports", "who reported it, as published"),
    ),
    key=("source", "event_id"),
)

SERIES = Table(
    "series",
    "Counts by area and month that a publisher had already added up.",
    (
        _LEVEL,
        _UNIT_ID,
        _text("unit_name", "area as published", required=True),
        _MONTH,
        Column(
            "measure",
            pl.String,
            "deaths of a target (best estimate), or a number of events",
            one_of=(*TARGETS, "events_all", "events_sb", "events_ns", "events_os"),
        ),
        Column("value", pl.Int64, "the count", unit="deaths or events", minimum=0),
    ),
    key=("level", "unit_id", "month", "measure"),
)

CONTEXT = Table(
    "context",
    "Figures about a country that are not counts of violence, in their own units and periods.",
    (
        _text("unit_id", "country, ISO 3166-1 alpha-3", required=True),
        _text("measure", "what is measured, the publisher's code", required=True),
        _text(
            "counterpart",
            "the other country of a pair (of origin, for the displaced); or empty",
            required=True,
        ),
        Column("period_from", pl.Date, "first day of the period"),
        Column("period_to", pl.Date, "last day of the period"),
        Column("value", pl.Float64, "the figure"),
        _text("unit", "unit of the figure", required=True),
    ),
    key=("unit_id", "measure", "counterpart", "period_from"),
)

REJECTS = Table(
    "rejects",
    "Rows of a file that could not be read: kept aside, counted, never dropped.",
    (
        _text("file", "file name", required=True),
        Column("row", pl.Int64, "row in the file, the header being row 1", minimum=0),
        Column("line", pl.Int64, "line on which the row starts, where known", required=False),
        _text("reason", "why, as a short code", required=True),
        _text("field", "the column at fault"),
        _text("value", "what stood there (cut at 200 characters)"),
        _text("content", "the whole row as JSON (cut at 20,000 characters)"),
    ),
    key=("file", "row", "reason", "field"),
)

OBSERVATIONS = Table(
    "observations",
    "Deaths by area and month: a number where the source covers the place, else unknown.",
    (
        _LEVEL,
        _UNIT_ID,
        _MONTH,
        _TARGET,
        Column(
            "status", pl.String, "whether anybody's count covers it", one_of=("observed", "unknown")
        ),
        _count("low", "sum of the lowest estimates"),
        _count("best", "sum of the best estimates; missing when unknown"),
        _count("high", "sum of the highest estimates"),
        Column("events", pl.Int32, "number of events", required=False, minimum=0),
        _text("snapshot", "id of the lake snapshot it comes from; missing when unknown"),
        Column("reconstructed", pl.Boolean, "from a release later than the as-of date"),
    ),
    key=("level", "unit_id", "month", "target"),
)

SCORES = Table(
    "scores",
    "One row a forecast and score: unsummarised, smaller is better.",
    (
        _text("model_id", "name of the model", required=True),
        _LEVEL,
        _UNIT_ID,
        _TARGET,
        Column("origin_month", pl.Int32, "last month whose data the forecast used"),
        Column("horizon", pl.Int32, "months after the origin", unit="months", minimum=1),
        Column("observed", pl.Float64, "what happened", unit="deaths", minimum=0),
        Column("crps", pl.Float64, "continuous ranked probability score", "deaths", True, 0),
        Column("ign", pl.Float64, "log score over the challenge's bins", "bits", True, 0),
        Column("mis", pl.Float64, "interval score of the 90 % interval", "deaths", True, 0),
    ),
    key=("model_id", "level", "unit_id", "target", "origin_month", "horizon"),
)

LIVE_SCORES = Table(
    "live_scores",
    "The live scorecard: one row a forecast issued, model and vintage of the truth; only added to.",
    (
        _text("issue_id", "name of the issue", required=True),
        *SCORES.columns,
        Column("covered", pl.Boolean, "whether the 90 % interval held what happened"),
        _text("vintage", "id of the lake snapshot that the truth comes from", required=True),
        Column("released_on", pl.Date, "day on which that snapshot had been released"),
        Column("partial", pl.Boolean, "whether the snapshot leaves out a part of the events"),
        Column("live", pl.Boolean, "issued before the target month ended; else made in hindsight"),
    ),
    key=("issue_id", *SCORES.key, "vintage"),
)


def forecasts(draws: int) -> Table:
    """The table of forecasts with `draws` draws a row."""
    return Table(
        "forecasts",
        "Forecast distributions, one row a forecast unit, all draws in one column.",
        (
            _text("model_id", "name of the model", required=True),
            _LEVEL,
            _UNIT_ID,
            _TARGET,
            Column("origin_month", pl.Int32, "last month whose data the forecast used"),
            Column("horizon", pl.Int32, "months after the origin", unit="months", minimum=1),
            Column("samples", pl.Array(pl.Int32, draws), "the draws", unit="deaths"),
        ),
        key=("model_id", "level", "unit_id", "target", "origin_month", "horizon"),
    )


TABLES: tuple[Table, ...] = (
    EVENTS,
    SERIES,
    CONTEXT,
    REJECTS,
    OBSERVATIONS,
    forecasts(1000),
    SCORES,
    LIVE_SCORES,
)
