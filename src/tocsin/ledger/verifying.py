"""The auditor's check: every statement, every seal, the order of the log, its beginning and end.

What is found, and how: an edited byte (hash, signature, or a column that the content does not
say), a removed, inserted or reordered row (the leaf holds its own place), a truncated tail (heads
or the witness remember more), a forked history (the root at the size of an earlier head differs).
The first bad leaf is named; where rows were forged with care it is the first that is unproved.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from tocsin.errors import TocsinError
from tocsin.ledger.checking import KEEP, CheckedRows, Finding, Marks
from tocsin.ledger.engine import reading
from tocsin.ledger.heads import Head, head_of_row
from tocsin.ledger.merkle import Frontier
from tocsin.ledger.schema import HEADS
from tocsin.ledger.sealing import is_signed_head
from tocsin.ledger.spans import check_spans, read_marks, rows_outside
from tocsin.ledger.store import Ledger

WORTH_A_PROCESS = 20_000  # rows below which starting a process costs more than it saves


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What the auditor learns. Sound means that nothing was found."""

    size: int
    root: str
    purged: int = 0
    unchecked: int = 0  # signed by keys that the ledger does not know
    findings: tuple[Finding, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.findings

    @property
    def first_bad_leaf(self) -> int | None:
        """Index of the first leaf that is wrong, missing or unproved; None if all are sound."""
        return min((finding.leaf for finding in self.findings), default=None)


class _Log(NamedTuple):
    """What the database says of its log, beside the rows."""

    log: str
    rows: int
    outside: int  # rows that stand at no place of the log
    heads: list[Head]
    marks: Marks


def verify(
    ledger: Ledger,
    *,
    signatures: bool = True,
    against: Head | None = None,
    processes: int | None = None,
) -> Verification:
    """Check the whole log, in one transaction.

    signatures : also check each statement's signature (slower).
    against : a head that the auditor kept; the log must contain it.
    processes : how many work at it, this one included; by default two for a large log.
    """
    with reading(ledger.engine, steady=True) as connection:
        log = _read_log(ledger, connection)
        known = [head for head in (_witnessed(ledger), against) if head is not None]
        workers = processes or (2 if log.rows >= WORTH_A_PROCESS else 1)
        checked = check_spans(
            connection, ledger.where, log.marks, signatures=signatures, processes=workers
        )
        return _conclude(log, known, checked)


def _conclude(log: _Log, known: list[Head], checked: Iterator[CheckedRows]) -> Verification:
    frontier = Frontier()
    findings: list[Finding] = []
    emptied: dict[str, tuple[int, bytes]] = {}
    purges: dict[str, bytes] = {}
    unchecked = 0
    roots: dict[int, bytes] = {0: frontier.root()}
    wanted = sorted({head.size for head in [*log.heads, *known]}, reverse=True)
    for part in checked:
        findings += part.findings
        unchecked += part.unchecked
        emptied |= part.emptied
        purges |= part.purges
        for leaf in part.leaves:
            frontier.append(leaf)
            if wanted and frontier.size == wanted[-1]:
                roots[wanted.pop()] = frontier.root()
    findings += _check_purges(emptied, purges, log.marks.purges)
    findings += _check_heads(log, frontier.size, roots, [one.leaf for one in findings])
    for head in known:
        findings += _check_known(log, head, frontier.size, roots, bool(findings))
    if log.outside:
        problem = "a row does not stand in the log"
        findings.append(Finding(leaf=frontier.size, problem=problem))
    findings.sort(key=lambda finding: finding.leaf)
    return Verification(
        size=frontier.size,
        root=frontier.root().hex(),
        purged=len(emptied),
        unchecked=unchecked,
        findings=tuple(findings[:KEEP]),
    )


def _check_heads(
    log: _Log, size: int, roots: Mapping[int, bytes], bad: list[int]
) -> Iterator[Finding]:
    """Each signed head must be the root of what stands before it.

    Where a row of its batch is already known to be bad, that row is the better answer.
    """
    sound = 0
    for head in log.heads:
        if not is_signed_head(head.signature, head.signed_bytes(), log.marks.keys):
            yield Finding(leaf=sound, problem="a head of the log is not signed by a known key")
        elif head.size > size:
            yield Finding(leaf=size, problem="the end of the log is missing")
            return
        elif roots[head.size].hex() != head.root:
            if not any(leaf < head.size for leaf in bad):
                problem = "the log is not the one that its head was signed for"
                yield Finding(leaf=sound, problem=problem)
            return
        sound = head.size
    if size > sound:
        yield Finding(leaf=sound, problem="rows stand behind the last signed head")


def _check_known(
    log: _Log, head: Head, size: int, roots: Mapping[int, bytes], is_bad: bool
) -> Iterator[Finding]:
    """A head that is remembered outside the database must be part of it."""
    if head.log != log.log:
        yield Finding(leaf=0, problem="another log was known before")
    elif head.size > size:
        yield Finding(leaf=size, problem="the end of the log is missing")
    elif not is_signed_head(head.signature, head.signed_bytes(), log.marks.keys):
        yield Finding(leaf=0, problem="the remembered head is not signed by a known key")
    elif roots[head.size].hex() != head.root and not is_bad:
        last = max((h.size for h in log.heads if h.size < head.size), default=0)
        yield Finding(leaf=last, problem="the history was rewritten: an earlier head differs")


def _check_purges(
    emptied: Mapping[str, tuple[int, bytes]],
    purges: Mapping[str, bytes],
    listed: Mapping[str, bytes],
) -> Iterator[Finding]:
    """Content may be missing only where a signed purge statement says so."""
    for name, (leaf, digest) in emptied.items():
        if purges.get(name) != digest or listed.get(name) != digest:
            yield Finding(leaf=leaf, id=name, problem="the content is gone without a purge")


def _read_log(ledger: Ledger, connection: Connection) -> _Log:
    heads = connection.execute(select(HEADS).order_by(HEADS.c.size)).all()
    log = ledger.log_id(connection)
    return _Log(
        log=log,
        rows=heads[-1].size if heads else 0,
        outside=rows_outside(connection),
        heads=[head_of_row(log, row) for row in heads],
        marks=read_marks(connection),
    )


def _witnessed(ledger: Ledger) -> Head | None:
    return None if ledger.witness is None else ledger.witness.read()


def as_plain(verification: Verification) -> dict[str, Any]:
    """The result for JSON."""
    return {
        "sound": verification.is_sound,
        "first_bad_leaf": verification.first_bad_leaf,
        **msgspec.to_builtins(verification),
    }


def require_sound(verification: Verification, error: type[TocsinError]) -> None:
    """Raise `error` with the first finding, if there is one."""
    if verification.findings:
        first = verification.findings[0]
        raise error(
            "leaf {leaf}: {problem}",
            where=first.id,
            remedy="Restore the ledger from a backup, and find out who could write to it.",
            leaf=first.leaf,
            problem=first.problem,
        )
