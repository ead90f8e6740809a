"""Markings: who may see a record and what may be done with it."""

from typing import NamedTuple

from tocsin.errors import UsageError
from tocsin.tables.statements import Envelope

# A caveat that is not in this list closes the record to everyone but its originator.
CAVEATS: dict[str, str] = {
    "ORCON": "may not be passed on without the originator's signed release grant",
    "EXERCISE": "invented for training; never mixed with real records",
    "PARTY": "comes from a party to the conflict",
    "SOURCE": "could lead to a source if passed on",
}
PUBLIC = "CLEAR"
NOT_PUBLIC = frozenset({"ORCON", "SOURCE"})  # caveats that nothing for everybody can carry
NARROWER = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")  # from the open to the closed


class Marking(NamedTuple):
    """The part of an envelope that policy decides on."""

    origin: str
    tlp: str
    pap: str = "AMBER"
    rel_to: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()

    @property
    def understood(self) -> bool:
        """Whether every caveat is one that this version knows how to honour."""
        return all(caveat in CAVEATS for caveat in self.caveats)


def marking_of(envelope: Envelope) -> Marking:
    """The marking of a statement."""
    return Marking(
        envelope.origin,
        envelope.tlp,
        envelope.pap,
        frozenset(envelope.rel_to),
        frozenset(envelope.caveats),
    )


def require_sound(marking: Marking, where: str = "") -> Marking:
    """`marking` itself, unless it contradicts itself or holds a caveat nobody can honour.

    Raises
    ------
    UsageError.
    """
    problem = ""
    if marking.tlp == PUBLIC and marking.rel_to:
        problem = "TLP:CLEAR is for everyone: it cannot be limited by rel_to"
    elif marking.tlp == PUBLIC and marking.caveats & NOT_PUBLIC:
        problem = "TLP:CLEAR is for everyone: it cannot carry ORCON or SOURCE"
    elif marking.tlp == PUBLIC and marking.pap == "RED":
        problem = "TLP:CLEAR is for everyone: it cannot be PAP:RED, which lets nobody act on it"
    elif any(name == "group:" for name in marking.rel_to):
        problem = "rel_to names a group without its name"
    elif not marking.understood:
        problem = "a caveat is not known: {caveats}"
    if problem:
        raise UsageError(
            problem,
            where=where,
            remedy="Choose a narrower TLP, or take the contradiction out. Known caveats: {known}.",
            caveats=", ".join(sorted(marking.caveats - CAVEATS.keys())),
            known=", ".join(CAVEATS),
        )
    return marking
