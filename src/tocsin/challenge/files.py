"""The challenge's Parquet files, found by their columns and read no further than the data cut."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tocsin.errors import NotEnoughData, UnreadableFile, UsageError
from tocsin.evaluation import UnitMonths
from tocsin.tables.levels import Level
from tocsin.tables.months import month_text

ChallengeLevel = Literal["country", "priogrid"]
UNIT_COLUMN: dict[ChallengeLevel, str] = {"country": "country_id", "priogrid": "priogrid_gid"}
FOLDER: dict[ChallengeLevel, str] = {"country": "cm", "priogrid": "pgm"}
_VALUES = ("ged_sb", "outcome", "ged_sb_best_sum_nokgi", "observed")
_EVENT_COLUMNS = frozenset({"year", "month", "type_of_violence", "latitude", "longitude"})


@dataclass(frozen=True)
class SeriesFile:
    """One Parquet file of unit-months, and the name of its column of counts."""

    path: Path
    value: str
    first: int
    last: int


def challenge_level(text: str) -> ChallengeLevel:
    """`country` or `priogrid`.

    Raises
    ------
    UsageError
    """
    for level in UNIT_COLUMN:
        if text == level:
            return level
    raise UsageError(
        "the challenge has no level {level!r}",
        remedy="Choose country or priogrid.",
        level=text,
    )


def from_challenge_folder(folder: Path, level: ChallengeLevel, until: int) -> UnitMonths:
    """Unit-months of state-based deaths up to month `until`, from any files of the challenge.

    Files are recognised by their columns. Where two hold the same unit-month, the one that
    reaches furthest back wins (series before actuals). Months after `until` are never read. Grid
    months that no series holds are counted from UCDP events (state-based, best estimate) where
    a file of them lies in the folder or beside it.

    Raises
    ------
    NotEnoughData, if the series does not reach month `until`.
    UnreadableFile, if the folder holds no file of that level.
    """
    series = _series_files(folder, level)
    if not series:
        raise UnreadableFile(
            "no Parquet file with the columns month_id, {unit} and ged_sb lies here",
            where=str(folder),
            remedy="Give the folder of the challenge's data.",
            unit=UNIT_COLUMN[level],
        )
    frame = _counts_until(series, level, until)
    units = _units(series, level, frame, until)
    if level == "priogrid":
        frame = _with_events(frame, units, folder, until)
    if frame.is_empty() or int(frame["month"].to_numpy().max()) < until:
        raise NotEnoughData(
            "the series of level {level} does not reach {month}",
            where=str(folder),
            remedy="Choose an earlier window, or add a file that holds that month.",
            level=level,
            month=month_text(until),
        )
    return _matrix(frame, units, level)


def from_actuals_file(path: Path) -> tuple[ChallengeLevel, pl.DataFrame]:
    """The level of a file of actuals and its columns `month`, `unit`, `observed`.

    Raises
    ------
    UnreadableFile
    """
    names = _columns(path)
    for level, unit in UNIT_COLUMN.items():
        value = next((name for name in _VALUES if name in names), None)
        if {"month_id", unit} <= names and value:
            frame = pl.read_parquet(path, columns=["month_id", unit, value]).select(
                pl.col("month_id").cast(pl.Int32).alias("month"),
                pl.col(unit).cast(pl.Int32).alias("unit"),
                pl.col(value).cast(pl.Float64).alias("observed"),
            )
            return level, frame.drop_nulls().unique(
                ["month", "unit"], keep="first", maintain_order=True
            )
    raise UnreadableFile(
        "the file has no columns month_id, country_id or priogrid_gid, and outcome",
        where=path.name,
        remedy="Give the challenge's file of actuals.",
    )


def _series_files(folder: Path, level: ChallengeLevel) -> list[SeriesFile]:
    """Files of unit-months of `level`, series before actuals, the longest first."""
    found = []
    for path in _parquet_files(folder):
        names = _columns(path)
        if not {"month_id", UNIT_COLUMN[level]} <= names or "draw" in names:
            continue
        for value in _VALUES:
            if value in names:
                months = pl.scan_parquet(path).select(
                    pl.col("month_id").min().alias("first"), pl.col("month_id").max().alias("last")
                )
                first, last = months.collect().row(0)
                found.append(SeriesFile(path, value, int(first), int(last)))
                break
    return sorted(found, key=lambda file: (_VALUES.index(file.value), file.first, file.path.name))


def _parquet_files(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        raise UnreadableFile(
            "there is no such folder",
            where=str(folder),
            remedy="Give the folder of the challenge's data.",
        )
    return sorted(
        path
        for path in folder.rglob("*.parquet")
        if not any(part.startswith("window=") for part in path.parts)
    )


def _columns(path: Path) -> set[str]:
    try:
        return set(pq.read_schema(path).names)
    except (OSError, ValueError) as problem:
        raise UnreadableFile(
            "the Parquet file cannot be read ({problem})",
            where=path.name,
            remedy="Get the file again.",
            problem=str(problem).splitlines()[0][:120],
        ) from None


def _counts_until(series: list[SeriesFile], level: ChallengeLevel, until: int) -> pl.DataFrame:
    """Columns `unit`, `month`, `count`; the filter reaches the file, so later rows stay unread."""
    parts = [
        pl.scan_parquet(file.path)
        .filter(pl.col("month_id") <= until)
        .select(
            pl.col(UNIT_COLUMN[level]).cast(pl.Int32).alias("unit"),
            pl.col("month_id").cast(pl.Int32).alias("month"),
            pl.col(file.value).cast(pl.Float64).alias("count"),
            pl.lit(order).alias("order"),
        )
        for order, file in enumerate(series)
    ]
    return (
        pl.concat(parts)
        .drop_nulls()
        .sort("order")
        .unique(["unit", "month"], keep="first", maintain_order=True)
        .drop("order")
        .collect()
    )


def _units(
    series: list[SeriesFile], level: ChallengeLevel, frame: pl.DataFrame, until: int
) -> list[int]:
    """The units to forecast: countries that exist at the cut; every cell that any file lists."""
    if level == "country":
        return sorted(frame.filter(pl.col("month") == until)["unit"].unique().to_list())
    cells = [pl.scan_parquet(file.path).select(pl.col("priogrid_gid")) for file in series]
    listed = pl.concat(cells, how="vertical_relaxed").unique().collect()["priogrid_gid"]
    return sorted(int(gid) for gid in listed.to_list())


def _with_events(frame: pl.DataFrame, units: list[int], folder: Path, until: int) -> pl.DataFrame:
    """`frame` and, for months that it does not hold, counts of events by cell."""
    held = frame["month"].unique()
    events = _event_counts(folder, until)
    if events is None:
        return frame
    counts, first, last = events
    missing = [month for month in range(first, last + 1) if month not in set(held.to_list())]
    grid = pl.DataFrame({"unit": pl.Series(units, dtype=pl.Int32)}).join(
        pl.DataFrame({"month": pl.Series(missing, dtype=pl.Int32)}), how="cross"
    )
    dense = grid.join(counts, on=["unit", "month"], how="left").with_columns(
        pl.col("count").fill_null(0.0)
    )
    return pl.concat([frame, dense.select(frame.columns)])


def _event_counts(folder: Path, until: int) -> tuple[pl.DataFrame, int, int] | None:
    """State-based deaths by cell and month from the first file of UCDP events found."""
    from tocsin.geo.priogrid import gid_of  # noqa: PLC0415  (only the grid needs geography)

    for place in (folder, folder.parent / "ucdp", folder / "ucdp"):
        for path in _parquet_files(place) if place.is_dir() else ():
            names = _columns(path)
            deaths = next((name for name in ("best_death", "best") if name in names), None)
            if not names >= _EVENT_COLUMNS or deaths is None:
                continue
            month = ((pl.col("year") - 1980) * 12 + pl.col("month")).cast(pl.Int32)
            held = pl.scan_parquet(path).with_columns(month.alias("month_id"))
            span = held.select(pl.col("month_id").min().alias("a"), pl.col("month_id").max())
            first, last = span.collect().row(0)
            events = held.filter(
                (pl.col("month_id") <= until) & _state_based(pl.col("type_of_violence"))
            ).select("month_id", "latitude", "longitude", pl.col(deaths).alias("deaths"))
            frame = events.collect()
            gids = gid_of(frame["longitude"].to_numpy(), frame["latitude"].to_numpy())
            counts = (
                frame.with_columns(pl.Series("unit", gids).cast(pl.Int32))
                .group_by("unit", pl.col("month_id").alias("month"))
                .agg(pl.col("deaths").sum().cast(pl.Float64).alias("count"))
            )
            return counts, int(first), min(int(last), until)
    return None


def _state_based(kind: pl.Expr) -> pl.Expr:
    """Type 1 of UCDP, written as a number or as a word."""
    return kind.cast(pl.String).str.to_lowercase().str.contains(r"^(1(\.0)?$|state)")


def _matrix(frame: pl.DataFrame, units: list[int], level: Level) -> UnitMonths:
    first = int(frame["month"].to_numpy().min())
    last = int(frame["month"].to_numpy().max())
    row = np.searchsorted(np.array(units), frame["unit"].to_numpy())
    row = np.minimum(row, len(units) - 1)
    listed = np.array(units)[row] == frame["unit"].to_numpy()
    values = np.full((len(units), last - first + 1), np.nan)
    column = frame["month"].to_numpy() - first
    values[row[listed], column[listed]] = frame["count"].to_numpy()[listed]
    return UnitMonths(level, "ged_sb", tuple(str(unit) for unit in units), first, values)
