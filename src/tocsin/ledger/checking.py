"""Rows of the log, one by one: is each what was signed, and does it stand where it was put?"""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

import msgspec

from tocsin.errors import TocsinError
from tocsin.ledger.rows import Row, derived_columns, leaf_of, marking_text
from tocsin.ledger.sealing import is_signed
from tocsin.tables.kinds import Purge
from tocsin.tables.statements import Statement, statement_from_json

KEEP = 100  # findings that are worth a reader's time

Markings = Mapping[int, tuple[str, str, str, str, str]]  # origin, tlp, pap, rel_to, caveats


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: at which leaf, with which statement."""

    leaf: int
    problem: str
    id: str = ""


class CheckedRows(NamedTuple):
    """What was learnt from some rows."""

    leaves: list[bytes]
    findings: list[Finding]
    emptied: dict[str, tuple[int, bytes]]  # id of a statement without content: leaf, hash
    purges: dict[str, bytes]  # id of a purged statement: the hash its purge names
    unchecked: int


def check_rows(
    rows: list[Row], first: int, keys: Mapping[str, bytes] | None, markings: Markings
) -> CheckedRows:
    """Check rows that should stand at `first` and after; without `keys` no signature is checked."""
    found = CheckedRows([], [], {}, {}, 0)
    unchecked = 0
    for place, row in enumerate(rows, start=first):
        leaf = leaf_of(row.seq, row.hash, row.signature, row.recorded, row.derived_from)
        problem = _problem(row, place, leaf, markings, found)
        if not problem and keys is not None:
            if row.signature.partition(":")[0] not in keys:
                unchecked += 1
            elif not is_signed(row.signature, row.hash, keys):
                problem = "the signature is not of this statement"
        if problem and len(found.findings) < KEEP:
            found.findings.append(Finding(leaf=place, id=row.id, problem=problem))
        found.leaves.append(leaf)
    return found._replace(unchecked=unchecked)


def _problem(row: Row, place: int, leaf: bytes, markings: Markings, found: CheckedRows) -> str:
    if row.seq != place:
        return "a row is missing here" if row.seq > place else "a row is here twice"
    if leaf != row.leaf:
        return "the row was changed, or does not stand where it was written"
    if row.content is None:
        found.emptied[row.id] = (place, row.hash)
        return ""
    if sha256(row.content).digest() != row.hash:
        return "the content is not what was signed"
    try:
        statement = statement_from_json(row.content)
    except TocsinError:
        return "the content is not a statement"
    if isinstance(statement.body, Purge):
        found.purges[statement.body.statement] = bytes.fromhex(statement.body.hash)
    return _column_problem(row, statement, markings)


def _column_problem(row: Row, statement: Statement, markings: Markings) -> str:
    held = (
        row.id, row.kind, row.subject, row.known, row.valid_from, row.valid_to, row.replaces,
        row.folded,
    )  # fmt: skip
    if held != derived_columns(statement):
        return "a column says other than the content"
    marking = (
        statement.origin,
        statement.tlp,
        statement.pap,
        marking_text(statement.rel_to),
        marking_text(statement.caveats),
    )
    return "" if markings.get(row.marking) == marking else "the marking is not the content's"
