"""Who joins a group gets what is released to it: that is shown before the list is signed.

A list of members widens every record that names its group, the older ones too where the group's
rule says so. Where nothing would be opened, as in a new group, nobody is asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import rfc8785

from tocsin.errors import NotLookedAt
from tocsin.ledger import Ledger
from tocsin.ledger.membership import grants_at, known_groups
from tocsin.policy import Reader
from tocsin.policy.groups import PREFIX, Roster, standing_in, steward_of
from tocsin.policy.passing import names_of, opened_to
from tocsin.tables.kinds.sharing import Group
from tocsin.tables.when import surely_from
from tocsin.workflow import membership
from tocsin.workflow.membership import Shown
from tocsin.workflow.releasing import require_look


class Opened(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one organisation could read then and cannot now, by kind."""

    organisation: str
    count: int
    kinds: dict[str, int]


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What lists of members would open, to whom."""

    groups: tuple[str, ...]
    opened: tuple[Opened, ...]
    digest: str


def create_group(
    name: str, members: tuple[str, ...] = (), *, history: str = "from-joining", since: str = "",
    note: str = "", agreed: str = "",
) -> Shown:  # fmt: skip
    """As `membership.create_group`, once somebody agreed to what that opens.

    Raises
    ------
    NotLookedAt, with the preview, until then.  CheckFailed, if something else would be opened.
    """
    return membership.create_group(
        name, members, history=history, since=since, note=note, before=_looked_at(agreed)
    )


def add_members(name: str, members: tuple[str, ...], *, since: str = "", agreed: str = "") -> Shown:
    """As `membership.add_members`, with the preview of `create_group`."""
    return membership.add_members(name, members, since=since, before=_looked_at(agreed))


def split_group(
    name: str, parts: dict[str, tuple[str, ...]], *, on: str = "", history: str = "all",
    agreed: str = "",
) -> list[Shown]:  # fmt: skip
    """As `membership.split_group`, with the preview of `create_group`."""
    return membership.split_group(name, parts, on=on, history=history, before=_looked_at(agreed))


def preview_in(error: NotLookedAt) -> Joining:
    """The preview that somebody must look at first."""
    shown = error.fields["preview"]
    assert isinstance(shown, Joining)
    return shown


def _looked_at(agreed: str) -> membership.Look:
    def require(ledger: Ledger, lists: Mapping[str, Group]) -> None:
        shown = _joining(ledger, lists)
        if not shown.opened:
            return
        require_look(shown, agreed)

    return require


def _joining(ledger: Ledger, lists: Mapping[str, Group]) -> Joining:
    now = datetime.now(UTC)
    held = known_groups(ledger, now)
    then = held | {
        name: Roster(name, steward_of(name), body.version, (body,)) for name, body in lists.items()
    }
    begins = [surely_from(one.since) for body in lists.values() for one in body.members]
    later = max([now, *begins])  # who joins on a day to come is shown what that day would open
    splits = {body.split_from for body in lists.values() if body.split_from}
    names = frozenset({*(f"{PREFIX}{name}" for name in lists), *splits})
    members = sorted({one.organisation for body in lists.values() for one in body.members})
    opened, named = [], sha256()
    for organisation in members:
        if organisation == ledger.org:
            continue
        before = _readable(ledger, organisation, held, now, names)
        fresh = {
            one: kind
            for one, kind in _readable(ledger, organisation, then, later, names).items()
            if one not in before
        }
        if fresh:
            named.update(f"{organisation} {sorted(fresh)}".encode())
            kinds = sorted(fresh.values())
            opened.append(
                Opened(
                    organisation=organisation,
                    count=len(fresh),
                    kinds={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
                )
            )
    groups = tuple(f"{PREFIX}{name}" for name in lists)
    digest = sha256(rfc8785.dumps([list(groups), named.hexdigest()])).hexdigest()
    return Joining(groups=groups, opened=tuple(opened), digest=digest)


def _readable(
    ledger: Ledger,
    organisation: str,
    rosters: dict[str, Roster],
    at: datetime,
    groups: frozenset[str],
) -> dict[str, str]:
    """What of these groups' an organisation may read here by these lists: id and kind."""
    standing = standing_in(rosters, organisation, at)
    belongs = standing.groups | {span.group for span in standing.spans}
    grants = grants_at(ledger)
    reader = replace(
        Reader(organisation, "release-authority"),
        groups=standing.groups,
        spans=standing.spans,
        granted=opened_to(grants, names_of(organisation, belongs), at),
    )
    ids = sorted({one.record for one in grants if not one.to.isdisjoint(groups)})
    return ledger.view(reader).released_to(sorted(groups), ids)
