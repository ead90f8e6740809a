"""Other TAXII 2.1 servers, asked by us: what they have, and what became of what we sent.

Calls are bounded in size and time, and tried again where a server is busy. A token goes to the
host for which it was given and to no other.

Source: TAXII version 2.1, OASIS standard, sections 3 to 5.
"""

import base64
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from tocsin.errors import FetchFailed
from tocsin.sharing.transport import Answer, Link, LinkBroken

TYPE = "application/taxii+json;version=2.1"
LARGEST_ANSWER = 20 << 20  # bytes
LASTING = 300.0  # seconds for one answer
MOST_ROOTS = 50
MOST_COLLECTIONS = 1000
PAUSES = (1.0, 4.0)  # seconds before another attempt, unless the server names them
LONGEST_WAIT = 60.0  # seconds that a server may ask us to wait
_REMEDY = "Try again later, or ask who runs {server}."
_BUSY = (408, 425, 429, 500, 502, 503, 504)

Asked = Callable[[str, str, bytes, dict[str, str]], Answer]
"""One call: method, path with its query, content, headers."""


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A TAXII server and how we are let in; all of it is kept in the vault."""

    name: str
    address: str  # of its discovery, or of one API root
    user: str = ""  # with a user the secret is a password (HTTP Basic), else a Bearer token
    secret: str = ""
    authorities: str = ""  # file of certificates to trust in place of the system's

    def __repr__(self) -> str:
        return f"Partner(name={self.name!r})"

    @property
    def authorization(self) -> str:
        """The header that lets us in."""
        if not self.user:
            return f"Bearer {self.secret}"
        both = f"{self.user}:{self.secret}".encode()
        return "Basic " + base64.b64encode(both).decode("ascii")


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection of one of a server's API roots."""

    root: str  # path of the API root, as it is called
    id: str
    title: str = ""
    can_read: bool = False
    can_write: bool = False

    @property
    def path(self) -> str:
        """Under which its objects lie."""
        return f"{self.root}collections/{quote(self.id, safe='')}/"


class _Discovery(msgspec.Struct):
    title: str = ""
    api_roots: list[str] | None = None
    versions: list[str] | None = None


class _Told(msgspec.Struct):
    id: str
    title: str = ""
    can_read: bool = False
    can_write: bool = False


