"""Canonical JSON (RFC 8785): one text for one content, whoever writes it."""

import re
from typing import Any

import msgspec
import rfc8785

from tocsin.errors import CheckFailed

_SORTED = msgspec.json.Encoder(order="sorted")
# msgspec's sorted output is already canonical unless it holds a number with a fraction or an
# exponent, an integer beyond 2**53, DEL, or a character whose UTF-16 order differs from its
# UTF-8 order. A false alarm (a string that looks like such a number) costs time, not truth.
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
    return not quick.translate(None, _ORDINARY) and _NUMBER.search(quick) is None
