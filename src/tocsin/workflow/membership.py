"""Groups: this node, as their steward, lists who belongs, from when, and until when.

Each change is a new, numbered and signed list. It goes to the members of that list and to those
whom it takes out, who thereby learn that they are; later lists do not go to them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.errors import IdentityConflict, UnknownName, UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.membership import group_statements, known_groups
from tocsin.policy import handle
from tocsin.policy.groups import PREFIX, Roster, group_name
from tocsin.tables.kinds.sharing import Group, Member
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, moment_text, surely_from
from tocsin.workflow.record_keeping import open_ledger

Look = Callable[[Ledger, Mapping[str, Group]], object]


def unseen(ledger: Ledger, lists: Mapping[str, Group]) -> None:
    """Nobody looks: what a person does goes through `joining`."""


class Belonging(msgspec.Struct, frozen=True, kw_only=True):
    """One member's time in a group, and whether it belongs now."""

    organisation: str
    since: str
    until: str | None
    belongs: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A group as this node knows it."""

    name: str
    steward: str
    version: int
    history: str
    until: str | None
    split_from: str | None
    members: tuple[Belonging, ...]
    contradicted: bool = False  # its steward signed several lists under one number


def create_group(
    name: str,
    members: tuple[str, ...] = (),
    *,
    history: str = "from-joining",
    since: str = "",
    note: str = "",
    before: Look = unseen,
) -> Shown:
    """Begin a group of which this node is the steward.

    history : `from-joining`, or `all`: what a joining member gets of what was known before
    since : from when the first members belong (default: now)
    before : is shown the lists before they are signed, and may refuse

    Raises
    ------
    UsageError, if a name is not one.  IdentityConflict, if there is such a group already.
    """
    ledger = open_ledger(to_write=True)
    full = _own_name(ledger, name)
    if full in known_groups(ledger, _now()):
        raise IdentityConflict(
            "there is a group {name} already",
            remedy="See it with: tocsin groups show {name}",
            name=full,
        )
    start = since or moment_text(_now())
    body = Group(
        version=1,
        members=tuple(Member(one, start) for one in _organisations(members)),
        history=_history(history),
        note=note or None,
    )
    before(ledger, {full: body})
    return _say(ledger, full, body, _named(body))


def add_members(
    name: str, members: tuple[str, ...], *, since: str = "", before: Look = unseen
) -> Shown:
    """Let organisations join, from now on or from a day; `before` as in `create_group`.

    Raises
    ------
    UnknownName, if this node keeps no such group.  UsageError, if one belongs already.
    """
    ledger = open_ledger(to_write=True)
    roster = _own(ledger, name)
    here = roster.members_on(_now())
    joining = _organisations(members)
    if staying := [one for one in joining if one in here]:
        raise UsageError(
            "{organisation} belongs to {name} already",
            remedy="See it with: tocsin groups show {name}",
            organisation=staying[0],
            name=roster.name,
        )
    start = since or moment_text(_now())
    body = _next(roster, members=(*roster.body.members, *(Member(one, start) for one in joining)))
    before(ledger, {roster.name: body})
    return _say(ledger, roster.name, body, _named(body))


def remove_members(name: str, members: tuple[str, ...], *, until: str = "") -> Shown:
    """Take organisations out, now or at the end of a day; they get nothing afterwards.

    Raises
    ------
    UnknownName, if this node keeps no such group.  UsageError, if one does not belong to it.
    """
    ledger = open_ledger(to_write=True)
    roster = _own(ledger, name)
    leaving = _organisations(members)
    here = {one.organisation for one in roster.body.members if _still(one)}
    if strangers := [one for one in leaving if one not in here]:
        raise UsageError(
            "{organisation} does not belong to {name}",
            remedy="See it with: tocsin groups show {name}",
            organisation=strangers[0],
            name=roster.name,
        )
    end = until or moment_text(_now())
    listed = tuple(
        _ended(one, end) if one.organisation in leaving and _still(one) else one
        for one in roster.body.members
    )
    body = _next(roster, members=tuple(one for one in listed if one is not None))
    return _say(ledger, roster.name, body, {*_named(body), *leaving})


def split_group(
    name: str, parts: dict[str, tuple[str, ...]], *, on: str = "", history: str = "all",
    before: Look = unseen,
) -> list[Shown]:  # fmt: skip
    """End a group and begin others from its members; with history `all` they keep what they had.

    parts : members by the name of each new group; who is in none of them belongs to none
    on : the last day of the old group (default: now)
    before : as in `create_group`

    Raises
    ------
    UsageError, if there are not two parts, or a part names somebody who does not belong.
    """
    ledger = open_ledger(to_write=True)
    roster = _own(ledger, name)
    here = roster.members_on(_now())
    if len(parts) < 2:
        raise UsageError(
            "a group is split into two or more",
            remedy="Name each: --into east=A,B --into west=C,D",
        )
    named = {part: _organisations(members) for part, members in parts.items()}
    for one in (each for members in named.values() for each in members):
        if one not in here:
            raise UsageError(
                "{organisation} does not belong to {name}",
                remedy="See it with: tocsin groups show {name}",
                organisation=one,
                name=roster.name,
            )
    taken = known_groups(ledger, _now())
    for part in named:
        if _own_name(ledger, part) in taken:
            raise IdentityConflict(
                "there is a group {name} already",
                remedy="See it with: tocsin groups show {name}",
                name=_own_name(ledger, part),
            )
    end = on or moment_text(_now())
    bodies = {
        _own_name(ledger, part): Group(
            version=1,
            members=tuple(Member(one, end) for one in members),
            history=_history(history),
            split_from=f"{PREFIX}{roster.name}",
        )
        for part, members in named.items()
    }
    over = _next(roster, until=end)
    before(ledger, {roster.name: over, **bodies})
    _say(ledger, roster.name, over, set(here))
    return [_say(ledger, full, body, _named(body)) for full, body in bodies.items()]


def shown_groups(name: str = "") -> list[Shown]:
    """Groups as this node knows them now, one or all.

    Raises
    ------
    UnknownName, if it knows none of that name.
    """
    ledger = open_ledger()
    now = _now()
    found = known_groups(ledger, now)
    if not name:
        return [_shown(one, now) for one in found.values()]
    full = group_name(ledger.org, name)
    if full not in found:
        raise _unknown(full)
    return [_shown(found[full], now)]


def _own(ledger: Ledger, name: str) -> Roster:
    full = _own_name(ledger, name)
    found = known_groups(ledger, _now()).get(full)
    if found is None:
        raise _unknown(full)
    return found


def _unknown(name: str) -> UnknownName:
    return UnknownName(
        "no group is named {name}", remedy="See them with: tocsin groups show", name=name
    )


def _own_name(ledger: Ledger, name: str) -> str:
    full = group_name(ledger.org, name)
    steward, _, own = full.partition("/")
    if steward != ledger.org:
        raise UsageError(
            "the group {name} is kept by {steward}, not by this node",
            remedy="Ask {steward}: only a group’s steward changes its list.",
            name=full,
            steward=steward,
        )
    if not own or handle(own) != own:
        raise UsageError(
            "{name!r} is not a group’s name",
            remedy="Use letters, digits, dots, dashes: such as border-desk.",
            name=own,
        )
    return full


def _organisations(names: tuple[str, ...]) -> list[str]:
    found = list(dict.fromkeys(handle(one) for one in names if one.strip()))
    if any("/" in one or one.startswith(PREFIX) for one in names):
        raise UsageError(
            "a group is no member of a group",
            remedy="Name the organisations themselves.",
        )
    return found


def _history(text: str) -> Any:
    if text not in ("from-joining", "all"):
        raise UsageError(
            "no rule for history is called {rule!r}",
            remedy="Write from-joining, or all.",
            rule=text,
        )
    return text


def _still(member: Member) -> bool:
    return member.until is None or last_moment(member.until) >= _now()


def _ended(member: Member, end: str) -> Member | None:
    """A member's time cut off, never made longer; None, if it would end before it began."""
    if member.until is not None and last_moment(member.until) <= last_moment(end):
        return member
    if last_moment(end) < surely_from(member.since):
        return None
    return Member(member.organisation, member.since, end)


