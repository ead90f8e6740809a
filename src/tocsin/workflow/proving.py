"""What the house's auditor is given: that a statement is in the log, that the log only grew."""

from pathlib import Path
from typing import Any

import msgspec

from tocsin.ledger.proofs import prove_consistency, prove_inclusion
from tocsin.policy.visible import is_whole_id
from tocsin.workflow.record_keeping import (
    house_reader,
    kept_head,
    open_ledger,
    own_organisation,
)


def proof(statement_id: str = "", since: Path | None = None, reader: str = "") -> dict[str, Any]:
    """Proof that a statement is in the log, or that a kept head is the log's beginning.

    For the house's auditor alone (the default), to whom the log is open by ids and hashes: to
    anybody else a proof would betray what is hidden, and so would its refusal.

    Raises
    ------
    UnknownName, if there is no such statement.  UsageError, for any other reader.
    """
    asking = house_reader(reader or f"{own_organisation()}:auditor", "auditor")
    ledger = open_ledger()
    now = msgspec.to_builtins(ledger.head())
    if since is not None:
        old = kept_head(since)
        steps = [step.hex() for step in prove_consistency(ledger, old.size)]
        return {"old": msgspec.to_builtins(old), "new": now, "steps": steps}
    if not is_whole_id(statement_id):
        statement_id = ledger.view(asking).named(statement_id).id
    return {"head": now, **msgspec.to_builtins(prove_inclusion(ledger, statement_id))}
