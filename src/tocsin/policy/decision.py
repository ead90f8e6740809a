"""The one decision: may this reader read a record so marked?

    TLP                         the originator's own          another organisation's
    CLEAR                       every role that reads         every role that reads
    GREEN, AMBER, AMBER+STRICT  every role that reads         if `rel_to` names it or its group
    RED                         analyst, duty officer, release authority, decision-maker; another
                                organisation's only if `rel_to` names it

An auditor reads bodies up to GREEN, a verifier and a peer up to AMBER+STRICT, reporters and
administrators none. An empty or unknown `rel_to` releases to nobody; a caveat that is not
understood closes the record to all but its originator. A group counts while the organisation
belongs to it; where the group so decided, only for what became known since it joined. A peer is
sent a RED record only once two persons have released it. Inside an organisation need-to-know
leaves less of all that, by role or person: a ceiling, topics, areas, and records opened by name.
"""

from functools import lru_cache

from tocsin.policy.markings import NARROWER, PUBLIC, Marking
from tocsin.policy.predicate import (
    About,
    AllOf,
    Among,
    AnyOf,
    Decision,
    Facts,
    Is,
    LiesIn,
    Never,
    OfKind,
    Predicate,
    ReleasedTo,
    ReleasedWithin,
    compiled,
)
from tocsin.policy.readers import Need, Reader, Role

_OPEN = frozenset({"CLEAR", "GREEN"})
_SHARED = _OPEN | {"AMBER", "AMBER+STRICT"}
_ALL = _SHARED | {"RED"}
_WITHDRAWALS = frozenset({"recall", "retraction"})
# The highest markings that each role reads; a role that is not here reads no bodies.
CEILINGS: dict[Role, frozenset[str]] = {
    "analyst": _ALL,
    "duty-officer": _ALL,
    "release-authority": _ALL,
    "decision-maker": _ALL,
    "verifier": _SHARED,
    "peer": _SHARED,
    "auditor": _OPEN,
}


@lru_cache(maxsize=4096)
def readable(reader: Reader) -> Predicate:
    """What `reader` may read, as a predicate over records."""
    ceiling = CEILINGS.get(reader.role)
    if ceiling is None:
        return Never()
    up_to: Predicate = Is("tlp", frozenset(ceiling))
    if reader.role == "peer" and reader.red:
        up_to = AnyOf((up_to, _named(reader.red)))
    needed = (_needed(reader.needs),) if reader.needs else ()
    return AllOf((up_to, _released(reader), *needed))


def _needed(needs: frozenset[Need]) -> Predicate:
    """What is for everybody, or opened by name, or within every ceiling, topic and area.

    Withdrawals are kept within the ceiling alone: nothing that was withdrawn may stay in view.
    """
    opened = frozenset[str]().union(*(one.records for one in needs))
    within: list[Predicate] = []
    for one in sorted(needs, key=repr):
        narrowest = NARROWER.index(one.ceiling)
        within.append(Is("tlp", frozenset(NARROWER[: narrowest + 1])))
        if one.kinds or one.subjects:
            within.append(AnyOf((OfKind(one.kinds | _WITHDRAWALS), About(one.subjects))))
        if one.areas:
            within.append(AnyOf((OfKind(_WITHDRAWALS), LiesIn(one.areas))))
    return AnyOf((Is("tlp", frozenset({PUBLIC})), Among(opened), AllOf(tuple(within))))


def _released(reader: Reader) -> Predicate:
    """What is its organisation's own, everybody's, or released to it or its groups."""
    names = frozenset({reader.org, *(f"group:{group}" for group in reader.groups)})
    ways: list[Predicate] = [Is("tlp", frozenset({"CLEAR"})), ReleasedTo(names)]
    if reader.spans:
        ways.append(ReleasedWithin(reader.spans))
    if reader.granted:
        ways.append(_named(reader.granted))
    given = AllOf((Is("understood", frozenset({True})), AnyOf(tuple(ways))))
    return AnyOf((Is("origin", frozenset({reader.org})), given))


def _named(granted: frozenset[tuple[str, str]]) -> Predicate:
    """Only the originator's own word opens a record, so each originator is asked apart."""
    records: dict[str, set[str]] = {}
    for origin, record in granted:
        records.setdefault(origin, set()).add(record)
    return AnyOf(
        tuple(
            AllOf((Is("origin", frozenset({origin})), Among(frozenset(ids))))
            for origin, ids in sorted(records.items())
        )
    )


@lru_cache(maxsize=4096)
def decision(reader: Reader) -> Decision:
    """The decision for one reader, as a function of what policy may ask of a record."""
    return compiled(readable(reader))


def may_read(reader: Reader, record: Facts | Marking) -> bool:
    """Whether `reader` may read a record; of a bare marking nothing but the marking is known.

    >>> own = Marking("org-a", "AMBER")
    >>> may_read(Reader("org-a"), own), may_read(Reader("org-b"), own)
    (True, False)
    >>> may_read(Reader("org-b"), own._replace(rel_to=frozenset({"org-b"})))
    True
    """
    return decision(reader)(record if isinstance(record, Facts) else Facts(record))
