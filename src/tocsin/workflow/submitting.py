"""Reports that come over a line: from phones (ODK), browsers and gateways, each acknowledged once.

Every way ends in `receiving.take_in`. A repeat is known by what names its submission and changes
nothing. Photos may come before their report, with it, after it, or twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import UnreadableFile, UsageError
from tocsin.settings import read_settings
from tocsin.workflow import receiving
from tocsin.workflow.record_keeping import open_ledger, open_vault, reader_named

if TYPE_CHECKING:
    from tocsin.intake.forms_read import Form
    from tocsin.intake.submissions import Submission
    from tocsin.vault.media import MediaRoom

LARGEST_PHOTO = 20_000_000  # bytes
PATIENCE = 30.0  # seconds that a submission waits for another one to be written


@dataclass(frozen=True)
class Sent:
    """A file that came: which media of its submission it is, and where it lies for now."""

    key: str
    path: Path


@dataclass
class Receipt:
    """What became of one submission."""

    fresh: bool = False  # written now; else it was held already
    code: str = ""  # by which its reporter can look up what became of it
    problems: list[dict[str, Any]] = field(default_factory=list)  # question, wrong, given
    kept: int = 0  # photos
    left: list[str] = field(default_factory=list)  # why a photo was not kept

    @property
    def accepted(self) -> bool:
        """Whether the report is in the record, now or before."""
        return not self.problems


def media_room() -> MediaRoom:
    """The media of the node's store."""
    from tocsin.vault.media import MediaRoom

    return MediaRoom(read_settings().home / "media", open_vault())


def forms_offered() -> tuple[Form, ...]:
    """The newest version of every form."""
    from tocsin.intake import forms

    return tuple({one.id: one for one in forms()}.values())


def form_offered(name: str) -> Form:
    """The newest version of one form.

    Raises
    ------
    UnknownName, if there is none of that name.
    """
    from tocsin.intake import form_named

    return form_named(name)


@cache
def xform(name: str) -> str:
    """A form as ODK takes it; made once, which takes a second.

    Raises
    ------
    UnknownName, if there is none of that name.
    """
    from tocsin.intake import form_named
    from tocsin.intake.xlsform import to_xform

    return to_xform(form_named(name))


def take_instance(
    content: bytes, files: Iterable[tuple[str, Path]], reporter: str, at: str = ""
) -> Receipt:
    """Take in a filled form as a phone sends it, with photos by file name.

    Raises
    ------
    UnreadableFile, UnknownName, if it is no filled form of ours.
    """
    from tocsin.intake.instances import media_key, parse_instance
    from tocsin.workflow.words import moment

    now = moment(at)
    read = parse_instance(content)
    named = set(read.media)
    arrived = [Sent(media_key(read.instance, name), path) for name, path in files if name in named]
    return take(read.submission(reporter, now), arrived, now)


def take_answers(
    form: str,
    answers: dict[str, str],
    reporter: str,
    *,
    instance: str = "",
    created: datetime | None = None,
    photos: tuple[str, ...] = (),
    files: Iterable[Sent] = (),
    at: str = "",
) -> Receipt:
    """Take in the answers of our own page.

    instance : made by the browser, so that a repeat is one; empty: the answers name themselves
    photos : keys of photos that come, now or later
    """
    from tocsin.intake import form_named
    from tocsin.intake.submissions import Submission
    from tocsin.workflow.words import moment

    now = moment(at)
    asked = form_named(form)
    files = list(files)
    media = dict.fromkeys((*photos, *(one.key for one in files)))
    sent = Submission(
        asked.id, answers, reporter, "web", now, instance=instance, version=asked.version,
        created=created, media=tuple(media),
    )  # fmt: skip
    return take(sent, files, now)


