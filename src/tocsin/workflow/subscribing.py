"""Subscriptions: new records leave by themselves, to who may see them when they leave.

The ledger is the outbox: an intention with the records' ids is written before a notice goes, and
its outcome after. What a subscriber may see is asked at every attempt, so that a member who was
removed yesterday gets nothing today, not even what was intended for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import TocsinError, UsageError
from tocsin.policy import Reader, parse_reader
from tocsin.policy.decision import CEILINGS
from tocsin.tables.kinds.subscribing import MOST_RECORDS, Notice, Subscription
from tocsin.tables.months import parse_day
from tocsin.tables.when import end_of, last_moment, micros, moment_text
from tocsin.workflow.reaching import open_desk, read_channels, require_channels
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.ledger.reading import StoreView
    from tocsin.sharing.channels import Channel
    from tocsin.sharing.posting import Desk
    from tocsin.sharing.transport import Sent
    from tocsin.tables.statements import Statement

SOURCE = "tocsin subscriptions"
ABOUT = "subscription:"
# Why nothing is sent for a subscription, by the word that is stored.
WITHHELD = {
    "no_rights": "its reader may see none of it any more",
    "removed": "the organisation was removed from this node’s peers",
    "gone": "the person has no account here any more",
    "not_theirs": "the channel does not lead to the reader’s organisation",
    "too_old": "it did not get through for a week",
}
IsHere = Callable[[str], bool]  # whether a person, by handle, still has an account


@dataclass
class Notified:
    """What a round of notices did: subscription, channel, outcome, records and attempt of each."""

    notices: list[dict[str, Any]] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)  # what kept a notice from leaving
    configured: bool = True


@dataclass(frozen=True)
class _State:
    """What the ledger says of a subscription: what was told, and the notice under way."""

    told: frozenset[str] = frozenset()
    last: Notice | None = None
    last_at: datetime | None = None
    first_at: datetime | None = None  # of the message under way
    sent: int = 0

    @property
    def open(self) -> Notice | None:
        """The notice that was intended or failed, and is to be tried again."""
        is_open = self.last is not None and self.last.outcome in ("intended", "failed")
        return self.last if is_open else None


def subscribe(
    channel: str, who: str = "", *, kinds: Iterable[str] = (), subjects: Iterable[str] = (),
    areas: Iterable[str] = (), from_level: str = "watch", until: str = "", lang: str = "fr",
    reader: str = "",
) -> str:  # fmt: skip
    """Write a subscription; gives its id. It is told of what is written from now on.

    who : ORG:ROLE or ORG:ROLE:HANDLE whose rights count; by default of the channel's organisation

    Raises
    ------
    UsageError, if the channel does not lead to that organisation or carries no such message, or the
    role reads nothing.  SettingsError, without channels.
    """
    from tocsin.tables.kinds import KINDS
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.releasing import own_writer

    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    way = require_channels().named(channel)
    named = parse_reader(who or (f"{way.reader}:peer" if way.reader else ledger.org))
    _require_fit(way, named, ledger.org)
    if unknown := sorted(set(kinds) - KINDS.keys()):
        raise UsageError(
            "no kind is named {kind}", remedy="List them: tocsin ledger kinds", kind=unknown[0]
        )
    if until and end_of(parse_day(until)) < moment(""):
        raise UsageError("that day is over", remedy="Name a day to come: --until 2027-01-31")
    fields = {
        "reader": ":".join(part for part in (named.org, named.role, named.person) if part),
        "channel": channel, "kinds": sorted(set(kinds)), "subjects": sorted(set(subjects)),
        "areas": sorted(set(areas)), "from_level": from_level, "lang": lang, "until": until or None,
    }  # fmt: skip
    try:
        body = msgspec.convert(fields, Subscription)
    except msgspec.ValidationError as error:
        raise UsageError("this is no subscription: {problem}", problem=str(error)) from None
    now = moment("")
    name = sha256(msgspec.json.encode([fields, micros(now)])).hexdigest()[:12]
    made = _statement(ledger, body, f"{ABOUT}{name}", now, writer.role, key=f"{name}")
    ledger.append([made])
    return made.id


def unsubscribe(name: str, reason: str = "", reader: str = "") -> str:
    """End a subscription; gives the retraction's id.

    Raises
    ------
    UnknownName, if there is none.
    """
    from tocsin.ledger.identity import BLANK_ID, with_id
    from tocsin.tables.kinds import Retraction
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.releasing import own_writer

    ledger = open_ledger(to_write=True)
    writer = own_writer(reader, ledger)
    target = _named(ledger, name)
    body = Retraction(reason=reason or "unsubscribed")
    blank = msgspec.structs.replace(
        target, id=BLANK_ID, kind=body.kind, known_at=moment_text(moment("")), author=writer.role,
        retracts=target.id, body=body, recorded_at=None, salt="", hash="", signature="",
    )  # fmt: skip
    ledger.append([written := with_id(blank, ledger.signer)])
    return written.id


def subscriptions(reader: str = "") -> list[dict[str, Any]]:
    """The house's subscriptions as they stand, for its own people.

    Raises
    ------
    UsageError, for another organisation's reader.
    """
    from tocsin.workflow.record_keeping import open_ledger
    from tocsin.workflow.releasing import own_writer

    ledger = open_ledger()
    own_writer(reader, ledger)
    found = []
    for one in _standing(ledger):
        body, state = _body(one), _state(ledger, one)
        found.append(
            {"id": one.id, **msgspec.to_builtins(body), "since": one.known_at,
             "over": _is_over(body, moment("")), "told": len(state.told), "notices": state.sent,
             "last": state.last.outcome if state.last else "",
             "detail": state.last.detail if state.last else ""}
        )  # fmt: skip
    return found


def notify(
    ledger: Ledger, desk: Desk, now: datetime, *, is_here: IsHere = lambda _: True,
    exercise: bool = False, post: Callable[..., Sent] | None = None,
) -> Notified:  # fmt: skip
    """Send what is new to each subscriber, once, with the rights that it has at `now`."""
    done = Notified()
    for one in _standing(ledger):
        if _is_over(_body(one), now):
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

    body, state = _body(one), _state(ledger, one)
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


def _given_up(state: _State, fresh: list[Statement], now: datetime) -> str:
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
    view: StoreView, ledger: Ledger, one: Statement, state: _State, now: datetime, exercise: bool,
    way: Channel,
) -> list[Statement]:  # fmt: skip
    """What the subscriber may see now, was written lately, fits, and was not told; oldest first.

    What opens to it more than a week after it was written is not told. A withdrawal of what it was
    told is, whatever it may see by now: it protects.
    """
    from tocsin.ledger.schema import STATEMENTS
    from tocsin.sharing.outbox import LIFE
    from tocsin.tables.kinds import HOUSE_KINDS, KINDS
    from tocsin.tables.statements import replaced_by

    body = _body(one)
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
    held = {name for name, one in standings(everything).items() if one.held}
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


def _standing(ledger: Ledger) -> list[Statement]:
    return [
        one
        for one in ledger.view(Reader(ledger.org)).statements(Subscription.kind)
        if one.origin == ledger.org
    ]


def _named(ledger: Ledger, name: str) -> Statement:
    from tocsin.errors import UnknownName

    found = [one for one in _standing(ledger) if name and one.id.startswith(name)]
    if len(found) != 1:
        raise UnknownName(
            "no single subscription is named {name}",
            remedy="List them: tocsin share subscriptions",
            name=name,
        )
    return found[0]


def _state(ledger: Ledger, one: Statement) -> _State:
    """How far a subscription has got, read off the ledger in the order in which it was written."""
    told: set[str] = set()
    last: Notice | None = None
    last_at = first_at = None
    sent = 0
    notices = [
        each for each in ledger.view(Reader(ledger.org)).each(Notice.kind, one.subject)
        if each.origin == ledger.org and isinstance(each.body, Notice)
    ]  # fmt: skip
    for each in sorted(notices, key=lambda found: (found.recorded_at or "", _step(found))):
        body: Any = each.body
        at = last_moment(each.known_at)
        first_at = at if last is None or body.message != last.message else first_at
        last, last_at = body, at
        if body.outcome in ("sent", "bounced", "withheld"):
            sent += body.outcome == "sent"
            if body.outcome != "withheld" or body.detail == "too_old":
                told |= set(body.records)
    return _State(frozenset(told), last, last_at, first_at, sent)


def _step(found: Statement) -> tuple[str, int, bool]:
    body: Any = found.body
    return found.known_at, body.attempt, body.outcome != "intended"


def _write(ledger: Ledger, one: Statement, body: Notice, now: datetime) -> bool:
    part = "intended" if body.outcome == "intended" else "outcome"
    key = f"{one.id}|{body.message}|{body.attempt}|{part}"
    return bool(ledger.append([_statement(ledger, body, one.subject, now, "watch", key)]).added)


def _statement(
    ledger: Ledger, body: Any, subject: str, now: datetime, role: str, key: str
) -> Statement:
    from tocsin.warning.steps import Author, statement_of

    return statement_of(body, subject, now, Author(ledger.org, role), source=SOURCE, key=key)


def _body(one: Statement) -> Subscription:
    assert isinstance(one.body, Subscription)
    return one.body


def _is_over(body: Subscription, now: datetime) -> bool:
    return body.until is not None and last_moment(body.until) < now


def _message(one: Statement, records: Sequence[Statement]) -> str:
    return sha256("|".join((one.id, *(each.id for each in records))).encode()).hexdigest()[:32]


def _told(one: Statement, notice: Notice) -> dict[str, Any]:
    return {
        "subscription": one.id, "to": _body(one).channel, "outcome": notice.outcome,
        "records": list(notice.records), "attempt": notice.attempt, "detail": notice.detail,
    }  # fmt: skip


def _require_fit(way: Channel, named: Reader, own: str) -> None:
    if way.form != "full" or "{number}" in way.to:
        raise UsageError(
            "a notice goes by mail, into a folder or by a webhook, in full",
            remedy="Name a channel of form full: tocsin channels list",
        )
    if named.org != (way.reader or own):
        raise UsageError(
            "the channel leads to {other}, not to {org}",
            remedy="Name a channel whose reader is {org} in channels.yml.",
            other=way.reader or own,
            org=named.org,
        )
    if named.role not in CEILINGS or (named.org != own and named.role != "peer"):
        raise UsageError(
            "the role {role} is sent nothing here",
            remedy="Of another organisation: ORG:peer; of your own a role that reads.",
            role=named.role,
        )
