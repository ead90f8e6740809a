"""Groups: who belongs to which, on a date, and from when on it gets a group's records.

Everything here is worked out from `group` statements and a date. A group is nobody where its list
is unknown, empty, over, or said by anybody but its steward. Of two lists with the same number only
who stands in both is a member: a steward that tells two stories gives nobody anything by it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from tocsin.policy.readers import Span
from tocsin.tables.kinds.sharing import Group, Member
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, last_moment, micros, surely_from

PREFIX = "group:"
ALWAYS = -(2**63)
FOR_EVER = 2**63 - 1


class Standing(NamedTuple):
    """What an organisation's groups give it on a date.

    groups : names (without `group:`) whose every record it may be given
    spans : names whose records it may be given if they became known within a time
    """

    groups: frozenset[str] = frozenset()
    spans: frozenset[Span] = frozenset()


class Roster(NamedTuple):
    """A group as its steward last listed it."""

    name: str
    steward: str
    version: int
    lists: tuple[Group, ...]  # one, unless the steward told several stories

    @property
    def body(self) -> Group:
        return self.lists[0]

    def members_on(self, on: date | datetime) -> dict[str, Member]:
        """Who belongs to the group on a date, with the time it has belonged."""
        moment = end_of(on)
        if any(one.until is not None and last_moment(one.until) < moment for one in self.lists):
            return {}
        listed = [_on(one.members, moment) for one in self.lists]
        return {
            name: max((one[name] for one in listed), key=lambda each: surely_from(each.since))
            for name in listed[0]
            if all(name in one for one in listed)
        }


def group_name(steward: str, name: str) -> str:
    """A group's whole name, without `group:`.

    >>> group_name("north", "border"), group_name("north", "group:south/border")
    ('north/border', 'south/border')
    """
    bare = name.removeprefix(PREFIX)
    return bare if "/" in bare else f"{steward}/{bare}"


def steward_of(name: str) -> str:
    """The organisation that keeps a group's list."""
    return name.removeprefix(PREFIX).partition("/")[0]


def rosters(statements: Iterable[Statement], on: date | datetime) -> dict[str, Roster]:
    """Every group by its name, as it was known to be listed on a date."""
    moment = end_of(on)
    newest: dict[str, list[Group]] = {}
    for one in statements:
        body, name = one.body, one.subject.removeprefix(PREFIX)
        if not isinstance(body, Group) or not _is_the_stewards(one):
            continue
        if last_moment(one.known_at) > moment:
            continue
        held = newest.get(name, [])
        if not held or body.version > held[0].version:
            newest[name] = [body]
        elif body.version == held[0].version and body not in held:
            held.append(body)
    return {
        name: Roster(name, steward_of(name), lists[0].version, tuple(lists))
        for name, lists in sorted(newest.items())
    }


def groups_of(organisation: str, statements: Iterable[Statement], on: date | datetime) -> Standing:
    """What an organisation's groups give it on a date, by what was known then.

    >>> groups_of("north", [], date(2024, 1, 1))
    Standing(groups=frozenset(), spans=frozenset())
    """
    return standing_in(rosters(statements, on), organisation, on)


def standing_in(found: dict[str, Roster], organisation: str, on: date | datetime) -> Standing:
    """As `groups_of`, from lists that have been read already."""
    whole: set[str] = set()
    spans: set[Span] = set()
    for name, roster in found.items():
        member = roster.members_on(on).get(organisation)
        if member is None:
            continue
        if all(one.history == "all" for one in roster.lists):
            whole.add(name)
        else:
            spans.add(Span(name, _first(member), FOR_EVER))
        spans |= _inherited(found, roster, organisation, on)
    return Standing(frozenset(whole), frozenset(one for one in spans if one.group not in whole))


def _inherited(
    found: dict[str, Roster], roster: Roster, organisation: str, on: date | datetime
) -> set[Span]:
    """What a member of a group that was split off keeps of the one before."""
    origin = roster.body.split_from
    before = found.get((origin or "").removeprefix(PREFIX))
    agreed = all(one.history == "all" and one.split_from == origin for one in roster.lists)
    if before is None or not agreed or before.steward != roster.steward:
        return set()
    last = end_of(on) if before.body.until is None else last_moment(before.body.until)
    spans = set()
    for one in before.body.members:
        was_there = all(one in each.members for each in before.lists)
        if was_there and one.organisation == organisation and surely_from(one.since) <= last:
            is_open = all(each.history == "all" for each in before.lists)
            left = last if one.until is None else min(last, last_moment(one.until))
            spans.add(Span(before.name, ALWAYS if is_open else _first(one), micros(left)))
    return spans


def _on(members: Iterable[Member], moment: datetime) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for one in members:
        begun = surely_from(one.since) <= moment
        if begun and (one.until is None or last_moment(one.until) >= moment):
            found[one.organisation] = one
    return found


def _first(member: Member) -> int:
    return micros(surely_from(member.since))


def _is_the_stewards(one: Statement) -> bool:
    name = one.subject.removeprefix(PREFIX)
    return one.subject.startswith(PREFIX) and "/" in name and steward_of(name) == one.origin
