"""Running the application: processes, addresses, encryption, and a stop that finishes its work."""

from __future__ import annotations

import ipaddress
import logging
from pathlib import Path

import uvicorn

LONGEST_STOP = 20  # seconds that requests under way are given when the server stops
IDLE = 15  # seconds a connection may stay open between requests
FACTORY = "tocsin.web.server:application"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def application() -> object:
    """The application of one worker; each process makes its own."""
    from tocsin.web.app import make_app  # noqa: PLC0415 - in the worker, not in who starts it

    log = logging.getLogger("tocsin.web")
    if not log.handlers:
        line = logging.StreamHandler()
        line.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(line)
        log.propagate = False
    log.setLevel(logging.INFO)
    return make_app()


def run(
    host: str, port: int, workers: int = 1, certificate: Path | None = None, key: Path | None = None
) -> None:
    """Serve until stopped by SIGTERM or Ctrl-C; requests under way are answered first."""
    uvicorn.run(
        FACTORY,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,  # it would hold addresses and queries; ours holds neither
        log_level="warning",
        server_header=False,
        date_header=True,
        proxy_headers=True,  # from a reverse proxy on this machine only (uvicorn's default)
        timeout_graceful_shutdown=LONGEST_STOP,
        timeout_keep_alive=IDLE,
        h11_max_incomplete_event_size=32 * 1024,
        ssl_certfile=str(certificate) if certificate else None,
        ssl_keyfile=str(key) if key else None,
    )
