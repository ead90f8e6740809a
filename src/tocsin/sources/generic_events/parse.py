"""Events from a table of one's own, read as its mapping says."""

from datetime import date
from pathlib import Path

import polars as pl

from tocsin.errors import SourceChanged, UsageError
from tocsin.geo import EXERCISE, iso3_of_name
from tocsin.sources.cells import Cells, earliest_day
from tocsin.sources.declaration import Declaration
from tocsin.sources.generic_events.mapping import (
    WORDS,
    MappedDeclaration,
    Mapping,
    mapped_declaration,
)
from tocsin.sources.registry import Kept, Parsed, Release, Rows, Sample
from tocsin.tables import EVENTS, Column, Coverage
from tocsin.tables.months import parse_day, parse_month

_BY_HAND = frozenset(
    ("source", "source_row", "violence", "iso3", "latitude", "longitude", "date_start", "date_end")
)
_UNSTATED = "its mapping does not say what it covers: months without an event are unknown"


def declaration_of(mapping: Path, declaration: Declaration) -> Declaration:
    """The declaration as a mapping file completes it."""
    return mapped_declaration(mapping, declaration)


def check_header(sample: Sample, declaration: Declaration) -> None:
    """Nothing, if there is a mapping and the table has the columns that it names.

    Raises
    ------
    UsageError, without a mapping; SourceChanged, naming the columns.
    """
    if not isinstance(declaration, MappedDeclaration):
        raise UsageError(
            "a table of one's own needs a mapping file",
            where=sample.name,
            remedy="Name one: --mapping FILE. See docs/how-to/bring-your-own-data.md.",
        )
    absent = [name for name in declaration.reads if name not in sample.columns]
    if absent:
        raise SourceChanged(
            "the table has no column {columns}; it has {known}",
            where=sample.name,
            remedy="Correct the names under `columns` in the mapping.",
            columns=", ".join(repr(name) for name in absent),
            known=", ".join(repr(name) for name in sample.columns),
        )
    strangers = [name for name in sample.columns if not declaration.knows(name)]
    if strangers:
        raise SourceChanged(
            "the mapping does not mention the columns {columns}",
            where=sample.name,
            remedy='Add them under `columns` or `ignore` (`ignore: ["*"]` for all others).',
            columns=", ".join(repr(name) for name in strangers),
        )


def release_of(sample: Sample, declaration: Declaration) -> tuple[str, date | None]:
    """Version and release date as the mapping gives them."""
    mapping = _mapping(declaration)
    return mapping.version, parse_day(mapping.released_on)


def parse_rows(rows: Rows, release: Release) -> Parsed:
    """One block of a table of events, by its mapping."""
    declaration = release.declaration
    mapping = _mapping(declaration)
    cells = Cells(_with_constants(rows, mapping), _reads(mapping))
    cells.constant("source", declaration.key)
    for column in EVENTS.columns:
        if column.name not in _BY_HAND:
            _read(cells, column, declaration.bounds.deaths_max)
    cells.category("violence", WORDS | mapping.violence, required=True)
    cells.place()
    _read_dates(cells, mapping, release)
    best = cells.columns["best"]
    cells.doubt("low_above_best", "low", cells.columns["low"] > best, best)
    cells.doubt("high_below_best", "high", cells.columns["high"] < best, best)
    _read_country(cells)
    if mapping.exercise:
        invented = cells.columns["iso3"].is_in([EXERCISE.iso3]).fill_null(False)
        cells.refuse("real_country", "iso3", ~invented)
    return cells.parsed(EVENTS)


def coverage(release: Release, kept: Kept) -> Coverage | None:
    """What the mapping says; without a word from it, silence is unknown."""
    covers = _mapping(release.declaration).covers
    if covers is not None:
        return Coverage(
            month_from=parse_month(covers.month_from),
            month_to=parse_month(covers.month_to),
            units=covers.countries,
            complete=covers.complete,
        )
    return kept.unstated_coverage(_UNSTATED)


def _mapping(declaration: Declaration) -> Mapping:
    assert isinstance(declaration, MappedDeclaration)  # `check_header` has seen to it
    return declaration.mapping


def _reads(mapping: Mapping) -> dict[str, str]:
    """Published column to ours, constants included."""
    theirs = {published: ours for ours, published in mapping.columns.items()}
    return theirs | {f"constant {name}": name for name in mapping.constants}


def _with_constants(rows: Rows, mapping: Mapping) -> Rows:
    """A constant is a column like any other, with the same value in every row."""
    added = [pl.lit(value).alias(f"constant {name}") for name, value in mapping.constants.items()]
    return Rows(rows.frame.with_columns(added), rows.file, rows.decimal_comma, rows.day_first)


def _read(cells: Cells, column: Column, deaths_max: int) -> None:
    """One column as its declaration says: text, or a whole number inside its bounds."""
    if column.dtype == pl.String:
        cells.text(column.name, required=column.required)
        return
    maximum = deaths_max if column.unit == "deaths" else column.maximum
    assert isinstance(column.dtype, type)
    cells.whole(
        column.name,
        dtype=column.dtype,
        required=column.required,
        minimum=None if column.minimum is None else int(column.minimum),
        maximum=None if maximum is None else int(maximum),
    )


def _read_dates(cells: Cells, mapping: Mapping, release: Release) -> None:
    earliest, latest = earliest_day(release), release.released_on
    for name in ("date_start", "date_end"):
        if mapping.date_format and name in mapping.columns:
            raw = cells.published(name)
            read = raw.str.strip_chars().str.to_date(mapping.date_format, strict=False)
            cells.refuse("not_a_date", name, read.is_null() & raw.is_not_null())
            if name == "date_start":
                cells.refuse("missing", name, raw.is_null())
            cells.refuse("date_out_of_range", name, ~read.is_between(earliest, latest))
            cells.mapped(name, read)
        else:
            cells.day(name, required=name == "date_start", earliest=earliest, latest=latest)
    start, end = cells.columns["date_start"], cells.columns["date_end"]
    cells.mapped("date_end", end.zip_with(end.is_not_null(), start))
    cells.refuse("dates_swapped", "date_end", cells.columns["date_end"] < start)


def _read_country(cells: Cells) -> None:
    """`iso3` as given, else by the country's name; missing where neither is known."""
    cells.text("iso3")
    code = cells.columns["iso3"].str.strip_chars().str.to_uppercase()
    cells.refuse("unknown_place", "iso3", ~code.str.contains(r"^[A-Z]{3}$").fill_null(True))
    names = cells.columns["country"]
    known = {name: iso3_of_name(name) for name in names.unique().drop_nulls()}
    by_name = names.replace_strict(known, default=None, return_dtype=pl.String)
    cells.mapped("iso3", code.zip_with(code.is_not_null(), by_name))
