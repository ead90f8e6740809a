"""The groups that this node knows of: each list signed by its steward, as known at a moment.

Rights are not a record that a reader reads: they are worked out from the node's own view, so that
who asks learns nothing of the lists but what they open.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from tocsin.ledger.engine import reading
from tocsin.ledger.heads import last_head
from tocsin.ledger.sealing import is_signed, key_id
from tocsin.ledger.store import Ledger
from tocsin.ledger.trusting import own_keys, trusted_keys
from tocsin.policy import Reader
from tocsin.policy.groups import Roster, Standing, rosters, standing_in
from tocsin.policy.readers import Role
from tocsin.tables.kinds.sharing import Group
from tocsin.tables.statements import Statement

_KEPT: dict[tuple[str, str, bytes], list[Statement]] = {}
_MOST = 64  # stores and states of them that one process remembers


def known_groups(ledger: Ledger, at: date | datetime) -> dict[str, Roster]:
    """Every group by its name, as it was known at a moment to be listed."""
    return rosters(group_statements(ledger), at)


def standing_at(ledger: Ledger, organisation: str, at: date | datetime) -> Standing:
    """What an organisation's groups give it at a moment, by what this node knew then."""
    return standing_in(known_groups(ledger, at), organisation, at)


def reader_at(ledger: Ledger, organisation: str, role: Role, at: date | datetime) -> Reader:
    """A reader with the groups that its organisation belongs to at a moment."""
    standing = standing_at(ledger, organisation, at)
    return Reader(organisation, role, standing.groups, standing.spans)


def group_statements(ledger: Ledger) -> list[Statement]:
    """Every list that a group's steward signed, older ones too; read anew when the log grows."""
    with reading(ledger.engine) as connection:
        head = last_head(connection)
    if head is None:
        return []
    name = (str(ledger.where), ledger.org, head.root)
    if name not in _KEPT:
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        _KEPT[name] = _signed_lists(ledger)
    return _KEPT[name]


def _signed_lists(ledger: Ledger) -> list[Statement]:
    found = list(ledger.view(Reader(ledger.org)).each(Group.kind))
    if not found:
        return []
    speaks = _speakers(ledger)
    return [one for one in found if _is_genuine(one, speaks.get(one.origin, {}))]


def _speakers(ledger: Ledger) -> Mapping[str, Mapping[str, bytes]]:
    """The keys that speak for each organisation; one that was withdrawn brought this in before."""
    speaks: dict[str, dict[str, bytes]] = {ledger.org: dict(own_keys(ledger))}
    for key in trusted_keys(ledger).values():
        public = bytes.fromhex(key.public)
        speaks.setdefault(key.organisation, {})[key_id(public)] = public
    return speaks


def _is_genuine(one: Statement, keys: Mapping[str, bytes]) -> bool:
    name = one.signature.partition(":")[0]
    public = keys.get(name)
    return public is not None and _verified(one.signature, one.hash, public)


@lru_cache(maxsize=16384)
def _verified(signature: str, digest: str, public: bytes) -> bool:
    return is_signed(signature, bytes.fromhex(digest), {key_id(public): public})
