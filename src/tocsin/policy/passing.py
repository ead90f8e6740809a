"""Originator control: what may be passed on, by whom, to whom; and how narrow what is made of it.

Whoever holds another's record may pass it on only with the originator's signed grant: for this
record, to this organisation, on this day. The sender asks before it sends and the importer before
it takes in, by this one function. TLP:CLEAR is for everybody.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from tocsin.errors import UsageError
from tocsin.policy.groups import PREFIX
from tocsin.policy.markings import NARROWER, PUBLIC, Marking
from tocsin.tables.kinds.sharing import ReleaseGrant
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, last_moment

PAP_NARROWER = ("CLEAR", "GREEN", "AMBER", "RED")  # PAP, from the open to the closed


class Grant(NamedTuple):
    """A grant in force, and whose word it is."""

    origin: str
    record: str
    holder: str
    to: frozenset[str]
    until: datetime | None
    known: datetime
    conditions: str = ""


def grant_of(statement: Statement) -> Grant | None:
    """The grant that a statement is; None for any other."""
    body = statement.body
    if not isinstance(body, ReleaseGrant):
        return None
    return Grant(
        statement.origin,
        body.record,
        body.holder,
        frozenset(body.to),
        None if body.until is None else last_moment(body.until),
        last_moment(statement.known_at),
        body.conditions or "",
    )


def may_pass_on(
    record: Statement,
    grants: Iterable[Grant],
    holder: str,
    to: Iterable[str],
    on: date | datetime,
) -> bool:
    """Whether `holder` may give a record to an organisation on a date.

    to : the organisation's name, and `group:NAME` of each group to which it belongs that day

    >>> from tocsin.tables.kinds import Alias
    >>> one = Statement(
    ...     id="01890a5d-ac96-774b-bcce-b302099a8057", kind="alias", subject="actor:x",
    ...     known_at="2023-07", source="x", origin="north", author="analyst", body=Alias(name="X"),
    ... )
    >>> may_pass_on(one, [], "north", ["east"], date(2024, 1, 1))
    True
    >>> may_pass_on(one, [], "south", ["east"], date(2024, 1, 1))
    False
    """
    names = set(to)
    if record.origin == holder or record.origin in names or record.tlp == PUBLIC:
        return True
    return any(one.holder == holder for one in grants_for(record, grants, names, on))


def grants_for(
    record: Statement, grants: Iterable[Grant], names: Iterable[str], on: date | datetime
) -> list[Grant]:
    """Grants of the originator's own that let somebody give a record to one of `names`."""
    moment, wanted = end_of(on), set(names)
    return [
        one
        for one in grants
        if one.record == record.id
        and one.origin == record.origin
        and _is_in_force(one, moment)
        and not one.to.isdisjoint(wanted)
    ]


def opened_to(
    grants: Iterable[Grant], names: Iterable[str], on: date | datetime
) -> frozenset[tuple[str, str]]:
    """(originator, record) of everything that grants in force open to one of `names`."""
    moment, wanted = end_of(on), set(names)
    return frozenset(
        (one.origin, one.record)
        for one in grants
        if _is_in_force(one, moment) and not one.to.isdisjoint(wanted)
    )


def inherited(parents: Iterable[Marking]) -> tuple[str, str, frozenset[str]]:
    """What is made of these may not be more open than: TLP, PAP, and every caveat of theirs."""
    tlps, paps, caveats = [PUBLIC], [PUBLIC], frozenset[str]()
    for one in parents:
        tlps.append(one.tlp)
        paps.append(one.pap)
        caveats |= one.caveats
    return max(tlps, key=NARROWER.index), max(paps, key=PAP_NARROWER.index), caveats


def require_inherits(marking: Marking, parents: Iterable[Marking], where: str = "") -> None:
    """Check that a record is marked no more openly than what it was made from.

    Every caveat of its parents, the narrowest of their TLP and PAP; and of another organisation's
    it goes to nobody to whom that one may not go.

    Raises
    ------
    UsageError.
    """
    held = list(parents)
    tlp, pap, caveats = inherited(held)
    if NARROWER.index(marking.tlp) < NARROWER.index(tlp):
        raise UsageError(
            "what it was made from is TLP:{tlp}",
            where=where,
            remedy="Mark it TLP:{tlp} or narrower; for wider release make a tear line: "
            "tocsin share tear ID",
            tlp=tlp,
        )
    if PAP_NARROWER.index(marking.pap) < PAP_NARROWER.index(pap):
        raise UsageError(
            "what it was made from is PAP:{pap}",
            where=where,
            remedy="Mark it PAP:{pap} or narrower.",
            pap=pap,
        )
    if lacking := caveats - marking.caveats:
        raise UsageError(
            "what it was made from carries {caveats}",
            where=where,
            remedy="Add: --field caveats={caveats}",
            caveats=",".join(sorted(lacking | marking.caveats)),
        )
    for one in held:
        wider = marking.rel_to - one.rel_to - {one.origin, marking.origin}
        if one.origin != marking.origin and one.tlp != PUBLIC and wider:
            raise UsageError(
                "it was made from a record of {origin}, which is not released to {names}",
                where=where,
                remedy="Ask {origin}: tocsin share request ID --to {names} --reason WHY",
                origin=one.origin,
                names=",".join(sorted(wider)),
            )


def _is_in_force(one: Grant, moment: datetime) -> bool:
    return one.known <= moment and (one.until is None or moment <= one.until)


def names_of(organisation: str, groups: Iterable[str]) -> frozenset[str]:
    """An organisation's name, and its groups' as `rel_to` writes them."""
    return frozenset({organisation, *(f"{PREFIX}{one}" for one in groups)})
