"""Peer streams: for each peer a Merkle log of what it was sent, and of what it sent here.

A leaf is the hash of a statement's seal. Heads of a stream tell of that peer's stream alone; they
betray nothing of the ledger's own log, nor of other peers.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from tocsin.ledger.engine import reading, writing
from tocsin.ledger.merkle import Frontier, leaf_hash
from tocsin.ledger.reading import WITHDRAWALS
from tocsin.ledger.schema import (
    MARKINGS,
    STATEMENTS,
    STREAM_BUNDLES,
    STREAM_FINDINGS,
    STREAM_ITEMS,
    STREAMS,
)
from tocsin.ledger.store import Ledger
from tocsin.tables.when import micros

OUT, IN = "out", "in"
_B, _I, _S = STREAM_BUNDLES, STREAM_ITEMS, STATEMENTS
# Kinds that ask something of who holds them, beside whatever corrects another statement.
ASKING = ("recall", "retraction", "group")


class Stream(NamedTuple):
    """A stream; `size` counts leaves without a gap, `confirmed` what the peer says it holds."""

    id: str
    peer: str
    direction: str
    began: int
    size: int
    frontier: bytes
    confirmed: int

    @property
    def root(self) -> bytes:
        return Frontier(self.size, self.frontier).root()


class Item(NamedTuple):
    """A statement of a stream, and its leaf."""

    statement: str
    leaf: bytes


class Noted(NamedTuple):
    """A bundle that was sent or taken: the leaves `first` to before `size`, and its label."""

    id: str
    stream: str
    first: int
    size: int
    root: bytes
    handled: int
    label: bytes


class StreamFinding(NamedTuple):
    """Where a peer's word and the stream disagree."""

    stream: str
    peer: str
    found: int
    problem: str
    evidence: str


def leaf_of_seal(digest: bytes, signature: str) -> bytes:
    """A statement's leaf in a peer stream."""
    return leaf_hash(digest + signature.encode())


def streams(ledger: Ledger, peer: str = "", direction: str = "") -> list[Stream]:
    """Streams, the oldest first."""
    query = select(STREAMS).order_by(STREAMS.c.began, STREAMS.c.id)
    if peer:
        query = query.where(STREAMS.c.peer == peer)
    if direction:
        query = query.where(STREAMS.c.direction == direction)
    with reading(ledger.engine) as connection:
        return [Stream._make(row) for row in connection.execute(query)]


def stream_named(ledger: Ledger, name: str) -> Stream | None:
    """A stream by its id."""
    with reading(ledger.engine) as connection:
        return _stream(connection, name)


def outgoing(ledger: Ledger, peer: str, at: datetime) -> Stream:
    """The stream to a peer; the first call begins it."""
    found = streams(ledger, peer, OUT)
    return found[-1] if found else begin(ledger, os.urandom(16).hex(), peer, OUT, at)


def begin(ledger: Ledger, name: str, peer: str, direction: str, at: datetime) -> Stream:
    """A new, empty stream."""
    made = Stream(name, peer, direction, micros(at), 0, b"", 0)
    with writing(ledger.engine) as connection:
        connection.execute(insert(STREAMS).values(**made._asdict()))
    return made


def clear_unfinished(ledger: Ledger, stream: Stream) -> None:
    """Take out what a bundle that was never finished had written behind the stream's end."""
    with writing(ledger.engine) as connection:
        connection.execute(delete(_I).where(_I.c.stream == stream.id, _I.c.place >= stream.size))


def close_bundle(ledger: Ledger, frontier: Frontier, bundle: Noted) -> None:
    """A bundle is finished: its leaves, already written, now belong to the stream."""
    with writing(ledger.engine) as connection:
        connection.execute(insert(_B).values(**bundle._asdict()))
        _move(connection, bundle.stream, frontier)


def take_items(ledger: Ledger, stream: str, first: int, items: Sequence[Item]) -> None:
    """Write leaves that came, wherever they belong; those already there are left alone."""
    if not items:
        return
    with writing(ledger.engine) as connection:
        span = (_I.c.stream == stream, _I.c.place >= first, _I.c.place < first + len(items))
        held = set(connection.execute(select(_I.c.place).where(*span)).scalars())
        rows = [
            {"stream": stream, "place": first + at, "statement": item.statement, "leaf": item.leaf}
            for at, item in enumerate(items)
            if first + at not in held
        ]
        if rows:
            connection.execute(insert(_I), rows)


