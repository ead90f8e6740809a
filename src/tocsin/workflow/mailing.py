"""Mail in a folder: each file once, its messages and attachments taken in as reports.

A mail that brought a report goes to `done/`, any other to `refused/` with the reason beside it.
The reason quotes nobody; the mails themselves hold addresses and are the owner's to delete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tocsin.errors import TocsinError, UnreadableFile

if TYPE_CHECKING:
    from tocsin.intake.exports import Row

LARGEST = 25_000_000  # bytes of one mail
MOST_PARTS = 50
_CODED = re.compile(r"^\s*[A-Za-z]{1,2}\s*,.*#\s*\S{2}\s*$")
_TABLES = (".csv", ".tsv", ".xlsx", ".json")


@dataclass
class Mail:
    """What became of one mail."""

    file: str
    added: int = 0
    known: int = 0
    refused: tuple[dict[str, Any], ...] = ()  # what could not be read: question, wrong, remedy
    wrong: str = ""  # why it brought nothing

    @property
    def reply_needed(self) -> bool:
        """Whether its sender must be asked again."""
        return bool(self.refused or self.wrong)


def take_mail(folder: Path, form: str = "incident", at: str = "") -> list[Mail]:
    """Take in every mail of a folder (`.eml`, or a maildir's `new` and `cur`), and move it away.

    Raises
    ------
    UnreadableFile, if the folder is none.
    """
    if not folder.is_dir():
        raise UnreadableFile("this is no folder of mail", where=str(folder))
    told = []
    for path in _files(folder):
        mail = _take(path, form, at)
        _move(path, folder / ("refused" if mail.wrong else "done"), mail)
        told.append(mail)
    return told


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.suffix.lower() == ".eml"]
    for box in ("new", "cur"):
        found += (folder / box).iterdir() if (folder / box).is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _take(path: Path, form: str, at: str) -> Mail:
    from tocsin.workflow import receiving
    from tocsin.workflow.words import moment

    now = moment(at)
    mail = Mail(path.name)
    try:
        rows = list(_rows(_parsed(path), form, now))
    except TocsinError as error:
        mail.wrong = error.problem
        return mail
    if not rows:
        mail.wrong = "the mail holds no report"
        return mail
    made = receiving.take_in(rows, now)
    mail.added, mail.known, mail.refused = made.added, made.known, tuple(made.refused)
    if not made.added and not made.known:
        mail.wrong = "nothing in the mail could be taken in"
    return mail


def _parsed(path: Path) -> EmailMessage:
    if path.stat().st_size > LARGEST:
        raise UnreadableFile("the mail is too large")
    try:
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    except (MessageError, ValueError, LookupError, RecursionError):
        raise UnreadableFile("the mail cannot be read") from None


def _rows(message: EmailMessage, form: str, now: datetime) -> Iterator[Row]:
    """Every submission in a mail, by what its parts are."""
    sender = parseaddr(str(message.get("From", "")))[1].strip().casefold()
    if "@" not in sender:
        raise UnreadableFile("the mail names no sender")
    line = 0
    for at, part in enumerate(message.walk()):
        if at >= MOST_PARTS:
            raise UnreadableFile("the mail has too many parts")
        if part.is_multipart():
            continue
        for row in _of_part(part, sender, form, now):
            line += 1
            submission = row.submission and replace(row.submission, way="mail")
            yield replace(row, line=line, submission=submission)


def _of_part(part: Any, sender: str, form: str, now: datetime) -> Iterator[Row]:
    from tocsin.intake import form_named
    from tocsin.intake.exports import Orders, Row, of_message, read_file
    from tocsin.intake.instances import parse_instance

    suffix = Path(str(part.get_filename() or "")).suffix.lower()
    if suffix == ".xml":
        try:
            yield Row(0, parse_instance(_content(part)).submission(sender, now))
        except TocsinError as error:
            yield Row(0, wrong=error.problem, remedy=error.remedy)
    elif suffix in _TABLES:
        with TemporaryDirectory() as place:
            path = Path(place) / f"attached{suffix}"
            path.write_bytes(_content(part))
            yield from read_file(path, Orders(form_named(form), now, reporter=sender))
    elif part.get_content_type() == "text/plain":
        for said in _text(part).splitlines():
            if _CODED.match(said):
                yield of_message(0, sender, said.strip(), now)


def _content(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Any) -> str:
    try:
        return _content(part).decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return _content(part).decode("latin-1")


def _move(path: Path, folder: Path, mail: Mail) -> None:
    """Put a mail away under a name that is free."""
    folder.mkdir(exist_ok=True)
    stem = path.name.partition(":")[0]
    target = folder / stem
    counted = 1
    while target.exists():
        counted += 1
        target = folder / f"{counted}-{stem}"
    path.replace(target)
    if mail.wrong:
        target.with_name(f"{target.name}.reason.txt").write_text(f"{mail.wrong}\n", "utf-8")
