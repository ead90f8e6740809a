"""What `source.yml` holds: one declaration a source, read once, unknown fields refused."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from tocsin.errors import SourceChanged, UsageError
from tocsin.tables.months import candidate_release_day, parse_day, parse_month


class OfficialFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of one release as its publisher offers it; `name` is what a mirror calls it."""

    version: str
    url: str
    name: str = ""
    sha256: str = ""  # of the file as downloaded; empty where the publisher gives none


class Versions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a file's release is known, and the day on which that release became known.

    `from_name`    regular expression over the file name (case ignored) -> how its named groups
                   are written as a version, such as `{major}.{minor}`; the first that matches
    `released`     release dates by version; a partial date counts from its last day
    `rule`         for a version that `released` does not hold:
                   `table` nothing more is known: the user must say; `candidate` a UCDP monthly
                   (`23.0.10`: the 20th of the month after); `date` the version is the date
    """

    from_name: dict[str, str] = {}
    released: dict[str, str] = {}
    rule: Literal["table", "candidate", "date"] = "table"

    def of_name(self, name: str) -> str:
        """The version that a file name gives away, or empty.

        >>> Versions(from_name={r"v(?P<major>\\d+)": "{major}.0"}).of_name("Report_V12.csv")
        '12.0'
        """
        for expression, pattern in self.from_name.items():
            if found := re.search(expression, name, re.IGNORECASE):
                return pattern.format_map(found.groupdict(default="")).replace("_", ".")
        return ""

    def released_on(self, version: str) -> date | None:
        """The day on which `version` was released, or None where it is not known.

        >>> Versions(released={"19.1": "2019-06"}).released_on("19.1")
        datetime.date(2019, 6, 30)
        """
        if version in self.released:
            return parse_day(self.released[version])
        try:
            if self.rule == "candidate":
                return candidate_release_day(candidate_months(version)[1])
            if self.rule == "date":
                return parse_day(version)
        except UsageError:
            return None
        return None


def candidate_months(version: str) -> tuple[int, int]:
    """First and last month that a UCDP Candidate release covers.

    `23.0.10` is the release of October 2023; `23.01.23.06` holds January to June 2023.

    Raises
    ------
    UsageError, if `version` is not the name of a Candidate release.

    >>> candidate_months("23.0.10")
    (526, 526)
    """
    if found := re.fullmatch(r"(\d\d)\.0\.(\d{1,2})", version):
        month = parse_month(f"20{found[1]}-{found[2]}")
        return month, month
    if found := re.fullmatch(r"(\d\d)\.(\d\d)\.(\d\d)\.(\d\d)", version):
        return parse_month(f"20{found[1]}-{found[2]}"), parse_month(f"20{found[3]}-{found[4]}")
    raise UsageError(
        "{version!r} is not a Candidate release",
        remedy="Write it as 23.0.10 (October 2023) or 23.01.23.06 (January to June 2023).",
        version=version,
    )


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a value may be at most; a row outside is set aside, not believed."""

    date_from: str = "1946"
    deaths_max: int = 200_000
    value_min: float | None = None
    value_max: float | None = None


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One source: who publishes what, under which licence, and how its columns are read.

    `reads`       published column -> column of ours that it feeds (several spellings allowed)
    `ignores`     published column -> why it is not read
    `reads_matching`  regular expression -> what it feeds: for months or years as columns
    `requires`    columns of ours that a file must feed
    `categories`  published column -> code -> our word (or the code itself); another code means
                  that the source has changed
    `known_by`    columns that give the source away (default: all that it reads)
    """

    key: str
    title: str
    publisher: str
    licence: str
    licence_url: str = ""
    citation: str
    home: str
    about: str = ""
    tables: tuple[Literal["events", "series", "context"], ...]
    files: tuple[OfficialFile, ...] = ()
    versions: Versions = Versions()
    bounds: Bounds = Bounds()
    reads: dict[str, str] = {}
    ignores: dict[str, str] = {}
    reads_matching: dict[str, str] = {}
    requires: tuple[str, ...] = ()
    categories: dict[str, dict[str, str]] = {}
    known_by: tuple[str, ...] = ()
    whole: bool = False  # hand the whole file to `parse_rows` at once (wide or small files)
    hidden: bool = False  # recognised only when named: its layout is too common to claim
    exercise: bool = False  # invented data: every product made from it must say so

    def knows(self, column: str) -> bool:
        """Whether a published column is handled, or ignored by name."""
        return (
            column in self.reads
            or column in self.ignores
            or any(re.fullmatch(expression, column) for expression in self.reads_matching)
        )


def read_declaration(path: Path) -> Declaration:
    """The declaration in a `source.yml`, with what it shares: `shares: FILE.yml` names a file
    beside the source folders whose fields hold where the declaration itself is silent.

    Raises
    ------
    SourceChanged, if the file is not a declaration; the message says which field is wrong.
    """
    try:
        fields = msgspec.yaml.decode(path.read_bytes(), type=dict[str, Any])
        if (shared := fields.pop("shares", None)) is not None:
            common = msgspec.yaml.decode((path.parent.parent / shared).read_bytes())
            fields = common | fields
        return msgspec.convert(fields, Declaration)
    except (msgspec.MsgspecError, OSError) as error:
        raise SourceChanged(
            "this is not a source declaration: {why}", where=str(path), why=str(error)
        ) from error
