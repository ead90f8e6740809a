"""Subscriptions: who is told of which new records, by which channel; how far each has got."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import UsageError
from tocsin.policy import Reader, parse_reader
from tocsin.policy.decision import CEILINGS
from tocsin.tables.kinds.subscribing import Notice, Subscription
from tocsin.tables.months import parse_day
from tocsin.tables.when import end_of, last_moment, micros, moment_text
from tocsin.workflow.reaching import require_channels
from tocsin.workflow.words import moment

if TYPE_CHECKING:
    from tocsin.ledger import Ledger
    from tocsin.sharing.channels import Channel
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


@dataclass(frozen=True)
class State:
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
    made = written_by_house(ledger, body, f"{ABOUT}{name}", now, writer.role, key=f"{name}")
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
    for one in standing(ledger):
        body, state = body_of(one), state_of(ledger, one)
        found.append(
            {"id": one.id, **msgspec.to_builtins(body), "since": one.known_at,
             "over": is_over(body, moment("")), "told": len(state.told), "notices": state.sent,
             "last": state.last.outcome if state.last else "",
             "detail": state.last.detail if state.last else ""}
        )  # fmt: skip
    return found


def standing(ledger: Ledger) -> list[Statement]:
    return [
        one
        for one in ledger.view(Reader(ledger.org)).statements(Subscription.kind)
        if one.origin == ledger.org
    ]


def _named(ledger: Ledger, name: str) -> Statement:
    from tocsin.errors import UnknownName

    found = [one for one in standing(ledger) if name and one.id.startswith(name)]
    if len(found) != 1:
        raise UnknownName(
            "no single subscription is named {name}",
            remedy="List them: tocsin share subscriptions",
            name=name,
        )
    return found[0]


def state_of(ledger: Ledger, one: Statement) -> State:
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
    return State(frozenset(told), last, last_at, first_at, sent)


def _step(found: Statement) -> tuple[str, int, bool]:
    body: Any = found.body
    return found.known_at, body.attempt, body.outcome != "intended"


def written_by_house(
    ledger: Ledger, body: Any, subject: str, now: datetime, role: str, key: str
) -> Statement:
    from tocsin.warning.steps import Author, statement_of

    return statement_of(body, subject, now, Author(ledger.org, role), source=SOURCE, key=key)


def body_of(one: Statement) -> Subscription:
    assert isinstance(one.body, Subscription)
    return one.body


def is_over(body: Subscription, now: datetime) -> bool:
    return body.until is not None and last_moment(body.until) < now


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
