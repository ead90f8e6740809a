"""The groups that this node knows of: each list signed by its steward, as known at a moment.

Rights are not a record that a reader reads: they are worked out from the node's own view, so that
who asks learns nothing of the lists but what they open.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from tocsin.ledger.engine import reading
from tocsin.ledger.heads import last_head
from tocsin.ledger.sealing import is_signed, key_id, verify_raw
from tocsin.ledger.store import Ledger
from tocsin.ledger.trusting import own_keys, trusted_keys
from tocsin.policy import Reader
from tocsin.policy.groups import Roster, Standing, rosters, standing_in
from tocsin.policy.passing import Grant, grant_of, names_of, opened_to
from tocsin.policy.readers import Need, Role
from tocsin.tables.kinds.sharing import Group, NeedToKnow, Release, ReleaseGrant, released_bytes
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, last_moment

_KEPT: dict[tuple[str, str, bytes], list[Statement]] = {}
_STANDINGS: dict[tuple[str, bytes, str, str], Standing] = {}
_MOST = 64  # stores and states of them that one process remembers


def known_groups(ledger: Ledger, at: date | datetime) -> dict[str, Roster]:
    """Every group by its name, as it was known at a moment to be listed."""
    return rosters(group_statements(ledger), at)


def standing_at(ledger: Ledger, organisation: str, at: date | datetime) -> Standing:
    """What an organisation's groups give it at a moment, by what this node knew then."""
    name = (str(ledger.where), _head(ledger), organisation, end_of(at).isoformat())
    if name not in _STANDINGS:
        if len(_STANDINGS) >= _MOST:
            _STANDINGS.clear()
        _STANDINGS[name] = standing_in(known_groups(ledger, at), organisation, at)
    return _STANDINGS[name]


def reader_at(ledger: Ledger, organisation: str, role: Role, at: date | datetime) -> Reader:
    """A reader with the groups that its organisation belongs to at a moment."""
    return with_rights(ledger, Reader(organisation, role), at)


def with_rights(ledger: Ledger, reader: Reader, at: date | datetime) -> Reader:
    """A reader with its organisation's groups and what grants open to it, at a moment."""
    standing = standing_at(ledger, reader.org, at)
    granted = opened_to(grants_at(ledger), _names(reader.org, standing), at)
    red = released_red(ledger) if reader.role == "peer" else frozenset()
    needs = needs_at(ledger, reader, at) if reader.org == ledger.org else frozenset()
    return replace(
        reader,
        groups=standing.groups,
        spans=standing.spans,
        granted=granted,
        red=red,
        needs=needs,
    )


def needs_at(ledger: Ledger, reader: Reader, at: date | datetime) -> frozenset[Need]:
    """The rules of need-to-know that this organisation made for a reader of its own.

    A limit stays until another rule takes its place; what a rule opened by name is shut again
    after its last day.
    """
    moment = end_of(at)
    found = set()
    for one in _signed(ledger, NeedToKnow.kind):
        body = one.body
        if not isinstance(body, NeedToKnow) or one.origin != ledger.org:
            continue
        is_for = body.role == reader.role or (body.person and body.person == reader.person)
        if not is_for or last_moment(one.known_at) > moment:
            continue
        is_over = body.until is not None and last_moment(body.until) < moment
        found.add(
            Need(
                body.ceiling,
                frozenset(body.kinds),
                frozenset(body.subjects),
                frozenset(body.areas),
                frozenset() if is_over else frozenset(body.records),
            )
        )
    return frozenset(found)


def names_at(ledger: Ledger, organisation: str, at: date | datetime) -> frozenset[str]:
    """An organisation's name and those of its groups at a moment, as `rel_to` writes them."""
    return _names(organisation, standing_at(ledger, organisation, at))


def released_red(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """This node's own RED records that two persons released by their signed words."""
    return frozenset(
        (one.origin, one.body.record)
        for one in _signed(ledger, Release.kind)
        if isinstance(one.body, Release) and one.origin == ledger.org and are_two(one.body)
    )


def are_two(body: Release) -> bool:
    """Whether two different keys, under two handles, signed for this release."""
    genuine = [
        one
        for one in body.approvals
        if verify_raw(
            bytes.fromhex(one.public),
            bytes.fromhex(one.signature),
            released_bytes(one, body.record, body.preview),
        )
    ]
    return len({one.by for one in genuine}) >= 2 and len({one.public for one in genuine}) >= 2


def _names(organisation: str, standing: Standing) -> frozenset[str]:
    belongs = standing.groups | {one.group for one in standing.spans}
    return names_of(organisation, belongs)


def group_statements(ledger: Ledger) -> list[Statement]:
    """Every list that a group's steward signed, older ones too."""
    return _signed(ledger, Group.kind)


def grants_at(ledger: Ledger) -> list[Grant]:
    """Grants that their originators signed and did not withdraw."""
    made = (grant_of(one) for one in _signed(ledger, ReleaseGrant.kind))
    return [one for one in made if one is not None]


def _signed(ledger: Ledger, kind: str) -> list[Statement]:
    """What originators signed of a kind; read anew when the log grows."""
    root = _head(ledger)
    if not root:
        return []
    name = (str(ledger.where), kind, root)
    if name not in _KEPT:
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        _KEPT[name] = _read_signed(ledger, kind)
    return _KEPT[name]


def _head(ledger: Ledger) -> bytes:
    with reading(ledger.engine) as connection:
        head = last_head(connection)
    return b"" if head is None else bytes(head.root)


def _read_signed(ledger: Ledger, kind: str) -> list[Statement]:
    view = ledger.view(Reader(ledger.org))
    # An older list of a group still counts on its day; a grant that was withdrawn never does.
    found = list(view.each(kind)) if kind == Group.kind else view.statements(kind)
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
