"""New records leave by themselves: to each subscriber once, if it may see them when they leave.

The ledger is the outbox: an intention with the records' ids is written before a notice goes, and
its outcome after. What a subscriber may see is asked at every attempt, so that a member who was
removed yesterday gets nothing today, not even what was intended for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import TocsinError
from tocsin.policy import Reader, parse_reader
from tocsin.tables.kinds.subscribing import MOST_RECORDS, Notice, Subscription
from tocsin.tables.when import last_moment, micros
from tocsin.workflow.reaching import open_desk, read_channels
from tocsin.workflow.subscribing import (
    State,
    body_of,
    is_over,
    standing,
    state_of,
    written_by_house,
)
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.ledger.reading import StoreView
    from tocsin.sharing.channels import Channel
    from tocsin.sharing.posting import Desk
    from tocsin.sharing.transport import Sent
    from tocsin.tables.statements import Statement

IsHere = Callable[[str], bool]  # whether a person, by handle, still has an account


@dataclass
class Notified:
    """What a round of notices did: subscription, channel, outcome, records and attempt of each."""

    notices: list[dict[str, Any]] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)  # what kept a notice from leaving
    configured: bool = True


def notify(
    ledger: Ledger, desk: Desk, now: datetime, *, is_here: IsHere = lambda _: True,
    exercise: bool = False, post: Callable[..., Sent] | None = None,
) -> Notified:  # fmt: skip
    """Send what is new to each subscriber, once, with the rights that it has at `now`."""
    done = Notified()
    for one in standing(ledger):
        if is_over(body_of(one), now):
            continue
        try:
            _notify(ledger, desk, one, now, is_here, exercise, post, done)
        except TocsinError as error:
            done.not_sent.append(f"{one.id}: {error.message()}")
    return done


def notify_due(at: str = "") -> Notified:
    """As `notify`, of the store; one round at a time.

    Raises
    ------
    SettingsError, if the list of channels makes no sense.
    """
    from filelock import FileLock, Timeout

    from tocsin.settings import read_settings
    from tocsin.vault.accounts import accounts
    from tocsin.workflow.record_keeping import open_ledger, open_vault
    from tocsin.workflow.watchkeeping import is_exercise

    channels = read_channels()
    if channels is None:
        return Notified(configured=False)
    now = moment(at)
    ledger = open_ledger(to_write=True)
    try:
        with FileLock(read_settings().home / "subscribing.lock", timeout=0):
            held = accounts(open_vault())
            return notify(
                ledger, open_desk(channels), now, is_here=held.__contains__,
                exercise=is_exercise(now),
            )  # fmt: skip
    except Timeout:
        return Notified()  # another pass on this machine is sending: it sends everything
    finally:
        ledger.close()


def _notify(
    ledger: Ledger, desk: Desk, one: Statement, now: datetime, is_here: IsHere, exercise: bool,
    post: Callable[..., Sent] | None, done: Notified,
) -> None:  # fmt: skip
    from tocsin.sharing import posting
    from tocsin.sharing.notices import notice_letter
    from tocsin.sharing.outbox import pause_after

    body, state = body_of(one), state_of(ledger, one)
    way, before = desk.channels.named(body.channel), state.open
    if before is not None and before.outcome == "failed" and (
        state.last_at is not None and now < state.last_at + pause_after(before.attempt)
    ):  # fmt: skip
        return
    reader, why = _reader_now(ledger, body, way, now, is_here)
    view = ledger.view(reader, now)
    fresh = [] if why else _fresh(view, ledger, one, state, now, exercise, way)
    if before is not None:
        # What was intended, as far as it may still be seen; what is new waits for its own notice.
        fresh = [each for each in fresh if each.id in before.records]
        why = why or _given_up(state, fresh, now)
    if why or not fresh:
        if before is not None and why:
            given_up = msgspec.structs.replace(before, outcome="withheld", detail=why)
            _write(ledger, one, given_up, now)
            done.notices.append(_told(one, given_up))
        return
    posting.require_ready(desk, way)
    shown = fresh[:MOST_RECORDS]
    notice = Notice(
        subscription=one.id,
        message=before.message if before else _message(one, shown),
        outcome="intended",
        attempt=1 if before is None else before.attempt + (before.outcome == "failed"),
        records=tuple(each.id for each in shown),
    )
    if (before is None or before.outcome == "failed") and not _write(ledger, one, notice, now):
        return  # somebody else is at it
    letter = notice_letter(notice.message, way, body, shown, _liner(view), exercise=exercise)
    sent = (post or posting.post)(desk, way, notice.message, letter)
    outcome: Any = sent.outcome
    notice = msgspec.structs.replace(notice, outcome=outcome, detail=sent.detail)
    _write(ledger, one, notice, now)
    done.notices.append(_told(one, notice))


def _given_up(state: State, fresh: list[Statement], now: datetime) -> str:
    from tocsin.sharing.outbox import LIFE

    if not fresh:
        return "no_rights"
    is_old = state.first_at is not None and now >= state.first_at + LIFE
    return "too_old" if is_old else ""


def _reader_now(
    ledger: Ledger, body: Subscription, way: Channel, now: datetime, is_here: IsHere
) -> tuple[Reader, str]:
    """The subscriber with today's rights, and why it is sent nothing, if it is not."""
    from tocsin.ledger.membership import with_rights
    from tocsin.sharing.peers import peers

    named = parse_reader(body.reader)
    reader = with_rights(ledger, named, now)
    if named.org != (way.reader or ledger.org):
        return reader, "not_theirs"
    card = peers(ledger).get(named.org)
    if card is not None and card.status == "removed":
        return reader, "removed"
    if named.person and not is_here(named.person):
        return reader, "gone"
    return reader, ""


