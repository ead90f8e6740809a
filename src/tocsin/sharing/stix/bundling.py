"""Statements as one STIX bundle, written piece by piece: memory does not grow with its length."""

from collections.abc import Iterable, Iterator
from uuid import uuid5

from tocsin.sharing.stix.mapping import Made, objects_of, the_same_everywhere
from tocsin.sharing.stix.naming import NAMESPACE
from tocsin.tables.kinds import HOUSE_KINDS
from tocsin.tables.statements import Statement


def told_objects(statements: Iterable[Statement]) -> Iterator[Made]:
    """Every object of these statements once; what only stands in for another comes last.

    What the ledger says about itself (whom it trusts, purges, receipts) is left out.
    """
    met: set[str] = set()
    stubs: dict[str, Made] = {}
    for made in the_same_everywhere():
        met.add(made.id)
        yield made
    for one in statements:
        if one.kind in HOUSE_KINDS:
            continue
        for made in objects_of(one):
            if made.stub:
                stubs.setdefault(made.id, made)
            elif not made.shared or made.id not in met:
                if made.shared or made.id.startswith("identity--"):
                    met.add(made.id)
                yield made
    yield from (stub for key, stub in stubs.items() if key not in met)


def bundle(statements: Iterable[Statement], name: str) -> Iterator[bytes]:
    """A bundle in pieces; the same statements under the same name give the same bytes."""
    key = uuid5(NAMESPACE, f"bundle\n{name}")
    yield b'{"type":"bundle","id":"bundle--' + str(key).encode() + b'","objects":[\n'
    between = b""
    for made in told_objects(statements):
        yield between + made.content
        between = b",\n"
    yield b"\n]}\n"
