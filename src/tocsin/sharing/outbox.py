"""What is owed to whom: read off the ledger alone, so that a node that died knows what it was at.

A *message* goes to one channel. It tells of one step of one warning, or of several of a country
that became due together. Every pass works out anew what is owed; what the ledger says was sent is
owed no more. The rules:

- A role is told of the newest step that concerns it; an older one that never got through has been
  overtaken and is not sent after it.
- An escalation that somebody has answered by now is not sent.
- What failed is tried again after a pause that doubles; a bounce is final.
- A held text, a silenced area, and a reader who may not see it, withhold the message.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from tocsin.policy import Reader, marking_of, may_read
from tocsin.sharing.channels import Channel, Channels
from tocsin.tables.kinds.warnings import Closure, Delivery, Escalation, WarningVersion
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment
from tocsin.warning.problems import Clocks, rank
from tocsin.warning.standing import Standing, known, silenced
from tocsin.warning.steps import Author, statement_of

LIFE = timedelta(days=7)  # after that nobody is helped by a message
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)


@dataclass(frozen=True)
class Progress:
    """How far a step has got on its way to a role by a channel."""

    message: str
    attempt: int
    outcome: str  # intended: the node died during that attempt
    at: datetime

    @property
    def is_final(self) -> bool:
        return self.outcome in ("sent", "bounced")

    @property
    def next_attempt(self) -> int:
        """An attempt that was cut short is made again under its own number."""
        return self.attempt if self.outcome == "intended" else self.attempt + 1

    def may_go(self, now: datetime) -> bool:
        """Whether it is time for the next attempt."""
        return self.outcome == "intended" or now >= self.at + pause_after(self.attempt)


@dataclass(frozen=True)
class Item:
    """One step that one channel owes one role."""

    held: Standing
    step: Statement
    role: str
    to: str
    progress: Progress | None = None

    @property
    def attempt(self) -> int:
        return 1 if self.progress is None else self.progress.next_attempt


@dataclass(frozen=True)
class Message:
    """Items that leave together by one channel."""

    id: str
    to: str
    items: tuple[Item, ...]

    @property
    def attempt(self) -> int:
        return max(item.attempt for item in self.items)

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.role for item in self.items))


@dataclass(frozen=True)
class Owed:
    """Everything that is owed at a moment: to be sent, kept back, and to nobody."""

    messages: tuple[Message, ...]
    withheld: tuple[tuple[Item, str], ...]  # with the reason, where the ledger does not say so yet
    unreachable: tuple[str, ...]  # roles that have no channel


def pause_after(attempt: int) -> timedelta:
    """How long to wait after an attempt that failed.

    >>> [pause_after(number).seconds // 60 for number in (1, 2, 3, 7, 40)]
    [5, 10, 20, 240, 240]
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempt - 1, 10)
    return min(doubled, LONGEST_PAUSE)


def owed(
    found: Iterable[Standing],
    channels: Channels,
    clocks: Clocks,
    silences: Sequence[Statement],
    now: datetime,
    org: str,
    exercise: bool = False,
) -> Owed:
    """What is owed at `now`; with `exercise` only what is one, else only what is none."""
    ready: list[Item] = []
    withheld: list[tuple[Item, str]] = []
    unreachable: set[str] = set()
    for held in found:
        if ("EXERCISE" in held.current.caveats) != exercise:
            continue
        told = [one for one in told_steps(held) if known(one) <= now < known(one) + LIFE]
        if not told:
            continue
        unreachable |= {
            role for one in told for role in audience(one, held, clocks)
        } - channels.roles.keys()
        progress = progress_of(held)
        for item in _newest(held, told, channels, clocks, progress):
            if item.progress is not None and item.progress.is_final:
                continue
            if why := _withheld(item, channels.channels[item.to], silences, now, org):
                if why not in _withheld_before(item):
                    withheld.append((item, why))
            elif item.progress is None or item.progress.may_go(now):
                ready.append(item)
    return Owed(tuple(_grouped(ready, channels)), tuple(withheld), tuple(sorted(unreachable)))


def told_steps(held: Standing) -> list[Statement]:
    """Steps of a warning that somebody is told of, oldest first, without those overtaken."""
    if held.closure is not None:
        return [held.closure]
    if held.body.state != "issued" or held.body.covered_by:
        return []
    versions = [
        one
        for one in held.versions
        if isinstance(one.body, WarningVersion)
        and one.body.state == "issued"
        and not one.body.covered_by
        and one.body.change != "evidence"
    ]
    waiting = [one for one in held.steps.get("escalation", ()) if _still_waits(one, held)]
    return sorted([*versions, *waiting], key=lambda one: (known(one), one.id))


def _still_waits(one: Statement, held: Standing) -> bool:
    body = one.body
    assert isinstance(body, Escalation)
    if body.version < held.epoch or held.decided is not None:
        return False
    return body.why == "undecided" or held.acknowledged is None


def audience(step: Statement, held: Standing, clocks: Clocks) -> tuple[str, ...]:
    """The roles that a step concerns: those addressed and the one whose clock runs first; the one
    to whom it climbs; at the end, those who had been told."""
    if isinstance(step.body, WarningVersion):
        return tuple(dict.fromkeys((clocks.chain[0], *step.body.addressees)))
    if isinstance(step.body, Escalation):
        return (step.body.to_role,)
    return tuple(
        dict.fromkeys(
            one.body.role
            for one in held.steps.get("delivery", ())
            if isinstance(one.body, Delivery) and one.body.outcome == "sent"
        )
    )


