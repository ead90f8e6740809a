"""Official files over HTTP, for places where the line is poor: the only HTTP client of this room.

A download grows in `.NAME.part` beside its target and is renamed when it is whole, so a target
that exists is complete. What has arrived is kept when the line drops, and the next attempt asks
the server for the rest only (RFC 9110, sections 13.1.5 and 14: `Range`, guarded by `If-Range`).
"""

import errno
import hashlib
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import filelock
import httpx

from tocsin import __version__
from tocsin.errors import FetchFailed, StoreBusy, StoreFull, UsageError
from tocsin.sources.answers import (
    OFFLINE,
    ForNow,
    body_length,
    next_address,
    require_data,
    whole_length,
)
from tocsin.sources.partial import Partial

LIMIT = 4 * 1024**3  # bytes; the largest official release so far is about 0.4 GB unpacked

Report = Callable[[int, int | None], None]
"""Told how many bytes are here, and how many there will be (None: the server did not say)."""

_DICE = random.SystemRandom()


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try; pauses double, with jitter, up to the longest."""

    tries: int = 5  # in a row without a byte gained
    tries_in_all: int = 200  # even when each one gains a little
    first_pause: float = 1.0  # seconds
    longest_pause: float = 60.0
    connect_seconds: float = 10.0
    silence_seconds: float = 30.0  # a server that sends nothing for so long has stalled
    redirects: int = 5

    def pause(self, attempt: int, chance: float) -> float:
        """Seconds before the attempt after `attempt`; `chance` in [0, 1) spreads many clients.

        >>> Patience().pause(3, 0.0), Patience().pause(3, 0.5), Patience().pause(99, 0.5)
        (2.0, 3.0, 45.0)
        """
        doubled = self.first_pause * 2.0 ** min(attempt - 1, 30)
        return float(min(doubled, self.longest_pause)) * (0.5 + chance / 2)


@dataclass(frozen=True)
class Fetched:
    """A whole file on disk, and how it came."""

    path: Path
    url: str
    bytes: int
    sha256: str
    attempts: int  # 0: it was already here
    resumed: bool = False


def fetch_url(
    url: str,
    target: Path,
    *,
    sha256: str = "",
    limit: int = LIMIT,
    again: bool = False,
    page: bool = False,
    patience: Patience | None = None,
    report: Report | None = None,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[], float] = _DICE.random,
) -> Fetched:
    """Get one file: resumed, retried, bounded, checked, and in place only when it is whole.

    Parameters
    ----------
    url : http or https address
    target : where the file goes; its folder is made. One that is already there, and has the
        declared hash, is left alone unless `again`.
    sha256 : declared hash in hexadecimal, any case; empty where the publisher gives none
    limit : bytes; a larger file is refused
    page : a web page is what we want; otherwise one in place of the file is refused
    patience : tries, pauses and timeouts
    report : told of progress
    sleep, chance : the clock and the dice, for tests

    Raises
    ------
    FetchFailed, if the server cannot be reached, has no such file, sends a larger or another one,
    or redirects to where we do not go.  StoreBusy, if another process is fetching the same file.
    StoreFull, if there is no room.  UsageError, if the address is not http or https.
    """
    require_web_address(url)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            if target.exists() and not again and (found := _already_here(url, target, sha256)):
                return found
            partial = Partial.found(target, url)
            asked = _Asked(url, sha256.lower(), limit, page, report)
            return _Errand(asked, partial, patience or Patience(), sleep, chance).run()
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise StoreFull(
                "the file cannot be written: {reason}",
                where=str(target),
                remedy="Make room or choose another store with TOCSIN_HOME, then run the same "
                "command again.",
                reason=fault.strerror or str(fault),
            ) from fault
        raise


def require_web_address(url: str) -> None:
    """Raise UsageError unless `url` is http or https with a host.

    >>> require_web_address("https://ucdp.uu.se/downloads/")
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            "{url!r} is not an http or https address",
            remedy="For a file on this machine: `tocsin ingest FILE`.",
            url=url,
        )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _already_here(url: str, target: Path, sha256: str) -> Fetched | None:
    """The target as it stands; None where it is not what was declared."""
    actual = sha256_of(target)
    if sha256 and actual != sha256.lower():
        return None
    return Fetched(target, url, target.stat().st_size, actual, attempts=0)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One process a file: two writers would interleave their pieces."""
    lock = filelock.FileLock(target.with_name(f".{target.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise StoreBusy(
            "another process is fetching this file",
            where=str(target),
            remedy="Wait for it to finish, then run the same command again.",
        ) from None
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True)
class _Asked:
    """What is wanted of the server."""

    url: str
    sha256: str
    limit: int
    page: bool
    report: Report | None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url


@dataclass
class _Errand:
    """One file on its way: attempt after attempt until it is whole or hope is gone."""

    asked: _Asked
    partial: Partial
    patience: Patience
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    attempts: int = 0
    resumed: bool = False
    restarted: bool = False

    def run(self) -> Fetched:
        self.resumed = self.partial.size() > 0
        fruitless = 0
        waits = httpx.Timeout(self.patience.silence_seconds, connect=self.patience.connect_seconds)
        headers = {"User-Agent": f"tocsin/{__version__}", "Accept-Encoding": "identity"}
        with httpx.Client(timeout=waits, headers=headers, follow_redirects=False) as client:
            while True:
                before = self.partial.size()
                self.attempts += 1
                try:
                    self._attempt(client)
                    if (whole := self._finished()) is not None:
                        return whole
                except ForNow as fault:
                    gained = self.partial.size() > before
                    fruitless = 1 if gained else fruitless + 1
                    self.resumed = self.resumed or self.partial.size() > 0
                    if (
                        fruitless >= self.patience.tries
                        or self.attempts >= self.patience.tries_in_all
                    ):
                        raise fault.failure from fault
                    wanted = min(fault.wait or 0.0, self.patience.longest_pause)
                    self.sleep(max(wanted, self.patience.pause(fruitless, self.chance())))

    def _finished(self) -> Fetched | None:
        """The file in its place; None, once, where its pieces must be fetched anew."""
        actual, size = self.partial.sha256(), self.partial.size()
        if not self.asked.sha256 or actual == self.asked.sha256:
            self.partial.finish()
            target = self.partial.target
            return Fetched(target, self.asked.url, size, actual, self.attempts, self.resumed)
        self.partial.forget()
        if not self.resumed or self.restarted:
            raise _wrong_hash(self.partial.target.name, self.asked.sha256, actual)
        # Pieces of two releases may have met: once more from the start, and only once.
        self.resumed, self.restarted = False, True
        return None

    def _attempt(self, client: httpx.Client) -> None:
        """One request for what is missing. Returns when the partial file is whole."""
        partial, host = self.partial, self.asked.host
        start = partial.size()
        headers = {"Range": f"bytes={start}-", **partial.guard()} if start else {}
        try:
            with _answer(client, self.asked.url, headers, self.patience.redirects) as response:
                if response.status_code == 416 and start == whole_length(response.headers):
                    return  # nothing was missing
                if response.status_code == 416:
                    partial.forget()  # it is not a piece of what the server holds now
                require_data(
                    response.status_code, response.headers, str(response.url), self.asked.page
                )
                if response.status_code == 206:
                    _require_continuation(response, partial, start)
                    expected = whole_length(response.headers)
                else:
                    partial.begin(response.headers)
                    expected = body_length(response.headers)
                _require_within(self.asked.limit, expected, partial)
                partial.expects(expected)
                _receive(response, partial, expected, self.asked)
        except httpx.ConnectError as fault:
            if "CERTIFICATE" in str(fault).upper():
                raise FetchFailed(
                    "the certificate of {host} is not trusted",
                    remedy="The network may be showing its own login page: sign in with a browser, "
                    "or check this machine's clock.",
                    host=host,
                ) from fault
            problem = "no connection to {host}"
            raise ForNow(FetchFailed(problem, remedy=OFFLINE, host=host)) from fault
        except httpx.TimeoutException as fault:
            problem = "{host} stopped answering"
            raise ForNow(FetchFailed(problem, remedy=OFFLINE, host=host)) from fault
        except httpx.TransportError as fault:
            problem = "the connection to {host} broke before the file was whole"
            raise ForNow(FetchFailed(problem, remedy=OFFLINE, host=host)) from fault


@contextmanager
def _answer(
    client: httpx.Client, url: str, headers: dict[str, str], redirects: int
) -> Iterator[httpx.Response]:
    """The answer behind a bounded number of redirects, each of which is looked at first."""
    for _ in range(redirects + 1):
        with client.stream("GET", url, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            url = next_address(url, response.headers["location"])
    raise FetchFailed(
        "more than {count} redirects",
        where=url,
        remedy="Get the file with a browser and run `tocsin ingest FILE`.",
        count=redirects,
    )


def _require_continuation(response: httpx.Response, partial: Partial, start: int) -> None:
    """Raise, and begin anew, unless the answer goes on exactly where our piece ends."""
    unit, _, span = response.headers.get("content-range", "").partition(" ")
    first = span.partition("-")[0]
    known = partial.expected
    same_length = known is None or whole_length(response.headers) in (None, known)
    if (
        unit != "bytes"
        or first != str(start)
        or not same_length
        or not partial.same(response.headers)
    ):
        partial.forget()
        raise ForNow(
            FetchFailed("the file changed on the server while it was being fetched", remedy=OFFLINE)
        )


def _require_within(limit: int, size: int | None, partial: Partial) -> None:
    if size is not None and size > limit:
        partial.forget()
        raise FetchFailed(
            "the file has {size} bytes or more; at most {limit} are taken",
            where=partial.target.name,
            remedy="Check the address. A file that is really so large: get it with a browser and "
            "run `tocsin ingest FILE`.",
            size=size,
            limit=limit,
        )


def _receive(
    response: httpx.Response,
    partial: Partial,
    expected: int | None,
    asked: _Asked,
) -> None:
    """Append what comes, piece by piece, and see that nothing is missing at the end."""
    size = partial.size()
    with partial.append() as stream:
        # Raw: a server that compresses against our wish must not change the bytes on disk.
        # As it comes: a fixed piece size would hold back, and lose, what a broken line had sent.
        for piece in response.iter_raw():
            size += len(piece)
            if size > asked.limit:
                break
            stream.write(piece)
            stream.flush()  # a process that is killed leaves what had come
            if asked.report is not None:
                asked.report(size, expected)
    _require_within(asked.limit, size, partial)
    if expected is not None and size != expected:
        raise httpx.RemoteProtocolError("the body ended early")


def _wrong_hash(name: str, declared: str, actual: str) -> FetchFailed:
    return FetchFailed(
        "the file does not have the declared hash (declared {declared}, found {actual}); "
        "it was thrown away",
        where=name,
        remedy="Try again later. If it happens again, the file was changed or replaced: compare it "
        "with the publisher's page before you use it.",
        declared=declared.lower(),
        actual=actual,
    )
