"""Proofs for the auditor, who holds heads of the log and need not trust the node."""

import msgspec
from sqlalchemy import select

from tocsin.errors import UsageError
from tocsin.ledger.engine import reading
from tocsin.ledger.merkle import consistency_proof, inclusion_proof
from tocsin.ledger.schema import STATEMENTS
from tocsin.ledger.store import Ledger
from tocsin.policy.visible import no_such_statement


class InclusionProof(msgspec.Struct, frozen=True, kw_only=True):
    """That a statement is in the log: its leaf, its place, and the hashes up to the root."""

    index: int
    size: int
    leaf: str
    steps: tuple[str, ...]


def prove_inclusion(ledger: Ledger, statement_id: str) -> InclusionProof:
    """Proof that a statement is in the log as it is now. For auditors, never for readers.

    Raises
    ------
    UnknownName, if no statement has that id.
    """
    leaves = _leaves(ledger)
    with reading(ledger.engine) as connection:
        found = select(STATEMENTS.c.seq).where(STATEMENTS.c.id == statement_id)
        index = connection.execute(found).scalar()
    if index is None:
        raise no_such_statement(statement_id)
    return InclusionProof(
        index=index,
        size=len(leaves),
        leaf=leaves[index].hex(),
        steps=tuple(step.hex() for step in inclusion_proof(leaves, index)),
    )


def prove_consistency(ledger: Ledger, old_size: int) -> list[bytes]:
    """Proof that the log of `old_size` leaves is the beginning of the log as it is now.

    Raises
    ------
    UsageError, if the log never had that size.
    """
    leaves = _leaves(ledger)
    if not 0 < old_size <= len(leaves):
        raise UsageError(
            "the log has {size} leaves, not {asked}",
            remedy="Ask for a size between 1 and {size}.",
            size=len(leaves),
            asked=old_size,
        )
    return consistency_proof(leaves, old_size)


def _leaves(ledger: Ledger) -> list[bytes]:
    with reading(ledger.engine) as connection:
        rows = connection.execute(select(STATEMENTS.c.leaf).order_by(STATEMENTS.c.seq))
        return list(rows.scalars())
