"""What is written beside every snapshot of the lake, and what it covers."""

from datetime import date, datetime
from typing import Literal

import msgspec

from tocsin.tables.levels import Level


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where and when a snapshot counts: outside it nothing is known, inside it silence is zero.

    `units` is empty for the whole world; otherwise the ISO3 codes of the countries covered.
    `complete` is False where the file is a known part of the release (some events left out):
    then it serves only where nothing complete does, and every product says so.
    `silence_is_zero` is False where the file holds its own zeros (or some units only for a time):
    then what it does not hold is unknown, even inside the months and countries named here.
    """

    month_from: int
    month_to: int
    units: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ("country", "admin1", "priogrid")
    complete: bool = True
    silence_is_zero: bool = True
    note: str = ""  # what the reader must know: where_prec left out, month of date_start, …


class FilePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One Parquet file of a snapshot."""

    table: Literal["events", "series", "context", "rejects"]
    path: str  # relative to the snapshot's folder
    rows: int
    sha256: str


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The manifest of one snapshot: one file of one release of one source, as it was read.

    `snapshot_id` is `<source>/<version>-<first 12 digits of sha256>`: the same file twice is
    the same snapshot. `sha256` is that of the table, out of the archive it may have come in.
    `released_on` is the day on which the publisher made it known.
    `rows_read` = `rows_kept` + `duplicates` + the sum of `set_aside` (rows, by reason); `doubts`
    counts values that were not believed in rows that were kept. Both are in the rejects table.
    """

    snapshot_id: str
    source: str
    title: str
    publisher: str
    version: str
    released_on: date
    licence: str
    citation: str
    url: str
    file_name: str
    file_bytes: int
    sha256: str
    parts: tuple[FilePart, ...]
    coverage: Coverage | None = None
    rows_read: int = 0
    rows_kept: int = 0
    duplicates: int = 0
    set_aside: dict[str, int] = {}
    doubts: dict[str, int] = {}
    period: tuple[date, date] | None = None
    places: int = 0
    exercise: bool = False  # invented data: every product made from it must say so
    ingested_at: datetime | None = None
    tocsin_version: str = ""