def _fresh(
    view: StoreView, ledger: Ledger, one: Statement, state: State, now: datetime, exercise: bool,
    way: Channel,
) -> list[Statement]:  # fmt: skip
    """What the subscriber may see now, was written lately, fits, and was not told; oldest first.

    What opens to it more than a week after it was written is not told. A withdrawal of what it was
    told is, whatever it may see by now: it protects.
    """
    from tocsin.ledger.picking import origins
    from tocsin.ledger.schema import STATEMENTS
    from tocsin.sharing.outbox import LIFE
    from tocsin.tables.kinds import HOUSE_KINDS, KINDS
    from tocsin.tables.statements import replaced_by

    body = body_of(one)
    since = micros(max(last_moment(one.recorded_at or one.known_at), now - LIFE))
    kinds = sorted(body.kinds or (KINDS.keys() - HOUSE_KINDS - _STEPS) | _SHARED)
    may_leave = _may_leave(ledger, view.reader, now)
    found = [
        each
        for each in view.narrowed(STATEMENTS.c.recorded >= since, kind=kinds)
        if ("EXERCISE" in each.caveats) == exercise
        and not (each.tlp == "RED" and way.kind == "mail")  # mail is read on its way
        and _is_asked(body, each)
        and may_leave(each)
    ]
    held = _held_back(ledger, found) if any(each.kind == "warning" for each in found) else set()
    gone = [
        each
        for each in ledger.view(Reader(ledger.org), now).each(("recall", "retraction"))
        if replaced_by(each) in state.told
    ]
    whose = origins(ledger, [replaced_by(each) or "" for each in gone])
    # Only a record's own originator withdraws it; others may write that they do.
    gone = [each for each in gone if whose.get(replaced_by(each) or "") == each.origin]
    fresh = [each for each in (*gone, *found) if each.id not in state.told | held]
    return sorted(fresh, key=lambda each: (last_moment(each.known_at), each.id))


# What a watch does step by step is told by its own messages; withdrawals, with what they withdraw.
_STEPS = frozenset({"delivery", "acknowledgement", "hold", "silence", "retraction"})
_SHARED = frozenset({"tear_line", "information_request", "information_answer"})


def _is_asked(body: Subscription, one: Statement) -> bool:
    from tocsin.policy import facts_of
    from tocsin.sharing.notices import fits
    from tocsin.warning.problems import rank

    said: Any = one.body
    severe = one.kind != "warning" or rank(said.level) >= rank(body.from_level)
    return severe and fits(body, one, facts_of(one).areas)


def _held_back(ledger: Ledger, found: list[Statement]) -> set[str]:
    """Warnings that are drafts, or whose text the release authority holds."""
    from tocsin.warning.standing import standings

    subjects = {one.subject for one in found if one.kind == "warning"}
    view = ledger.view(Reader(ledger.org))
    everything = [one for subject in sorted(subjects) for one in view.each(None, subject)]
    held = {name for name, one in standings(everything, ledger.org).items() if one.held}
    return {
        one.id
        for one in found
        if one.kind == "warning" and (one.subject in held or one.body.state == "draft")  # type: ignore[attr-defined]
    }


def _may_leave(ledger: Ledger, reader: Reader, now: datetime) -> Callable[[Statement], bool]:
    """Another's record goes to a third organisation only with its originator's grant."""
    from tocsin.ledger.membership import grants_at, names_at
    from tocsin.policy import passing

    if reader.org == ledger.org:
        return lambda _: True
    grants, names = grants_at(ledger), names_at(ledger, reader.org, now)
    return lambda one: passing.may_pass_on(one, grants, ledger.org, names, now)


def _liner(view: StoreView) -> Callable[[Statement], Any]:
    from tocsin.knowledge.actors import registry_of
    from tocsin.knowledge.telling import told

    names = registry_of(view.statements(("actor", "alias", "organisation", "agreement", "case")))
    return lambda one: told(one, names)


def _write(ledger: Ledger, one: Statement, body: Notice, now: datetime) -> bool:
    part = "intended" if body.outcome == "intended" else "outcome"
    key = f"{one.id}|{body.message}|{body.attempt}|{part}"
    return bool(
        ledger.append([written_by_house(ledger, body, one.subject, now, "watch", key)]).added
    )


def _message(one: Statement, records: Sequence[Statement]) -> str:
    return sha256("|".join((one.id, *(each.id for each in records))).encode()).hexdigest()[:32]


def _told(one: Statement, notice: Notice) -> dict[str, Any]:
    return {
        "subscription": one.id, "to": body_of(one).channel, "outcome": notice.outcome,
        "records": list(notice.records), "attempt": notice.attempt, "detail": notice.detail,
    }  # fmt: skip
