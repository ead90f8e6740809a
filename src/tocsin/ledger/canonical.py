"""Canonical JSON (RFC 8785): one text for one content, whoever writes it."""

import re
from typing import Any

import msgspec
import rfc8785

from tocsin.errors import CheckFailed

_SORTED = msgspec.json.Encoder(order="sorted")
# msgspec's sorted output is already canonical unless it holds a number with a fraction or an
# exponent, an integer beyond 2**53, DEL, or a character whose UTF-16 order differs from its
# UTF-8 order. A string may look like such a number, as every time of day with a fraction of a
# second does: strings are taken out before a number is believed.
_NUMBER = re.compile(rb"[:,\[]-?\d(?:\d*[.eE]|\d{15})")
_ORDINARY = bytes(set(range(256)) - {0x7F} - set(range(0xEE, 0xF5)))


def canonical(value: Any) -> bytes:
    """`value` (a struct, mapping, list, string, number) as canonical JSON in UTF-8.

    Raises
    ------
    CheckFailed, if a number cannot be written exactly (not finite, or beyond 2**53).

    >>> canonical({"b": 1.0, "a": "é"})
    b'{"a":"\\xc3\\xa9","b":1}'
    """
    quick = _SORTED.encode(value)
    if not isinstance(value, int | float) and _is_canonical(quick):
        return quick
    try:
        return rfc8785.dumps(msgspec.json.decode(quick))
    except (rfc8785.CanonicalizationError, ValueError) as error:
        raise CheckFailed(
            "a number cannot be written exactly: {problem}",
            remedy="Use whole numbers below 9007199254740992, or text.",
            problem=str(error),
        ) from None


def _is_canonical(quick: bytes) -> bool:
    if quick.translate(None, _ORDINARY):
        return False
    return _NUMBER.search(quick) is None or _NUMBER.search(_without_strings(quick)) is None


def _without_strings(text: bytes) -> bytes:
    """JSON without what its strings say: between every other pair of quotes that are no escapes."""
    return b'"'.join(text.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2])
