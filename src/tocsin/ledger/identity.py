"""Ids of statements entered here: UUIDv7, the same for the same entry, guessable by nobody else.

An id that was a plain hash of its content would let anybody who holds it, after a purge, find out
by trial what had been purged; so it is made with a key of the node's.
"""

import hmac
from uuid import UUID

import msgspec

from tocsin.ledger.sealing import Signer, content_of
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, micros

BLANK_ID = "00000000-0000-7000-8000-000000000000"


def with_id(statement: Statement, signer: Signer) -> Statement:
    """`statement` with its id: the time of `known_at`, then a keyed hash of what it says."""
    blank = statement
    if statement.id != BLANK_ID or statement.salt:
        blank = msgspec.structs.replace(statement, id=BLANK_ID, salt="")
    digest = hmac.digest(signer.identity_key, content_of(blank), "sha256")
    moment = max(0, micros(last_moment(statement.known_at)) // 1000)
    return msgspec.structs.replace(blank, id=uuid7(moment, digest[:10]))


def uuid7(milliseconds: int, random: bytes) -> str:
    """A UUIDv7 (RFC 9562, section 5.7) from its time and ten bytes.

    >>> uuid7(1_688_083_200_000, bytes(10))
    '01890999-7800-7000-8000-000000000000'
    """
    raw = bytearray((milliseconds & (2**48 - 1)).to_bytes(6, "big") + random)
    raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(raw)))
