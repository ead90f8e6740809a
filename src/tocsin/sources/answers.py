"""What a server's answer means: data, wait, go elsewhere, or no (RFC 9110)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from tocsin.errors import FetchFailed

OFFLINE = (
    "Without a connection: bring the file on a stick and run `tocsin ingest FILE`, or set "
    "TOCSIN_MIRROR to a folder or address that holds copies. What has arrived is kept; the same "
    "command goes on from there."
)
_BROWSER = "Get the file with a browser and run `tocsin ingest FILE`."
# Too slow, too early, too many, out of order for a while; and a range that no longer fits.
_PASSING = frozenset({408, 416, 425, 429, 500, 502, 503, 504})


class ForNow(Exception):
    """A failure that may pass: worth another attempt."""

    def __init__(self, failure: FetchFailed, wait: float | None = None):
        super().__init__(failure.problem)
        self.failure = failure
        self.wait = wait  # what the server asked for, in seconds


def require_data(status: int, headers: Mapping[str, str], url: str, page: bool = False) -> None:
    """Nothing, if the answer carries the file (a web `page` only where one is wanted).

    Raises
    ------
    ForNow, if asking again may help.  FetchFailed, if it will not.
    """
    host = urlsplit(url).hostname or url
    if status in _PASSING:
        failure = FetchFailed("{host} answers {status}", remedy=OFFLINE, host=host, status=status)
        raise ForNow(failure, wait_asked(headers))
    if status in (404, 410):
        raise FetchFailed(
            "{host} has no such file ({status})",
            where=url,
            remedy="Check the version, or get the file from the publisher's page and run "
            "`tocsin ingest FILE`.",
            host=host,
            status=status,
        )
    if status not in (200, 206):
        raise FetchFailed(
            "{host} answers {status}", where=url, remedy=_BROWSER, host=host, status=status
        )
    if headers.get("content-type", "").lower().startswith("text/html") and not page:
        raise FetchFailed(
            "{host} sent a web page instead of the file",
            where=url,
            remedy="The network may be showing its own login page: sign in with a browser, then "
            "run the same command again.",
            host=host,
        )


def next_address(url: str, location: str) -> str:
    """Where a redirect leads: never to a file, and never from https back to http.

    Raises
    ------
    FetchFailed, if it leads where we do not go.

    >>> next_address("https://a.example/x/y", "/z")
    'https://a.example/z'
    """
    try:
        following = urljoin(url, location)
        parts = urlsplit(following)
    except ValueError:
        parts = urlsplit("")
    before = urlsplit(url).scheme
    downwards = (before, parts.scheme) == ("https", "http")
    if parts.scheme not in ("http", "https") or not parts.hostname or downwards:
        raise FetchFailed(
            "the server redirects from {before} to {after}, which is refused",
            where=url,
            remedy=_BROWSER,
            before=before,
            after=parts.scheme or location,
        )
    return following


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
