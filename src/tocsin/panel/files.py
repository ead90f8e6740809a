"""A panel as a file that other programs open: Parquet, CSV or XLSX."""

from pathlib import Path

import polars as pl

from tocsin.errors import UsageError
from tocsin.tables.months import month_text

SUFFIXES = (".parquet", ".csv", ".xlsx")


def to_file(observations: pl.DataFrame, path: Path) -> Path:
    """Write an `observations` table, long, with the month also as text (`year_month`).

    The file appears under its name only when it is complete.

    Raises
    ------
    UsageError, if the suffix is none of .parquet, .csv, .xlsx.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            "a panel cannot be written as {suffix!r}",
            where=path.name,
            remedy="Name a file that ends in .parquet, .csv or .xlsx.",
            suffix=suffix,
        )
    months = observations["month"].unique()
    text = {month: month_text(month) for month in months.to_list()}
    table = observations.with_columns(
        pl.col("month").replace_strict(text, return_dtype=pl.String).alias("year_month")
        if text
        else pl.lit(None, pl.String).alias("year_month")
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    if suffix == ".parquet":
        table.write_parquet(partial)
    elif suffix == ".csv":
        table.write_csv(partial)
    else:
        _write_sheet(table, partial)
    partial.replace(path)
    return path


def _write_sheet(table: pl.DataFrame, path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415  (slow to import, and rarely wanted)

    if table.height >= 1_048_576:  # the rows of a sheet
        raise UsageError(
            "{rows} rows do not fit a sheet",
            remedy="Choose fewer months or areas, or write CSV or Parquet.",
            rows=table.height,
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("panel")
    sheet.append(table.columns)
    for row in table.iter_rows():
        sheet.append(row)
    book.save(path)
