"""Words that accompany a record: each is marked as the record is, and goes where it goes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.policy import Reader
from tocsin.tables.bodies import Body
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.widening import STAMPED, require_looked_at


def write_beside(
    ledger: Ledger, writer: Reader, said: Iterable[tuple[Statement, Body]], agreed: str
) -> tuple[str, ...]:
    """Write bodies about records, each under its record's marking; gives their ids.

    Raises
    ------
    NotLookedAt, with the preview, until somebody agreed to what others than the house will read.
    """
    now = moment_text(datetime.now(UTC))
    made = [
        Statement(
            id=BLANK_ID, kind=type(body).kind, subject=f"{type(body).kind}:{record.id}",
            known_at=now, source=ledger.org, reliability="A", credibility=1, origin=ledger.org,
            author=writer.role, tlp=record.tlp, pap=record.pap, rel_to=record.rel_to,
            caveats=record.caveats, body=body,
        )
        for record, body in said
    ]  # fmt: skip
    if not made:
        return ()
    require_looked_at(ledger, made, agreed, STAMPED)
    return tuple(ledger.append([with_id(one, ledger.signer) for one in made]).added)
