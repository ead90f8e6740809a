"""Warnings leave the house: what is owed is worked out, intended, sent, and its outcome written.

The ledger is the outbox. An intention is written before anything goes out, and the outcome after;
a node that dies between the two finds the intention and makes the same attempt again, under the
same message id, which the receiver can drop. Nothing else remembers what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import SettingsError, UsageError
from tocsin.policy import Reader
from tocsin.workflow.reaching import (
    channels_path,
    open_desk,
    read_channels,
    require_channels,
    xml_signer,
)
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.sharing.channels import Channel, Channels
    from tocsin.sharing.letters import Letter
    from tocsin.sharing.outbox import Message
    from tocsin.sharing.posting import Desk
    from tocsin.sharing.transport import Sent
    from tocsin.warning.problems import Clocks
    from tocsin.warning.standing import Standing

Post = Callable[["Desk", "Channel", str, "Letter"], "Sent"]


@dataclass
class Delivered:
    """What a round of deliveries did: channel, roles, outcome and warnings of each message."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    withheld: list[dict[str, str]] = field(default_factory=list)
    unreachable: tuple[str, ...] = ()  # roles without a channel
    not_ready: list[str] = field(default_factory=list)  # channels whose settings are wrong, and why
    configured: bool = True
    open: int | None = None  # warnings that are open; None where they were not read


def deliver(
    ledger: Ledger,
    desk: Desk,
    clocks: Clocks,
    now: datetime,
    sign_xml: Callable[[bytes], bytes],
    *,
    exercise: bool = False,
    post: Post | None = None,
) -> Delivered:
    """Send what is owed at `now`, each message once, and write what became of it.

    A channel whose other side is out is left alone for the rest of the round: the pass does not
    wait for it, and the next one tries again.
    """
    from tocsin.sharing.outbox import owed
    from tocsin.warning.steps import Author
    from tocsin.workflow.watchkeeping import WATCH, read_silences, read_standings, tick_of

    found = list(read_standings(ledger, Reader(ledger.org), now).values())
    silences = read_silences(ledger, now)
    tick = now if exercise else tick_of(now)
    author = Author(ledger.org, WATCH, exercise)
    due = owed(found, desk.channels, clocks, silences, now, ledger.org, exercise)
    done = Delivered(unreachable=due.unreachable, open=sum(held.is_open for held in found))
    _write_withheld(ledger, desk.channels, due.withheld, tick, author, done)
    out: set[str] = set()
    for message in due.messages:
        if message.to not in out and not _sent_on(
            ledger, desk, message, tick, author, sign_xml, post, done
        ):
            out.add(message.to)
    return done


def _sent_on(
    ledger: Ledger,
    desk: Desk,
    message: Message,
    tick: datetime,
    author: Any,
    sign_xml: Callable[[bytes], bytes],
    post: Post | None,
    done: Delivered,
) -> bool:
    """Send one message; whether its channel is worth another try in this round."""
    from tocsin.sharing import posting
    from tocsin.sharing.letters import letter_of

    channel = desk.channels.named(message.to)
    try:
        posting.require_ready(desk, channel)
        letter = letter_of(message, channel, ledger.org, sign_xml)
        if not _intended(ledger, message, channel, tick, author):
            return True  # somebody else is at it
        sent = (post or posting.post)(desk, channel, message.id, letter)
    except SettingsError as error:
        done.not_ready.append(f"{message.to}: {error.message()}")
        return False
    _write_outcome(ledger, message, channel, sent, tick, author)
    done.messages.append(_told(message, channel, sent))
    return sent.outcome != "failed"


def _intended(
    ledger: Ledger, message: Message, channel: Channel, tick: datetime, author: Any
) -> bool:
    """Write the intention, if the ledger does not hold it; whether the attempt is ours to make."""
    from tocsin.sharing.outbox import delivery

    fresh = [
        delivery(item, message.id, channel, "intended", message.attempt, tick, author)
        for item in message.items
        if item.progress is None or item.progress.outcome != "intended"
    ]
    return not fresh or len(ledger.append(fresh).added) == len(fresh)


def _write_outcome(
    ledger: Ledger, message: Message, channel: Channel, sent: Sent, tick: datetime, author: Any
) -> None:
    from tocsin.sharing.outbox import delivery

    ledger.append(
        [
            delivery(
                item, message.id, channel, sent.outcome, message.attempt, tick, author, sent.detail
            )
            for item in message.items
        ]
    )


def _write_withheld(
    ledger: Ledger,
    channels: Channels,
    withheld: Iterable[tuple[Any, str]],
    tick: datetime,
    author: Any,
    done: Delivered,
) -> None:
    from tocsin.sharing.outbox import delivery, message_id

    said = []
    for item, why in withheld:
        channel = channels.named(item.to)
        name = message_id(item.to, [item])
        said.append(delivery(item, name, channel, "withheld", item.attempt, tick, author, why))
        done.withheld.append(
            {"warning": item.held.id, "role": item.role, "to": item.to, "why": why}
        )
    if said:
        ledger.append(said)


def _told(message: Message, channel: Channel, sent: Sent) -> dict[str, Any]:
    from tocsin.sharing.outbox import channel_kind

    return {
        "message": message.id,
        "to": message.to,
        "channel": channel_kind(channel),
        "roles": list(message.roles),
        "attempt": message.attempt,
        "outcome": sent.outcome,
        "detail": sent.detail,
        "warnings": list(dict.fromkeys(item.held.id for item in message.items)),
    }


