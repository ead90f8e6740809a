"""How the exchange with each peer stands: sent, confirmed, received, missing, contradicted."""

import msgspec

from tocsin.ledger import Ledger
from tocsin.ledger.peer_streams import (
    IN,
    OUT,
    Stream,
    asks_in,
    bundles_of,
    findings,
    gaps,
    streams,
)
from tocsin.ledger.rows import moment_from
from tocsin.policy import handle
from tocsin.sharing.peers import KnownPeer, peer_named, peers
from tocsin.tables.when import moment_text
from tocsin.workflow.passing_on import confirmed_by
from tocsin.workflow.record_keeping import open_ledger


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Leaves of a peer's stream that it says it sent, and that have not come."""

    first: int
    last: int


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Where a peer's signed words contradict each other, or what was sent to it."""

    problem: str
    found: str
    evidence: str


class Unconfirmed(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer was asked and has not confirmed."""

    statement: str
    kind: str
    about: str
    sent: str
    arrived: bool  # the peer says that it holds it


class Standing(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One peer. Numbers are those of its own two streams and say nothing of the ledger."""

    peer: str
    status: str
    sent: int = 0
    confirmed: int = 0
    last_sent: str | None = None
    received: int = 0
    last_received: str | None = None
    streams_received: int = 0
    missing: tuple[Gap, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


def exchange_status(peer: str = "") -> list[Standing]:
    """How the exchange with a peer, or with every peer, stands.

    Raises
    ------
    UnknownName, if there is no such peer.
    """
    ledger = open_ledger(to_write=True)
    asked = [peer_named(ledger, handle(peer))] if peer else list(peers(ledger).values())
    return [_standing(ledger, one) for one in sorted(asked, key=lambda one: one.organisation)]


def _standing(ledger: Ledger, peer: KnownPeer) -> Standing:
    sent = streams(ledger, peer.organisation, OUT)
    received = streams(ledger, peer.organisation, IN)
    return Standing(
        peer=peer.organisation,
        status=peer.status,
        sent=sent[-1].size if sent else 0,
        confirmed=sent[-1].confirmed if sent else 0,
        last_sent=_last(ledger, sent[-1].id) if sent else None,
        received=received[-1].size if received else 0,
        last_received=_last(ledger, received[-1].id) if received else None,
        streams_received=len(received),
        missing=tuple(
            Gap(first=first, last=end - 1)
            for stream in received[-1:]
            for first, end in gaps(ledger, stream)
        ),
        unconfirmed=_unconfirmed(ledger, peer.organisation, sent[-1]) if sent else (),
        contradictions=tuple(
            Contradiction(
                problem=one.problem,
                found=moment_text(moment_from(one.found)),
                evidence=one.evidence,
            )
            for one in findings(ledger, peer.organisation)
        ),
    )


def _unconfirmed(ledger: Ledger, peer: str, stream: Stream) -> tuple[Unconfirmed, ...]:
    done = confirmed_by(ledger)
    bundles = bundles_of(ledger, stream.id)
    return tuple(
        Unconfirmed(
            statement=one.statement,
            kind=one.kind,
            about=one.about,
            sent=moment_text(
                moment_from(min(b.handled for b in bundles if b.first <= one.place < b.size))
            ),
            arrived=one.place < stream.confirmed,
        )
        for one in asks_in(ledger, stream.id)
        if (peer, one.statement) not in done
    )


def _last(ledger: Ledger, stream: str) -> str | None:
    moments = [one.handled for one in bundles_of(ledger, stream)]
    return moment_text(moment_from(max(moments))) if moments else None
