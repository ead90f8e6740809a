'''Every source, and which of them a file belongs to.

How to add a source
-------------------
Make a folder `sources/<key>/` with two files (and an empty `__init__.py`); nothing else has to
know of it.

`source.yml` is a :class:`~tocsin.sources.declaration.Declaration`: publisher, licence, citation,
official files, how the release is known, which columns are read, ignored by name, required, and
what the codes of each category mean.

`parse.py` holds one function, and up to five more:

    def parse_rows(rows: Rows, release: Release) -> Parsed
        """Required. One block of rows to tables. Called from several threads, in any order, so
        it keeps no state. `rows.frame` has the published columns, every value a String (missing
        where the cell is empty), and `source_row` (Int64). Cells are read with
        `tocsin.sources.cells`, which sets aside what cannot be read."""

    def coverage(release: Release, kept: Kept) -> Coverage | None
        """Required. Where and when silence is zero, once the file has been read through."""

    def recognise(sample: Sample, declaration: Declaration) -> float
        """Optional. How surely the file is this source's: 0 not at all … 1. Default: the share
        of `known_by` (else of `reads`) that the header holds. The highest above 0.6 wins."""

    def release_of(sample: Sample, declaration: Declaration) -> tuple[str, date | None]
        """Optional. Version ("" unknown) and release date where the content gives them away.
        What the user says comes first, then the file name, then this."""

    def check_header(sample: Sample, declaration: Declaration) -> None
        """Optional. Replaces the strict check of the header (every column handled or ignored by
        name, every required one present), for layouts that it cannot express."""

    def declaration_of(mapping: Path, declaration: Declaration) -> Declaration
        """Optional. The declaration as a user's mapping file (`--mapping FILE`) completes it."""

The framework does the rest: archives and their dangers, encodings, delimiters, quoted newlines,
truncation, blocks, threads, row and line numbers, duplicates, hashes, Parquet, the manifest.
A file in Parquet comes as the same blocks of strings (`244657.0` for a float).
'''

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import polars as pl

from tocsin.errors import SourceChanged, UnknownFormat, UnknownName, UsageError
from tocsin.sources.declaration import Declaration, read_declaration
from tocsin.tables import Coverage
from tocsin.tables.months import month_of

_SURE_ENOUGH = 0.6


@dataclass(frozen=True)
class Sample:
    """The beginning of a file, from which its source is recognised."""

    name: str  # of the file itself, inside its archive if it came in one
    outer_name: str  # of the archive; the same as `name` where there is none
    form: str  # csv or parquet
    columns: tuple[str, ...]
    head: pl.DataFrame  # up to 1,000 rows, all values strings


@dataclass(frozen=True)
class Rows:
    """A block of consecutive rows of a file."""

    frame: pl.DataFrame
    file: str
    decimal_comma: bool = False
    day_first: bool | None = None  # how 03/04/2023 is written in this file; None: not known


@dataclass(frozen=True)
class Release:
    """The release that a file belongs to, and its source's declaration."""

    declaration: Declaration
    version: str
    released_on: date
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """What one block gave.

    `tables` are frames of the declared tables (events with `source_row`). `set_aside` holds rows
    that could not be read, `doubts` values that were not believed in rows that were kept: both
    with the columns `source_row`, `reason`, `field`, `value`. `rows_kept` counts rows of the
    file, not of the table (a wide row gives many).
    """

    tables: dict[str, pl.DataFrame]
    rows_kept: int
    set_aside: pl.DataFrame
    doubts: pl.DataFrame


@dataclass(frozen=True)
class Kept:
    """What was kept of a whole file: enough to say what it covers."""

    rows: int
    day_from: date | None
    day_to: date | None
    iso3: tuple[str, ...]  # countries with a known code, or the unit ids of a series
    countries: tuple[str, ...]  # as published
    levels: tuple[str, ...] = ()

    def unstated_coverage(self, note: str) -> Coverage | None:
        """The rows' own period and countries, where nobody says what silence means: unknown."""
        if self.day_from is None or self.day_to is None:
            return None
        return Coverage(
            month_from=month_of(self.day_from),
            month_to=month_of(self.day_to),
            units=tuple(sorted(self.iso3)),
            complete=False,
            silence_is_zero=False,
            note=note,
        )


