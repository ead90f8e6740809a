"""A recall: the originator asks every holder to withdraw a record, and keeps who confirmed it.

Nobody can be forced to delete. What Tocsin does where a recall arrives: the record is in no view,
export or bundle there any more, cannot come back by a late bundle, and a signed receipt is sent.
"""

from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from tocsin.errors import UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.identity import BLANK_ID, with_id
from tocsin.ledger.peer_streams import OUT, recalled, streams_with
from tocsin.policy import Reader
from tocsin.tables.kinds import HOUSE_KINDS, Recall
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.workflow.record_keeping import WRITERS, open_ledger, own_organisation, reader_named


class Recalled(msgspec.Struct, frozen=True, kw_only=True):
    """A recall that was written, and whom this node sent the record."""

    recall: str
    statement: str
    sent_to: tuple[str, ...]


class Recallable(msgspec.Struct, frozen=True, kw_only=True):
    """A record that may be recalled: whom this node sent it, and the digest of just that."""

    statement: Statement
    sent_to: tuple[str, ...]
    digest: str


def recallable(statement_id: str, reader: str = "") -> Recallable:
    """What a recall would do: nothing is written.

    Raises
    ------
    UnknownName.  UsageError, as `recall` does.
    """
    ledger = open_ledger()
    try:
        return _recallable(ledger, statement_id, _writer(reader))
    finally:
        ledger.close()


def recall(statement_id: str, reason: str, reader: str = "", agreed: str = "") -> Recalled:
    """Ask every holder of one of the own organisation's records to withdraw it.

    Parameters
    ----------
    agreed : digest of what `recallable` showed; where given, nothing else is recalled

    Raises
    ------
    UnknownName, if the reader sees no such statement.  UsageError, if it is another
    organisation's, was recalled already, or was sent to others since it was shown.
    """
    writer = _writer(reader)
    ledger = open_ledger(to_write=True)
    found = _recallable(ledger, statement_id, writer)
    if agreed and agreed != found.digest:
        raise UsageError(
            "the statement {id} has been sent to others since its recall was shown",
            remedy="Look at the page again: it says to whom.",
            id=found.statement.id,
        )
    made = write_recall(ledger, found.statement.id, reason, datetime.now(UTC), writer.role)
    return Recalled(recall=made, statement=found.statement.id, sent_to=found.sent_to)


def _writer(reader: str) -> Reader:
    """The reader, who must be of the house and of a role that writes."""
    writer = reader_named(reader)
    if writer.role not in WRITERS or writer.org != own_organisation():
        raise UsageError(
            "the role {role} does not write statements",
            remedy="Roles that write: {roles}.",
            role=writer.role,
            roles=", ".join(WRITERS),
        )
    return writer


def _recallable(ledger: Ledger, statement_id: str, writer: Reader) -> Recallable:
    target = ledger.view(writer).named(statement_id)
    if target.origin != ledger.org:
        raise UsageError(
            "only {origin} may recall the statement {id}",
            remedy="Ask {origin} for it, or contest it: "
            "tocsin ledger annotate ID --stance contests",
            origin=target.origin,
            id=target.id,
        )
    if target.kind in HOUSE_KINDS:
        raise UsageError(
            "a statement of the kind {kind} is not recalled",
            remedy="It is the exchange’s own; it stays as it is.",
            kind=target.kind,
        )
    if (target.id, ledger.org) in recalled(ledger):
        raise UsageError(
            "the statement {id} was recalled already",
            remedy="See who has confirmed it: tocsin share status",
            id=target.id,
        )
    sent = tuple(sorted({stream.peer for stream, _ in streams_with(ledger, target.id, OUT)}))
    told = " ".join((target.id, *sent))
    return Recallable(statement=target, sent_to=sent, digest=sha256(told.encode()).hexdigest())


def write_recall(
    ledger: Ledger, statement_id: str, reason: str, at: datetime, author: str = "analyst"
) -> str:
    """Write a recall of an own statement, marked as the statement is; gives back its id."""
    target = ledger.view(Reader(ledger.org)).statement(statement_id)
    word = Statement(
        id=BLANK_ID,
        kind=Recall.kind,
        subject=target.subject,
        known_at=moment_text(at),
        source=ledger.org,
        reliability="A",
        credibility=1,
        origin=ledger.org,
        author=author,
        tlp=target.tlp,
        pap=target.pap,
        rel_to=target.rel_to,
        caveats=target.caveats,
        body=Recall(statement=target.id, reason=reason),
    )
    (made,) = ledger.append([with_id(word, ledger.signer)]).added
    return made
