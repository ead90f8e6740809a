"""Answers packed for who takes them so.

A page that is packed tells by its length how often its parts repeat. Whoever could make a reader's
browser ask for pages with words of his choice, and watch how long the answers are, could guess at
a secret on them letter by letter. The secrets on our pages are the tokens of forms, and they are
written anew on each answer (`web.room.tokens`), so that there is nothing to guess at; and a browser
sends the cookie of a session with no request that another site began.
"""

import gzip

SMALL = 860  # bytes: less than a packet is not packed


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


def packed(content: bytes, level: int = 5) -> bytes:
    """The same bytes for the same content: no moment is written into them."""
    return gzip.compress(content, level, mtime=0)


def packed_for(accepts: str, content: bytes) -> tuple[bytes, dict[str, str]]:
    """An answer as its asker takes it, and the headers that say so.

    accepts : the request's Accept-Encoding

    >>> packed_for("gzip", b"a" * 1000)[1]["Content-Encoding"], packed_for("", b"a" * 1000)[1]
    ('gzip', {'Vary': 'Accept-Encoding'})
    """
    headers = {"Vary": "Accept-Encoding"}
    if len(content) <= SMALL or not takes_gzip(accepts):
        return content, headers
    return packed(content), headers | {"Content-Encoding": "gzip"}


def is_held(header: str, tag: str) -> bool:
    """Whether the caller holds the answer already (RFC 9110, 13.1.2: compared weakly).

    >>> is_held('"a", W/"b"', "b"), is_held("*", "b"), is_held('"a"', "b"), is_held("", "b")
    (True, True, False, False)
    """
    held = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in held or f'"{tag}"' in held