def progress_of(held: Standing) -> dict[tuple[str, str, str], Progress]:
    """How far each step has got, by (step, role, channel)."""
    found: dict[tuple[str, str, str], Progress] = {}
    for one in held.steps.get("delivery", ()):
        body = one.body
        assert isinstance(body, Delivery)
        if body.outcome == "withheld":
            continue
        key = (body.step, body.role, body.to)
        before = found.get(key)
        mine = (body.attempt, body.outcome != "intended")
        if before is None or mine >= (before.attempt, before.outcome != "intended"):
            found[key] = Progress(body.message, body.attempt, body.outcome, known(one))
    return found


def _newest(
    held: Standing,
    told: Sequence[Statement],
    channels: Channels,
    clocks: Clocks,
    progress: dict[tuple[str, str, str], Progress],
) -> Iterator[Item]:
    last: dict[tuple[str, str], Statement] = {}
    for one in told:
        for role in audience(one, held, clocks):
            for name in channels.roles.get(role, ()):
                if _takes(channels.channels[name], one, held, name):
                    last[role, name] = one
    for (role, name), one in last.items():
        yield Item(held, one, role, name, progress.get((one.id, role, name)))


def _takes(channel: Channel, step: Statement, held: Standing, name: str) -> bool:
    """Whether a channel carries a step: its level, and for CAP what CAP can say."""
    if isinstance(step.body, Closure):
        # An end is for those whom this channel told of a beginning.
        return any(
            isinstance(one.body, Delivery) and one.body.to == name and one.body.outcome == "sent"
            for one in held.steps.get("delivery", ())
        )
    if channel.form == "cap" and not isinstance(step.body, WarningVersion):
        return False
    level = step.body.level if isinstance(step.body, WarningVersion) else held.body.level
    return rank(level) >= rank(channel.from_level)


def _withheld(
    item: Item, channel: Channel, silences: Sequence[Statement], now: datetime, org: str
) -> str:
    body = item.held.body
    if item.held.held:
        return "held"
    if silenced(silences, body.problem, body.area or body.country, now) is not None:
        return "silenced"
    if channel.reader and channel.reader != org:
        outsider = Reader(channel.reader, "peer")
        if not may_read(outsider, marking_of(item.held.current)):
            return "not_releasable"
    return ""


def _withheld_before(item: Item) -> set[str]:
    return {
        one.body.detail
        for one in item.held.steps.get("delivery", ())
        if isinstance(one.body, Delivery)
        and one.body.outcome == "withheld"
        and (one.body.step, one.body.role, one.body.to) == (item.step.id, item.role, item.to)
    }


def _grouped(items: Sequence[Item], channels: Channels) -> list[Message]:
    """Messages, most urgent first: one a country and channel; a message begun stays what it was."""
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for item in sorted(items, key=lambda one: (one.held.urgency, one.held.id, one.role)):
        if item.progress is not None:
            key = (item.to, "begun", item.progress.message)
        elif channels.channels[item.to].form == "cap":
            key = (item.to, "cap", item.step.id)
        else:
            key = (item.to, "country", item.held.body.country)
        groups.setdefault(key, []).append(item)
    return [
        Message(
            key[2] if key[1] == "begun" else message_id(key[0], members), key[0], tuple(members)
        )
        for key, members in groups.items()
    ]


def message_id(to: str, items: Sequence[Item], more: str = "") -> str:
    """A message's name: the same whoever works it out, and however often."""
    told = sorted(f"{item.step.id}/{item.role}" for item in items)
    return sha256("|".join((to, more, *told)).encode()).hexdigest()[:32]


def delivery(
    item: Item,
    message: str,
    channel: Channel,
    outcome: str,
    attempt: int,
    moment: datetime,
    author: Author,
    detail: str = "",
) -> Statement:
    """The statement of an intention or of an outcome; made twice it is the same one.

    It is for the node alone, whatever the warning's marking: who is reached how is nobody else's
    business.
    """
    body = Delivery(
        message=message,
        role=item.role,
        channel=channel_kind(channel),  # type: ignore[arg-type]
        outcome=outcome,  # type: ignore[arg-type]
        attempt=attempt,
        detail=detail,
        step=item.step.id,
        to=item.to,
    )
    part = outcome if outcome in ("intended", "withheld") else "outcome"
    if detail.startswith("notice"):
        part = "notice"  # it was sent, and came back later
    at = max(moment, last_moment(item.step.known_at))
    key = f"{item.step.id}|{item.role}|{item.to}|{message}|{attempt}|{part}"
    return statement_of(
        body, item.held.subject, at, author, source="tocsin delivery",
        key=f"{key}|{detail}" if part == "withheld" else key,
    )  # fmt: skip


def channel_kind(channel: Channel) -> str:
    """What the ledger calls a channel: its form where that says more than its way."""
    if channel.form != "full":
        return channel.form
    return {"mail": "email", "webhook": "webhook", "drop": "file"}[channel.kind]
