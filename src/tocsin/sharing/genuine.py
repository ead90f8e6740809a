"""Which records of a bundle are what their originators signed: another process looks ahead.

A signature costs as much to check as everything else about a statement. For a large bundle one
process checks the blocks that come next while this one judges and writes what it has; a few
blocks are under way, so that memory does not grow with the bundle.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple

from tocsin.errors import TocsinError
from tocsin.ledger.sealing import content_of, is_signed
from tocsin.sharing.blocks import Record
from tocsin.tables.statements import statement_from_json

WORTH_A_PROCESS = 3000  # records below which starting a process costs more than it saves
_AHEAD = 2  # blocks under way elsewhere, so that the other process is never idle


class Examined(NamedTuple):
    """A record, and whether it stands in the form and under the signature that it claims."""

    record: Record
    is_genuine: bool


def examined(
    blocks: Iterator[list[Record]], keys: Mapping[str, bytes], count: int
) -> Iterator[list[Examined]]:
    """The records of each block, in order. `count`: how many there are in all."""
    if count < WORTH_A_PROCESS:
        yield from (_with(records, are_genuine(records, keys)) for records in blocks)
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        first = list(islice(blocks, 1))  # this process takes it, while the other one starts
        waiting: deque[tuple[list[Record], Future[list[bool]]]] = deque()

        def send(most: int) -> None:
            for records in islice(blocks, most):
                waiting.append((records, other.submit(are_genuine, records, keys)))

        send(_AHEAD)
        for records in first:
            yield _with(records, are_genuine(records, keys))
        while waiting:
            records, promise = waiting.popleft()
            send(1)
            yield _with(records, _kept(promise, records, keys))


def are_genuine(records: Sequence[Record], keys: Mapping[str, bytes]) -> list[bool]:
    """Whether each record is in the one form in which it is signed, and signed by one of `keys`."""
    return [_is_genuine(record, keys) for record in records]


def _is_genuine(record: Record, keys: Mapping[str, bytes]) -> bool:
    try:
        said = content_of(statement_from_json(record.content))
    except (TocsinError, RecursionError):
        return False
    digest = sha256(record.content).digest()
    return said == record.content and is_signed(record.signature, digest, keys)


def _with(records: list[Record], genuine: list[bool]) -> list[Examined]:
    return list(map(Examined, records, genuine))


def _kept(
    promise: Future[list[bool]], records: list[Record], keys: Mapping[str, bytes]
) -> list[bool]:
    try:
        return promise.result()
    except BrokenProcessPool:  # it was killed: this process does the work itself
        return are_genuine(records, keys)