def deliver_due(at: str = "", *, rules: Path | None = None) -> Delivered:
    """Send what the node owes now by the channels of its store; one round at a time.

    Raises
    ------
    SettingsError, if the list of channels makes no sense.
    """
    from filelock import FileLock, Timeout

    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.watchkeeping import is_exercise, rulebook

    channels = read_channels()
    if channels is None:
        return Delivered(configured=False)
    now = moment(at)
    ledger = open_ledger(to_write=True)
    try:
        with FileLock(channels_path().with_name("delivering.lock"), timeout=0):
            return deliver(
                ledger,
                open_desk(channels),
                rulebook(rules).clocks,
                now,
                xml_signer(ledger.org),
                exercise=is_exercise(now),
            )
    except Timeout:
        return Delivered()  # another pass on this machine is sending: it sends everything
    finally:
        ledger.close()


def watch(
    at: str = "",
    *,
    reconstruct: bool = False,
    rules: Path | None = None,
    send: bool | None = None,
) -> dict[str, Any]:
    """One pass of the watch, and then the deliveries that are due.

    `send` is whether messages go out; by default they do, unless the clock is set by hand.
    """
    from tocsin.settings import read_settings
    from tocsin.workflow import answering, dispatching, notifying, watchkeeping
    from tocsin.workflow.serving import note_pass

    summary = watchkeeping.watch(at, reconstruct=reconstruct, rules=rules)
    goes = not at if send is None else send
    done = deliver_due(at, rules=rules) if goes else Delivered(configured=False)
    told = answering.answer_due(at) if goes else answering.Answered()
    sent = dispatching.dispatch_due(at) if goes else dispatching.Dispatched(configured=False)
    news = notifying.notify_due(at) if goes else notifying.Notified(configured=False)
    if not at:
        note_pass(read_settings().home, datetime.now(UTC))
    open_now = watchkeeping.count_open(at) if done.open is None else done.open
    delivery = asdict(done) | {"asked": goes}
    return (
        summary
        | {"open": open_now, "delivery": delivery, "answers": asdict(told)}
        | {"products": asdict(sent), "notices": asdict(news)}
    )


def send_by_hand(
    name: str,
    role: str,
    *,
    channel: str = "",
    at: str = "",
    reader: str = "",
    dry_run: bool = False,
    again: bool = False,
) -> list[dict[str, Any]]:
    """Send a warning as it stands to a role, now; with `dry_run` only show what would go out.

    What a role has been sent by a channel is not sent again unless `again`.

    Raises
    ------
    UsageError, if its text is held or the role has no channel.  UnknownName.
    """
    from tocsin.sharing.letters import letter_of
    from tocsin.sharing.outbox import Item, Message, message_id, progress_of
    from tocsin.sharing.posting import post
    from tocsin.warning.steps import Author, find
    from tocsin.workflow.record_keeping import open_ledger, reader_named
    from tocsin.workflow.watchkeeping import is_exercise, read_standings, require_stepper

    who = reader_named(reader)
    require_stepper(who)
    channels = require_channels()
    now = moment(at)
    ledger = open_ledger(to_write=not dry_run)
    try:
        held = find(read_standings(ledger, who, now), name)
        _require_sendable(held)
        before = progress_of(held)
        step = held.closure or held.current
        author = Author(who.org, who.role, is_exercise(now))
        desk = open_desk(channels)
        told = []
        for to in _chosen(channels, role, channel):
            progress = before.get((step.id, role, to))
            if progress is not None and progress.outcome == "sent" and not again:
                told.append({"to": to, "outcome": "sent_before", "at": progress.at.isoformat()})
                continue
            number = 1 if progress is None else progress.next_attempt
            item = Item(held, step, role, to, None)
            mark = f"again {number}" if again and progress is not None else ""
            message = Message(message_id(to, [item], mark), to, (item,))
            way = channels.named(to)
            letter = letter_of(message, way, ledger.org, xml_signer(ledger.org))
            if dry_run:
                text = letter.text if way.form != "cap" else letter.content.decode()
                told.append({"to": to, "outcome": "dry_run", "subject": letter.subject,
                             "text": text, "message": message.id})  # fmt: skip
                continue
            sent = _posted(ledger, desk, way, message, letter, number, now, author, post)
            told.append(_told(message, way, sent) | {"attempt": number})
        return told
    finally:
        ledger.close()


def _posted(
    ledger: Ledger,
    desk: Desk,
    way: Channel,
    message: Message,
    letter: Letter,
    number: int,
    now: datetime,
    author: Any,
    post: Callable[..., Sent],
) -> Sent:
    from tocsin.sharing.outbox import delivery

    item = message.items[0]
    ledger.append([delivery(item, message.id, way, "intended", number, now, author)])
    sent = post(desk, way, message.id, letter, (1.0, 4.0))
    ledger.append([delivery(item, message.id, way, sent.outcome, number, now, author, sent.detail)])
    return sent


def _require_sendable(held: Standing) -> None:
    if held.held:
        raise UsageError(
            "the release authority holds this warning's text",
            where=held.id,
            remedy="It goes out once released: tocsin warnings hold ID --release --reason WORDS",
        )
    if held.body.state == "draft":
        raise UsageError(
            "this warning is a draft: nobody has been asked yet",
            where=held.id,
            remedy="Issue it first: tocsin warnings issue ID",
        )


def _chosen(channels: Channels, role: str, channel: str) -> Sequence[str]:
    names = channels.roles.get(role, ())
    if channel:
        channels.named(channel)
        names = tuple(name for name in names if name == channel)
    if not names:
        raise UsageError(
            "the role {role} has no channel",
            remedy="Add one under `roles` in channels.yml.",
            role=role,
        )
    return names
