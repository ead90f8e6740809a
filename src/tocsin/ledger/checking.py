"""Rows of the log, one by one: is each what was signed, and does it stand where it was put?"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from tocsin.errors import TocsinError
from tocsin.ledger.rows import Row, derived_columns, leaf_of, marking_text
from tocsin.ledger.sealing import is_signed
from tocsin.tables.kinds import Purge
from tocsin.tables.statements import Statement, statement_from_json

KEEP = 100  # findings that are worth a reader's time

BLANK_LEAF = bytes(32)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: at which leaf, with which statement."""

    leaf: int
    problem: str
    id: str = ""


class Marks(NamedTuple):
    """What rows are checked against."""

    keys: Mapping[str, bytes]  # key id to public key
    markings: Mapping[int, tuple[str, str, str, str, str]]  # origin, tlp, pap, rel_to, caveats
    purges: Mapping[str, bytes]  # id of a purged statement: its hash


class CheckedRows(NamedTuple):
    """What was learnt from some rows."""

    leaves: list[bytes]
    findings: list[Finding]
    emptied: dict[str, tuple[int, bytes]]  # id of a statement without content: leaf, hash
    purges: dict[str, bytes]  # id of a purged statement: the hash its purge names
    unchecked: int  # signed by keys that are not known


def check_rows(
    rows: Sequence[Row], start: int, end: int, marks: Marks, *, signatures: bool = True
) -> CheckedRows:
    """Check the rows that should fill the log from leaf `start` to before `end`."""
    found = CheckedRows([], [], {}, {}, 0)
    unchecked = 0
    place = start
    for row in rows:
        if row.seq > place:
            _note(found, place, "", "a row is missing here")
        try:
            leaf, problem = _look_at(row, marks, found)
            if not problem and signatures:
                if row.signature.partition(":")[0] not in marks.keys:
                    unchecked += 1
                elif not is_signed(row.signature, row.hash, marks.keys):
                    problem = "the signature is not of this statement"
        except (AttributeError, TypeError, ValueError):  # SQLite holds anything in any column
            leaf, problem = (
                BLANK_LEAF,
                "the row was changed, or does not stand where it was written",
            )
        if problem:
            _note(found, row.seq, row.id, problem)
        found.leaves.append(leaf)
        place = int(row.seq) + 1
    if place < end:
        _note(found, place, "", "a row is missing here")
    return found._replace(unchecked=unchecked)


def _note(found: CheckedRows, leaf: int, statement: object, problem: str) -> None:
    if len(found.findings) < KEEP:
        found.findings.append(Finding(leaf=max(0, int(leaf)), id=str(statement), problem=problem))


def _look_at(row: Row, marks: Marks, found: CheckedRows) -> tuple[bytes, str]:
    """The leaf of a row, and what is wrong with it beside the signature."""
    leaf = leaf_of(row.seq, row.hash, row.signature, row.recorded, row.derived_from)
    if row.seq < 0:
        return leaf, "a row is here twice"
    if leaf != row.leaf:
        return leaf, "the row was changed, or does not stand where it was written"
    if row.content is None:
        found.emptied[row.id] = (row.seq, row.hash)
        return leaf, ""
    if sha256(row.content).digest() != row.hash:
        return leaf, "the content is not what was signed"
    try:
        statement = statement_from_json(row.content)
    except TocsinError:
        return leaf, "the content is not a statement"
    if isinstance(statement.body, Purge):
        found.purges[statement.body.statement] = bytes.fromhex(statement.body.hash)
    return leaf, _column_problem(row, statement, marks)


def _column_problem(row: Row, statement: Statement, marks: Marks) -> str:
    held = (
        row.id, row.kind, row.subject, row.known, row.valid_from, row.valid_to, row.replaces,
        row.folded, row.areas,
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
    return "" if marks.markings.get(row.marking) == marking else "the marking is not the content's"
