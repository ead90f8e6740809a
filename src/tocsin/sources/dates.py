"""Whether 03/04/2023 is in March or in April: told by the whole file, or not at all."""

import polars as pl

from tocsin.sources.delimited import Layout, NotUtf8, cut_blocks, rows_of

_SLASHED = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}"


def day_comes_first(layout: Layout, head: pl.DataFrame) -> bool | None:
    """True for 31/01/2023, False for 01/31/2023, None where the file does not tell.

    The whole file is read for it, but only when its first rows (`head`) have such dates. A file
    that has both forms tells nothing: then only the days above 12 can be read.
    """
    dated = tuple(name for name in head.columns if _is_slashed(name, head[name]))
    if not dated:
        return None
    day_first = month_first = False
    for block in cut_blocks(layout):
        try:
            frame, _ragged = rows_of(block, layout, dated)
        except NotUtf8:
            frame, _ragged = rows_of(block, layout, dated, "cp1252")
        parts = pl.concat([_parts(frame[name]) for name in dated])
        day_first = day_first or bool((parts["first"] > 12).any())
        month_first = month_first or bool((parts["second"] > 12).any())
    return None if day_first == month_first else day_first


def _is_slashed(name: str, values: pl.Series) -> bool:
    return "date" in name.lower() and bool(values.str.contains(_SLASHED).any())


def _parts(values: pl.Series) -> pl.DataFrame:
    return values.to_frame("raw").select(
        pl.col("raw").str.extract(_SLASHED, 1).cast(pl.Int32).alias("first"),
        pl.col("raw").str.extract(_SLASHED, 2).cast(pl.Int32).alias("second"),
    )
