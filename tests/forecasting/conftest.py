"""A small store of invented countries, XAA, XAB …: codes that no country will ever have."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from tocsin.cli.main import app
from tocsin.errors import TocsinError
from tocsin.lake import Lake
from tocsin.tables import SERIES, Coverage, FilePart, Snapshot
from tocsin.tables.levels import Level, Target
from tocsin.tables.months import parse_month

FIRST = parse_month("2015-01")
Counts = Mapping[str, Sequence[int | None]]


def hold(
    home: Path,
    counts: Mapping[tuple[Level, Target], Counts],
    released: str,
    *,
    first: int = FIRST,
    complete: bool = True,
    source: str = "ucdp_country_month",
) -> Snapshot:
    """Put invented counts into the lake of a store, as one release; None is left out: unknown."""
    rows = [
        {"level": level, "unit_id": unit, "unit_name": unit, "month": first + step,
         "measure": target, "value": value}
        for (level, target), units in counts.items()
        for unit, values in units.items()
        for step, value in enumerate(values)
        if value is not None
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=SERIES.schema)
    lake = Lake(home)
    with lake.writing() as draft:
        frame.write_parquet(draft.tables / "series.parquet")
        return draft.keep(
            Snapshot(
                snapshot_id=f"{source}/{released}-{abs(hash(str(rows))) % 16**12:012x}",
                source=source,
                title="invented",
                publisher="invented",
                version=released,
                released_on=date.fromisoformat(released),
                licence="CC0",
                citation="An exercise: nothing here happened.",
                url="",
                file_name="invented.csv",
                file_bytes=0,
                sha256="0" * 64,
                parts=(
                    FilePart(table="series", path="series.parquet", rows=frame.height, sha256=""),
                ),
                coverage=Coverage(
                    month_from=int(frame["month"].min()),  # type: ignore[arg-type]
                    month_to=int(frame["month"].max()),  # type: ignore[arg-type]
                    units=tuple(sorted({unit[:3] for unit in frame["unit_id"].unique()})),
                    levels=tuple(level for level, _ in counts),
                    complete=complete,
                    silence_is_zero=False,
                ),
                exercise=True,
            )
        )


def run(*words: str) -> Result:
    """Run the command line in this process."""
    with redirect_stderr(StringIO()):
        result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, TocsinError):
        result.exit_code = result.exception.exit_code
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="session")
def tocsin() -> Callable[..., Result]:
    return run


def said(result: Result) -> str:
    """Everything that a command said, its error's two lines with it."""
    words = str(result.exception) if result.exception is not None else ""
    return f"{result.output}\n{words}"


def season(months: int, level: int, turn: int = 0) -> list[int]:
    """Invented counts with some life in them."""
    return [max(0, level + (7 * step + turn) % (level + 3) - level // 2) for step in range(months)]


def types(countries: Counts) -> dict[tuple[Level, Target], Any]:
    """Country counts of the three types and their sum, from the state-based ones."""
    sb = {unit: list(values) for unit, values in countries.items()}
    ns = {unit: [value // 3 for value in values] for unit, values in sb.items()}
    os = {unit: [value // 5 for value in values] for unit, values in sb.items()}
    every = {
        unit: [a + b + c for a, b, c in zip(sb[unit], ns[unit], os[unit], strict=True)]
        for unit in sb
    }
    return {
        ("country", "ged_sb"): sb,
        ("country", "ged_ns"): ns,
        ("country", "ged_os"): os,
        ("country", "ged_all"): every,
    }
