"""To a peer: what it may see and does not hold yet, as one signed and encrypted bundle."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import msgspec

from tocsin.errors import UsageError
from tocsin.ledger import Ledger
from tocsin.ledger.merkle import Frontier
from tocsin.ledger.peer_streams import (
    IN,
    Item,
    Noted,
    Stream,
    asks_in,
    bundles_of,
    clear_unfinished,
    close_bundle,
    leaf_of_seal,
    outgoing,
    streams,
    take_items,
)
from tocsin.ledger.reading import StoreView
from tocsin.policy import handle
from tocsin.settings import read_settings
from tocsin.sharing.blocks import Record, grouped, pack
from tocsin.sharing.bundles import (
    BLOCKS,
    LIFE,
    REMINDERS,
    STRUCK,
    Block,
    Head,
    Label,
    Struck,
    expiry,
    parse_label,
    seal_bundle,
)
from tocsin.sharing.chains import as_raw
from tocsin.sharing.peers import KnownPeer, peer_named, require_trusted_peer
from tocsin.tables.when import micros, moment_text
from tocsin.workflow.passing_on import STAYS, confirmed_by, may_send, peer_reader
from tocsin.workflow.peering import own_documents
from tocsin.workflow.recalling import write_recall
from tocsin.workflow.record_keeping import open_ledger, open_vault


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was made."""

    peer: str
    bundle: str
    file: str
    statements: int
    struck: int  # leaves whose statement is not sent any more
    bytes: int
    first: int
    size: int
    expires_at: str


def export_to(
    peer: str, out: Path, *, again: bool = False, days: int = LIFE.days
) -> Exported | None:
    """Write a bundle for a peer; None if there is nothing to say.

    again : also what was sent before and the peer has not confirmed
    days : how long the bundle may travel before it is refused

    Raises
    ------
    UnknownName or CheckFailed, if the peer is not known or not trusted.
    """
    ledger = open_ledger(to_write=True)
    known = require_trusted_peer(peer_named(ledger, handle(peer)))
    return write_bundle(ledger, known, out, again=again, days=days)


def write_bundle(
    ledger: Ledger, peer: KnownPeer, out: Path, *, again: bool = False, days: int = LIFE.days
) -> Exported | None:
    """As `export_to`, of an open ledger."""
    now = datetime.now(UTC)
    stream = outgoing(ledger, peer.organisation, now)
    clear_unfinished(ledger, stream)
    view = ledger.view(peer_reader(ledger, peer.organisation, now))
    for name in view.corrected_out_of_sight(stream.id):
        write_recall(ledger, name, "its marking was narrowed", now)
    reminders = _to_remind(ledger, stream, peer.organisation)
    seen = held_of(ledger, peer.organisation)
    first = stream.confirmed if again else stream.size
    struck: list[Struck] = []
    folder = exchange_folder()
    with TemporaryFile(dir=folder) as blocks:
        listed: list[Block] = []
        frontier = Frontier(stream.size, stream.frontier)
        if again:
            old = _sent_before(ledger, view, stream, first, struck, peer.organisation, now)
            listed += [_write(blocks, group) for group in grouped(old)]
            _require_room(listed, struck, peer.organisation)
        fresh = _fresh(ledger, view, stream, peer.organisation, now)
        for group in islice(grouped_items(fresh), BLOCKS - len(listed)):
            listed.append(_write(blocks, [record for record, _ in group]))
            items = [item for _, item in group]
            take_items(ledger, stream.id, frontier.size, items)
            frontier.extend(item.leaf for item in items)
        told = bool(listed or struck) or seen != _last_seen(ledger, stream)
        if not told and not (again and reminders):
            return None
        label = Label(
            id=os.urandom(16).hex(),
            sender=ledger.org,
            recipient=peer.organisation,
            key=ledger.signer.key_id,
            first=first,
            head=Head(stream=stream.id, size=frontier.size, root=frontier.root().hex()),
            seen=seen,
            made_at=moment_text(now),
            expires_at=expiry(now, timedelta(days=days)),
            blocks=tuple(listed),
            struck=tuple(struck),
            reminders=reminders,
            certificates=as_raw(own_documents(open_vault())),
        )
        signed = seal_bundle(label, blocks, ledger.signer, peer.recipient, out)
    noted = Noted(label.id, stream.id, first, frontier.size, frontier.root(), micros(now), signed)
    close_bundle(ledger, frontier, noted)
    return Exported(
        peer=peer.organisation,
        bundle=label.id,
        file=str(out),
        statements=label.records,
        struck=len(struck),
        bytes=out.stat().st_size,
        first=first,
        size=frontier.size,
        expires_at=label.expires_at,
    )


def held_of(ledger: Ledger, peer: str) -> Head | None:
    """What this node holds, without a gap, of the newest stream that a peer sent."""
    found = streams(ledger, peer, IN)
    if not found:
        return None
    newest = found[-1]
    return Head(stream=newest.id, size=newest.size, root=newest.root.hex())


def exchange_folder() -> Path:
    """Where bundles wait and arrive, in the store."""
    folder = read_settings().home / "exchange"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def grouped_items(
    found: Iterator[tuple[Record, Item]],
) -> Iterator[list[tuple[Record, Item]]]:
    """As `grouped`, each record with its item."""
    waiting: list[Item] = []

    def records() -> Iterator[Record]:
        for record, item in found:
            waiting.append(item)
            yield record

    for group in grouped(records()):
        items, waiting[: len(group)] = waiting[: len(group)], []
        yield list(zip(group, items, strict=True))


def _fresh(
    ledger: Ledger, view: StoreView, stream: Stream, peer: str, now: datetime
) -> Iterator[tuple[Record, Item]]:
    """What the peer may see and was not sent yet."""
    may = may_send(ledger, peer, now)
    for one in view.unsent(stream.id, sorted(STAYS)):
        if may(one):
            leaf = leaf_of_seal(one.hash, one.signature)
            yield Record(one.content, one.signature), Item(one.id, leaf)


def _sent_before(
    ledger: Ledger,
    view: StoreView,
    stream: Stream,
    first: int,
    struck: list[Struck],
    peer: str,
    now: datetime,
) -> Iterator[Record]:
    """What was sent before, as far as the peer may still see it; the rest is struck out."""
    may = may_send(ledger, peer, now)
    for place, leaf, one in view.sent(stream.id, first):
        if one is not None and may(one):
            yield Record(one.content, one.signature)
        else:
            struck.append(Struck(place=place, leaf=leaf.hex()))


def _to_remind(ledger: Ledger, stream: Stream, peer: str) -> tuple[str, ...]:
    """What the peer was asked and has not confirmed; the oldest first."""
    done = confirmed_by(ledger)
    asked = (one.statement for one in asks_in(ledger, stream.id))
    return tuple(islice((name for name in asked if (peer, name) not in done), REMINDERS))


def _write(blocks: IO[bytes], group: list[Record]) -> Block:
    content = pack(group)
    blocks.write(content)
    return Block(size=len(content), sha256=sha256(content).hexdigest(), records=len(group))


def _last_seen(ledger: Ledger, stream: Stream) -> Head | None:
    """What the last bundle told the peer that this node holds of its stream."""
    made = bundles_of(ledger, stream.id)
    return parse_label(made[-1].label[:-64]).seen if made else None


def _require_room(listed: list[Block], struck: list[Struck], peer: str) -> None:
    if len(listed) > BLOCKS or len(struck) > STRUCK:
        raise UsageError(
            "{peer} has confirmed too little for one bundle to hold the rest",
            remedy="Take in a bundle of {peer} first; it says what it holds.",
            peer=peer,
        )
