"""Ids that repeat: the same entry of a dossier is the same statement on every machine."""

from hashlib import sha256

import msgspec

from tocsin.tables.statements import Statement, statement_to_json
from tocsin.tables.when import last_moment, micros

BLANK_ID = "00000000-0000-7000-8000-000000000000"


def with_own_id(statement: Statement) -> Statement:
    """`statement` with an id of the form of a UUIDv7, made from its content and `known_at`.

    The 48 bits of time are the last moment of `known_at` in milliseconds; the rest is the
    SHA-256 of the canonical content. Loading a dossier again therefore changes nothing.
    """
    blank = msgspec.structs.replace(
        statement, id=BLANK_ID, salt="", hash="", signature="", recorded_at=None, derived_from=()
    )
    digest = int.from_bytes(sha256(statement_to_json(blank)).digest()[:10])
    moment = max(0, micros(last_moment(statement.known_at)) // 1000)
    return msgspec.structs.replace(blank, id=_uuid7(moment, digest))


def _uuid7(milliseconds: int, random: int) -> str:
    """RFC 9562, section 5.7, with given bits instead of random ones."""
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= (random & 0xFFF) << 64
    value |= 0b10 << 62
    value |= (random >> 12) & (2**62 - 1)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