def _next(roster: Roster, **changes: Any) -> Group:
    return msgspec.structs.replace(roster.body, version=roster.version + 1, **changes)


def _named(body: Group) -> set[str]:
    """Who gets the list: its members of now and of later."""
    return {one.organisation for one in body.members if _still(one)}


def _say(ledger: Ledger, name: str, body: Group, to: set[str]) -> Shown:
    """Sign and write a list, released to those whom it is about."""
    now = _now()
    before = [one for one in group_statements(ledger) if one.subject == PREFIX + name]
    newest = max(before, key=_version, default=None)
    word = with_id(
        Statement(
            id=BLANK_ID,
            kind=Group.kind,
            subject=PREFIX + name,
            known_at=moment_text(now),
            source=ledger.org,
            reliability="A",
            credibility=1,
            origin=ledger.org,
            author="administrator",
            tlp="AMBER+STRICT",
            rel_to=tuple(sorted(to - {ledger.org})),
            supersedes=None if newest is None else newest.id,
            body=body,
        ),
        ledger.signer,
    )
    ledger.append([word])
    return _shown(known_groups(ledger, _now())[name], _now())


def _version(one: Statement) -> int:
    return one.body.version if isinstance(one.body, Group) else 0


def _shown(roster: Roster, now: datetime) -> Shown:
    here = roster.members_on(now)
    return Shown(
        name=roster.name,
        steward=roster.steward,
        version=roster.version,
        history=roster.body.history,
        until=roster.body.until,
        split_from=roster.body.split_from,
        contradicted=len(roster.lists) > 1,
        members=tuple(
            Belonging(
                organisation=one.organisation,
                since=one.since,
                until=one.until,
                belongs=here.get(one.organisation) == one,
            )
            for one in sorted(roster.body.members, key=lambda each: (each.organisation, each.since))
        ),
    )


def _now() -> datetime:
    return datetime.now(UTC)