def differing(ledger: Ledger, stream: str, first: int, items: Sequence[Item]) -> int | None:
    """The first place at which a stream holds another leaf than the one that came."""
    with reading(ledger.engine) as connection:
        span = (_I.c.stream == stream, _I.c.place >= first, _I.c.place < first + len(items))
        held = connection.execute(select(_I.c.place, _I.c.leaf).where(*span).order_by(_I.c.place))
        return next((int(place) for place, leaf in held if items[place - first].leaf != leaf), None)


def settle(ledger: Ledger, stream: str, bundle: Noted) -> int | None:
    """Note a taken bundle, and follow the stream as far as its leaves go.

    Returns the size at which a signed head is not the root of the leaves that came; None if all
    heads agree.
    """
    with writing(ledger.engine) as connection:
        known = select(_B.c.id).where(_B.c.id == bundle.id)
        if connection.execute(known).first() is None:
            connection.execute(insert(_B).values(**bundle._asdict()))
        held = _stream(connection, stream)
        assert held is not None
        frontier = Frontier(held.size, held.frontier)
        heads = connection.execute(
            select(_B.c.size, _B.c.root)
            .where(_B.c.stream == stream, _B.c.size >= held.size)
            .order_by(_B.c.size)
        ).all()
        leaves = connection.execute(
            select(_I.c.place, _I.c.leaf)
            .where(_I.c.stream == stream, _I.c.place >= held.size)
            .order_by(_I.c.place)
        )
        ahead = _Ahead(((int(place), leaf) for place, leaf in leaves))
        for size, root in heads:
            if not ahead.follow(frontier, size):
                break
            if frontier.root() != root:
                return int(size)
        ahead.follow(frontier, None)
        _move(connection, stream, frontier)
    return None


class _Ahead:
    """Leaves that follow each other; it stops for good at the first gap."""

    def __init__(self, leaves: Iterator[tuple[int, bytes]]):
        self._leaves = leaves

    def follow(self, frontier: Frontier, size: int | None) -> bool:
        """Grow to `size`, or as far as leaves go; whether it got there."""
        while size is None or frontier.size < size:
            place, leaf = next(self._leaves, (-1, b""))
            if place != frontier.size:
                return False
            frontier.append(leaf)
        return True


def confirm(ledger: Ledger, stream: str, size: int) -> None:
    """The peer holds the stream as far as `size`; a late word does not turn that back."""
    with writing(ledger.engine) as connection:
        connection.execute(
            update(STREAMS)
            .where(STREAMS.c.id == stream, STREAMS.c.confirmed < size, STREAMS.c.size >= size)
            .values(confirmed=size)
        )


def root_at(ledger: Ledger, stream: str, size: int) -> bytes | None:
    """The root of a stream when it had `size` leaves; None if it never had."""
    frontier = Frontier()
    with reading(ledger.engine) as connection:
        wanted = select(_I.c.leaf).where(_I.c.stream == stream, _I.c.place < size)
        streamed = connection.execution_options(stream_results=True)
        frontier.extend(streamed.execute(wanted.order_by(_I.c.place)).scalars())
    return frontier.root() if frontier.size == size else None


def streams_with(ledger: Ledger, statement: str, direction: str) -> list[tuple[Stream, int]]:
    """Streams that hold a statement, and at which place."""
    with reading(ledger.engine) as connection:
        rows = connection.execute(
            select(STREAMS, _I.c.place)
            .join(_I, _I.c.stream == STREAMS.c.id)
            .where(_I.c.statement == statement, STREAMS.c.direction == direction)
            .order_by(STREAMS.c.peer, STREAMS.c.began)
        )
        return [(Stream._make(row[:-1]), int(row[-1])) for row in rows]


class Ask(NamedTuple):
    """A statement in a stream that asks its holder to do something, and wants it confirmed."""

    statement: str
    kind: str
    about: str  # what it withdraws, recalls or corrects; empty for a list of members
    place: int


