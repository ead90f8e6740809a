"""Answers packed for who takes them so."""

import gzip


def takes_gzip(header: str) -> bool:
    """Whether an Accept-Encoding lets an answer be packed (RFC 9110, 12.5.3).

    >>> takes_gzip("br, gzip;q=0.5"), takes_gzip("gzip;q=0"), takes_gzip("")
    (True, False, False)
    """
    for one in header.lower().split(","):
        name, _, rest = one.strip().partition(";")
        if name in ("gzip", "*"):
            return rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed(content: bytes) -> bytes:
    """The same bytes for the same content: no moment is written into them."""
    return gzip.compress(content, 5, mtime=0)
