"""Files of submissions: Kobo's and ODK Central's exports, a plain spreadsheet, a file of messages.

A file is read to the end: what cannot be read is a problem of its row, and the others go on.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import yaml

from tocsin.errors import UnreadableFile
from tocsin.intake.forms_read import Form
from tocsin.intake.sms import decode
from tocsin.intake.submissions import Submission
from tocsin.tables.kinds.reports import Way

LARGEST = 64 * 1024 * 1024  # bytes of one file; exports of more are split by their tools
# Columns of the tools themselves, in the order in which they are trusted.
_INSTANCE = ("_uuid", "KEY", "meta/instanceID", "instanceID", "__id")
_CREATED = ("start", "_start", "today")
_SENDER = ("reporter", "username", "_submitted_by", "SubmitterName")
_OWN = ("_", "meta/", "__")
_TOOLS = {"start", "end", "today", "KEY", "instanceID", "SubmissionDate", "SubmitterID",
          "SubmitterName", "username", "deviceid", "reporter", "formhub/uuid", "AttachmentsPresent",
          "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion",
          "instanceName", "rootUuid"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of a file: the submission it is, or why it is none."""

    line: int
    submission: Submission | None = None
    wrong: str = ""
    remedy: str = ""
    mended: bool = False


class SheetMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the columns and words of a plain spreadsheet are those of a form."""

    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    reporter: str = ""  # the column that says who reports, by handle
    instance: str = ""


@dataclass(frozen=True)
class Orders:
    """How a file is to be read."""

    form: Form
    received: datetime
    reporter: str = "reporter"  # of rows that name none
    mapping: SheetMapping = field(default_factory=SheetMapping)


def read_mapping(path: Path) -> SheetMapping:
    """A mapping file in YAML.

    Raises
    ------
    UnreadableFile, saying which field is wrong.
    """
    try:
        return msgspec.convert(yaml.safe_load(path.read_text("utf-8")), SheetMapping)
    except (msgspec.ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "this is not a mapping: {problem}", where=str(path), problem=str(error)
        ) from None


def read_file(path: Path, orders: Orders) -> Iterator[Row]:
    """Every row of a file of submissions, by what the file is.

    Raises
    ------
    UnreadableFile, if the file is none of those that can be read, or too large.
    """
    if path.stat().st_size > LARGEST:
        raise UnreadableFile(
            "the file is larger than {most} MB",
            where=str(path),
            remedy="Export fewer submissions at a time.",
            most=LARGEST // 1024 // 1024,
        )
    reader = {".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx, ".json": _json}.get(path.suffix.lower())
    if reader is not None:
        for line, fields in reader(path):
            yield Row(line, _submission(fields, orders))
        return
    if path.suffix.lower() in (".txt", ".sms"):
        yield from _messages(path, orders)
        return
    raise UnreadableFile(
        "{suffix} is no file of submissions",
        where=str(path),
        remedy="Files end in .csv, .xlsx, .json or, for short messages, .txt",
        suffix=path.suffix or path.name,
    )


def _csv(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.read(4096)
            file.seek(0)
            parted = max(",;\t", key=head.split("\n", 1)[0].count)
            table = csv.DictReader(file, delimiter=parted, strict=True)
            for fields in table:
                yield table.line_num, fields
    except (csv.Error, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _xlsx(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever the zip or XML inside raises
        raise _unreadable(path, error) from None
    rows = book.worksheets[0].iter_rows(values_only=True)
    head = [str(name or "") for name in next(rows, ())]
    for line, cells in enumerate(rows, start=2):
        if any(cell is not None for cell in cells):
            yield line, dict(zip(head, cells, strict=False))


def _json(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        read = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, error) from None
    rows = read.get("results", read.get("value")) if isinstance(read, dict) else read
    if not isinstance(rows, list):
        raise _unreadable(path, "no list of submissions")
    for line, row in enumerate(rows, start=1):
        yield line, _flat(row) if isinstance(row, dict) else {}


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested groups as `group/question`, the way Kobo writes them."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict) and "coordinates" in value:
            longitude, latitude = value["coordinates"][:2]
            found[before + name] = f"{latitude} {longitude}"
        elif isinstance(value, dict) and before.count("/") < 4:
            found |= _flat(value, f"{before}{name}/")
        elif not isinstance(value, list | dict):
            found[before + name] = value
    return found


def _submission(fields: Mapping[str, Any], orders: Orders) -> Submission:
    mapping = orders.mapping
    answers: dict[str, str] = {}
    for name, value in fields.items():
        text = _as_text(value)
        if not name or not text or name in _TOOLS or name.startswith(_OWN):
            continue
        if name in (mapping.reporter, mapping.instance):
            continue
        question = mapping.columns.get(name, name.rsplit("/", 1)[-1].rsplit("-", 1)[-1])
        answers[question] = mapping.values.get(question, {}).get(text, text)
    way: Way = "sheet" if mapping.columns else "kobo" if "_uuid" in fields else "odk"
    return Submission(
        form=orders.form.id,
        answers=answers,
        reporter=_first(fields, (mapping.reporter, *_SENDER)) or orders.reporter,
        way=way,
        received=orders.received,
        instance=_first(fields, (mapping.instance, *_INSTANCE)),
        version=_first(fields, ("__version__", "FormVersion")),
        created=_when(_first(fields, _CREATED)),
    )


def _messages(path: Path, orders: Orders) -> Iterator[Row]:
    """One message a line: `HANDLE<TAB>MESSAGE`, or the message alone."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _unreadable(path, error) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        sender, parted, message = line.partition("\t")
        if not parted:
            sender, message = orders.reporter, line
        yield of_message(number, sender.strip(), message, orders.received)


def of_message(line: int, sender: str, message: str, received: datetime) -> Row:
    """One short message as a row."""
    try:
        read = decode(message, received.date())
    except UnreadableFile as error:
        return Row(line, wrong=error.problem, remedy=error.remedy)
    sent = Submission(read.form.id, read.answers, sender, "sms", received)
    return Row(line, sent, mended=read.mended)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if name and (text := _as_text(fields.get(name)))), "")


def _when(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unreadable(path: Path, error: object) -> UnreadableFile:
    return UnreadableFile(
        "the file cannot be read: {problem}",
        where=str(path),
        remedy="Export it again, or save it as CSV in UTF-8.",
        problem=str(error)[:200],
    )