class _Collections(msgspec.Struct):
    collections: list[_Told] = []


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of objects that were sent."""

    id: str
    status: str
    total_count: int = 0
    success_count: int = 0
    failure_count: int = 0
    pending_count: int = 0


class AnswerTooLarge(FetchFailed):
    """An answer that is larger than we hold."""


class Caller:
    """Calls to one server: tried again where it is busy, bounded in size and time."""

    def __init__(
        self,
        partner: Partner,
        sleep: Callable[[float], object] = time.sleep,
        asked: Asked | None = None,
    ):
        parts = urlsplit(partner.address)
        self.name = partner.name
        self.host = f"{parts.scheme}://{parts.netloc}"
        self.start = parts.path or "/taxii2/"
        self._sleep = sleep
        self._link = None
        if asked is None:
            self._link = Link(
                self.host,
                authorities=partner.authorities,
                authorization=partner.authorization,
                largest=LARGEST_ANSWER,
                lasting=LASTING,
            )
            asked = self._link.call
        self._asked = asked

    def get(self, path: str) -> Answer:
        """What a path answers.

        Raises
        ------
        FetchFailed, if the server cannot be reached, refuses, or answers with too much.
        """
        return self._call("GET", path, b"")

    def post(self, path: str, content: bytes) -> Answer:
        """Send an envelope; as `get`, but an answer that was lost is not asked for again."""
        return self._call("POST", path, content)

    def close(self) -> None:
        """Let go of the connections."""
        if self._link is not None:
            self._link.close()

    def _call(self, method: str, path: str, content: bytes) -> Answer:
        headers = {"Accept": TYPE, "Accept-Encoding": "identity"}
        if content:
            headers["Content-Type"] = TYPE
        for pause in (*PAUSES, None):
            try:
                answer = self._asked(method, path, content, headers)
            except LinkBroken as broken:
                if pause is None or method != "GET":
                    raise self.trouble("it cannot be reached: {kind}", kind=broken.kind) from None
                self._sleep(pause)
                continue
            if answer.status in _BUSY and pause is not None:
                self._sleep(_wait_of(answer, pause))
                continue
            return self._opened(answer)
        raise AssertionError("the last attempt returns or raises")

    def _opened(self, answer: Answer) -> Answer:
        """An answer that says yes, unpacked."""
        if answer.status in (401, 403):
            raise self.trouble(
                "it does not let us in ({status})",
                remedy="Ask the partner for a token, then: tocsin taxii add {server} ADDRESS",
                status=answer.status,
            )
        if not 200 <= answer.status < 300:
            raise self.trouble("it answers {status}", status=answer.status)
        content = answer.content
        if answer.headers.get("content-encoding", "identity").lower() in ("gzip", "x-gzip"):
            try:
                content = zlib.decompressobj(31).decompress(content, LARGEST_ANSWER + 1)
            except zlib.error:
                raise self.trouble("its answer cannot be unpacked") from None
        if len(content) > LARGEST_ANSWER:
            raise AnswerTooLarge(
                "its answer is larger than {limit} bytes",
                where=self.name,
                remedy=_REMEDY,
                server=self.name,
                limit=LARGEST_ANSWER,
            )
        return Answer(answer.status, answer.headers, content)

    def trouble(self, problem: str, remedy: str = "", **fields: object) -> FetchFailed:
        """An error that names the server; never its address's query, nor a token."""
        return FetchFailed(
            problem,
            where=self.name,
            remedy=remedy or _REMEDY,
            server=self.name,
            **fields,
        )

    def read(self, path: str, type_: type[Any]) -> Any:
        """An answer as one of the standard's resources."""
        try:
            return msgspec.json.decode(self.get(path).content or b"{}", type=type_)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise self.trouble(
                "its answer is not TAXII 2.1",
                remedy="Check the address of {server}: tocsin taxii list",
            ) from None


def _wait_of(answer: Answer, usual: float) -> float:
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT) if said.isdecimal() and len(said) < 6 else usual


def collections_of(caller: Caller) -> tuple[list[Collection], list[str]]:
    """What a server has for us, and the API roots that we do not call: they are elsewhere.

    A root at another host would be sent the token of this one.

    Raises
    ------
    FetchFailed.
    """
    found: _Discovery = caller.read(caller.start, _Discovery)
    roots, elsewhere = [], []
    if found.api_roots is None and found.versions is not None:
        roots = [caller.start]  # the address was that of an API root
    for root in (found.api_roots or [])[:MOST_ROOTS]:
        whole = urljoin(caller.host + caller.start, root)
        parts = urlsplit(whole)
        if f"{parts.scheme}://{parts.netloc}" == caller.host:
            roots.append(parts.path.rstrip("/") + "/")
        else:
            elsewhere.append(f"{parts.scheme}://{parts.netloc}{parts.path}")
    listed = []
    for root in dict.fromkeys(roots):
        told: _Collections = caller.read(f"{root}collections/", _Collections)
        listed += [
            Collection(
                root=root,
                id=one.id[:200],
                title=one.title[:200],
                can_read=one.can_read,
                can_write=one.can_write,
            )
            for one in told.collections[:MOST_COLLECTIONS]
        ]
    return listed, elsewhere


def send_objects(
    caller: Caller, collection: Collection, objects: Sequence[bytes], wait: float, step: float = 1.0
) -> Told:
    """Add objects to a collection, and ask for their status until it is complete or time is up.

    Raises
    ------
    FetchFailed.
    """
    answer = caller.post(f"{collection.path}objects/", b'{"objects":[' + b",".join(objects) + b"]}")
    try:
        told = msgspec.json.decode(answer.content, type=Told)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise caller.trouble("its answer is not TAXII 2.1") from None
    until = time.monotonic() + wait
    while told.status != "complete" and time.monotonic() < until:
        time.sleep(step)
        told = caller.read(f"{collection.root}status/{quote(told.id)}/", Told)
    return told
