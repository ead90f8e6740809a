"""How often one token or one address may call: buckets that fill again with time.

Each worker counts for itself. Addresses are held only in memory, under a key that is made when the
process starts, and nowhere written.
"""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from litestar.exceptions import HTTPException

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

MOST_HELD = 20_000  # buckets; the oldest is let go


def network_of(host: str) -> str:
    """Whose an address is: with IPv6 one line has 2⁶⁴ of them, and may call from each in turn.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2::7"), network_of("testclient")
    ('192.0.2.7', '2001:db8:1:2::/64', 'testclient')
    """
    try:
        found = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


class TooMany(HTTPException):
    """Too many requests; `wait` seconds help."""

    status_code = 429

    def __init__(self, wait: float):
        super().__init__("too many requests", headers={"Retry-After": str(int(wait) + 1)})


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many more every second."""

    burst: float
    a_second: float


@dataclass
class Limits:
    """The rates of a server; a rate of None does not limit."""

    by_token: Rate | None = Rate(600, 50)
    by_address: Rate | None = Rate(120, 5)  # of what everybody may call
    by_tries: Rate | None = Rate(20, 0.2)  # of tokens that do not hold
    by_handle: Rate | None = Rate(8, 1 / 30)  # of tries to sign in to one account
    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[tuple[str, bytes | str], tuple[float, float]] = field(
        default_factory=OrderedDict
    )
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    def token(self, name: str) -> float:
        """Seconds to wait before the token may call again; 0: it may, and it is counted."""
        return self._take("token", name, self.by_token)

    def left(self, name: str) -> float:
        """How often the token may call at once from now on; nothing is counted.

        >>> limits = Limits(by_token=Rate(3, 1), clock=lambda: 0.0)
        >>> limits.left("x"), limits.token("x"), limits.left("x")
        (3, 0.0, 2.0)
        """
        rate = self.by_token
        if rate is None:
            return 0.0
        left, then = self._held.get(("token", name), (rate.burst, self.clock()))
        return min(rate.burst, left + (self.clock() - then) * rate.a_second)

    def address(self, connection: ASGIConnection[Any, Any, Any, Any], *, tries: bool) -> float:
        """The same for the address that a request comes from."""
        host = network_of(connection.client.host if connection.client else "")
        hidden = blake2b(host.encode(), key=self._key, digest_size=16).digest()
        if tries:
            return self._take("tries", hidden, self.by_tries)
        return self._take("address", hidden, self.by_address)

    def handle(self, name: str) -> float:
        """The same for an account that somebody tries to sign in to, from wherever."""
        return self._take("handle", name[:64], self.by_handle)

    def _take(self, kind: str, who: bytes | str, rate: Rate | None) -> float:
        """One drop out of a bucket.

        >>> limits = Limits(clock=lambda: 0.0)
        >>> [limits._take("t", "x", Rate(1, 2)) for _ in range(2)]
        [0.0, 0.5]
        """
        if rate is None:
            return 0.0
        now = self.clock()
        left, then = self._held.pop((kind, who), (rate.burst, now))
        left = min(rate.burst, left + (now - then) * rate.a_second)
        wait = 0.0 if left >= 1 else (1 - left) / rate.a_second
        self._held[kind, who] = (left - 1 if wait == 0 else left, now)
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
        return wait