def asks_in(ledger: Ledger, stream: str, kinds: Sequence[str] = ASKING) -> list[Ask]:
    """What a stream's statements ask of its holder.

    Anybody's withdrawals, for whoever passed a record on must see that they arrive; of the node's
    own also corrections and lists of members.
    """
    with reading(ledger.engine) as connection:
        rows = connection.execute(
            select(_S.c.id, _S.c.kind, _S.c.replaces, _I.c.place)
            .join(_I, _I.c.statement == _S.c.id)
            .join(MARKINGS, MARKINGS.c.id == _S.c.marking)
            .where(
                _I.c.stream == stream,
                or_(_S.c.kind.in_(WITHDRAWALS), MARKINGS.c.origin == ledger.org),
                or_(_S.c.kind.in_(kinds), _S.c.replaces.is_not(None)),
            )
            .order_by(_I.c.place)
        )
        return [Ask(name, kind, about or "", int(place)) for name, kind, about, place in rows]


def recalled(ledger: Ledger) -> set[tuple[str, str]]:
    """(statement, originator) of every recall that is held."""
    with reading(ledger.engine) as connection:
        rows = connection.execute(
            select(_S.c.replaces, MARKINGS.c.origin)
            .join(MARKINGS, MARKINGS.c.id == _S.c.marking)
            .where(_S.c.kind == "recall")
        )
        return {(target, origin) for target, origin in rows}


def held_among(ledger: Ledger, names: Sequence[str]) -> set[str]:
    """Which of these statements the ledger holds."""
    with reading(ledger.engine) as connection:
        return set(connection.execute(select(_S.c.id).where(_S.c.id.in_(names))).scalars())


def gaps(ledger: Ledger, stream: Stream) -> list[tuple[int, int]]:
    """What a peer says that it sent and has not come: from, to before."""
    with reading(ledger.engine) as connection:
        end = connection.execute(
            select(func.max(_B.c.size)).where(_B.c.stream == stream.id)
        ).scalar()
        places = connection.execute(
            select(_I.c.place)
            .where(_I.c.stream == stream.id, _I.c.place >= stream.size)
            .order_by(_I.c.place)
        )
        missing, at = [], stream.size
        for place in places.scalars():
            if place > at:
                missing.append((at, int(place)))
            at = int(place) + 1
    return [*missing, (at, int(end))] if end is not None and end > at else missing


def bundles_of(ledger: Ledger, stream: str) -> list[Noted]:
    """Bundles of a stream, in its order."""
    with reading(ledger.engine) as connection:
        rows = connection.execute(
            select(_B).where(_B.c.stream == stream).order_by(_B.c.size, _B.c.handled)
        )
        return [Noted._make(row) for row in rows]


def bundle_noted(ledger: Ledger, name: str) -> Noted | None:
    """A bundle that was sent or taken before."""
    with reading(ledger.engine) as connection:
        row = connection.execute(select(_B).where(_B.c.id == name)).first()
        return None if row is None else Noted._make(row)


def report(ledger: Ledger, finding: StreamFinding) -> None:
    """Keep a finding, once."""
    with writing(ledger.engine) as connection:
        same = (
            STREAM_FINDINGS.c.stream == finding.stream,
            STREAM_FINDINGS.c.problem == finding.problem,
            STREAM_FINDINGS.c.evidence == finding.evidence,
        )
        if connection.execute(select(STREAM_FINDINGS.c.id).where(*same)).first() is None:
            connection.execute(insert(STREAM_FINDINGS).values(**finding._asdict()))


def findings(ledger: Ledger, peer: str = "") -> list[StreamFinding]:
    """What was found about peers' streams, the oldest first."""
    columns = [STREAM_FINDINGS.c[name] for name in StreamFinding._fields]
    query = select(*columns).order_by(STREAM_FINDINGS.c.id)
    if peer:
        query = query.where(STREAM_FINDINGS.c.peer == peer)
    with reading(ledger.engine) as connection:
        return [StreamFinding._make(row) for row in connection.execute(query)]


def _stream(connection: Connection, name: str) -> Stream | None:
    row = connection.execute(select(STREAMS).where(STREAMS.c.id == name)).first()
    return None if row is None else Stream._make(row)


def _move(connection: Connection, stream: str, frontier: Frontier) -> None:
    connection.execute(
        update(STREAMS)
        .where(STREAMS.c.id == stream)
        .values(size=frontier.size, frontier=frontier.to_bytes())
    )