@dataclass(frozen=True)
class Source:
    """A source's declaration and how its files are read."""

    declaration: Declaration
    module: ModuleType

    @property
    def key(self) -> str:
        return self.declaration.key

    def recognise(self, sample: Sample) -> float:
        """How surely a file is this source's, from 0 to 1."""
        if (own := getattr(self.module, "recognise", None)) is not None:
            return float(own(sample, self.declaration))
        known = set(self.declaration.known_by or self.declaration.reads)
        return len(known & set(sample.columns)) / len(known) if known else 0.0

    def require_columns(self, sample: Sample) -> None:
        """Nothing, if every column is known and every required one is there.

        Raises
        ------
        SourceChanged, naming the columns and, for a renamed one, its likely new name.
        """
        if (own := getattr(self.module, "check_header", None)) is not None:
            own(sample, self.declaration)
        else:
            require_columns(sample, self.declaration)

    def release_of(self, sample: Sample, version: str, released_on: date | None) -> Release:
        """The release: what the user says, else the file name, else the content.

        Raises
        ------
        UsageError, if the version or its release date is not known: the user must say.
        """
        declared = self.declaration.versions
        found, when = version, released_on
        named = declared.of_name(sample.name) or declared.of_name(sample.outer_name)
        found = found or named
        own = getattr(self.module, "release_of", None)
        if own is not None and (not found or when is None):
            content, day = own(sample, self.declaration)
            found = found or content
            when = when or (day if found == content else None)
        if not found and when is not None:
            found = when.isoformat()  # the user knows the day but the release has no name
        when = when or declared.released_on(found)
        if not found or when is None:
            raise UsageError(
                "the release date of {release} is not known",
                where=sample.name,
                remedy="Say when {publisher} released it: --released-on YYYY-MM-DD"
                " (and --release NAME, such as {example}).",
                release=f"{self.declaration.title} {found}".strip(),
                publisher=self.declaration.publisher,
                example=next(iter(declared.released), "23.1"),
            )
        return Release(self.declaration, found, when, sample.columns)

    def mapped(self, mapping: Path) -> "Source":
        """The source as a user's mapping file describes it.

        Raises
        ------
        UsageError, if this source takes no mapping.
        """
        own = getattr(self.module, "declaration_of", None)
        if own is None:
            raise UsageError("{source} takes no mapping file", source=self.key)
        return Source(own(mapping, self.declaration), self.module)

    def parse_rows(self, rows: Rows, release: Release) -> Parsed:
        parsed: Parsed = self.module.parse_rows(rows, release)
        return parsed

    def coverage(self, release: Release, kept: Kept) -> Coverage | None:
        covered: Coverage | None = self.module.coverage(release, kept)
        return covered


@cache
def sources() -> tuple[Source, ...]:
    """Every source, by key: the folders beside this module that hold a `source.yml`."""
    return tuple(_found())


def _found() -> Iterator[Source]:
    for path in sorted(Path(__file__).parent.glob("*/source.yml")):
        declaration = read_declaration(path)
        if declaration.key != path.parent.name:
            raise SourceChanged(
                "the folder is named {folder}, its declaration {key}",
                where=str(path),
                folder=path.parent.name,
                key=declaration.key,
            )
        yield Source(declaration, import_module(f"tocsin.sources.{declaration.key}.parse"))


def source(key: str) -> Source:
    """The source named `key`.

    Raises
    ------
    UnknownName, naming the nearest keys.
    """
    known = {each.key: each for each in sources()}
    if key in known:
        return known[key]
    near = get_close_matches(key, known, n=3, cutoff=0.4) or sorted(known)
    raise UnknownName(
        "no source is named {name}", remedy="Try: {near}.", name=key, near=", ".join(near)
    )


def recognise(sample: Sample) -> Source:
    """The source that a file belongs to, by its content.

    Raises
    ------
    UnknownFormat, naming the nearest source and what the file lacks of it.
    """
    claims = [(each.recognise(sample), each) for each in sources() if not each.declaration.hidden]
    surest, best = max(claims, key=lambda claim: claim[0], default=(0.0, None))
    if best is not None and surest >= _SURE_ENOUGH:
        return best
    if best is None or surest == 0:
        raise UnknownFormat(
            "no source recognises this file; its first columns are {columns}",
            where=sample.name,
            remedy="See what can be read: tocsin sources. For a table of your own, name a"
            " mapping: --mapping FILE.",
            columns=", ".join(sample.columns[:6]) or "none",
        )
    lacking = [name for name in best.declaration.reads if name not in sample.columns]
    raise UnknownFormat(
        "no source recognises this file; the nearest is {title}, of which it lacks {columns}",
        where=sample.name,
        remedy="See what can be read: tocsin sources. For a table of your own, name a"
        " mapping: --mapping FILE.",
        title=best.declaration.title,
        columns=", ".join(lacking[:6]),
    )


def require_columns(sample: Sample, declaration: Declaration) -> None:
    """The strict check of a header: see :meth:`Source.require_columns`."""
    repeated = sorted({name for name in sample.columns if sample.columns.count(name) > 1})
    if repeated:
        raise SourceChanged(
            "the column {columns} appears twice", where=sample.name, columns=", ".join(repeated)
        )
    strangers = [name for name in sample.columns if not declaration.knows(name)]
    fed = {declaration.reads[name] for name in sample.columns if name in declaration.reads}
    missing = [
        next(name for name, ours in declaration.reads.items() if ours == wanted)
        for wanted in declaration.requires
        if wanted not in fed
    ]
    if missing:
        likely = {
            name: near[0] for name in missing if (near := get_close_matches(name, strangers, 1))
        }
        raise SourceChanged(
            "columns are missing: {columns}{renamed}",
            where=sample.name,
            remedy="Get the file as {publisher} publishes it: {home}.",
            columns=", ".join(missing),
            renamed="".join(f" ({old} → {new}?)" for old, new in likely.items()),
            publisher=declaration.publisher,
            home=declaration.home,
        )
    if strangers:
        raise SourceChanged(
            "unknown columns: {columns}",
            where=sample.name,
            remedy="If {publisher} has changed its layout, a newer Tocsin is needed; nothing"
            " was read.",
            columns=", ".join(repr(name) for name in strangers),
            publisher=declaration.publisher,
        )
