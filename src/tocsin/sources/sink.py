"""Where parsed tables go: Parquet files of a draft, written as they come."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.lake import file_sha256
from tocsin.sources.reading import Share
from tocsin.sources.registry import Kept
from tocsin.tables import REJECTS, TABLES, FilePart, Table
from tocsin.tables.months import first_day, last_day

_TABLES = {table.name: table for table in TABLES}
# Few values repeated many times: a dictionary is smaller and faster. Long texts are not.
_REPEATED = {
    "source",
    "violence",
    "iso3",
    "country",
    "admin1",
    "admin2",
    "conflict",
    "dyad",
    "side_a",
    "side_b",
    "code_status",
    "level",
    "unit_id",
    "unit_name",
    "measure",
    "counterpart",
    "unit",
}


class Sink:
    """Writes the tables of one snapshot into `folder`, and remembers what it has seen."""

    def __init__(self, folder: Path, file_name: str):
        self.folder = folder
        self.file_name = file_name
        self.rows_read = 0
        self.rows_kept = 0
        self.duplicates = 0
        self.set_aside: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._rows: Counter[str] = Counter()
        self._keys: dict[str, list[pl.DataFrame]] = {}
        self._seen = _Seen()

    def add(self, share: Share) -> None:
        """Write what one block gave."""
        self.rows_read += share.rows_read
        self.rows_kept += share.parsed.rows_kept
        self.set_aside.update(_by_reason(share.parsed.set_aside))
        self.doubts.update(_by_reason(share.parsed.doubts))
        if share.rejects.height:
            self._write(REJECTS, share.rejects)
        for name, frame in share.parsed.tables.items():
            if frame.height:
                table = _TABLES[name]
                self._write(table, frame)
                key = [part for part in table.key if part != "source"]  # the same throughout
                self._keys.setdefault(name, []).append(frame.select(key))
                self._seen.add(frame)

    def close(self) -> None:
        """End the files, and take repeated rows out of them."""
        for writer in self._writers.values():
            writer.close()
        self._writers = {}
        for name, keys in self._keys.items():
            together = pl.concat(keys)
            if together.n_unique() < together.height:
                self._settle_repeated(_TABLES[name], together)
        self._keys = {}

    def abandon(self) -> None:
        """Let go of the files; the draft's folder is removed by its owner."""
        for writer in self._writers.values():
            try:
                writer.close()
            except (OSError, pa.ArrowException):
                continue  # the disk is full: that is why we are here
        self._writers = {}

    def parts(self) -> tuple[FilePart, ...]:
        """The files written, with their hashes."""
        return tuple(
            FilePart(
                table=name,  # type: ignore[arg-type]  # `add` takes declared tables only
                path=f"{name}.parquet",
                rows=rows,
                sha256=file_sha256(self.folder / f"{name}.parquet"),
            )
            for name, rows in sorted(self._rows.items())
            if rows
        )

    def kept(self) -> Kept:
        """What was kept of the file."""
        return self._seen.kept(self.rows_kept)

    def rejects(self) -> pl.DataFrame:
        """All that was set aside or doubted."""
        path = self.folder / "rejects.parquet"
        return pl.read_parquet(path) if path.is_file() else REJECTS.empty()

    # --- inside ------------------------------------------------------------------------------

    def _write(self, table: Table, frame: pl.DataFrame) -> None:
        arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = self._writers.get(table.name)
        if writer is None:
            writer = pq.ParquetWriter(
                self.folder / f"{table.name}.parquet",
                arrow.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=[name for name in frame.columns if name in _REPEATED],
            )
            self._writers[table.name] = writer
        writer.write_table(arrow)
        self._rows[table.name] += frame.height

    def _settle_repeated(self, table: Table, keys: pl.DataFrame) -> None:
        """The same row again is a duplicate; the same key with other content is set aside.

        Which of two contents is right cannot be known here: the first is kept, the others go to
        the rejects, where a person finds them.
        """
        path = self.folder / f"{table.name}.parquet"
        numbered = pl.scan_parquet(path).with_row_index("position")
        twice = keys.filter(keys.is_duplicated()).unique()
        key = twice.columns
        again = numbered.join(twice.lazy(), on=key, how="semi").collect().sort("position")
        content = [name for name in again.columns if name not in ("position", "source_row")]
        first = again.unique(key, keep="first", maintain_order=True)
        rest = again.join(first.select("position"), on="position", how="anti")
        same = rest.join(first, on=content, how="semi", nulls_equal=True)
        other = rest.join(same.select("position"), on="position", how="anti")
        self.duplicates += same.height
        self.rows_kept -= rest.height
        if other.height:
            self.set_aside["same_id"] += other.height
            self._add_rejects(table, other.drop("position"))
        keep = numbered.join(rest.lazy().select("position"), on="position", how="anti")
        fresh = path.with_suffix(".settled")
        keep.sort("position").drop("position").sink_parquet(fresh, compression="zstd")
        fresh.replace(path)
        self._rows[table.name] -= rest.height

    def _add_rejects(self, table: Table, rows: pl.DataFrame) -> None:
        key = table.key[-1]
        found = self.rejects()
        more = REJECTS.build(
            {
                "file": [self.file_name] * rows.height,
                "row": rows["source_row"]
                if "source_row" in rows.columns
                else pl.Series([0] * rows.height),
                "reason": ["same_id"] * rows.height,
                "field": [key] * rows.height,
                "value": rows[key].cast(pl.String),
                "content": rows.select(pl.struct(pl.all()).struct.json_encode()).to_series(),
            }
        )
        pl.concat([found, more]).write_parquet(self.folder / "rejects.parquet")
        self._rows["rejects"] += more.height


class _Seen:
    """Period and places, gathered while the rows pass."""

    def __init__(self) -> None:
        self.first: date | None = None
        self.last: date | None = None
        self.units: set[str] = set()
        self.countries: set[str] = set()
        self.levels: set[str] = set()

    def add(self, frame: pl.DataFrame) -> None:
        for start, end in (("date_start", "date_end"), ("period_from", "period_to")):
            if start in frame.columns:
                self._period(frame[start].min(), frame[end].max())
        if "month" in frame.columns:
            months = frame["month"]
            self._period(
                first_day(int(months.min())),  # type: ignore[arg-type]  # never empty here
                last_day(int(months.max())),  # type: ignore[arg-type]
            )
        for name, into in (
            ("iso3", self.units),
            ("unit_id", self.units),
            ("country", self.countries),
            ("unit_name", self.countries),
            ("level", self.levels),
        ):
            if name in frame.columns:
                into.update(_texts(frame[name].unique()))

    def kept(self, rows: int) -> Kept:
        return Kept(
            rows,
            self.first,
            self.last,
            tuple(sorted(self.units)),
            tuple(sorted(self.countries)),
            tuple(sorted(self.levels)),
        )

    def _period(self, first: object, last: object) -> None:
        if isinstance(first, date):
            self.first = first if self.first is None else min(self.first, first)
        if isinstance(last, date):
            self.last = last if self.last is None else max(self.last, last)


def _by_reason(findings: pl.DataFrame) -> dict[str, int]:
    return Counter(_texts(findings["reason"]))


def _texts(values: pl.Series) -> Iterable[str]:
    return [value for value in values.to_list() if value is not None]
