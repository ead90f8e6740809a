"""How far a MISP event may go, out and in: never further than both sides mean it to.

A MISP distribution speaks of *its* community, which is not ours. Without a map that says who that
is, what comes in is for this node alone, and what goes out is for the organisation that takes it
in (distribution 0). A sharing group with nobody in it reaches nobody.
"""

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

import msgspec

from tocsin.errors import SettingsError
from tocsin.policy.markings import NARROWER
from tocsin.tables.statements import Statement, Tlp

OWN, COMMUNITY, CONNECTED, ALL, GROUP, INHERIT = range(6)
_CLOSED: Tlp = "AMBER+STRICT"
# The widest distribution that a label bears: GREEN is for the community (and those connected to
# it), CLEAR for all; what is narrower goes to one organisation, or to a group that is named.
WIDEST: dict[str, int] = {"CLEAR": ALL, "GREEN": CONNECTED}


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation as MISP knows it."""

    name: str
    uuid: str


class SharingGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A MISP sharing group: `for_` are the readers, as our markings name them."""

    name: str
    uuid: str
    for_: tuple[str, ...] = msgspec.field(name="for")
    organisations: tuple[Member, ...] = ()


class ReachMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a MISP server's communities are, as a person wrote it down.

    incoming : distribution 1, 2 or 3 → the widest TLP that it may have here
    outgoing : TLP → the distribution that it gets there; what is not named gets 0
    organisations : a MISP organisation's UUID → its name here
    """

    incoming: dict[Annotated[int, msgspec.Meta(ge=1, le=3)], Tlp] = {}
    outgoing: dict[Tlp, Annotated[int, msgspec.Meta(ge=0, le=3)]] = {}
    organisations: dict[str, str] = {}
    sharing_groups: tuple[SharingGroup, ...] = ()


class Reach(NamedTuple):
    """Whom something may reach here."""

    tlp: Tlp
    rel_to: tuple[str, ...] = ()


def narrower(one: Tlp, other: Tlp) -> Tlp:
    """The narrower of two labels.

    >>> narrower("GREEN", "AMBER")
    'AMBER'
    """
    return max(one, other, key=NARROWER.index)


def reach_in(
    distributions: Iterable[tuple[int, Any]], tagged: Tlp | None, known: ReachMap
) -> Reach:
    """How far an event that came may go: the narrowest of its parts, and of its tags.

    distributions : of the event and of each of its parts, with the sharing group where it is 4

    >>> reach_in([(0, None)], "CLEAR", ReachMap())
    Reach(tlp='AMBER+STRICT', rel_to=())
    >>> reach_in([(1, None)], "CLEAR", ReachMap(incoming={1: "GREEN"}))
    Reach(tlp='GREEN', rel_to=())
    """
    tlp: Tlp = tagged or _CLOSED
    named: set[str] | None = None
    for number, group in distributions:
        if number == INHERIT:
            continue
        if number == GROUP:
            members = _members(group, known)
            named = members if named is None else named & members
        else:
            tlp = narrower(tlp, known.incoming.get(number, _CLOSED))
    if named is None:
        return Reach(tlp)
    if not named or tlp in (_CLOSED, "RED"):
        return Reach(narrower(tlp, _CLOSED))  # a group with nobody in it reaches nobody
    return Reach(narrower(tlp, "AMBER"), tuple(sorted(named)))


def _members(group: Any, known: ReachMap) -> set[str]:
    listed = group.get("SharingGroupOrg") if isinstance(group, dict) else None
    found = set()
    for one in listed if isinstance(listed, list) else []:
        inner = one.get("Organisation") if isinstance(one, dict) else None
        key = inner.get("uuid") if isinstance(inner, dict) else None
        if isinstance(key, str) and key in known.organisations:
            found.add(known.organisations[key])
    return found


def distribution_out(one: Statement, known: ReachMap) -> dict[str, Any]:
    """The distribution that a statement gets in a MISP event: the table's, else 0, nobody's but
    the organisation's that takes it in."""
    if one.rel_to:
        for group in known.sharing_groups:
            if set(group.for_) == set(one.rel_to) and not one.caveats:
                return {"distribution": str(GROUP), "SharingGroup": _group(group)}
        return {"distribution": str(OWN)}
    widest = known.outgoing.get(one.tlp, OWN) if not one.caveats else OWN
    return {"distribution": str(min(widest, WIDEST.get(one.tlp, OWN)))}


def _group(group: SharingGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "uuid": group.uuid,
        "releasability": " ".join(group.for_),
        "SharingGroupOrg": [
            {"Organisation": {"name": one.name, "uuid": one.uuid}} for one in group.organisations
        ],
    }


def require_sound_map(known: ReachMap, where: str) -> ReachMap:
    """`known` itself, unless it would carry a record further than its marking.

    Raises
    ------
    SettingsError, naming what would.
    """
    for tlp, number in known.outgoing.items():
        if number > WIDEST.get(tlp, OWN):
            raise SettingsError(
                "TLP:{tlp} may not get distribution {number}: it would go further than it says",
                where=where,
                remedy="Give it at most {most}.",
                tlp=tlp,
                number=number,
                most=WIDEST.get(tlp, OWN),
            )
    for group in known.sharing_groups:
        if not group.organisations or not group.for_:
            raise SettingsError(
                "the sharing group {name} has nobody in it: an event for it reaches nobody",
                where=where,
                remedy="Name its organisations and whom it stands for, or leave the group out.",
                name=group.name,
            )
    return known
