"""Cells of a published table to typed columns; what cannot be read is set aside with its reason.

The reasons are short codes, the same for every source; `REASONS` says what each means.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from tocsin.errors import SourceChanged
from tocsin.sources.registry import Parsed, Release, Rows
from tocsin.tables import Table
from tocsin.tables.months import parse_day

REASONS: dict[str, str] = {
    "columns_do_not_fit": "the row has more or fewer cells than the header",
    "missing": "a value that must be there is missing",
    "not_a_number": "not a number",
    "not_whole": "not a whole number",
    "negative": "a count below zero",
    "too_large": "larger than the source's bound",
    "too_small": "smaller than the source's bound",
    "not_a_date": "not a date",
    "ambiguous_date": "day and month cannot be told apart",
    "date_out_of_range": "before the source begins or after its release",
    "dates_swapped": "the last day is before the first",
    "latitude_out_of_range": "latitude outside -90 to 90",
    "longitude_out_of_range": "longitude outside -180 to 180",
    "coordinates_swapped": "latitude and longitude are swapped",
    "low_above_best": "the low estimate is above the best one: read as the best",
    "high_below_best": "the high estimate is below the best one: read as the best",
    "same_id": "the same id with different content",
    "unknown_place": "a place that no register holds",
    "real_country": "invented events that do not lie in the invented country",
    "two_areas_in_one": "one count for two areas together",
    "sum_differs": "the parts do not add up to the whole",
    "imputed": "filled in by the compiler, not published: left out",
    "not_the_same_place": "two places that must be one are not",
}

FINDINGS: dict[str, type[pl.DataType]] = {
    "source_row": pl.Int64,
    "reason": pl.String,
    "field": pl.String,
    "value": pl.String,
}

_ISO = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$"
_SLASHED = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T].*)?$"
_WORDED = r"^\s*(\d{1,2})[ \-]([A-Za-z]{3})[a-z]*[ \-](\d{4})\s*$"


class Cells:
    """Reads one block of rows, column by column, and keeps account of what failed.

    A method is named after what the cell holds. Each takes the name of *our* column; the
    declaration's `reads` says which published column feeds it. A column that the file does not
    have is missing throughout.

    >>> rows = Rows(pl.DataFrame({"source_row": [0, 1], "n": ["3", "-1"]}), "a.csv")
    >>> cells = Cells(rows, {"n": "best"})
    >>> cells.whole("best", required=True, minimum=0)
    >>> cells.set_aside()["reason"].to_list()
    ['negative']
    """

    def __init__(self, rows: Rows, reads: Mapping[str, str]):
        self.rows = rows
        self.columns: dict[str, pl.Series] = {"source_row": rows.frame["source_row"]}
        self._published = {ours: name for name, ours in reads.items() if name in rows.frame.columns}
        self._bad: list[tuple[str, str, pl.Series, pl.Series]] = []
        self._doubtful: list[tuple[str, str, pl.Series, pl.Series]] = []

    def published(self, ours: str) -> pl.Series:
        """The cells as published (missing throughout if the file has no such column)."""
        name = self._published.get(ours)
        if name is None:
            return pl.Series(ours, [None], dtype=pl.String).new_from_index(
                0, self.rows.frame.height
            )
        return self.rows.frame[name].alias(ours)

    # --- what a cell holds -------------------------------------------------------------------

    def text(self, ours: str, required: bool = False) -> None:
        """Text as it stands."""
        self._keep(ours, self.published(ours), required)

    def whole(
        self,
        ours: str,
        *,
        dtype: type[pl.DataType] = pl.Int32,
        required: bool = False,
        minimum: int | None = None,
        maximum: int | None = None,
        unknown: str | None = None,
    ) -> None:
        """A whole number; `12.0` is one, `12.5` is not. `unknown` is the code for *not known*."""
        raw = self.published(ours)
        if unknown is not None:
            raw = raw.set(raw.eq(unknown).fill_null(False), None)
        read = raw.cast(pl.Int64, strict=False)
        if read.null_count() > raw.null_count():
            tidy = raw.str.strip_chars().str.replace(r"[.,]0+$", "")
            read = tidy.cast(pl.Int64, strict=False)
            failed = raw.is_not_null() & read.is_null()
            number = self._float(raw)
            huge = failed & (number.abs() >= 2**63).fill_null(False)
            self.refuse("too_large", ours, huge)
            self.refuse("not_whole", ours, failed & ~huge & number.is_not_null())
            self.refuse("not_a_number", ours, failed & number.is_null())
        self._bound(ours, read, minimum, maximum)
        self._keep(ours, read.cast(dtype, strict=False), required)

    def number(
        self,
        ours: str,
        *,
        required: bool = False,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> None:
        """A number with or without decimals, whatever decimal mark the file uses."""
        raw = self.published(ours)
        read = self._float(raw)
        if read.null_count() > raw.null_count():
            self.refuse("not_a_number", ours, raw.is_not_null() & read.is_null())
        self._bound(ours, read, minimum, maximum)
        self._keep(ours, read, required)

    def place(self) -> None:
        """`latitude` and `longitude` in degrees; swapped ones are told from merely wrong ones.

        The published `priogrid_gid`, where there is one, is the witness: a place that falls into
        its cell only when read the other way round has been swapped.
        """
        for ours in ("latitude", "longitude"):
            raw = self.published(ours)
            read = self._float(raw)
            if read.null_count() > raw.null_count():
                self.refuse("not_a_number", ours, raw.is_not_null() & read.is_null())
            self.columns[ours] = read
        latitude, longitude = self.columns["latitude"], self.columns["longitude"]
        witness = self.columns.get("priogrid_gid")
        if witness is not None and witness.null_count() < len(witness):
            here = (_cell(latitude, longitude) == witness).fill_null(True)
            if not here.all():
                swapped = (_cell(longitude, latitude) == witness).fill_null(False) & ~here
                self.refuse("coordinates_swapped", "latitude", swapped)
        for ours, reason, most in (
            ("latitude", "latitude_out_of_range", 90),
            ("longitude", "longitude_out_of_range", 180),
        ):
            inside = self.columns[ours].is_between(-most, most).fill_null(True)
            self.refuse(reason, ours, ~inside)

    def day(
        self,
        ours: str,
        *,
        required: bool = False,
        earliest: date | None = None,
        latest: date | None = None,
    ) -> None:
        """A date, with or without a time of day, in whatever form this file writes dates."""
        raw = self.published(ours)
        read = raw.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        plain = raw.str.len_bytes().max()
        if read.null_count() > raw.null_count() or (isinstance(plain, int) and plain > 10):
            iso = raw.str.contains(_ISO).fill_null(False)
            if read.null_count() > raw.null_count() or not iso.equals(raw.is_not_null()):
                read = self._other_dates(ours, raw, read.set(~iso, None))
        if earliest is not None or latest is not None:
            inside = read.is_between(earliest or date.min, latest or date.max).fill_null(True)
            self.refuse("date_out_of_range", ours, ~inside)
        self._keep(ours, read, required)

    def category(
        self,
        ours: str,
        meanings: Mapping[str, str],
        *,
        dtype: type[pl.DataType] = pl.String,
        required: bool = False,
    ) -> None:
        """A code of a closed list.

        Raises
        ------
        SourceChanged, naming a code that the declaration does not hold.
        """
        raw = self.published(ours)
        seen = raw.unique().drop_nulls().to_list()
        tidy = {code: _tidy_code(code) for code in seen}
        strange = sorted(code for code in seen if tidy[code] not in meanings)
        if strange:
            rows = self.rows.frame["source_row"].filter(raw == strange[0])
            raise SourceChanged(
                "unknown category {value!r} in column {column} (known: {known})",
                where=self.rows.file,
                remedy="If the publisher has added a category, a newer Tocsin is needed;"
                " nothing was read.",
                value=strange[0],
                column=self._published.get(ours, ours),
                known=", ".join(meanings),
                block_row=int(rows[0]),
            )
        words = {code: meanings[tidy[code]] for code in seen}
        read = raw.replace_strict(words, default=None, return_dtype=pl.String)
        self._keep(ours, read.cast(dtype), required)

    def constant(self, ours: str, value: object, dtype: type[pl.DataType] = pl.String) -> None:
        """The same value in every row."""
        self.columns[ours] = pl.Series(ours, [value], dtype=dtype).new_from_index(
            0, self.rows.frame.height
        )

    def mapped(self, ours: str, values: pl.Series) -> None:
        """A column made from others."""
        self.columns[ours] = values.alias(ours)

    # --- what does not hold ------------------------------------------------------------------

    def refuse(self, reason: str, ours: str, bad: pl.Series) -> None:
        """Set the rows where `bad` is true aside."""
        bad = bad.fill_null(False)
        if bad.any():
            self._bad.append((reason, ours, bad, self.published(ours)))

    def doubt(self, reason: str, ours: str, bad: pl.Series, instead: pl.Series) -> None:
        """Keep the rows where `bad` is true, with `instead` for the value; remember what stood."""
        bad = bad.fill_null(False)
        if bad.any():
            self._doubtful.append((reason, ours, bad, self.published(ours)))
            self.columns[ours] = self.columns[ours].zip_with(~bad, instead)

    def good(self) -> pl.Series:
        """Which rows are kept."""
        good = pl.Series([True]).new_from_index(0, self.rows.frame.height)
        for _reason, _field, bad, _raw in self._bad:
            good = good & ~bad
        return good

    def set_aside(self) -> pl.DataFrame:
        """One line a row that is not kept: its first reason."""
        return self._findings(self._bad).unique("source_row", keep="first", maintain_order=True)

    def parsed(self, table: Table, name: str | None = None) -> Parsed:
        """The kept rows as `table`, with what was set aside and doubted."""
        frame = table.build(self.columns)
        doubts = self._findings(self._doubtful)
        if self._bad:
            good = self.good()
            frame = frame.filter(good)
            doubts = doubts.join(
                self.columns["source_row"].filter(good).to_frame(), on="source_row", how="semi"
            )
        aside = self.set_aside() if self._bad else pl.DataFrame(schema=FINDINGS)
        return Parsed({name or table.name: frame}, frame.height, aside, doubts)

    # --- inside ------------------------------------------------------------------------------

    def _keep(self, ours: str, values: pl.Series, required: bool) -> None:
        if required and values.null_count():
            raw = self.published(ours)
            self.refuse("missing", ours, values.is_null() & raw.is_null())
            # A value too long for its type is neither missing nor readable.
            self.refuse("not_a_number", ours, values.is_null() & raw.is_not_null())
        self.columns[ours] = values.alias(ours)

    def _bound(
        self, ours: str, values: pl.Series, minimum: float | None, maximum: float | None
    ) -> None:
        if minimum is not None:
            self.refuse("negative" if minimum == 0 else "too_small", ours, values < minimum)
        if maximum is not None:
            self.refuse("too_large", ours, values > maximum)

    def _float(self, raw: pl.Series) -> pl.Series:
        if self.rows.decimal_comma:
            raw = raw.str.replace(",", ".", literal=True)
        read = raw.cast(pl.Float64, strict=False)
        if read.null_count() > raw.null_count():
            read = raw.str.strip_chars().cast(pl.Float64, strict=False)
        return read

    def _other_dates(self, ours: str, raw: pl.Series, read: pl.Series) -> pl.Series:
        """Dates that are not ISO: slashed, dotted, or with the month's English name."""
        parts = raw.to_frame("raw").select(
            pl.col("raw").str.extract(_SLASHED, 1).cast(pl.Int32).alias("first"),
            pl.col("raw").str.extract(_SLASHED, 2).cast(pl.Int32).alias("second"),
            pl.col("raw").str.extract(_SLASHED, 3).cast(pl.Int32).alias("year"),
            pl.col("raw").str.replace(_WORDED, "$1 $2 $3").alias("worded"),
        )
        first, second = parts["first"], parts["second"]
        day_first = first > 12 if self.rows.day_first is None else first.is_not_null()
        month_first = (second > 12) if self.rows.day_first is None else pl.Series([False])
        if self.rows.day_first is False:
            day_first, month_first = first < 0, first.is_not_null()
        same = first == second
        day = pl.select(pl.when(day_first | same).then(first).when(month_first).then(second))
        month = pl.select(pl.when(day_first | same).then(second).when(month_first).then(first))
        slashed = (
            pl.DataFrame({"y": parts["year"], "m": month.to_series(), "d": day.to_series()})
            .select(
                pl.concat_str(
                    pl.col("y"),
                    pl.col("m").cast(pl.String).str.zfill(2),
                    pl.col("d").cast(pl.String).str.zfill(2),
                    separator="-",
                ).str.to_date("%Y-%m-%d", strict=False)
            )
            .to_series()
        )
        worded = parts["worded"].str.to_date("%d %b %Y", strict=False)
        known = read.to_frame("a").select(pl.coalesce(pl.col("a"), pl.lit(slashed), pl.lit(worded)))
        found = known.to_series()
        unread = raw.is_not_null() & found.is_null()
        undecided = unread & day.to_series().is_null() & first.is_not_null()
        self.refuse("ambiguous_date", ours, undecided)
        self.refuse("not_a_date", ours, unread & ~undecided)
        return found

    def _findings(self, entries: list[tuple[str, str, pl.Series, pl.Series]]) -> pl.DataFrame:
        number = self.columns["source_row"]
        parts = [
            pl.DataFrame({"source_row": number.filter(bad), "value": raw.filter(bad)}).select(
                pl.col("source_row").cast(pl.Int64),
                pl.lit(reason).alias("reason"),
                pl.lit(self._published.get(field, field)).alias("field"),
                pl.col("value").str.head(200),
            )
            for reason, field, bad, raw in entries
        ]
        return pl.concat(parts) if parts else pl.DataFrame(schema=FINDINGS)


def earliest_day(release: Release) -> date:
    """The first day on which the source can have anything."""
    text = release.declaration.bounds.date_from
    return date(int(text), 1, 1) if len(text) == 4 else parse_day(text)


def _tidy_code(code: str) -> str:
    """`1.0` and ` 1` are the code `1`."""
    return code.strip().removesuffix(".0")


def _cell(latitude: pl.Series, longitude: pl.Series) -> pl.Series:
    """PRIO-GRID cell of a point (see `tocsin.geo.priogrid`)."""
    row = ((latitude + 90) * 2).floor().cast(pl.Int64, strict=False)
    column = ((longitude + 180) * 2).floor().cast(pl.Int64, strict=False)
    return row * 720 + column + 1