def take(sent: Submission, files: Iterable[Sent], now: datetime) -> Receipt:
    """Write one submission and its photos, once; one writer at a time on this machine."""
    from filelock import FileLock

    from tocsin.intake.exports import Row
    from tocsin.vault.media import RECEIVING

    room = media_room()
    receipt = Receipt()
    with FileLock(room.arriving() / RECEIVING, timeout=PATIENCE):
        made = receiving.take_in([Row(1, sent)], now)
        if made.refused:
            receipt.problems = made.refused
            return receipt
        receipt.fresh = bool(made.added)
        receipt.code = _code(made.ids[0] if made.ids else "", f"report:{sent.form}/{sent.name}")
        for one in files:
            _keep(room, sent.name, one, receipt, now)
    return receipt


def _code(statement: str, subject: str) -> str:
    """The code of the receipt: of the statement written now, else of the one that is held."""
    from tocsin.sharing.answers import code_of

    if not statement:
        ledger = open_ledger()
        try:
            view = ledger.view(reader_named(), None, None)
            held = view.statements(receiving.ACCOUNTS, subject, limit=1)
        finally:
            ledger.close()
        statement = held[0].id if held else ""
    return code_of(statement) if statement else ""


def add_photo(instance: str, sent: Sent, at: str = "") -> Receipt:
    """Keep a photo that came apart from its report, before it or after it."""
    from filelock import FileLock

    from tocsin.intake.submissions import Submission
    from tocsin.vault.media import RECEIVING
    from tocsin.workflow.words import moment

    now = moment(at)
    name = Submission("incident", {}, "reporter", "web", now, instance=instance).name
    if not name:
        raise UsageError("a photo says to which report it belongs")
    room = media_room()
    receipt = Receipt()
    with FileLock(room.arriving() / RECEIVING, timeout=PATIENCE):
        _keep(room, name, sent, receipt, now)
    return receipt


def _keep(room: MediaRoom, instance: str, sent: Sent, receipt: Receipt, now: datetime) -> None:
    """Strip, encrypt and note one photo; one that cannot be stripped is not kept."""
    from tocsin.intake.photos import bare
    from tocsin.tables.kinds.reports import ReportMedia

    if sent.path.stat().st_size > LARGEST_PHOTO:
        receipt.left.append("the photo is too large")
        return
    try:
        photo = bare(sent.path.read_bytes())
    except UnreadableFile as error:
        receipt.left.append(error.problem)
        return
    name = room.keep(photo.content)
    body = ReportMedia(
        instance=instance,
        key=sent.key,
        sha256=name,
        size=len(photo.content),
        type=photo.type,
        stripped=photo.stripped,
    )
    ledger = open_ledger(to_write=True)
    try:
        subject = f"media:{instance}/{sent.key}/{name[:16]}"
        view = ledger.view(reader_named(), None, None)
        if not view.statements("report_media", subject, limit=1):
            ledger.append([receiving.statement_about(body, subject, now, "reporter", ledger)])
            receipt.kept += 1
    finally:
        ledger.close()


def offset_of(reporter: str, instance: str, key: str) -> int:
    """How many bytes of a photo have come so far; where to go on after a broken line."""
    with media_room().alone_with(f"{reporter}/{instance}/{key}") as path:
        return path.stat().st_size if path.exists() else 0


def go_on(
    reporter: str, instance: str, key: str, begin: int, piece: bytes, total: int, at: str = ""
) -> tuple[int, Receipt | None]:
    """Add a piece of a photo; the bytes held, and the receipt once it is whole.

    Raises
    ------
    UsageError, if the piece does not begin where the last one ended (ask `offset_of`), or passes
    the total or the largest size.  StoreFull.
    """
    room = media_room()
    if not 0 < total <= LARGEST_PHOTO:
        raise UsageError("the photo is too large")
    with room.alone_with(f"{reporter}/{instance}/{key}") as path:
        held = path.stat().st_size if path.exists() else 0
        if begin != held or held + len(piece) > total:
            raise UsageError("{held} bytes are held: go on from there", held=held)
        room.require_room(len(piece))
        with path.open("ab") as file:
            file.write(piece)
        held += len(piece)
        if held < total:
            return held, None
        receipt = add_photo(instance, Sent(key, path), at)
        path.unlink()
        return held, receipt
