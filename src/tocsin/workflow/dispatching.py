"""Products leave by themselves: what is due is made, intended, sent, and its outcome written.

The ledger is the outbox here too: an intention is written before a mail goes out and the outcome
after, so that a node that died in between makes the same attempt again under the same message id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import SettingsError, TocsinError, UsageError
from tocsin.language.text import text as translated
from tocsin.policy import Reader
from tocsin.workflow.reaching import open_desk, read_channels
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tocsin.ledger import Ledger
    from tocsin.sharing.channels import Channel
    from tocsin.sharing.outbox import Progress
    from tocsin.sharing.posting import Desk
    from tocsin.sharing.schedules import Entry, Schedule
    from tocsin.sharing.transport import Sent
    from tocsin.tables.statements import Statement

SCHEDULE = "schedule.yml"
_MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "json": "application/json",
}
Files = tuple[tuple[str, str, bytes], ...]


@dataclass
class Dispatched:
    """What a round of products did: entry, channel, outcome and attempt of each."""

    products: list[dict[str, Any]] = field(default_factory=list)
    not_made: list[str] = field(default_factory=list)  # entries that could not be made, and why
    configured: bool = True


@dataclass(frozen=True)
class Parcel:
    """One product of one slot for one channel."""

    name: str
    entry: Entry
    to: str
    slot: datetime

    @property
    def subject(self) -> str:
        """The subject under which its deliveries stand in the ledger."""
        return f"product:{self.name}/{self.slot.strftime('%Y-%m-%dT%H:%MZ')}"

    @property
    def message(self) -> str:
        """Its message id: the same for every attempt."""
        return sha256(f"{self.subject}|{self.to}".encode()).hexdigest()[:32]


def schedule_path() -> Path:
    """Where the schedule lies."""
    from tocsin.settings import read_settings

    return read_settings().home / SCHEDULE


def read_schedule() -> Schedule | None:
    """The node's schedule; None where none has been written down.

    Raises
    ------
    SettingsError, for a file that makes no sense, or without channels.
    """
    from tocsin.sharing.schedules import parse_schedule

    path = schedule_path()
    if not path.is_file():
        return None
    channels = read_channels()
    if channels is None:
        raise SettingsError(
            "a schedule needs channels",
            where=str(path),
            remedy="Begin with an example: tocsin channels new",
        )
    return parse_schedule(path.read_bytes(), channels, str(path))


def new_schedule() -> str:
    """Write an example of a schedule; one that is there stays.

    Raises
    ------
    UsageError, if there is one.
    """
    from tocsin.sharing.schedules import EXAMPLE

    path = schedule_path()
    if path.exists():
        raise UsageError(
            "there is a schedule already", where=str(path), remedy="Change it by hand."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(EXAMPLE, encoding="utf-8")
    return str(path)


def dispatch(
    ledger: Ledger, desk: Desk, schedule: Schedule, now: datetime, *, exercise: bool = False,
    make: Callable[[Parcel, Channel], tuple[str, str, Files]] | None = None,
) -> Dispatched:  # fmt: skip
    """Send what is due at `now`, each product once to each channel, and write what became of it.

    make : makes subject, text and files of a parcel; by default from the store
    """
    done = Dispatched()
    for parcel in _due(schedule, now):
        before = progress(ledger, parcel, exercise)
        if before is not None and (before.is_final or not before.may_go(now)):
            continue
        channel = desk.channels.named(parcel.to)
        try:
            told = (make or made)(parcel, channel)
            if exercise:
                told = (f"[{translated('EXERCISE', parcel.entry.lang)}] {told[0]}", *told[1:])
            sent = _sent(ledger, desk, parcel, channel, told, now, exercise, before)
        except TocsinError as error:
            done.not_made.append(f"{parcel.name} → {parcel.to}: {error.message()}")
            continue
        if sent is not None:
            done.products.append(
                {"name": parcel.name, "to": parcel.to, "slot": parcel.slot.isoformat(),
                 "outcome": sent.outcome, "detail": sent.detail,
                 "attempt": 1 if before is None else before.next_attempt}
            )  # fmt: skip
    return done


def _due(schedule: Schedule, now: datetime) -> Iterator[Parcel]:
    """The last slot of every entry, if it is not too long ago to help anybody."""
    from tocsin.sharing.outbox import LIFE
    from tocsin.sharing.schedules import slot_of

    for name, entry in schedule.products.items():
        slot = slot_of(entry, now)
        if now < slot + LIFE:
            yield from (Parcel(name, entry, to, slot) for to in entry.to)


def progress(ledger: Ledger, parcel: Parcel, exercise: bool) -> Progress | None:
    """How far a parcel has got, read off the ledger."""
    from tocsin.sharing.outbox import Progress
    from tocsin.tables.when import last_moment

    found: Progress | None = None
    best = (0, False)
    for one in ledger.view(Reader(ledger.org)).each("delivery", parcel.subject):
        body: Any = one.body
        if body.to != parcel.to or ("EXERCISE" in one.caveats) != exercise:
            continue
        mine = (body.attempt, body.outcome != "intended")
        if mine >= best:
            best = mine
            found = Progress(body.message, body.attempt, body.outcome, last_moment(one.known_at))
    return found


def _sent(
    ledger: Ledger, desk: Desk, parcel: Parcel, channel: Channel, told: tuple[str, str, Files],
    now: datetime, exercise: bool, before: Progress | None,
) -> Sent | None:  # fmt: skip
    """Intend, send, and write the outcome; None where somebody else is at it."""
    from tocsin.sharing import posting

    attempt = 1 if before is None else before.next_attempt
    posting.require_ready(desk, channel)
    if before is None or before.outcome != "intended":
        intention = _delivery(ledger, parcel, channel, "intended", attempt, now, exercise)
        if not ledger.append([intention]).added:
            return None
    subject, text, files = told
    sent = posting.post_files(desk, channel, parcel.message, subject, text, files)
    ledger.append(
        [_delivery(ledger, parcel, channel, sent.outcome, attempt, now, exercise, sent.detail)]
    )
    return sent


def _delivery(
    ledger: Ledger, parcel: Parcel, channel: Channel, outcome: str, attempt: int, now: datetime,
    exercise: bool, detail: str = "",
) -> Statement:  # fmt: skip
    """The statement of an intention or of an outcome; it is for the node alone."""
    from tocsin.sharing.outbox import channel_kind
    from tocsin.tables.kinds.warnings import Delivery
    from tocsin.warning.steps import Author, statement_of

    body = Delivery(
        message=parcel.message, role="addressee", channel=channel_kind(channel),  # type: ignore[arg-type]
        outcome=outcome, attempt=attempt, detail=detail, to=parcel.to,  # type: ignore[arg-type]
    )  # fmt: skip
    part = "intended" if outcome == "intended" else "outcome"
    return statement_of(
        body, parcel.subject, now, Author(ledger.org, "watch", exercise),
        source="tocsin delivery", key=f"{parcel.subject}|{parcel.to}|{attempt}|{part}|{exercise}",
    )  # fmt: skip


def made(parcel: Parcel, channel: Channel) -> tuple[str, str, Files]:
    """Subject, text and files of a parcel, as the reader at the other end may see them."""
    from tocsin import products
    from tocsin.sharing.schedules import day_told
    from tocsin.workflow.producing import document_of, letters

    entry = parcel.entry
    reader = f"{channel.reader}:peer" if channel.reader else entry.reader
    document, _ = document_of(
        entry.product, entry.area, day_told(parcel.slot), reconstruct=entry.reconstruct,
        reader=reader, tlp=entry.tlp, options={"period": entry.period, "case": entry.case},
    )  # fmt: skip
    lang = channel.lang if channel.form == "sms" else entry.lang
    headline = document.headline.plain(lang)
    subject = f"[TLP:{document.handling.tlp}] {headline}"
    if channel.form == "sms":
        said = products.render_short(document, lang)
        return subject, f"{said}\n", (
            (f"{document.stem}.{lang}.txt", "text/plain", f"{said}\n".encode()),
        ) if channel.kind == "drop" else ()  # fmt: skip
    text = f"{headline}\n\n{document.handling.said}\n"
    if document.short:
        text = (
            f"{headline}\n\n{products.render_short(document, lang)}\n\n{document.handling.said}\n"
        )
    files = products.render(
        document,
        lang,
        letters(common=document.page is not None),
        schedule_path().parent,
        entry.formats,
    )
    return subject, text, tuple(
        (f"{document.stem}.{lang}.{suffix}", _MEDIA[suffix], content)
        for suffix, content in files.items()
    )  # fmt: skip


def dispatch_due(at: str = "") -> Dispatched:
    """Send the products that are due now by the schedule of the store; one round at a time.

    Raises
    ------
    SettingsError, if the schedule or the list of channels makes no sense.
    """
    from filelock import FileLock, Timeout

    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.watchkeeping import is_exercise

    schedule, channels = read_schedule(), read_channels()
    if schedule is None or channels is None:
        return Dispatched(configured=False)
    now = moment(at)
    ledger = open_ledger(to_write=True)
    try:
        with FileLock(schedule_path().with_name("dispatching.lock"), timeout=0):
            return dispatch(ledger, open_desk(channels), schedule, now, exercise=is_exercise(now))
    except Timeout:
        return Dispatched()  # another pass on this machine is sending: it sends everything
    finally:
        ledger.close()


def scheduled(at: str = "") -> list[dict[str, Any]]:
    """Every entry of the schedule with its last slot and how far it has got.

    Raises
    ------
    SettingsError, if the schedule makes no sense.
    """
    from tocsin.sharing.schedules import slot_of
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.watchkeeping import is_exercise

    schedule = read_schedule()
    if schedule is None:
        return []
    now = moment(at)
    ledger = open_ledger()
    try:
        found = []
        for name, entry in schedule.products.items():
            slot = slot_of(entry, now)
            for to in entry.to:
                held = progress(ledger, Parcel(name, entry, to, slot), is_exercise(now))
                found.append(
                    {"name": name, "product": entry.product, "area": entry.area, "to": to,
                     "slot": slot.astimezone(UTC).isoformat(),
                     "outcome": held.outcome if held else "due",
                     "attempt": held.attempt if held else 0}
                )  # fmt: skip
        return found
    finally:
        ledger.close()
