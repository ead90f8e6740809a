"""What the headers of a server's answer say (RFC 9110)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def whole_length(headers: Mapping[str, str]) -> int | None:
    """Bytes of the whole file, from the `Content-Range` of a part of it.

    >>> whole_length({"content-range": "bytes 100-199/500"})
    500
    """
    return _count(headers.get("content-range", "").rpartition("/")[2])


def body_length(headers: Mapping[str, str]) -> int | None:
    """Bytes that this answer carries; None where the server does not say."""
    return _count(headers.get("content-length", ""))


def wait_asked(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait: a number, or until a date.

    >>> wait_asked({"retry-after": "120"})
    120.0
    """
    text = headers.get("retry-after", "").strip()
    if (seconds := _count(text)) is not None:
        return float(seconds)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
